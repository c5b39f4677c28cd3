import { FactoryError } from '../shared/errors';

/** What was ever told about one scenario. Every figure only grows. */
export interface Spending {
  /** Bits of feedback answers that this scenario was part of. */
  bits: number;
  /** Bits of sealed answers that this scenario was part of, paid before it was asked: one for each question. */
  asked: number;
  /** Those of them that were answered with a pass. */
  passed: number;
  /**
   * The tightest allowance any answer was given under. What is computed from the spec or the policy may come out
   * larger later; for scenarios that were asked before, it does not count.
   */
  ceiling?: Allowance | undefined;
}

export type AnswerKind = 'feedback' | 'sealed';

/** What the policy allows: bits for feedback, failures on the same scenarios for sealed questions. */
export interface Allowance {
  bits: number;
  attempts: number;
}

export const unspent: Spending = { bits: 0, asked: 0, passed: 0 };

/** A half with fewer scenarios than this is hardly one: no requirement may be named, and chance decides. */
const fewest = 3;

/** Sums of logarithms; anything smaller than this is rounding. */
const epsilon = 1e-9;

/** The smaller of both, figure by figure. */
export function tighter(allowance: Allowance, ceiling: Allowance = allowance): Allowance {
  return {
    bits: Math.min(allowance.bits, ceiling.bits),
    attempts: Math.min(allowance.attempts, ceiling.attempts),
  };
}

/** How much is left for a scenario: bits, or sealed attempts. */
function leftOf(kind: AnswerKind, spending: Spending, allowed: Allowance): number {
  const allowance = tighter(allowed, spending.ceiling);
  if (kind === 'feedback') return Math.max(0, allowance.bits - spending.bits);
  return Math.max(0, allowance.attempts - (spending.asked - spending.passed));
}

/** How much is left for an answer about all of them; everything when there is none. */
export function leastLeft(kind: AnswerKind, all: readonly Spending[], allowance: Allowance): number {
  return Math.min(...[unspent, ...all].map((spending) => leftOf(kind, spending, allowance)));
}

/** Whether an answer of so many bits may be given about a scenario; each bit about a sealed one takes an attempt. */
export function affords(kind: AnswerKind, bits: number, spending: Spending, allowance: Allowance): boolean {
  return leftOf(kind, spending, allowance) + epsilon >= bits;
}

/** The spending after one more answer. */
export function spend(kind: AnswerKind, bits: number, before: Spending, allowance: Allowance): Spending {
  const spending = { ...before, ceiling: tighter(allowance, before.ceiling) };
  if (kind === 'feedback') return { ...spending, bits: spending.bits + bits };
  return { ...spending, asked: spending.asked + bits };
}

/** All that was told about a scenario: here, and by other members of the team. */
export function toldOf({
  spending,
  told = {},
}: {
  spending: Spending;
  told?: Readonly<Record<string, Spending>> | undefined;
}): Spending {
  return Object.values(told).reduce(added, spending);
}

/** What was told in two places that did not know of each other. */
export function added(a: Spending, b: Spending): Spending {
  const ceiling = a.ceiling ? tighter(a.ceiling, b.ceiling) : b.ceiling;
  return {
    ...(ceiling ? { ceiling } : {}),
    bits: a.bits + b.bits,
    asked: a.asked + b.asked,
    passed: a.passed + b.passed,
  };
}

/** The error for an answer that the ledger does not allow about this many scenarios. */
export function spentError(kind: AnswerKind, scenarios: number): FactoryError {
  const many = `${scenarios} scenario${scenarios === 1 ? '' : 's'}`;
  const wanted = Math.max(scenarios, fewest);
  return new FactoryError(
    'needs-human',
    `The ${kind} half of the holdouts needs new scenarios: too much was already told about ${many} of it.`,
    {
      hint: `Import scenarios that were never asked until this half has ${wanted} of them; a new run, a fork or a changed spec brings nothing back.`,
    },
  );
}
