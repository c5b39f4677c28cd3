import assert from 'node:assert/strict';
import { strictnessOf } from '../../../src/factory/acceptance';
import type { SealedScenario } from '../../../src/holdouts/types';
import type { Requirement } from '../../../src/shared/spec';
import { badCases, badPrograms } from '../../support/meter/badPrograms';

const range = { startLine: 1, startColumn: 0, endLine: 1, endColumn: 1 };
const requirements = (['MUST', 'SHOULD', 'MAY'] as const).map((modality): Requirement => ({
  id: modality,
  modality,
  text: '',
  examples: [],
  range,
}));

let made = 0;
const scenario = (level: string, weight = 1): SealedScenario => ({
  id: `H-${(made += 1)}`,
  covers: [level],
  half: 'sealed',
  weight,
});
const many = (count: number, level: string): SealedScenario[] =>
  Array.from({ length: count }, () => scenario(level));

describe('how strict acceptance is', () => {
  const of = (scenarios: SealedScenario[], accept: number) => strictnessOf(scenarios, requirements, accept);

  it('allows the share of equal scenarios that accept leaves', () => {
    assert.deepEqual(of(many(20, 'SHOULD'), 0.9), { scenarios: 20, failures: 2 });
    assert.deepEqual(of(many(10, 'SHOULD'), 0.9), { scenarios: 10, failures: 1 });
    assert.deepEqual(of(many(9, 'SHOULD'), 0.9), { scenarios: 9, failures: 0 });
    assert.deepEqual(of(many(9, 'SHOULD'), 0), { scenarios: 9, failures: 9 });
  });

  it('allows no failure of a MUST, and does not count a MAY', () => {
    const scenarios = [...many(5, 'MUST'), ...many(4, 'SHOULD'), ...many(7, 'MAY')];
    assert.deepEqual(of(scenarios, 0.5), { scenarios: 9, failures: 2 });
  });

  it('counts on the lightest to fail', () => {
    const scenarios = [scenario('SHOULD', 10), ...many(10, 'SHOULD')];
    assert.deepEqual(of(scenarios, 0.5), { scenarios: 11, failures: 10 });
  });

  it('bounds what bad programs get away with, over acceptance, attempts, weights and levels', () => {
    const trials = 1500;
    badCases.forEach((one, at) => {
      const { share, printed } = badPrograms(one, trials, at + 1);
      const noise = 4 * Math.sqrt((printed * (1 - printed)) / trials);
      assert.ok(share <= printed + noise, `${share} > ${printed}: ${JSON.stringify(one)}`);
    });
  });
});
