import type { SealedScenario, Verdict } from '../holdouts/types';
import type { Modality, Requirement } from '../shared/spec';

const levels: readonly Modality[] = ['MAY', 'SHOULD', 'MUST'];

/** The strongest modality among the requirements a scenario covers. */
function levelOf(covers: readonly string[], requirements: readonly Requirement[]): Modality {
  const found = requirements
    .filter(({ id }) => covers.includes(id))
    .map(({ modality }) => levels.indexOf(modality));
  return levels[Math.max(0, ...found)]!;
}

/**
 * Whether these verdicts are good enough: every MUST scenario passes, and of the SHOULD ones the weighted share
 * that passes reaches `accept`. MAY is only reported.
 */
export function acceptable(
  verdicts: readonly Verdict[],
  scenarios: readonly SealedScenario[],
  requirements: readonly Requirement[],
  accept: number,
): boolean {
  const weightOf = new Map(scenarios.map((scenario) => [scenario.id, scenario.weight]));
  let all = 0;
  let passing = 0;
  for (const { scenario, covers, passed } of verdicts) {
    const level = levelOf(covers, requirements);
    if (level === 'MUST' && !passed) return false;
    if (level !== 'SHOULD') continue;
    const weight = weightOf.get(scenario) ?? 1;
    all += weight;
    if (passed) passing += weight;
  }
  return all === 0 || passing / all >= accept;
}

/** What a pass of a set of scenarios is worth. */
export interface Strictness {
  /** Scenarios that decide; those about a MAY do not, and a suite is one. */
  scenarios: number;
  /** How many of these may fail in an accepted result at most. */
  failures: number;
}

/**
 * How strict `acceptable` is with these scenarios. Where all are SHOULD and weigh the same, `failures` is
 * ⌊(1 − accept) · n⌋; a heavier one may fail instead of several lighter ones and never the other way round, so the
 * lightest are the ones that count.
 */
export function strictnessOf(
  scenarios: readonly SealedScenario[],
  requirements: readonly Requirement[],
  accept: number,
): Strictness {
  const weights = { MUST: [] as number[], SHOULD: [] as number[], MAY: [] as number[] };
  for (const { covers, weight } of scenarios) weights[levelOf(covers, requirements)].push(weight);
  const all = weights.SHOULD.reduce((sum, weight) => sum + weight, 0);
  // The small addend keeps (1 − 0.9) · 10 from becoming less than 1.
  let allowed = (1 - accept) * all + 1e-9;
  let failures = 0;
  for (const weight of weights.SHOULD.sort((a, b) => a - b)) {
    if (weight > allowed) break;
    allowed -= weight;
    failures += 1;
  }
  return { scenarios: weights.MUST.length + weights.SHOULD.length, failures };
}
