import assert from 'node:assert/strict';
import { honest, noProgress, shipped, type Factory } from '../../support/meter/simulation';

const trials = 1500;

describe('the metered factory, played with agents that fail 15 % of 100 scenarios', () => {
  const factory: Factory = { scenarios: 100, rounds: 30, policy: 'requirement', accept: 0.95, runs: 1 };

  for (const policy of ['requirement', 'count'] as const) {
    it(`ships at most 3 % of those that get no better, forks and spec edits included (${policy})`, () => {
      const share = shipped({ ...factory, policy, runs: 20 }, noProgress, trials);
      assert.ok(share <= 0.03, `${share}`);
    });

    it(`ships at least 95 % of those that halve what fails in each round (${policy})`, () => {
      const share = shipped({ ...factory, policy }, honest, trials);
      assert.ok(share >= 0.95, `${share}`);
    });
  }
});
