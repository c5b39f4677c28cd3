/**
 * One throw of a small seeded generator (mulberry32, public domain): reproducible chance for faults and ids, never
 * for credentials. @returns the next seed and a number from 0 to, not with, 1
 */
export function throwDice(seed: number): { seed: number; value: number } {
  const next = (seed + 0x6d2b79f5) | 0;
  let mixed = Math.imul(next ^ (next >>> 15), 1 | next);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return { seed: next, value: ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296 };
}
