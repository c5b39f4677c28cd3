import type { Requirement } from '../shared/spec';
import { fewestAnswers, planAffordable, type FeedbackPolicy } from './feedback';
import type { Allowance } from './ledger';
import type { SealedScenario } from './types';
import type { Vault } from './vault';

/** Id under which the budget is reported beside the findings about a spec. */
export const budgetRule = 'holdouts/budget';

/** What the feedback half may still say. */
export interface Budget {
  /** Bits left for answers. */
  bits: number;
  /** Bits that one answer costs. */
  price: number;
  /** Answers that the bits buy: debug rounds that hear something. */
  answers: number;
  /** Scenarios that these answers would be about; spent ones are not among them. */
  scenarios: number;
}

/** The budget of a feedback half under a policy, after what its scenarios have spent. */
export function budgetOf(
  half: {
    policy: FeedbackPolicy;
    scenarios: readonly SealedScenario[];
    requirements: readonly Pick<Requirement, 'id'>[];
    allowance: Allowance;
  },
  ledger: Pick<Vault, 'affordable' | 'left'>,
): Budget {
  const { policy, scenarios, requirements, allowance } = half;
  const plan = planAffordable(policy, scenarios, requirements, (price, ids) =>
    ledger.affordable('feedback', price, ids, allowance),
  );
  const heard = plan.scenarios;
  if (heard.length === 0) return { bits: 0, price: plan.bits, answers: 0, scenarios: 0 };
  const bits = ledger.left('feedback', heard, allowance);
  // Prices are logarithms: a whole number of them may come out a little smaller.
  return { bits, price: plan.bits, answers: Math.floor(bits / plan.bits + 1e-9), scenarios: heard.length };
}

/** What a person should know of it before a run: a warning when it buys fewer answers than a usual run hears. */
export function budgetFinding({ bits, price, answers, scenarios }: Budget): {
  severity: 'info' | 'warning';
  message: string;
  hint: string;
} {
  const many = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`;
  const budget = `The feedback budget of ${bits.toFixed(1)} bits buys ${many(answers, 'answer')} of ${price.toFixed(1)} bits about ${many(scenarios, 'scenario')}.`;
  if (answers >= fewestAnswers) return { severity: 'info', message: budget, hint: '' };
  return {
    severity: 'warning',
    message: budget,
    hint: `A usual run hears at least ${fewestAnswers}: import scenarios that were never asked, or let holdouts.bits of the policy at its default.`,
  };
}
