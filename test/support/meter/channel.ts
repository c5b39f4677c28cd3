import {
  defaultBits,
  planAffordable,
  planFeedback,
  tellRound,
  type FeedbackPlan,
  type FeedbackPolicy,
} from '../../../src/holdouts/feedback';
import { affords, spend, unspent, type Spending } from '../../../src/holdouts/ledger';
import type { SealedScenario } from '../../../src/holdouts/types';

/** What comes back for one program: how many scenarios passed, a failing requirement, nothing, or no answer at all. */
export type Heard =
  | { kind: 'count'; passed: number }
  | { kind: 'requirement'; id: string }
  | { kind: 'none' }
  | { kind: 'spent' };

/** A way to hear about a set of scenarios; programs are what they do on each of them. */
export interface Channel {
  readonly scenarios: readonly SealedScenario[];
  ask(passes: readonly boolean[]): Heard;
  /** Forgets what earlier rounds of the run were told, as a fork, a rewind or a new run does. */
  newRun(): void;
}

export interface ChannelOptions {
  scenarios: readonly SealedScenario[];
  requirements: readonly { id: string; text: string }[];
  policy: FeedbackPolicy;
  debugRounds: number;
}

/** The feedback channel as the factory has it: plan, price, ledger and gate. */
export function meteredChannel({ scenarios, requirements, policy, debugRounds }: ChannelOptions): Channel {
  const ledger = new Map<string, Spending>(scenarios.map(({ id }) => [id, unspent]));
  const bits = defaultBits(planFeedback(policy, scenarios, requirements), debugRounds);
  const allowance = { bits, attempts: 3 };
  const affordable = (price: number, ids: readonly string[]) =>
    ids.filter((id) => affords('feedback', price, ledger.get(id)!, allowance));
  let best: number | null = null;
  const pay = (plan: FeedbackPlan) => {
    for (const id of plan.scenarios) ledger.set(id, spend('feedback', plan.bits, ledger.get(id)!, allowance));
  };
  return {
    scenarios,
    newRun: () => void (best = null),
    ask(passes) {
      const plan = planAffordable(policy, scenarios, requirements, affordable);
      if (plan.scenarios.length === 0) return { kind: 'spent' };
      pay(plan);
      const verdicts = scenarios.map(({ id, covers }, at) => ({ scenario: id, covers, passed: passes[at]! }));
      const told = tellRound(plan, verdicts, best, requirements);
      best = told.best;
      if (told.kind === 'none') return { kind: 'none' };
      // An attacker has the words alone.
      const [, id = ''] = /requirement (\S+) fail/.exec(told.words) ?? [];
      if (told.kind === 'requirement') return { kind: 'requirement', id };
      return { kind: 'count', passed: Number(/^\d+/.exec(told.words)![0]) };
    },
  };
}

/** What the naive way tells: the exact number that pass, as often as anyone asks. */
export function rawChannel({ scenarios }: ChannelOptions): Channel {
  return {
    scenarios,
    newRun: () => undefined,
    ask: (passes) => ({ kind: 'count', passed: passes.filter(Boolean).length }),
  };
}
