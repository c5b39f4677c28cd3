import assert from 'node:assert/strict';
import { getHeapSnapshot } from 'node:v8';
import { text } from 'node:stream/consumers';
import { canaryValue } from '../../../src/holdouts/canaries';
import { textsOf } from '../../../src/holdouts/suiteFiles';
import { type PhraseSearch, printPhrases, searchForPhrases } from '../../../src/holdouts/watchPhrases';

/** Made anew each time, so that no constant of this file holds it. */
const word = (n: number): string => canaryValue(`phrase ${n}`, 'word');
const sentence = (): string => Array.from({ length: 14 }, (_, n) => word(n)).join(' ');

const prepared = (): PhraseSearch =>
  searchForPhrases(printPhrases([{ scenario: 'H-1', text: `why: ${sentence()}` }]));

describe('the search for phrases', () => {
  it('keeps no word of a scenario in memory, and finds its phrases', async () => {
    const search = prepared();
    // The engine keeps the text that was matched last, until another is.
    assert.match('another', /other/);
    const heap = await text(getHeapSnapshot());
    const kept = Array.from({ length: 14 }, (_, n) => word(n)).filter((one) => heap.includes(one));
    assert.deepEqual(kept, []);
    const found = await search.search(`"${sentence().toUpperCase()}"`);
    assert.deepEqual(new Set(found.map(({ scenario }) => scenario)), new Set(['H-1']));
    assert.ok(found.some(({ words }) => sentence().startsWith(words)));
  });

  it('finds phrases of a suite, which may quote the spec anywhere', async () => {
    const files = {
      'a.sh': { data: Buffer.from(`# ${sentence()}`).toString('base64') },
      b: { data: 'AAAA' },
    };
    const search = searchForPhrases(
      printPhrases([{ scenario: 'H-1', text: 'why: x', suite: textsOf(files) }]),
    );
    const found = await search.search(sentence());
    assert.ok(
      found.length > 0 && found.every(({ scenario, structural }) => scenario === 'H-1' && !structural),
    );
  });

  it('tells each phrase once, however often it is there', async () => {
    const search = prepared();
    const once = await search.search(sentence());
    assert.equal((await search.search(`${sentence()}. `.repeat(3))).length, once.length);
  });

  it('finds a phrase wherever it lies in what is very large', async () => {
    const search = prepared();
    for (const at of [500, 1024 ** 2 - 40, 1024 ** 2 - 16 * 1024, 3_000_000, 6_000_000 - 500]) {
      const data = Buffer.alloc(6_000_000, 'Nothing to see. ');
      data.write(` ${sentence()} `, at);
      assert.ok((await search.search(data)).length > 0, String(at));
    }
  });
});
