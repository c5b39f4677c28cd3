import { createHmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Scenarios in an order that nobody without the vault's key can foresee, another one for each commit, so that a
 * program cannot tell by its place in line what it is asked.
 */
export function keyedOrder<T extends { id: string }>(
  scenarios: readonly T[],
  key: Uint8Array,
  commit: string,
): T[] {
  const rank = ({ id }: T) => createHmac('sha256', key).update(`order ${commit} ${id}`).digest('hex');
  return scenarios
    .map((scenario) => ({ scenario, rank: rank(scenario) }))
    .sort((a, b) => (a.rank < b.rank ? -1 : 1))
    .map(({ scenario }) => scenario);
}

/** Shortest time that is told apart, in milliseconds. */
const bucketMs = 1000;

/**
 * A time in milliseconds rounded up so that little can be told by it: to whole seconds, and where those are less than
 * a quarter of its leading binary digit, to such quarters. All times up to an hour become one of about forty.
 */
export function padded(ms: number): number {
  const step = Math.max(bucketMs, 2 ** (Math.floor(Math.log2(Math.max(ms, 1))) - 2));
  return Math.max(1, Math.ceil(ms / step)) * step;
}

/** Waits until the time since `began` (of `performance.now()`) is a padded one. */
export async function endOfBucket(began: number, signal: AbortSignal): Promise<void> {
  const passed = performance.now() - began;
  await sleep(padded(passed) - passed, undefined, { signal }).catch(() => signal.throwIfAborted());
}
