import assert from 'node:assert/strict';
import { matchValue, type Expected } from '../../../src/holdouts/matchers';

const fits: [Expected, unknown][] = [
  ['a', 'a'],
  [1, 1],
  [null, null],
  [false, false],
  [{}, { a: 1 }],
  [{ a: 1 }, { a: 1, b: 2 }],
  [{ a: { b: [1, { c: 2 }] } }, { a: { b: [1, { c: 2, d: 3 }], e: 4 } }],
  [[], []],
  [{ equals: { a: [1] } }, { a: [1] }],
  [{ equals: { matches: 'x' } }, { matches: 'x' }],
  [{ matches: '^do' }, 'done'],
  [{ matches: 'b$' }, 'a\nab'],
  [{ contains: 'on' }, 'done'],
  [{ contains: ['e', 'd'] }, 'done'],
  [{ contains: { id: 2 } }, [{ id: 1 }, { id: 2, name: 'x' }]],
  [{ contains: [3, 1] }, [1, 2, 3]],
  [{ between: [1, 3] }, 1],
  [{ between: [1, 3] }, 3],
  [{ schema: { type: 'string', pattern: '^a' } }, 'ab'],
  [{ schema: true }, null],
  [{ each: { id: { any: true } } }, [{ id: 1 }, { id: null }]],
  [{ each: 1 }, []],
  [{ absent: true }, undefined],
  [{ absent: false }, null],
  [{ a: { absent: true } }, { b: 1 }],
  [{ any: true }, null],
  [{ oneOf: [1, { matches: '^a' }] }, 'abc'],
  [{ unordered: [1, 2] }, [2, 1]],
  [{ unordered: [{ any: true }, 1] }, [1, 2]],
  [{ unordered: [{ oneOf: [1, 2] }, { oneOf: [1, 3] }, 1] }, [1, 2, 3]],
  [{ contains: 'a', matches: 'b$' }, 'ab'],
  [
    { any: true, name: 'a key among others makes it an object' },
    { any: true, name: 'a key among others makes it an object' },
  ],
];

const misses: [Expected, unknown, string][] = [
  ['a', 'b', '$'],
  ['1', 1, '$'],
  [0, false, '$'],
  [null, undefined, '$'],
  [{}, [], '$'],
  [{}, null, '$'],
  [[], {}, '$'],
  [{ a: 1 }, {}, '$.a'],
  [{ a: 1 }, JSON.parse('{"__proto__": {"a": 1}}'), '$.a'],
  [{ toString: { any: true } }, {}, '$.toString'],
  [[1, 2], [2, 1], '$[0]'],
  [[1], [1, 2], '$'],
  [{ a: [{ b: 1 }] }, { a: [{ b: 2 }] }, '$.a[0].b'],
  [{ equals: { a: 1 } }, { a: 1, b: 2 }, '$'],
  [{ matches: '^o' }, 'done', '$'],
  [{ matches: '1' }, 1, '$'],
  [{ contains: ['e', 'x'] }, 'done', '$'],
  [{ contains: 1 }, { 1: 1 }, '$'],
  [{ contains: [1, 4] }, [1, 2, 3], '$'],
  [{ between: [1, 3] }, 3.01, '$'],
  [{ between: [1, 3] }, '2', '$'],
  [{ schema: { type: 'string', pattern: '^a' } }, 'ba', '$'],
  [{ schema: true }, undefined, '$'],
  [{ each: { id: 1 } }, [{ id: 1 }, { id: 2 }], '$[1].id'],
  [{ each: 1 }, 1, '$'],
  [{ absent: true }, null, '$'],
  [{ absent: false }, undefined, '$'],
  [{ any: true }, undefined, '$'],
  [{ oneOf: [1, 2] }, 3, '$'],
  [{ unordered: [1, 2] }, [1, 1], '$'],
  [{ unordered: [1, 2] }, [1, 2, 3], '$'],
  [{ unordered: [{ oneOf: [1, 2] }, { oneOf: [1, 2] }, 3] }, [1, 3, 3], '$'],
  [{ contains: 'a', matches: 'b$' }, 'ac', '$'],
];

describe('matchers', () => {
  for (const [expected, actual] of fits) {
    it(`${JSON.stringify(expected)} fits ${JSON.stringify(actual)}`, () => {
      assert.deepEqual(matchValue(expected, actual), { ok: true });
    });
  }
  for (const [expected, actual, path] of misses) {
    it(`${JSON.stringify(expected)} does not fit ${JSON.stringify(actual)}`, () => {
      assert.deepEqual(matchValue(expected, actual), { ok: false, path });
    });
  }

  it('take linear time on patterns that backtracking engines hang on', () => {
    const text = `${'a'.repeat(50_000)}!`;
    assert.equal(matchValue({ matches: '^(a+)+$' }, text).ok, false);
    assert.equal(matchValue({ schema: { pattern: '^(a+)+$' } }, text).ok, false);
  });
});
