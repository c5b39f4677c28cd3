import { defaultPolicy, type Policy } from './policy';
import { autonomies, feedbacks } from './policyFile';
import type { UserLimits } from './types';

/** The most a repository may ask for on its own: the person's limits, and the usual values for all else. */
export function ceilingsOf(limits: UserLimits): Policy {
  const { usd, minutes } = limits;
  return { ...defaultPolicy, budget: { ...defaultPolicy.budget, usd, minutes } };
}

/**
 * What is left of a policy below the ceilings: the stricter of both, value by value. Models are the exception: they
 * have no order, their cost is bounded by the money, and the person's roles go before them.
 */
export function tighten(policy: Policy, most: Policy): Policy {
  const { budget, holdouts, categories } = policy;
  const lower = <T extends string>(order: readonly T[], a: T, b: T): T =>
    order[Math.min(order.indexOf(a), order.indexOf(b))]!;
  const usual = (name: string) => most.categories[name]?.autonomy ?? autonomies[0];
  const fromMostAsked = autonomies.toReversed();
  return {
    ...policy,
    categories: Object.fromEntries(
      Object.entries(categories).map(([name, { autonomy }]) => [
        name,
        { autonomy: lower(fromMostAsked, autonomy, usual(name)) },
      ]),
    ),
    budget: {
      usd: Math.min(budget.usd, most.budget.usd),
      tokens: Math.min(budget.tokens, most.budget.tokens),
      minutes: Math.min(budget.minutes, most.budget.minutes),
      debugRounds: Math.min(budget.debugRounds, most.budget.debugRounds),
      parallel: Math.min(budget.parallel, most.budget.parallel),
    },
    holdouts: {
      ...holdouts,
      feedback: lower(feedbacks, holdouts.feedback, most.holdouts.feedback),
      sealed: Math.max(holdouts.sealed, most.holdouts.sealed),
      attempts: Math.min(holdouts.attempts, most.holdouts.attempts),
      accept: Math.max(holdouts.accept, most.holdouts.accept),
    },
  };
}

/** What a policy asks for beyond what holds, value by value: `budget.usd 10000, where 10 holds`. */
export function asksBeyond(policy: Policy, held: Policy): string[] {
  const holds = new Map(leaves(held));
  return leaves(policy)
    .filter(([name, value]) => holds.get(name) !== value)
    .map(([name, value]) => `${name} ${value}, where ${holds.get(name) ?? 'nothing'} holds`);
}

function leaves(policy: Policy): [string, string][] {
  const { categories, budget, holdouts } = policy;
  return [
    ...Object.entries(budget).map(([name, value]): [string, string] => [`budget.${name}`, String(value)]),
    ...Object.entries(holdouts).map(([name, value]): [string, string] => [`holdouts.${name}`, String(value)]),
    ...Object.entries(categories).map(([name, { autonomy }]): [string, string] => [
      `categories.${name}.autonomy`,
      autonomy,
    ]),
  ];
}
