import assert from 'node:assert/strict';
import { getHeapSnapshot } from 'node:v8';
import { text } from 'node:stream/consumers';
import { canaryValue } from '../../../src/holdouts/canaries';
import { textsOf } from '../../../src/holdouts/suiteFiles';
import { type PhraseSearch, searchForPhrases } from '../../../src/holdouts/watchPhrases';

/** Made anew each time, so that no constant of this file holds it. */
const word = (n: number): string => canaryValue(`phrase ${n}`, 'word');
const sentence = (): string => Array.from({ length: 14 }, (_, n) => word(n)).join(' ');

const prepared = (): PhraseSearch => searchForPhrases([{ scenario: 'H-1', text: `why: ${sentence()}` }]);

describe('the search for phrases', () => {
  it('keeps no word of a scenario in memory, and finds its phrases', async () => {
    const search = prepared();
    // The engine keeps the text that was matched last, until another is.
    assert.match('another', /other/);
    const heap = await text(getHeapSnapshot());
    const kept = Array.from({ length: 14 }, (_, n) => word(n)).filter((one) => heap.includes(one));
    assert.deepEqual(kept, []);
    const found = search.look(`"${sentence().toUpperCase()}"`);
    assert.deepEqual(new Set(found.map(({ scenario }) => scenario)), new Set(['H-1']));
    assert.ok(found.some(({ words }) => sentence().startsWith(words)));
  });

  it('finds phrases of a suite, which may quote the spec anywhere', () => {
    const files = {
      'a.sh': { data: Buffer.from(`# ${sentence()}`).toString('base64') },
      b: { data: 'AAAA' },
    };
    const search = searchForPhrases([{ scenario: 'H-1', text: 'why: x', suite: textsOf(files) }]);
    const found = search.look(sentence());
    assert.ok(
      found.length > 0 && found.every(({ scenario, structural }) => scenario === 'H-1' && !structural),
    );
  });

  it('tells each phrase once, however often it is there', () => {
    const search = prepared();
    assert.equal(search.look(`${sentence()}. `.repeat(3)).length, search.look(sentence()).length);
  });

  it('reads what is very large at its beginning and its end', () => {
    const search = prepared();
    for (const [at, isSeen] of [
      [500, true],
      [6_000_000 - 500, true],
      [3_000_000, false],
    ] as const) {
      const data = Buffer.alloc(6_000_000, 'Nothing to see. ');
      data.write(` ${sentence()} `, at);
      assert.equal(search.look(data).length > 0, isSeen, String(at));
    }
  });
});
