import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { documented } from '../attack/documented';
import { elsewhereAttacks } from '../attack/elsewhere';
import { type Part, renderAttacksPage } from '../attack/page';
import { courtAttacks } from '../attack/zoo/court';
import { recordAttacks } from '../attack/zoo/record';
import { repositoryAttacks } from '../attack/zoo/repository';
import { zoo } from '../attack/zoo/zoo';

const page = 'media/docs/attacks.md';

const parts: Part[] = [
  ...zoo('').map(({ title, attacks }) => ({ title: `An agent: ${title.toLowerCase()}`, attacks })),
  { title: 'A program while it is judged', attacks: courtAttacks },
  { title: 'A repository that is opened and run', attacks: repositoryAttacks },
  { title: 'Somebody with access to the store', attacks: recordAttacks },
];
const attacks = parts.flatMap((part) => part.attacks);

describe('reference page of the attacks', () => {
  it('is what the attacks say (UPDATE_DOCS=1 writes it)', () => {
    const rendered = renderAttacksPage(parts, elsewhereAttacks, documented);
    if (process.env.UPDATE_DOCS) writeFileSync(page, rendered);
    assert.equal(readFileSync(page, 'utf8'), rendered);
  });

  it('names each attack once, prevented or documented', () => {
    const ids = [...attacks, ...elsewhereAttacks, ...documented].map(({ id }) => id);
    assert.deepEqual(
      ids.filter((id, at) => ids.indexOf(id) !== at),
      [],
    );
  });

  for (const { id, test } of elsewhereAttacks)
    it(`names the test that makes ${id}`, () => {
      const [file, title] = test;
      const source = readFileSync(`test/${file}`, 'utf8');
      const starts = ["'", '`', '"'].map((quote) => `it(${quote}${title}`);
      assert.ok(
        starts.some((start) => source.includes(start)),
        `test/${file} has no test “${title}”`,
      );
    });

  it('has at least a hundred attacks', () => assert.ok(attacks.length >= 100, `only ${attacks.length}`));
});
