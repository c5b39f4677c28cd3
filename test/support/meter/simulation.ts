import { acceptable } from '../../../src/factory/acceptance';
import {
  defaultBits,
  planAffordable,
  planFeedback,
  tellRound,
  type FeedbackPolicy,
} from '../../../src/holdouts/feedback';
import {
  affords,
  leastLeft,
  spend,
  unspent,
  type AnswerKind,
  type Spending,
} from '../../../src/holdouts/ledger';
import type { SealedScenario } from '../../../src/holdouts/types';
import type { Requirement } from '../../../src/shared/spec';
import { diceOf, type Dice } from './dice';

/** An agent of the simulation: what its program does on each scenario, and what it makes of an answer. */
export interface Agent {
  /** Makes a program; `better` says that the last answer let more than the failure through. */
  program(better: boolean): boolean[];
}

export interface Factory {
  scenarios: number;
  rounds: number;
  policy: FeedbackPolicy;
  accept: number;
  /** How often the agent may begin anew, each time with a changed spec. */
  runs: number;
}

/** One world: an agent works against feedback and sealed half until something ends it. @returns whether it ships */
function ships(factory: Factory, agent: Agent, dice: Dice): boolean {
  const { scenarios, ledger } = worldOf(factory.scenarios);
  for (let run = 0; run < factory.runs; run += 1) {
    const requirements = specOf(1 + Math.floor(dice() * 8));
    const covered = scenarios.map((one, at) => ({
      ...one,
      covers: [requirements[at % requirements.length]!.id],
    }));
    if (accepted(factory, agent, covered, requirements, ledger)) return true;
  }
  return false;
}

/** Half of the scenarios feeds back, half is sealed. */
function worldOf(count: number) {
  const scenarios = Array.from({ length: count }, (_, at): SealedScenario => ({
    id: `H-${at}`,
    covers: [],
    half: at % 2 ? 'sealed' : 'feedback',
    weight: 1,
  }));
  return { scenarios, ledger: new Map<string, Spending>(scenarios.map(({ id }) => [id, unspent])) };
}

/** A spec with so many requirements, which all SHOULD, so that `accept` decides. */
function specOf(count: number): Requirement[] {
  const range = { startLine: 1, startColumn: 0, endLine: 1, endColumn: 1 };
  return Array.from({ length: count }, (_, at) => ({
    id: `R${at + 1}`,
    modality: 'SHOULD',
    text: 'It SHOULD.',
    examples: [],
    range,
  }));
}

/** One run, from its first judging to its end. @returns whether it was accepted */
function accepted(
  { rounds, policy, accept }: Factory,
  agent: Agent,
  scenarios: SealedScenario[],
  requirements: Requirement[],
  ledger: Map<string, Spending>,
): boolean {
  const feedback = scenarios.filter(({ half }) => half === 'feedback');
  const sealed = scenarios.filter(({ half }) => half === 'sealed');
  const allowance = { bits: defaultBits(planFeedback(policy, feedback, requirements), rounds), attempts: 3 };
  const pay = (kind: AnswerKind, bits: number, ids: readonly string[]): boolean => {
    if (!ids.every((id) => affords(kind, bits, ledger.get(id)!, allowance))) return false;
    for (const id of ids) ledger.set(id, spend(kind, bits, ledger.get(id)!, allowance));
    return true;
  };
  const affordable = (bits: number, ids: readonly string[]) =>
    ids.filter((id) => affords('feedback', bits, ledger.get(id)!, allowance));
  const sealedIds = sealed.map(({ id }) => id);
  const place = new Map(scenarios.map(({ id }, at) => [id, at]));
  let best: number | null = null;
  let better = true;
  for (let round = 0; round <= rounds; round += 1) {
    const passes = agent.program(better);
    const verdictsOf = (half: readonly SealedScenario[]) =>
      half.map(({ id, covers }) => ({ scenario: id, covers, passed: passes[place.get(id)!]! }));
    if (!acceptable(verdictsOf(feedback), scenarios, requirements, accept)) {
      const plan = planAffordable(policy, feedback, requirements, affordable);
      if (plan.scenarios.length === 0 || !pay('feedback', plan.bits, plan.scenarios)) return false;
      const told = tellRound(plan, verdictsOf(feedback), best, requirements);
      better = told.kind !== 'none';
      best = told.best;
      continue;
    }
    if (!pay('sealed', 1, sealedIds)) return false;
    if (acceptable(verdictsOf(sealed), scenarios, requirements, accept)) return true;
    if (leastLeft('sealed', [...ledger.values()], allowance) <= 0) return false;
    better = true;
  }
  return false;
}

/** Never gets better: each patch draws some behaviours anew, and is kept when the answer likes it. */
export function noProgress(scenarios: number, failureRate: number, dice: Dice): Agent {
  const draw = () => dice() >= failureRate;
  let kept = Array.from({ length: scenarios }, draw);
  let tried = kept;
  return {
    program(better) {
      if (better) kept = tried;
      tried = kept.map((one) => (dice() < 0.3 ? draw() : one));
      return tried;
    },
  };
}

/** Halves its true failure rate from round to round; what works stays, what fails may come to work. */
export function honest(scenarios: number, failureRate: number, dice: Dice): Agent {
  let failing = Array.from({ length: scenarios }, () => dice() < failureRate);
  return {
    program() {
      const now = failing.map((one) => !one);
      failing = failing.map((one) => one && dice() < 0.5);
      return now;
    },
  };
}

/** Share of so many worlds in which the agent ships. */
export function shipped(
  factory: Factory,
  agent: (scenarios: number, failureRate: number, dice: Dice) => Agent,
  trials: number,
): number {
  const failureRate = 0.15;
  let count = 0;
  for (let seed = 1; seed <= trials; seed += 1) {
    const dice = diceOf(seed);
    if (ships(factory, agent(factory.scenarios, failureRate, dice), dice)) count += 1;
  }
  return count / trials;
}
