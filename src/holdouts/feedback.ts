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
  /** Share of scenarios that passed, for the gate of the next round; the best of all rounds so far. */
  best: number;
}

/** A flag about fewer scenarios than this is nearly the verdict of one of them. */
const scenariosBehindAFlag = 3;

/** Shares times counts are whole numbers but for this. */
const rounding = 1e-9;

/** Answers that the usual budget buys at the least, whatever the policy says of debug rounds. */
export const fewestAnswers = 4;

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
 * The plan over those scenarios that can pay for an answer. What is spent is not spoken about, so that new
 * scenarios are heard beside it.
 * @param affordable those of the ids that may pay this many bits
 */
export function planAffordable(
  policy: FeedbackPolicy,
  scenarios: readonly SealedScenario[],
  requirements: readonly Pick<Requirement, 'id'>[],
  affordable: (bits: number, ids: string[]) => string[],
): FeedbackPlan {
  const plan = planFeedback(policy, scenarios, requirements);
  const able = new Set(affordable(plan.bits, plan.scenarios));
  if (able.size === plan.scenarios.length) return plan;
  // Fewer scenarios may cost more: a requirement may lose its name, and a count comes in its place.
  const fewer = scenarios.filter(({ id }) => able.has(id));
  return planAffordable(policy, fewer, requirements, affordable);
}

/**
 * What a failed round tells. Nothing but the failure itself unless at least one scenario more passes than in
 * the best round before (the Ladder's gate with a step of 1/n), so that small changes cannot be used to probe.
 * @param best share of scenarios that passed in the best round before; null in the first
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
  const share = passed / Math.max(1, plan.scenarios.length);
  if (best !== null && passed < best * plan.scenarios.length + 1 - rounding) {
    return { kind: 'none', words: 'Hidden checks still fail.', best };
  }
  const failing = firstFailing(plan, heard);
  const requirement = requirements.find(({ id }) => id === failing);
  if (requirement) {
    const words = `Hidden checks of requirement ${requirement.id} fail. The spec says: ${requirement.text}`;
    return { kind: 'requirement', words, best: share };
  }
  if (!plan.counts) return { kind: 'none', words: 'Hidden checks fail.', best: share };
  return { kind: 'count', words: `${passed} of ${plan.scenarios.length} hidden checks pass.`, best: share };
}

/**
 * Bits that may be told by default: what the answers of all debug rounds cost, but no more than one answer for
 * sixteen scenarios, and always at least 10 bits and 4 answers. Who asks m questions about n unknown labels in the
 * best way has ½ + 0.4 · √(m / n) of them right in the end: a sixteenth keeps that at 0.6.
 */
export function defaultBits(plan: FeedbackPlan, debugRounds: number): number {
  const answers = Math.max(fewestAnswers, Math.min(debugRounds, Math.floor(plan.scenarios.length / 16)));
  return Math.max(10, Math.ceil(plan.bits * answers));
}

/**
 * The first nameable requirement of the spec with a failing scenario. Not the one with the most: who guesses at
 * random learns next to nothing from the first, and where all but one of a requirement fail, much from the most.
 */
function firstFailing(plan: FeedbackPlan, verdicts: readonly Verdict[]): string | undefined {
  return plan.nameable.find((id) => verdicts.some(({ passed, covers }) => !passed && covers.includes(id)));
}
