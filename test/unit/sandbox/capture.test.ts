import assert from 'node:assert/strict';
import { createCapture } from '../../../src/sandbox/capture';

function captured(keepBytes: number, chunks: string[]) {
  const capture = createCapture(keepBytes);
  for (const chunk of chunks) capture.push(Buffer.from(chunk));
  return { text: capture.text(), dropped: capture.dropped() };
}

describe('output capture', () => {
  it('keeps everything within its limit', () => {
    assert.deepEqual(captured(10, ['01234', '56789']), { text: '0123456789', dropped: 0 });
    assert.deepEqual(captured(10, []), { text: '', dropped: 0 });
  });

  it('keeps the beginning and the end beyond it, however the chunks fall', () => {
    const long = Array.from({ length: 1000 }, (_, at) => String(at % 10)).join('');
    for (const size of [1, 3, 7, 999, 1000]) {
      const chunks = long.match(new RegExp(`.{1,${size}}`, 'g')) ?? [];
      const { text, dropped } = captured(10, chunks);
      assert.equal(text, '01234\n[… 990 bytes left out …]\n56789', `chunks of ${size}`);
      assert.equal(dropped, 990);
    }
  });

  it('may keep nothing but the count', () => {
    assert.deepEqual(captured(0, ['abc']), { text: '\n[… 3 bytes left out …]\n', dropped: 3 });
    assert.equal(captured(1, ['abc']).text, 'a\n[… 2 bytes left out …]\n');
  });
});
