import type { Requirement } from '../shared/spec';
import type { SealedScenario, Verdict } from './types';

export type FeedbackPolicy = 'none' | 'count' | 'requirement';

/** What the answers of a run may be, fixed before any scenario is asked, so that the price is known first. */
export interface FeedbackPlan {
  /** Ids of the scenarios that are asked. */
  scenarios: string[];
  policy: FeedbackPolicy;
  /** Requirements with enough scenarios behind them to be named, in the order of the spec. */
  nameable: string[];
  /** Whether a count may be told: always for `count`, else when a failure can lie outside `nameable`. */
  counts: boolean;
  /** Price of one answer in bits. */
  bits: number;
}

/** The one thing a failed round tells the debugger. `words` come from the spec alone. */
export interface Told {
  kind: 'none' | 'count' | 'requirement';
  words: string;
  /** Passed scenarios, for the gate of the next round; the best of all rounds so far. */
  best: number;
}

/** A flag about fewer scenarios than this is nearly the verdict of one of them. */
const scenariosBehindAFlag = 3;

/** What the debugger hears when the sealed half fails; one bit. */
export const sealedTold = { words: 'Hidden checks fail.', bits: 1 } as const;

/** Decides what may be told about a set of feedback scenarios, and what one answer costs. */
export function planFeedback(
  policy: FeedbackPolicy,
  scenarios: readonly SealedScenario[],
  requirements: readonly Pick<Requirement, 'id'>[],
): FeedbackPlan {
  const behind = (id: string) => scenarios.filter((scenario) => scenario.covers.includes(id)).length;
  const nameable =
    policy === 'requirement'
      ? requirements.map(({ id }) => id).filter((id) => behind(id) >= scenariosBehindAFlag)
      : [];
  const named = new Set(nameable);
  const counts =
    policy === 'count' ||
    (policy === 'requirement' && scenarios.some(({ covers }) => !covers.some((id) => named.has(id))));
  const answers = nameable.length + (counts ? scenarios.length : 0);
  return {
    scenarios: scenarios.map(({ id }) => id),
    policy,
    nameable,
    counts,
    // One more for silence or a pass; that a round failed at all is worth a bit even when nothing is said.
    bits: Math.log2(Math.max(answers + 1, 2)),
  };
}

/**
 * What a failed round tells. Nothing but the failure itself unless at least one scenario more passes than in
 * the best round before (the Ladder's gate with a step of 1/n), so that small changes cannot be used to probe.
 * @param best passed scenarios of the best round before; null in the first
 */
export function tellRound(
  plan: FeedbackPlan,
  verdicts: readonly Verdict[],
  best: number | null,
  requirements: readonly Pick<Requirement, 'id' | 'text'>[],
): Told {
  const asked = new Set(plan.scenarios);
  const heard = verdicts.filter(({ scenario }) => asked.has(scenario));
  const passed = heard.filter((verdict) => verdict.passed).length;
  if (best !== null && passed <= best) return { kind: 'none', words: 'Hidden checks still fail.', best };
  const failing = mostFailing(plan, heard);
  const requirement = requirements.find(({ id }) => id === failing);
  if (requirement) {
    const words = `Hidden checks of requirement ${requirement.id} fail. The spec says: ${requirement.text}`;
    return { kind: 'requirement', words, best: passed };
  }
  if (!plan.counts) return { kind: 'none', words: 'Hidden checks fail.', best: passed };
  return { kind: 'count', words: `${passed} of ${plan.scenarios.length} hidden checks pass.`, best: passed };
}

/** Bits a run may spend by default: what its debug rounds cost, at least 10. */
export function defaultBits(plan: FeedbackPlan, debugRounds: number): number {
  return Math.max(10, Math.ceil(plan.bits * debugRounds));
}

/** The nameable requirement with the most failing scenarios; the first in the spec among equals. */
function mostFailing(plan: FeedbackPlan, verdicts: readonly Verdict[]): string | undefined {
  const failures = (id: string) =>
    verdicts.filter((verdict) => !verdict.passed && verdict.covers.includes(id)).length;
  const ranked = plan.nameable
    .map((id) => ({ id, failures: failures(id) }))
    .filter((entry) => entry.failures > 0)
    .sort((a, b) => b.failures - a.failures);
  return ranked[0]?.id;
}
