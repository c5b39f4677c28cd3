import { FactoryError } from '../../shared/errors';
import type { Site } from './state';

export function badSeed(problem: string): never {
  throw new FactoryError('bad-input', `The Jira site is not consistent: ${problem}.`, {
    hint: 'Correct the seed of the Jira twin; what one part names must be in another.',
  });
}

/** The row that a seed means, by id, key or name; what a seed names must be there. */
export function named<T extends { id?: unknown; name?: string | undefined; key?: string | undefined }>(
  rows: readonly T[],
  value: string | number,
  what: string,
): T {
  const wanted = String(value);
  return (
    rows.find((row) => String(row.id) === wanted) ??
    rows.find((row) => row.key === wanted || row.name?.toLowerCase() === wanted.toLowerCase()) ??
    badSeed(`there is no ${what} ${JSON.stringify(wanted)}`)
  );
}

/** Sees to it that the ids already there are not given out again. */
export function raise(site: Site, kind: string, rows: readonly { id?: string | number | undefined }[]): void {
  const taken = new Set<string>();
  let highest = site.counters[kind] ?? 9999;
  for (const { id } of rows) {
    if (id === undefined) continue;
    if (taken.has(String(id))) badSeed(`two of kind ${kind} have the id ${id}`);
    taken.add(String(id));
    const value = Number(id);
    if (Number.isSafeInteger(value)) highest = Math.max(highest, value);
  }
  site.counters[kind] = highest;
}

/** A time in the state's own form. @param value milliseconds since the epoch, or text that says a time */
export function isoOf(value: string | number): string {
  const time = new Date(value);
  if (Number.isNaN(time.getTime())) badSeed(`${JSON.stringify(value)} is no time`);
  return time.toISOString();
}
