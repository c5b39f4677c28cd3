import type { Call, Reply } from './call';
import { refuse } from './errors';

/** Where an item stands in its list: what it is sorted by, and its id. */
type Place = readonly [key: string | number, id: string];

export interface Listing<T> {
  /** Items asked for when the request does not say, and at most. */
  limits: { usual: number; most: number };
  idOf: (item: T) => string;
  /** What the list is sorted by before ids; ids alone when left out. */
  sort?: { by: (item: T) => string | number; descending: boolean } | undefined;
  view: (item: T) => object;
}

function readLimit(call: Call, { usual, most }: { usual: number; most: number }): number {
  const text = call.query.get('limit');
  if (text === null) return usual;
  if (!/^[+-]?\d{1,9}$/.test(text)) refuse('E0000037', { about: 'limit' });
  const limit = Number(text);
  return limit < 1 ? refuse('E0000029') : Math.min(limit, most);
}

function readCursor(text: string): Place {
  try {
    const place: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    const [key, id] = Array.isArray(place) ? (place as unknown[]) : [];
    if ((typeof key === 'string' || typeof key === 'number') && typeof id === 'string') return [key, id];
  } catch {
    // Falls through to the refusal.
  }
  return refuse('E0000029');
}

const before = <T extends string | number>(a: T, b: T): number => (a < b ? -1 : Number(a > b));

function comparePlaces([keyA, idA]: Place, [keyB, idB]: Place, descending: boolean): number {
  const byKey = before(keyA, keyB) * (descending ? -1 : 1);
  return byKey === 0 ? before(idA, idB) : byKey;
}

/** The request's own address with other values for some of its parameters. */
export function linkTo(call: Call, changes: Readonly<Record<string, string>>): string {
  const query = new URLSearchParams(call.query);
  for (const [name, value] of Object.entries(changes)) query.set(name, value);
  const text = String(query);
  const [path] = call.uri.split('?');
  return `${call.origin}${path}${text === '' ? '' : `?${text}`}`;
}

export const linkHeader = (url: string, rel: string): [string, string] => ['link', `<${url}>; rel="${rel}"`];

/**
 * One page of a list, with links to itself and, unless it is the last, to the next. A cursor names the last item's
 * place in the order, so that no item is lost or shown twice when others come and go in between.
 */
export function listPage<T>(call: Call, items: readonly T[], listing: Listing<T>): Reply {
  const limit = readLimit(call, listing.limits);
  const { sort, idOf } = listing;
  const compare = (a: Place, b: Place) => comparePlaces(a, b, sort?.descending ?? false);
  const cursor = call.query.get('after');
  const after = cursor === null ? null : sort ? readCursor(cursor) : (['', cursor] as const);
  const placed = items.map((item) => ({ item, place: [sort ? sort.by(item) : '', idOf(item)] as const }));
  const isSorted = placed.every(({ place }, index) => {
    const previous = placed[index - 1];
    return previous === undefined || compare(previous.place, place) <= 0;
  });
  const sorted = isSorted ? placed : placed.sort((a, b) => compare(a.place, b.place));
  const start = after ? sorted.findIndex(({ place }) => compare(place, after) > 0) : 0;
  const page = start < 0 ? [] : sorted.slice(start, start + limit);
  const last = page.at(-1);
  const headers = [linkHeader(linkTo(call, {}), 'self')];
  if (last !== undefined && start + limit < sorted.length) {
    const { place } = last;
    const next = sort ? Buffer.from(JSON.stringify(place)).toString('base64url') : place[1];
    headers.push(linkHeader(linkTo(call, { after: next, limit: String(limit) }), 'next'));
  }
  return { body: page.map(({ item }) => listing.view(item)), headers };
}
