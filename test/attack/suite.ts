import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { reduce } from '../../src/shared/reduce';
import { processesWith } from '../support/sandbox';
import type { Siege } from './siege';
import type { Trace } from './trace';
import { courtAttacks } from './zoo/court';
import { type RepositoryAttack, repositoryAttacks } from './zoo/repository';
import { daemonMark } from './zoo/resources';
import { zoo } from './zoo/zoo';

/** A factory on which the zoo was let loose, and the record it wrote. */
export interface Besieged {
  siege: Siege;
  trace: Trace;
}

/** Declares a test for every attack, and those on what all of them together may not have done. */
export function everyAttackFails(
  besieged: () => Besieged,
  ofRepository: readonly RepositoryAttack[] = repositoryAttacks,
): void {
  for (const group of zoo('')) {
    describe(group.title.toLowerCase(), () => {
      for (const attack of group.attacks) {
        it(`${attack.id}: ${attack.tries}`, () => assert.equal(besieged().trace.judge(group, attack), null));
      }
    });
  }

  describe('while it is judged', () => {
    for (const attack of courtAttacks) {
      it(`${attack.id}: ${attack.tries}`, () => assert.equal(besieged().trace.judgeCourt(attack), null));
    }
  });

  describe('as a repository', () => {
    for (const attack of ofRepository) {
      it(`${attack.id}: ${attack.tries}`, () => {
        const { siege, trace } = besieged();
        assert.equal(attack.judge(siege, trace), null);
      });
    }
  });

  it('ends rejected, whatever agents say of it', () => {
    const { outcome } = reduce(besieged().trace.events);
    assert.equal(outcome?.outcome, 'rejected', outcome?.reason);
    assert.match(outcome.reason, /hidden checks still fail/);
  });

  it('reaches no service of the host, and leaves no mark and no process there', () => {
    const { bait } = besieged().siege;
    assert.equal(bait.contacts(), 0);
    assert.deepEqual(readdirSync(bait.target.marks), []);
    assert.deepEqual(processesWith(daemonMark), []);
  });

  it('tells the model no secret and no word of hidden scenarios', () => {
    const { bait, model, canaries } = besieged().siege;
    const said = JSON.stringify(model.requests.map(({ body }) => body));
    for (const text of [`${bait.secret}-`, bait.word, ...canaries]) assert.ok(!said.includes(text), text);
  });

  it('leaves no secret and no word of hidden scenarios in the memory of agents’ programs', function () {
    const { memory } = besieged().siege;
    if (!memory) return this.skip();
    assert.deepEqual(memory.hits, []);
    assert.ok(memory.control.length > 0, 'what was planted there was not found');
  });
}
