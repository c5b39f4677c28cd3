import type { Node } from './node';
import { numberOf, written } from './node';
import type { Parameter } from './operations';
import type { Shape } from './shape';

/** How a list is cut into pages, and the parameters that say so. */
export type Paging = { size: string | undefined; defaultSize: number; maxSize: number } & (
  | { style: 'page'; page: string }
  | { style: 'offset'; offset: string }
  | { style: 'id'; after: string; before: string | undefined }
  | { style: 'cursor'; cursor: string; next: readonly string[] }
  | { style: 'none' }
);

const names = {
  page: ['page', 'page_number', 'pageNumber', 'page[number]'],
  offset: ['offset', 'skip', 'startAt', 'start_at'],
  size: [
    ...[
      'per_page',
      'perPage',
      'page_size',
      'pageSize',
      'limit',
      'maxResults',
      'max_results',
      'count',
      'size',
    ],
    ...['page[size]', 'page[limit]', 'pagelen'],
  ],
  after: ['starting_after', 'after_id'],
  before: ['ending_before', 'before_id'],
  cursor: [
    'cursor',
    'after',
    'page_token',
    'pageToken',
    'nextPageToken',
    'next_token',
    'nextToken',
    'continuation',
    'page[after]',
  ],
  next: [
    ...['next_cursor', 'nextCursor', 'next_page_token', 'nextPageToken', 'next_token', 'nextToken', 'next'],
    ...['cursor', 'continuation'],
  ],
};
/** Members of an answer that may hold the next cursor themselves. */
const holders = ['meta', 'pagination', 'paging', 'page_info', 'pageInfo', 'response_metadata', 'links'];

/**
 * Recognises how a list operation is paged, by the names of its parameters.
 * @param envelope shape of the answer around the list; undefined when the list is the answer
 * @param linked whether the answer has a Link header
 */
export function recognisePaging(
  parameters: readonly Parameter[],
  envelope: Shape | undefined,
  linked: boolean,
  shapeOf: (schema: Node) => Shape,
): Paging {
  const query = parameters.filter((one) => one.in === 'query');
  const find = (group: readonly string[]) => query.find(({ name }) => group.includes(name))?.name;
  const size = query.find(({ name }) => names.size.includes(name));
  const common = { size: size?.name, ...sizesOf(size) };
  const [page, offset, after, cursor] = [
    find(names.page),
    find(names.offset),
    find(names.after),
    find(names.cursor),
  ];
  if (after !== undefined) return { style: 'id', after, before: find(names.before), ...common };
  const next = envelope ? nextIn(envelope, shapeOf) : undefined;
  if (cursor !== undefined && (next || linked))
    return { style: 'cursor', cursor, next: next ?? [], ...common };
  if (offset !== undefined) return { style: 'offset', offset, ...common };
  if (page !== undefined) return { style: 'page', page, ...common };
  return { style: 'none', ...common };
}

function nextIn(envelope: Shape, shapeOf: (schema: Node) => Shape): string[] | undefined {
  const own = names.next.find((name) => envelope.properties.has(name));
  if (own !== undefined) return [own];
  for (const holder of holders) {
    const inner = envelope.properties.get(holder);
    const found = inner && names.next.find((name) => shapeOf(inner).properties.has(name));
    if (found !== undefined) return [holder, found];
  }
  return undefined;
}

/** How many a page has, by the schema or the words beside it. */
function sizesOf(size: Parameter | undefined): { defaultSize: number; maxSize: number } {
  const text = size?.description ?? '';
  const said = (pattern: RegExp) => {
    const found = pattern.exec(text)?.[1];
    return found === undefined ? undefined : Number(found);
  };
  const schema = size?.schema ?? {};
  const maxSize =
    numberOf(schema, 'maximum') ??
    said(/\bmax(?:imum)?\D{0,20}(\d+)/i) ??
    said(/\bbetween 1 and (\d+)/i) ??
    100;
  const usual =
    numberOf(schema, 'default') ?? said(/\bdefault(?:s to| is|:)?\D{0,10}(\d+)/i) ?? (size ? 30 : 1000);
  return {
    maxSize: Math.max(1, size ? maxSize : 1000),
    defaultSize: Math.max(1, Math.min(usual, size ? maxSize : 1000)),
  };
}

