import type { Call, Handler } from './call';
import { refuse } from './errors';
import { viewEvent } from './eventViews';
import { comparisons, matches, type FilterRules } from './filter';
import { linkHeader, linkTo } from './paging';
import type { LogEvent } from './schemas';
import { readFilter } from './userSearch';

const limits = { usual: 100, most: 1000 };
const week = 7 * 86_400_000;
const maxWords = 10;

const anything: FilterRules = { operators: () => [...comparisons, 'pr'], not: true };

function timeParam(call: Call, name: string): number | null {
  const text = call.query.get(name);
  if (text === null) return null;
  // Java takes an offset without a colon, as in Okta's own example.
  const time = /^\d{4}-\d\d-\d\d/.test(text)
    ? Date.parse(text.replace(/([+-]\d\d)(\d\d)$/, '$1:$2'))
    : Number.NaN;
  return Number.isNaN(time) ? refuse('E0000030') : time;
}

function limitParam(call: Call): number {
  const text = call.query.get('limit');
  if (text === null) return limits.usual;
  if (!/^\d{1,9}$/.test(text)) refuse('E0000037', { about: 'limit' });
  return Math.min(Number(text), limits.most);
}

/** Lower-case words that must all be somewhere in an event. */
function wordsParam(call: Call): string[] {
  const words = (call.query.get('q') ?? '')
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  return words.length > maxWords ? refuse('E0000031') : words;
}

/** Where a cursor such as `1627500044869_<uuid>` goes on. */
function positionAfter(events: readonly LogEvent[], cursor: string): number {
  const [, ms, uuid] = /^(\d{1,15})_([0-9a-f-]*)$/.exec(cursor) ?? refuse('E0000029');
  const known = uuid === '' ? -1 : events.findLastIndex((event) => event.uuid === uuid);
  if (known >= 0) return known + 1;
  const from = events.findIndex((event) => Date.parse(event.published) >= Number(ms));
  return from < 0 ? events.length : from;
}

const cursorOf = (event: LogEvent): string => `${Date.parse(event.published)}_${event.uuid}`;

/**
 * Events in the order of time, or against it. A request without `until` polls: it always has a next page, which may
 * be empty and is then the same again.
 */
export const listLogs: Handler = (call) => {
  const { events } = call.state;
  const since = timeParam(call, 'since') ?? call.now - week;
  const until = timeParam(call, 'until');
  const filter = call.query.get('filter');
  const parsed = filter ? readFilter(filter, anything) : null;
  const words = wordsParam(call);
  const limit = limitParam(call);
  const descending = call.query.get('sortOrder')?.toUpperCase() === 'DESCENDING';
  const cursor = call.query.get('after');
  const fits = (event: LogEvent): boolean => {
    const at = Date.parse(event.published);
    if (at < since || (until !== null && at >= until)) return false;
    if (!parsed && words.length === 0) return true;
    const view = viewEvent(event);
    if (parsed && !matches(parsed, view, { ignoreCase: false })) return false;
    if (words.length === 0) return true;
    const text = JSON.stringify(view).toLowerCase();
    return words.every((word) => text.includes(word));
  };
  const start = cursor === null ? (descending ? events.length : 0) : positionAfter(events, cursor);
  // Against time a cursor's own event was the last that was shown.
  const rest = descending
    ? events.slice(0, cursor === null ? start : start - 1).reverse()
    : events.slice(start);
  const fitting = rest.filter(fits);
  const page = fitting.slice(0, limit);
  const polls = until === null && !descending;
  const headers = [linkHeader(linkTo(call, {}), 'self')];
  if (polls || fitting.length > page.length) {
    const last = page.at(-1);
    const next = last ? cursorOf(last) : (cursor ?? `${since}_`);
    headers.push(linkHeader(linkTo(call, { after: next }), 'next'));
  }
  return { body: page.map(viewEvent), headers };
};
