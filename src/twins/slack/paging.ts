import { refuse } from './refusal';

export interface Page<T> {
  items: T[];
  /** Empty on the last page. */
  nextCursor: string;
}

function encode(prefix: string, key: string): string {
  return Buffer.from(`${prefix}:${key}`).toString('base64');
}

/** The key in an opaque cursor; refuses one that was not made by `encode` with this prefix. */
function decode(prefix: string, cursor: string): string {
  const text = Buffer.from(cursor, 'base64').toString();
  const key = text.startsWith(`${prefix}:`) ? text.slice(prefix.length + 1) : '';
  return key !== '' && encode(prefix, key) === cursor ? key : refuse('invalid_cursor');
}

/**
 * One page of a list. A cursor names the first item of its page by key, so that items added or removed
 * elsewhere don't move it; a cursor whose item is gone is no longer valid.
 */
export function paginate<T>(
  items: readonly T[],
  options: { cursor: string | undefined; limit: number; prefix: string; key: (item: T) => string },
): Page<T> {
  const { cursor, limit, prefix, key } = options;
  let start = 0;
  if (cursor) {
    const wanted = decode(prefix, cursor);
    start = items.findIndex((item) => key(item) === wanted);
    if (start < 0) refuse('invalid_cursor');
  }
  const next = items[start + limit];
  return {
    items: items.slice(start, start + limit),
    nextCursor: next === undefined ? '' : encode(prefix, key(next)),
  };
}
