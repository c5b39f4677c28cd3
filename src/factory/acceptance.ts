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
