import { type Budget, budgetOf } from '../holdouts/budget';
import { defaultBits, planFeedback } from '../holdouts/feedback';
import type { SealedScenario } from '../holdouts/types';
import type { Vault } from '../holdouts/vault';
import type { Requirement } from '../shared/spec';
import { limitsOf, type Policy } from './policy';

type Ids = readonly Pick<Requirement, 'id'>[];

function feedbackHalf(vault: Pick<Vault, 'list'>): SealedScenario[] {
  return vault.list().filter(({ half }) => half === 'feedback');
}

/** Bits that may be told about the feedback half unless the policy says less. */
export function usualBits(
  { holdouts, budget }: Policy,
  requirements: Ids,
  vault?: Pick<Vault, 'list'>,
): number {
  const scenarios = vault ? feedbackHalf(vault) : [];
  return defaultBits(planFeedback(holdouts.feedback, scenarios, requirements), budget.debugRounds);
}

/**
 * What the feedback half may still say to a run with this policy.
 * @param bits the run's limit; what a new run would have by default
 */
export function feedbackBudget(
  policy: Policy,
  requirements: Ids,
  vault: Vault,
  { bits } = limitsOf(policy, usualBits(policy, requirements, vault)),
): Budget {
  const { feedback, attempts } = policy.holdouts;
  const half = { policy: feedback, scenarios: feedbackHalf(vault), requirements };
  return budgetOf({ ...half, allowance: { bits, attempts } }, vault);
}
