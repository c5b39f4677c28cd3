import assert from 'node:assert/strict';
import { chanceOfPassing } from '../../../src/holdouts/bound';
import { confidenceTable, noiseSentence, wilsonInterval } from '../../../src/holdouts/confidence';

const rounded = (value: number) => Math.round(value * 10_000) / 10_000;

describe('the confidence that scenarios buy', () => {
  it('is an interval that holds for few scenarios and at the ends', () => {
    const interval = (passed: number, asked: number) => {
      const { low, high } = wilsonInterval(passed, asked);
      return [rounded(low), rounded(high)];
    };
    // Figures of Newcombe (1998), table I, method 3.
    assert.deepEqual(interval(81, 263), [0.2553, 0.3662]);
    assert.deepEqual(interval(15, 148), [0.0624, 0.1605]);
    assert.deepEqual(interval(0, 20), [0, 0.1611]);
    assert.deepEqual(interval(1, 29), [0.0061, 0.1718]);
    assert.deepEqual(interval(29, 29), [0.883, 1]);
    assert.deepEqual(interval(0, 0), [0, 1]);
  });

  it('is told in a sentence', () => {
    assert.equal(
      noiseSentence(9, 10),
      'Sampling noise: 9 of 10 feedback scenarios pass, so that 60 % to 98 % of all such scenarios would (95 % confidence).',
    );
    assert.match(noiseSentence(0, 0), /^No scenario gave feedback/);
  });

  it('takes as many scenarios as the bound says, and not one more', () => {
    for (const attempts of [1, 3]) {
      for (const { failureRate, chance, needed } of confidenceTable(0, attempts)) {
        const at = (scenarios: number) => chanceOfPassing({ scenarios, failures: 0, attempts, failureRate });
        assert.ok(at(needed) <= chance, `${needed} are too few for ${failureRate}, ${chance}`);
        assert.ok(at(needed - 1) > chance, `${needed} are too many for ${failureRate}, ${chance}`);
      }
    }
  });

  it('counts what is there already', () => {
    const row = (scenarios: number) =>
      confidenceTable(scenarios, 1).find(({ failureRate, chance }) => failureRate === 0.1 && chance === 0.05);
    assert.deepEqual(row(20), { failureRate: 0.1, chance: 0.05, needed: 29, more: 9 });
    assert.equal(row(40)?.more, 0);
  });
});
