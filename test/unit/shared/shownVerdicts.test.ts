import assert from 'node:assert/strict';
import { reduce } from '../../../src/shared/reduce';
import { hiddenLine, shownEvent, withheldVerdicts } from '../../../src/shared/shownVerdicts';
import { describeSpan } from '../../../src/shared/spanDetail';
import { created, Journal } from './journal';

type Half = 'feedback' | 'sealed';

/** A half that is asked in its round, with a verdict for each sign. */
function asked(journal: Journal, half: Half, signs: string, of = signs.length): Journal {
  journal.add('validate.started', `val-${half}`, { round: 1, half, scenarios: of });
  for (const [at, sign] of [...signs].entries()) {
    const scenario = `H-${half}${String(at)}`;
    const verdict = { key: scenario, round: 1, scenario, covers: ['R1'], passed: sign === '+' };
    journal.wait(5).add('validate.verdict', scenario, verdict);
  }
  return journal;
}

const begun = () => new Journal().add('run.created', 'run', created);
const withheldOf = ({ events }: Journal) => withheldVerdicts(reduce(events)).length;

describe('what is shown of hidden verdicts', () => {
  it('is a count of the feedback half and one bit of the sealed half', () => {
    const journal = asked(asked(begun(), 'feedback', '+-+'), 'sealed', '+--');
    assert.equal(
      hiddenLine(reduce(journal.events)),
      'feedback half: 2 of 3 passed, sealed half: not all of 3 passed',
    );
    assert.equal(withheldOf(journal), 6);
  });

  it('is each verdict where that says it anyway', () => {
    assert.equal(withheldOf(asked(begun(), 'feedback', '+++')), 0);
    assert.equal(withheldOf(asked(begun(), 'feedback', '---')), 0);
    assert.equal(withheldOf(asked(begun(), 'sealed', '+++')), 0);
    assert.equal(withheldOf(asked(begun(), 'sealed', '-')), 0);
    assert.equal(withheldOf(asked(begun(), 'sealed', '---')), 3, 'one bit does not say that all failed');
    const all = asked(asked(begun(), 'feedback', '++'), 'sealed', '+++');
    assert.equal(hiddenLine(reduce(all.events)), '5 of 5 hidden scenarios passed');
  });

  it('does not grow verdict by verdict, in no bar, mark or line', () => {
    for (const signs of ['+', '-', '+-']) {
      const run = reduce(asked(begun(), 'feedback', signs, 3).events);
      assert.equal(hiddenLine(run), `feedback half: ${String(signs.length)} of 3 judged`);
      assert.deepEqual(
        run.bars.filter(({ kind }) => kind === 'verdict' || kind === 'validate').map(({ ok }) => ok),
        [null, ...[...signs].map(() => null)],
      );
      assert.equal(run.requirements[0]?.hidden, 'open');
    }
  });

  it('has every verdict that a person paid for, from then on, and no other', async () => {
    const journal = asked(begun(), 'feedback', '+-+').wait(1000);
    const ended = reduce(journal.events).lastAt;
    journal.wait(60_000).add('validate.shown', 'shown', {
      half: 'feedback',
      scenarios: ['H-feedback1'],
      bits: 1,
      left: 4,
      by: 'me',
    });
    const run = reduce(journal.events);
    assert.deepEqual(
      run.bars.filter(({ kind }) => kind === 'verdict').map(({ label, ok }) => [label, ok]),
      [
        ['H-feedback0 judged', null],
        ['H-feedback1 failed', false],
        ['H-feedback2 judged', null],
      ],
    );
    assert.equal(run.requirements[0]?.hidden, 'fail');
    assert.deepEqual([run.spend.bitsTold, run.spend.bitsLeft], [1, 4]);
    assert.equal(run.lastAt, ended, 'looking afterwards makes no run longer');
    const shown = journal.events.map((event) => JSON.stringify(shownEvent(run, event)));
    assert.equal(shown.filter((text) => text.includes('"passed"')).length, 1);
    const of = async (span: string) =>
      JSON.stringify(await describeSpan(run, journal.events, span, ({ text }) => Promise.resolve(text)));
    assert.match(await of('H-feedback1'), /"Verdict","failed"/);
    assert.match(await of('H-feedback0'), /"Verdict","not shown/);
  });

  it('names no scenario that was judged again while its verdict is not shown', () => {
    const again = (journal: Journal) => {
      const data = { key: 'a', round: 1, passed: true, look: 'other', root: '/srv/app' } as const;
      journal.add('validate.again', 'again', { ...data, scenario: 'H-feedback0' });
      const run = reduce(journal.events);
      return [run.bars.at(-1)?.label, JSON.stringify(shownEvent(run, journal.events.at(-1)!))] as const;
    };
    const [label, text] = again(asked(begun(), 'feedback', '+-'));
    assert.equal(label, 'a scenario was judged again in other surroundings');
    assert.doesNotMatch(text, /H-feedback0|passed/);
    assert.equal(
      again(asked(begun(), 'feedback', '++'))[0],
      'H-feedback0 passed again in other surroundings',
    );
  });
});
