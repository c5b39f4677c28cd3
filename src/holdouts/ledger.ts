import { FactoryError } from '../shared/errors';

/** What was ever told about one scenario. Every figure only grows. */
export interface Spending {
  /** Bits of feedback answers that this scenario was part of. */
  bits: number;
  /** Sealed questions that this scenario was part of, counted before they were asked. */
  asked: number;
  /** Those of them that were answered with a pass. */
  passed: number;
}

export type AnswerKind = 'feedback' | 'sealed';

/** What the policy allows: bits for feedback, failures on the same scenarios for sealed questions. */
export interface Allowance {
  bits: number;
  attempts: number;
}

export const unspent: Spending = { bits: 0, asked: 0, passed: 0 };

/** Sums of logarithms; anything smaller than this is rounding. */
const epsilon = 1e-9;

/** How much is left for a scenario: bits, or sealed attempts. */
function leftOf(kind: AnswerKind, spending: Spending, allowance: Allowance): number {
  if (kind === 'feedback') return Math.max(0, allowance.bits - spending.bits);
  return Math.max(0, allowance.attempts - (spending.asked - spending.passed));
}

/** How much is left for an answer about all of them; everything when there is none. */
export function leastLeft(kind: AnswerKind, all: readonly Spending[], allowance: Allowance): number {
  return Math.min(...[unspent, ...all].map((spending) => leftOf(kind, spending, allowance)));
}

/** Whether one more answer may be given about a scenario. */
export function affords(kind: AnswerKind, bits: number, spending: Spending, allowance: Allowance): boolean {
  const price = kind === 'feedback' ? bits : 1;
  return leftOf(kind, spending, allowance) + epsilon >= price;
}

/** The spending after one more answer. */
export function spend(kind: AnswerKind, bits: number, spending: Spending): Spending {
  if (kind === 'feedback') return { ...spending, bits: spending.bits + bits };
  return { ...spending, asked: spending.asked + 1 };
}

/** The error for an answer that the ledger does not allow. */
export function spentError(kind: AnswerKind, scenarios: number): FactoryError {
  const what = kind === 'feedback' ? 'feedback' : 'sealed';
  return new FactoryError(
    'needs-human',
    `The ${what} half of the holdouts has no answers left: too much was already told about its ${scenarios} scenario${scenarios === 1 ? '' : 's'}.`,
    {
      hint: `Import new scenarios, about ${Math.max(scenarios, 3)} that were never asked; a new run, a fork or a changed spec brings nothing back.`,
    },
  );
}
