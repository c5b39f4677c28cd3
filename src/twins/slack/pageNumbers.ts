import type { Args } from './request';

const maxCount = 1000;
const maxPageNumber = 100;

function whole(value: unknown, fallback: number, max: number): number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 ? Math.min(value, max) : fallback;
}

/** One page of a list by `count` and `page`, as Slack's older methods give it. */
export function pageOf<T>(
  items: readonly T[],
  args: Args,
  usual: number,
): { items: T[]; paging: { count: number; total: number; page: number; pages: number } } {
  const count = whole(args['count'], usual, maxCount);
  const page = whole(args['page'], 1, maxPageNumber);
  const pages = Math.max(1, Math.ceil(items.length / count));
  return {
    items: items.slice((page - 1) * count, page * count),
    paging: { count, total: items.length, page, pages },
  };
}
