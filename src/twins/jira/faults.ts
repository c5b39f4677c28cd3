import type { Answer } from '../answer';
import type { Fault } from '../types';

/** Reasons that Jira gives for 429. */
const rateReasons = [
  'jira-burst-based',
  'jira-per-issue-on-write',
  'jira-quota-tenant-based',
  'jira-quota-global-based',
  'jira-cost-based',
];
const statuses: Readonly<Record<string, string>> = {
  http_400: 'Invalid request payload. Refer to the REST API documentation and try again.',
  http_401: 'Client must be authenticated to access this resource.',
  http_403: 'You do not have permission to perform this operation.',
  http_404: 'Issue does not exist or you do not have permission to see it.',
  http_409: 'The request conflicts with another one.',
  http_500: 'Internal server error',
  http_502: 'Bad Gateway',
  http_503: 'Service Unavailable',
  http_504: 'Gateway Timeout',
};

export const isReply = (reply: string): boolean =>
  ['ratelimited', 'timeout', 'connection_reset', ...rateReasons].includes(reply) ||
  Object.hasOwn(statuses, reply);

/** An answer to one request too many. @param retryAfter seconds; the header is left out when undefined */
export function tooMany(
  reason: string,
  retryAfter: number | undefined,
  resetAt: string,
  limit = 100,
): Answer {
  return {
    status: 429,
    answered: 'ratelimited',
    body: { errorMessages: ['Rate limit exceeded. Try again later.'], errors: {} },
    headers: [
      ...(retryAfter === undefined ? [] : [['retry-after', String(retryAfter)] as const]),
      ['x-ratelimit-limit', String(limit)],
      ['x-ratelimit-remaining', '0'],
      ['x-ratelimit-reset', resetAt],
      ['ratelimit-reason', reason],
    ],
  };
}

/** The answer that a scenario asked for by name. @param now milliseconds since the epoch */
export function faultAnswer(reply: string, { retryAfter }: Fault, now: number): Answer {
  if (reply === 'ratelimited' || rateReasons.includes(reply)) {
    const reason = reply === 'ratelimited' ? 'jira-burst-based' : reply;
    const seconds = reply === 'ratelimited' ? (retryAfter ?? 1) : retryAfter;
    return tooMany(reason, seconds, resetTime(now + (seconds ?? 1) * 1000));
  }
  return {
    status: Number(reply.replace('http_', '')),
    answered: reply,
    body: { errorMessages: [statuses[reply] ?? reply], errors: {} },
    headers: retryAfter === undefined ? [] : [['retry-after', String(retryAfter)]],
  };
}

/** The end of a window as the headers say it: `2026-01-01T00:00Z`, to the second. */
export const resetTime = (at: number): string =>
  new Date(Math.ceil(at / 1000) * 1000).toISOString().replace('.000', '');
