import { randomBytes } from 'node:crypto';
import type { Answer } from '../answer';
import type { RateState } from '../rates';
import type { Fault } from '../types';
import { errorBody, isOktaError, oktaErrors, OktaRefusal } from './errors';
import { isOAuthError, OAuthRefusal, problemOf } from './oauth/errors';
import type { OktaTwin } from './state';

/** Seconds until the limit ends, when a fault does not say. */
const usualRetryAfter = 1;

/** Answers of Okta's that are no error code of its API, and the code each carries. */
const serverErrors = {
  http_500: 'E0000009',
  http_503: 'E0000010',
  ratelimited: 'E0000047',
  concurrency: 'E0000047',
} as const;

export function isFaultReply(reply: string): boolean {
  return (
    isOktaError(reply) ||
    isOAuthError(reply) ||
    Object.hasOwn(serverErrors, reply) ||
    ['timeout', 'connection_reset'].includes(reply)
  );
}

function newErrorId(twin: OktaTwin): string {
  const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return `oae${Array.from({ length: 22 }, () => digits[Math.floor(twin.random() * 64)]).join('')}`;
}

export function refusalAnswer(twin: OktaTwin, { code, details }: OktaRefusal): Answer {
  return {
    status: oktaErrors[code][0],
    answered: code,
    body: errorBody(code, details, newErrorId(twin)),
    headers: details.headers ?? [],
  };
}

/** An error of OAuth. */
export function oauthAnswer({ status, error, description, headers }: OAuthRefusal): Answer {
  return { status, answered: error, body: { error, error_description: description }, headers };
}

const rateHeaders = (limit: number, remaining: number, resetAt: number): [string, string][] => [
  ['x-rate-limit-limit', String(limit)],
  ['x-rate-limit-remaining', String(remaining)],
  ['x-rate-limit-reset', String(Math.ceil(resetAt / 1000))],
];

/** Too many requests at once: nothing says how many are allowed, and the time is a guess. */
export function concurrencyAnswer(twin: OktaTwin, retryAfter = usualRetryAfter): Answer {
  const answer = refusalAnswer(twin, new OktaRefusal('E0000047'));
  return { ...answer, headers: rateHeaders(0, 0, twin.now() + retryAfter * 1000) };
}

export function rateLimitAnswer(
  twin: OktaTwin,
  { limit, resetAt }: Pick<RateState, 'limit' | 'resetAt'>,
): Answer {
  const answer = refusalAnswer(twin, new OktaRefusal('E0000047'));
  return { ...answer, headers: rateHeaders(limit, 0, resetAt) };
}

/** An answer that a scenario asked for by name. */
export function faultAnswer(twin: OktaTwin, rate: RateState | null, reply: string, fault: Fault): Answer {
  const { retryAfter = usualRetryAfter } = fault;
  if (reply === 'concurrency') return concurrencyAnswer(twin, retryAfter);
  if (reply === 'ratelimited' || reply === 'E0000047') {
    const limit = { limit: rate?.limit ?? 0, resetAt: twin.now() + retryAfter * 1000 };
    return rateLimitAnswer(twin, limit);
  }
  const problem = problemOf(reply);
  if (problem) return oauthAnswer(new OAuthRefusal(problem, { about: 'fault' }));
  const named = Object.hasOwn(serverErrors, reply) ? serverErrors[reply as keyof typeof serverErrors] : reply;
  const code = isOktaError(named) ? named : 'E0000009';
  return { ...refusalAnswer(twin, new OktaRefusal(code, { about: 'fault' })), answered: reply };
}

/** What every answer carries: its request's id, the time by the twin's clock, and how the rate limit stands. */
export function completeAnswer(
  answer: Answer,
  twin: OktaTwin,
  rate: RateState | null,
  requestId: string,
): Answer {
  const says = (header: string) => answer.headers?.some(([name]) => name === header) ?? false;
  return {
    ...answer,
    headers: [
      ['date', new Date(twin.now()).toUTCString()],
      ['x-okta-request-id', requestId],
      ...(says('cache-control') ? [] : ([['cache-control', 'no-cache, no-store']] as const)),
      ...(rate && !says('x-rate-limit-limit') ? rateHeaders(rate.limit, rate.remaining, rate.resetAt) : []),
      ...(answer.headers ?? []),
    ],
  };
}

export function newRequestId(): string {
  return randomBytes(20).toString('base64url');
}
