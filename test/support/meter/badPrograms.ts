import { acceptable, strictnessOf } from '../../../src/factory/acceptance';
import { chanceOfPassing } from '../../../src/holdouts/bound';
import type { SealedScenario } from '../../../src/holdouts/types';
import type { Modality, Requirement } from '../../../src/shared/spec';
import { diceOf, type Dice } from './dice';

/** A sealed half and a bad program that is asked about it. */
export interface BadCase {
  scenarios: number;
  levels: readonly Modality[];
  weights: readonly number[];
  accept: number;
  attempts: number;
  failureRate: number;
}

const range = { startLine: 1, startColumn: 0, endLine: 1, endColumn: 1 };

/** One requirement of each level, under the name of the level. */
const requirements = (['MUST', 'SHOULD', 'MAY'] as const).map((modality): Requirement => ({
  id: modality,
  modality,
  text: '',
  examples: [],
  range,
}));

const oneOf = <T>(values: readonly T[], dice: Dice): T => values[Math.floor(dice() * values.length)]!;

function sealedHalf({ scenarios, levels, weights }: BadCase, dice: Dice): SealedScenario[] {
  return Array.from({ length: scenarios }, (_, at): SealedScenario => ({
    id: `H-${at}`,
    covers: [oneOf(levels, dice)],
    half: 'sealed',
    weight: oneOf(weights, dice),
  }));
}

/** Scenarios that a program with this failure rate fails; what nobody decides by cannot be where it fails. */
function failures(scenarios: readonly SealedScenario[], { failureRate }: BadCase, dice: Dice): Set<string> {
  const deciding = scenarios.filter(({ covers }) => covers[0] !== 'MAY');
  return new Set(deciding.filter(() => dice() < failureRate).map(({ id }) => id));
}

/** How often bad programs are accepted, and the chance that a report would print for it. Both are 0 to 1. */
export function badPrograms(one: BadCase, trials: number, seed: number): { share: number; printed: number } {
  const dice = diceOf(seed);
  const scenarios = sealedHalf(one, dice);
  let accepted = 0;
  for (let trial = 0; trial < trials; trial += 1) {
    for (let attempt = 0; attempt < one.attempts; attempt += 1) {
      const failed = failures(scenarios, one, dice);
      const verdicts = scenarios.map(({ id, covers }) => ({ scenario: id, covers, passed: !failed.has(id) }));
      if (!acceptable(verdicts, scenarios, requirements, one.accept)) continue;
      accepted += 1;
      break;
    }
  }
  const strictness = strictnessOf(scenarios, requirements, one.accept);
  const { attempts, failureRate } = one;
  return { share: accepted / trials, printed: chanceOfPassing({ ...strictness, attempts, failureRate }) };
}

/** Every combination of acceptance, attempts, weights and levels that is worth a look. */
export const badCases: readonly BadCase[] = [1, 0.9, 0.7].flatMap((accept) =>
  [1, 3].flatMap((attempts) =>
    [
      { levels: ['MUST'], weights: [1] },
      { levels: ['SHOULD'], weights: [1] },
      { levels: ['SHOULD'], weights: [1, 1, 1, 20] },
      { levels: ['MUST', 'SHOULD', 'MAY'], weights: [1, 5] },
    ].map(({ levels, weights }) => ({
      scenarios: 20,
      failureRate: 0.2,
      accept,
      attempts,
      levels: levels as Modality[],
      weights,
    })),
  ),
);
