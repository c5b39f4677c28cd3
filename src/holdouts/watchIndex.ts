import { createHash, createHmac } from 'node:crypto';

/** Symbols (1…255) to look for, and what finding them means. */
export interface Needle<T> {
  symbols: Uint8Array;
  means: T;
}

/**
 * Needles as one who looks for them may keep them: keyed hashes of the grams they begin with, and a keyed digest of the
 * whole. They cannot be read from it. Plain data.
 */
export interface NeedlePrint<T> {
  /** Base64. It is new with each print. */
  key: string;
  needles: { means: T; length: number; digest: string; grams: number[] }[];
}

/** Answers what the first needle found in the first `length` symbols means; null when there is none. */
export type NeedleIndex<T> = (symbols: Uint8Array, length: number) => T | null;

/** Needles must have at least `gram + step - 1` symbols: then one of the places looked at lies within each. */
const gram = 8;
const step = 7;

export function printNeedles<T>(key: string, needles: readonly Needle<T>[]): NeedlePrint<T> {
  const hashAt = gramHash(key);
  return {
    key,
    needles: needles.map(({ means, symbols }) => ({
      means,
      length: symbols.length,
      digest: digestOf(key, symbols),
      grams: Array.from({ length: step }, (_, at) => hashAt(symbols, at)),
    })),
  };
}

/**
 * Looks for any number of needles in one pass: at every seventh place, the hash of the next eight symbols is looked
 * up in a table of bits, which nearly always says no. The time hardly depends on how many needles there are.
 */
export function indexNeedles<T>({ key, needles }: NeedlePrint<T>): NeedleIndex<T> {
  const hashAt = gramHash(key);
  const count = needles.length * step;
  const bits = Math.min(26, Math.max(12, Math.ceil(Math.log2(count * 16 + 1))));
  const shift = 32 - bits;
  const table = new Uint32Array(2 ** (bits - 5));
  // The grams of all needles: entry n is gram n % step of needle ⌊n / step⌋, and entries of one slot are chained.
  const slots = Math.max(1, 2 ** Math.ceil(Math.log2(count + 1)));
  const hashes = Int32Array.from(needles.flatMap(({ grams }) => grams));
  const heads = new Int32Array(slots).fill(-1);
  const nexts = new Int32Array(count);
  for (const [entry, hash] of hashes.entries()) {
    const slot = hash >>> shift;
    table[slot >>> 5]! |= 1 << (slot & 31);
    nexts[entry] = heads[hash & (slots - 1)]!;
    heads[hash & (slots - 1)] = entry;
  }

  function isAt(
    { length, digest }: NeedlePrint<T>['needles'][number],
    symbols: Uint8Array,
    start: number,
    end: number,
  ) {
    return (
      start >= 0 && start + length <= end && digestOf(key, symbols.subarray(start, start + length)) === digest
    );
  }

  function confirm(hash: number, symbols: Uint8Array, length: number, at: number) {
    for (let entry = heads[hash & (slots - 1)]!; entry >= 0; entry = nexts[entry]!) {
      if (hashes[entry] !== hash) continue;
      const needle = needles[Math.floor(entry / step)]!;
      if (isAt(needle, symbols, at - (entry % step), length)) return needle;
    }
    return null;
  }

  return (symbols, length) => {
    for (let at = 0; at + gram <= length; at += step) {
      const hash = hashAt(symbols, at);
      const slot = hash >>> shift;
      if ((table[slot >>> 5]! & (1 << (slot & 31))) === 0) continue;
      const found = confirm(hash, symbols, length, at);
      if (found) return found.means;
    }
    return null;
  };
}

function digestOf(key: string, symbols: Uint8Array): string {
  return createHmac('sha256', key).update(symbols).digest('base64');
}

/** Hashes the eight symbols from a place, to 32 bits. */
function gramHash(key: string): (symbols: Uint8Array, at: number) => number {
  const random = createHash('sha256').update(`grams ${key}`).digest();
  const [a, b, c] = [0, 4, 8].map((at) => random.readInt32LE(at) | 1) as [number, number, number];
  return (symbols, at) => {
    const low = symbols[at]! | (symbols[at + 1]! << 8) | (symbols[at + 2]! << 16) | (symbols[at + 3]! << 24);
    const high =
      symbols[at + 4]! | (symbols[at + 5]! << 8) | (symbols[at + 6]! << 16) | (symbols[at + 7]! << 24);
    const sum = Math.imul(low, a) ^ Math.imul(high, b);
    return Math.imul(sum ^ (sum >>> 15), c);
  };
}
