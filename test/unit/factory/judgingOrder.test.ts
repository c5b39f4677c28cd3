import assert from 'node:assert/strict';
import { keyedOrder, padded } from '../../../src/factory/judgingOrder';

const scenarios = Array.from({ length: 12 }, (_, at) => ({ id: `H-${at}` }));
const key = (byte: number) => new Uint8Array(32).fill(byte);
const ids = (items: { id: string }[]) => items.map(({ id }) => id).join(' ');

describe('the order of judging', () => {
  it('has every scenario once, the same each time', () => {
    const order = keyedOrder(scenarios, key(1), 'c1');
    assert.deepEqual(
      [...order].sort((a, b) => scenarios.indexOf(a) - scenarios.indexOf(b)),
      scenarios,
    );
    assert.equal(ids(keyedOrder([...scenarios].reverse(), key(1), 'c1')), ids(order));
  });

  it('is another one for each commit and each vault', () => {
    const order = ids(keyedOrder(scenarios, key(1), 'c1'));
    assert.notEqual(ids(keyedOrder(scenarios, key(1), 'c2')), order);
    assert.notEqual(ids(keyedOrder(scenarios, key(2), 'c1')), order);
  });
});

describe('the visible time of a validation', () => {
  it('is never shorter than the time it took, and at most a quarter or a second longer', () => {
    for (let ms = 0; ms < 3_600_000; ms = ms * 1.07 + 13) {
      assert.ok(padded(ms) >= ms && padded(ms) <= Math.max(ms * 1.25, ms + 1000), String(ms));
    }
  });

  it('is one of few', () => {
    const times = new Set(Array.from({ length: 360_000 }, (_, at) => padded(at * 10)));
    assert.ok(times.size <= 48, String(times.size));
    assert.equal(padded(0), 1000);
  });
});
