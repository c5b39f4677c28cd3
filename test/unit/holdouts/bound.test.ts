import assert from 'node:assert/strict';
import { boundSentence, chanceOfPassing } from '../../../src/holdouts/bound';

const near = (actual: number, expected: number) =>
  assert.ok(Math.abs(actual - expected) < 1e-9 * Math.max(1, expected), `${actual} is not ${expected}`);

describe('the chance that a bad program passes', () => {
  it('is (1 − ε)^n for one question about all scenarios', () => {
    near(chanceOfPassing({ accept: 1, scenarios: 29, attempts: 1, failureRate: 0.1 }), 0.9 ** 29);
  });

  it('grows with every question asked', () => {
    near(chanceOfPassing({ accept: 1, scenarios: 29, attempts: 3, failureRate: 0.1 }), 3 * 0.9 ** 29);
    assert.equal(chanceOfPassing({ accept: 1, scenarios: 5, attempts: 3, failureRate: 0.1 }), 1);
  });

  it('allows for the failures that accept allows', () => {
    const two = 0.9 ** 20 + 20 * 0.1 * 0.9 ** 19 + 190 * 0.01 * 0.9 ** 18;
    near(chanceOfPassing({ accept: 0.9, scenarios: 20, attempts: 1, failureRate: 0.1 }), two);
    near(chanceOfPassing({ accept: 0.9, scenarios: 10, attempts: 1, failureRate: 0.5 }), 11 / 1024);
  });

  it('is 1 without scenarios or without a failure rate, and 0 for a program that always fails', () => {
    assert.equal(chanceOfPassing({ accept: 1, scenarios: 0, attempts: 1, failureRate: 0.1 }), 1);
    assert.equal(chanceOfPassing({ accept: 1, scenarios: 10, attempts: 1, failureRate: 0 }), 1);
    assert.equal(chanceOfPassing({ accept: 1, scenarios: 10, attempts: 1, failureRate: 1 }), 0);
  });

  it('stays a number for many scenarios', () => {
    near(chanceOfPassing({ accept: 0.5, scenarios: 5000, attempts: 1, failureRate: 0.1 }), 1);
    assert.ok(chanceOfPassing({ accept: 0.5, scenarios: 5000, attempts: 1, failureRate: 0.9 }) < 1e-9);
  });

  it('is never below what really happens', () => {
    let seed = 1;
    const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
    for (const { accept, scenarios, attempts, failureRate } of [
      { accept: 1, scenarios: 10, attempts: 1, failureRate: 0.2 },
      { accept: 1, scenarios: 20, attempts: 3, failureRate: 0.2 },
      { accept: 0.9, scenarios: 20, attempts: 3, failureRate: 0.3 },
    ]) {
      const trials = 20_000;
      let shipped = 0;
      for (let trial = 0; trial < trials; trial++) {
        const passes = () => {
          const failures = Array.from({ length: scenarios }, random).filter(
            (one) => one < failureRate,
          ).length;
          return scenarios - failures >= accept * scenarios - 1e-9;
        };
        if (Array.from({ length: attempts }, passes).some(Boolean)) shipped++;
      }
      const bound = chanceOfPassing({ accept, scenarios, attempts, failureRate });
      assert.ok(shipped / trials <= bound + 3 * Math.sqrt(bound / trials), `${shipped / trials} > ${bound}`);
    }
  });

  it('is told in a sentence, and called too few scenarios above a half', () => {
    assert.equal(
      boundSentence({ accept: 1, scenarios: 29, attempts: 1, failureRate: 0.1 }),
      'A program that fails 10 % of such scenarios would pass with chance ≤ 4.7 % (29 sealed scenarios, asked 1×).',
    );
    assert.match(
      boundSentence({ accept: 1, scenarios: 1, attempts: 1, failureRate: 0.1 }),
      /too few scenarios \(1 sealed scenario\)/,
    );
  });
});
