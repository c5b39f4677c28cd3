import assert from 'node:assert/strict';
import { costOf, spendingOf, usageOf, worstCase } from '../../../src/models/prices';

const million = { input: 1e6, output: 0, cacheRead: 0, cacheWrite: 0 };

describe('prices', () => {
  it('go by the model family, wherever the name stands', () => {
    assert.equal(costOf('claude-opus-5-5', million), 5);
    assert.equal(costOf('anthropic.claude-sonnet-5-5-v1:0', million), 3);
    assert.equal(costOf('Claude-Haiku-5-5', million), 1);
    assert.equal(costOf('claude-opus-5-5', { ...million, input: 0, output: 1e6 }), 25);
  });

  it('of an unknown family are the dearest known', () => {
    assert.equal(costOf('gpt-next', million), 5);
    assert.equal(costOf('gpt-next', { ...million, input: 0, output: 1e6 }), 25);
  });

  it('tell cache writes and reads apart', () => {
    assert.equal(costOf('claude-sonnet-5-5', { ...million, input: 0, cacheWrite: 1e6 }), 3.75);
    assert.equal(
      costOf('claude-sonnet-5-5', { ...million, input: 0, cacheRead: 1e6 }).toFixed(6),
      '0.300000',
    );
  });

  it('count every kind of token towards the limit of tokens', () => {
    const { tokens } = spendingOf('claude-haiku-5-5', {
      input: 1,
      output: 20,
      cacheRead: 300,
      cacheWrite: 4000,
    });
    assert.equal(tokens, 4321);
  });

  it('have a worst case above every split of a body of that many bytes', () => {
    const worst = worstCase('claude-opus-5-5', 10_000, 500);
    for (const [input, cacheRead, cacheWrite] of [
      [10_000, 0, 0],
      [0, 10_000, 0],
      [0, 0, 10_000],
      [3000, 3000, 4000],
    ] as const) {
      const real = spendingOf('claude-opus-5-5', { input, cacheRead, cacheWrite, output: 500 });
      assert.ok(real.usd < worst.usd && real.tokens < worst.tokens);
    }
  });

  it('read counts that an endpoint leaves out or garbles as none', () => {
    const garbled = { input_tokens: 5, output_tokens: Number.NaN, cache_read_input_tokens: -3 };
    assert.deepEqual(usageOf(garbled as never), { input: 5, output: 0, cacheRead: 0, cacheWrite: 0 });
  });
});
