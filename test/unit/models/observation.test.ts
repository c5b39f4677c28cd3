import assert from 'node:assert/strict';
import { firstDifference, type Observation } from '../../../src/models/observation';

const bash: Observation = { tool: 'bash', ok: true, exit: 0, files: { 'a.ts': 'aa'.repeat(32) } };

describe('the difference between a recording and now', () => {
  it('is none for the same observations', () => {
    assert.equal(firstDifference([bash], [structuredClone(bash)]), undefined);
    assert.equal(firstDifference([], []), undefined);
  });

  const cases: [string, Observation[], string][] = [
    ['an exit status', [{ ...bash, ok: false, exit: 1 }], 'recorded bash exit 0, now exit 1'],
    ['a command that was killed', [{ ...bash, exit: null }], 'recorded bash exit 0, now without exit status'],
    ['success', [{ ...bash, ok: false }], 'recorded bash succeeded, now it failed'],
    ['another tool', [{ ...bash, tool: 'edit' }], 'recorded bash, now edit'],
    [
      'a digest',
      [{ ...bash, files: { 'a.ts': 'bb'.repeat(32) } }],
      'after bash, a.ts was recorded with digest aaaaaaaaaaaa, now with digest bbbbbbbbbbbb',
    ],
    [
      'a deletion',
      [{ ...bash, files: { 'a.ts': null } }],
      'after bash, a.ts was recorded with digest aaaaaaaaaaaa, now deleted',
    ],
    [
      'a file more',
      [{ ...bash, files: { ...bash.files, 'b.ts': null } }],
      'after bash, b.ts was recorded unchanged, now deleted',
    ],
    ['a call less', [], 'recorded bash, now no tool call'],
    ['a call more', [bash, bash], 'recorded bash, now bash, bash'],
  ];
  for (const [name, now, expected] of cases) {
    it(`names ${name}`, () => assert.equal(firstDifference([bash], now), expected));
  }

  it('names the first of several', () => {
    const second = { ...bash, tool: 'read', exit: null };
    const now = [bash, { ...second, ok: false }, bash];
    assert.equal(firstDifference([bash, second], now), 'recorded read succeeded, now it failed');
  });
});