export interface Page<T> {
  items: readonly T[];
  hasMore: boolean;
  total: number;
  /** Where the next and the page before begin, as query parameters; undefined when there is none. */
  next: Readonly<Record<string, string>> | undefined;
  previous: Readonly<Record<string, string>> | undefined;
  last: Readonly<Record<string, string>> | undefined;
}

/**
 * Cuts the page that a query asks for; null when it asks for none there is: a cursor of nobody's.
 * @param idOf text of an item's identifier
 */
export function cutPage<T>(
  all: readonly T[],
  paging: Paging,
  query: Readonly<Record<string, unknown>>,
  idOf: (item: T) => string,
): Page<T> | null {
  const asked = paging.size === undefined ? NaN : wholeNumber(query[paging.size]);
  const size = Math.min(Number.isNaN(asked) || asked < 1 ? paging.defaultSize : asked, paging.maxSize);
  const from = startOf(all, paging, { query, size, idOf });
  if (from === null) return null;
  const start = Math.max(0, from);
  const items = all.slice(start, Math.max(0, from + size));
  const end = start + items.length;
  const hasMore = isBackward(paging, query) ? start > 0 : end < all.length;
  const sized = { paging, size, idOf };
  return {
    items,
    hasMore,
    total: all.length,
    next: end < all.length ? place(all, end, sized) : undefined,
    previous:
      start > 0 && ['page', 'offset'].includes(paging.style)
        ? place(all, Math.max(0, start - size), sized)
        : undefined,
    last: all.length > 0 ? place(all, Math.floor((all.length - 1) / size) * size, sized) : undefined,
  };
}

const wholeNumber = (value: unknown): number =>
  typeof value === 'number'
    ? value
    : typeof value === 'string' && /^\d{1,9}$/.test(value)
      ? Number(value)
      : NaN;

const isBackward = (paging: Paging, query: Readonly<Record<string, unknown>>): boolean =>
  paging.style === 'id' && paging.before !== undefined && query[paging.before] !== undefined;

function startOf<T>(
  all: readonly T[],
  paging: Paging,
  {
    query,
    size,
    idOf,
  }: { query: Readonly<Record<string, unknown>>; size: number; idOf: (item: T) => string },
): number | null {
  if (paging.style === 'page') return (Math.max(1, wholeNumber(query[paging.page]) || 1) - 1) * size;
  if (paging.style === 'offset') return wholeNumber(query[paging.offset]) || 0;
  if (paging.style === 'none') return 0;
  if (paging.style === 'cursor') {
    const cursor = query[paging.cursor];
    if (cursor === undefined || cursor === '') return 0;
    const at = /^c(\d{1,9})$/.exec(Buffer.from(written(cursor), 'base64url').toString())?.[1];
    return at === undefined ? null : Number(at);
  }
  const [after, before] = [
    query[paging.after],
    paging.before === undefined ? undefined : query[paging.before],
  ];
  if (after === undefined && before === undefined) return 0;
  const index = all.findIndex((item) => idOf(item) === written(after ?? before));
  if (index < 0) return null;
  return after === undefined ? index - size : index + 1;
}

function place<T>(
  all: readonly T[],
  start: number,
  { paging, size, idOf }: { paging: Paging; size: number; idOf: (item: T) => string },
): Record<string, string> {
  if (paging.style === 'page') return { [paging.page]: String(Math.floor(start / size) + 1) };
  if (paging.style === 'offset') return { [paging.offset]: String(start) };
  if (paging.style === 'cursor') return { [paging.cursor]: Buffer.from(`c${start}`).toString('base64url') };
  const before = all[start - 1];
  return paging.style === 'id' && before !== undefined ? { [paging.after]: idOf(before) } : {};
}
