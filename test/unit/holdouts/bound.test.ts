import assert from 'node:assert/strict';
import { type BoundInput, boundSentence, chanceOfPassing } from '../../../src/holdouts/bound';
import { type Dice, diceOf } from '../../support/meter/dice';

const near = (actual: number, expected: number) =>
  assert.ok(Math.abs(actual - expected) < 1e-9 * Math.max(1, expected), `${actual} is not ${expected}`);

const trials = 2000;

/** Share of trials in which one of several bad programs, each with luck of its own, passes. */
function shareThatPasses(dice: Dice, { scenarios, failures, attempts, failureRate }: BoundInput): number {
  const passes = () => {
    let failed = 0;
    for (let at = 0; at < scenarios; at++) if (dice() < failureRate) failed += 1;
    return failed <= failures;
  };
  let passed = 0;
  for (let trial = 0; trial < trials; trial++)
    for (let attempt = 0; attempt < attempts; attempt++)
      if (passes()) {
        passed += 1;
        break;
      }
  return passed / trials;
}

describe('the chance that a bad program passes', () => {
  it('is (1 − ε)^n for one question about all scenarios', () => {
    near(chanceOfPassing({ failures: 0, scenarios: 29, attempts: 1, failureRate: 0.1 }), 0.9 ** 29);
  });

  it('grows with every question asked', () => {
    near(chanceOfPassing({ failures: 0, scenarios: 29, attempts: 3, failureRate: 0.1 }), 3 * 0.9 ** 29);
    assert.equal(chanceOfPassing({ failures: 0, scenarios: 5, attempts: 3, failureRate: 0.1 }), 1);
  });

  it('allows for the failures that an accepted result may have', () => {
    const two = 0.9 ** 20 + 20 * 0.1 * 0.9 ** 19 + 190 * 0.01 * 0.9 ** 18;
    near(chanceOfPassing({ failures: 2, scenarios: 20, attempts: 1, failureRate: 0.1 }), two);
    near(chanceOfPassing({ failures: 1, scenarios: 10, attempts: 1, failureRate: 0.5 }), 11 / 1024);
  });

  it('is 1 without scenarios or without a failure rate, and 0 for a program that always fails', () => {
    assert.equal(chanceOfPassing({ failures: 0, scenarios: 0, attempts: 1, failureRate: 0.1 }), 1);
    assert.equal(chanceOfPassing({ failures: 0, scenarios: 10, attempts: 1, failureRate: 0 }), 1);
    assert.equal(chanceOfPassing({ failures: 0, scenarios: 10, attempts: 1, failureRate: 1 }), 0);
  });

  it('stays a number for many scenarios', () => {
    near(chanceOfPassing({ failures: 2500, scenarios: 5000, attempts: 1, failureRate: 0.1 }), 1);
    assert.ok(chanceOfPassing({ failures: 2500, scenarios: 5000, attempts: 1, failureRate: 0.9 }) < 1e-9);
  });

  it('is never less than how often bad programs pass, whatever accepts them, however often they are asked', () => {
    const dice = diceOf(10);
    for (const scenarios of [10, 29, 50])
      for (const failures of [0, 1, 3])
        for (const attempts of [1, 3, 8]) {
          const input = { scenarios, failures, attempts, failureRate: 0.1 };
          const printed = chanceOfPassing(input);
          const passed = shareThatPasses(dice, input);
          // Three standard deviations of what so many trials can be off.
          const noise = 3 * Math.sqrt((printed * (1 - printed)) / trials) + 3 / trials;
          assert.ok(passed <= printed + noise, `${passed} > ${printed} for ${JSON.stringify(input)}`);
        }
  });

  it('is told in a sentence, and called too few scenarios above a half', () => {
    assert.equal(
      boundSentence({ failures: 0, scenarios: 29, attempts: 1, failureRate: 0.1 }),
      'A program this bad (failing 10 % of such scenarios) would pass with chance ≤ 4.7 % (29 independent sealed scenarios, asked 1×).',
    );
    assert.equal(
      boundSentence({ failures: 0, scenarios: 1, attempts: 2, failureRate: 0.1 }),
      'Too few scenarios: a program failing 10 % of such scenarios could well pass (1 independent sealed scenario, asked 2×).',
    );
  });
});
