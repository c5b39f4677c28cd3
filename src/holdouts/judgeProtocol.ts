import * as z from 'zod/mini';
import { FactoryError } from '../shared/errors';
import { failureSchema } from '../twins/protocol';
import type { JudgedBefore } from './judgedBefore';
import type { Prints } from './prints';
import { type Bench, troubles } from './types';

/** What the judge's process is told first: one line of JSON on its standard input, the only way in. */
export interface Opening {
  vault: { dir: string; workspaceId: string };
  /** The vault's key in hex digits. */
  key: string;
  /** Folder of the programs that run behind the walls. */
  programs: string;
  /** Folders that no pod may show. */
  hidden: readonly string[];
  /** Whom `judge` steps ask; nobody when left out. */
  model?: JudgeModel;
  /** How answers are kept for a recording; or, without a model, those of one. */
  judged?: JudgedBefore;
}

/** A model at its endpoint. */
export interface JudgeModel {
  id: string;
  baseUrl?: string;
  apiKey: string;
}

/** What it is told instead when only prints of the scenarios are wanted, with which it ends. */
export interface PrintOpening extends Pick<Opening, 'vault' | 'key'> {
  prints: true;
}

/** What comes of that, in one line. */
export type PrintsAnswer = { prints: Prints } | Failed;

/** One line each after that, answered in any order. */
export interface Question {
  number: number;
  /** Id of a scenario in the vault. */
  scenario: string;
  bench: Bench;
}

/** Among the questions: whether a reservation is granted. */
export interface Grant {
  grant: number;
  refused?: z.output<typeof failureSchema>;
}

/** Number of the answer to the opening; questions begin after it. */
export const openingNumber = 0;

/** All that the judge's process can say, one line of JSON for each thing; none has room for a scenario. */
export const answerSchema = z.union([
  z.strictObject({ number: z.literal(openingNumber), ready: z.literal(true) }),
  z.strictObject({
    number: z.int(),
    passed: z.boolean(),
    trouble: z.optional(z.enum(troubles)),
    /** A model's part in it is from a recording. */
    replayed: z.optional(z.literal(true)),
  }),
  z.strictObject({ number: z.int(), failure: failureSchema }),
]);
export type JudgeAnswer = z.output<typeof answerSchema>;

const costSchema = z.strictObject({
  usd: z.number().check(z.nonnegative()),
  tokens: z.int().check(z.nonnegative()),
});
/** Money in USD and tokens of every kind. */
export type Cost = z.output<typeof costSchema>;

/** What a call of a model may cost, asked before it is made; and what it did cost. */
const spendingSchema = z.union([
  z.strictObject({ reserve: z.int(), scenario: z.string(), worst: costSchema }),
  z.strictObject({ settle: z.int(), used: costSchema }),
]);

export type Spending = z.output<typeof spendingSchema>;

/** What a model answered, for a recording. */
const judgedSchema = z.strictObject({
  judged: z.string().check(z.regex(/^[0-9a-f]{32}$/)),
  holds: z.nullable(z.boolean()),
});

export const saidSchema = z.union([answerSchema, spendingSchema, judgedSchema]);
export type Said = z.output<typeof saidSchema>;

interface Failed {
  failure: z.output<typeof failureSchema>;
}

/** The error that an answer tells of. */
export function failureOf({ failure: { code, message, hint } }: Failed): FactoryError {
  return new FactoryError(code, message, { hint });
}

/** Characters that an answer may have, but for prints. */
export const maxAnswer = 4 * 1024;
