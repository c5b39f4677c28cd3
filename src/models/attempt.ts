import type { APIRequest, Middleware, MiddlewareContext } from '@anthropic-ai/sdk';
import type { MessageCreateParams } from '@anthropic-ai/sdk/resources/beta';
import { FactoryError, messageOf } from '../shared/errors';
import type { BudgetLedger } from './budget';
import { neverSent } from './causes';
import { BrokenAnswer, hear } from './hear';
import { nothing, spendingOf, usageOf, worstCase, type Spending } from './prices';
import { Stopped } from './stopped';

/** One HTTP attempt of a turn, as it ended. */
export interface Attempt {
  /** Counts from 1 within the turn. */
  attempt: number;
  /** HTTP status; null when no answer came. */
  status: number | null;
  note: string;
  /** What an attempt without a usable answer may have cost; no answer will tell it. */
  lost?: Spending;
}

export interface AttemptOptions {
  model: string;
  ledger: BudgetLedger;
  /** The turn, for messages. */
  where: () => string;
  report: (attempt: Attempt) => void;
}

/**
 * Makes each attempt with its worst case reserved beforehand, hears it to its end, settles what it used and
 * reports it. What nobody can know (an answer that broke off, a lost connection) is settled at its worst.
 */
export function attempts({ model, ledger, where, report }: AttemptOptions): Middleware {
  return async (request, next, ctx) => {
    const maxTokens = (ctx.options?.body as MessageCreateParams).max_tokens;
    const worst = worstCase(model, bodyBytes(request), maxTokens);
    const reservation = await ledger.reserve(worst, where(), request.signal ?? undefined).catch(stop);
    const { result, status, note, used } = await settle(next(request), ctx, { model, maxTokens, worst });
    ledger.settle(reservation, used);
    if (result instanceof Stopped && status === null) throw result;
    const lost = result instanceof Error && used.tokens > 0 ? { lost: used } : {};
    report({ attempt: attemptOf(request), status, note, ...lost });
    if (result instanceof Error) throw result;
    return result;
  };
}

interface Terms {
  model: string;
  maxTokens: number;
  worst: Spending;
}

interface Ending {
  result: Response | Error;
  status: number | null;
  note: string;
  used: Spending;
}

/** How an attempt ended; never rejects, so that its reservation is always settled. */
async function settle(answer: Promise<Response>, ctx: MiddlewareContext, terms: Terms): Promise<Ending> {
  let status: number | null = null;
  try {
    const result = await answer;
    status = result.status;
    if (!result.ok) return { result, status, note: await refusalNote(result, ctx), used: nothing };
    const { usage } = await hear(result, ctx);
    const used = usage ? spendingOf(terms.model, usageOf(usage)) : terms.worst;
    return { result, status, note: 'answered', used };
  } catch (error) {
    const result = error instanceof Error ? error : new Error(String(error));
    const note = messageOf(neverSent(error) ?? error);
    return { result, status, note, used: lostWith(error, terms) };
  }
}

function lostWith(error: unknown, { model, maxTokens, worst }: Terms): Spending {
  if (error instanceof Stopped || neverSent(error)) return nothing;
  if (!(error instanceof BrokenAnswer && error.usage)) return worst;
  // The input was counted at the start; how much of the answer was made before the break is not told.
  return spendingOf(model, { ...usageOf(error.usage), output: maxTokens });
}

/** What a refusal says, for the timeline. The body may be anything. */
async function refusalNote(response: Response, ctx: MiddlewareContext): Promise<string> {
  const body = await ctx.parse<{ error?: { type?: string } } | string | null>(response).catch(() => null);
  const type = (typeof body === 'object' && body?.error?.type) || 'error';
  const wait = response.headers.get('retry-after');
  return wait ? `${type}, asks to wait ${wait} s` : type;
}

/** The SDK counts retries in a header, from 0. */
function attemptOf(request: APIRequest): number {
  return Number(request.headers.get('x-stainless-retry-count')) + 1;
}

function bodyBytes(request: APIRequest): number {
  if (typeof request.body !== 'string') throw new Error('A model request without a text body.');
  return Buffer.byteLength(request.body);
}

function stop(error: unknown): never {
  throw error instanceof FactoryError ? new Stopped(error) : error;
}
