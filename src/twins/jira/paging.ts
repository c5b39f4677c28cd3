import type { Call } from './call';
import { refuse } from './refusal';

/** Where a page of a list begins and how much it may hold, as the client asked. */
export interface PageWish {
  startAt: number;
  maxResults: number;
}

function numberParam({ query }: Call, name: string, fallback: number): number {
  const text = query.get(name);
  if (text === null || text === '') return fallback;
  if (!/^-?\d{1,15}$/.test(text)) {
    refuse(400, `The value '${text}' is not valid for the parameter '${name}': it must be a number.`);
  }
  return Number(text);
}

/** Reads `startAt` and `maxResults`; more than `most` is cut to it, as Jira does where it has no rule of its own. */
export function pageWish(call: Call, fallback: number, most = fallback): PageWish {
  const startAt = numberParam(call, 'startAt', 0);
  const maxResults = numberParam(call, 'maxResults', fallback);
  if (startAt < 0) refuse(400, "The 'startAt' parameter must be zero or greater.");
  if (maxResults < 0) refuse(400, "The 'maxResults' parameter must be zero or greater.");
  return { startAt, maxResults: Math.min(maxResults, most) };
}

export function cut<T>(items: readonly T[], { startAt, maxResults }: PageWish): T[] {
  return items.slice(startAt, startAt + maxResults);
}

/** Jira's PageBean over a list. */
export function pageBean<T>(
  call: Call,
  path: string,
  items: readonly T[],
  wish: PageWish,
  view: (item: T) => unknown,
): object {
  const { startAt, maxResults } = wish;
  const isLast = startAt + maxResults >= items.length;
  const link = (start: number) => {
    const query = new URLSearchParams(call.query);
    query.set('startAt', String(start));
    query.set('maxResults', String(maxResults));
    return `${call.rest}${path}?${query.toString()}`;
  };
  return {
    self: link(startAt),
    ...(isLast || maxResults === 0 ? {} : { nextPage: link(startAt + maxResults) }),
    maxResults,
    startAt,
    total: items.length,
    isLast,
    values: cut(items, wish).map(view),
  };
}
