/** Symbols (1…255) to look for, and what finding them means. */
export interface Needle<T> {
  symbols: Uint8Array;
  means: T;
}

/** Answers what the first needle found in the first `length` symbols means; null when there is none. */
export type NeedleIndex<T> = (symbols: Uint8Array, length: number) => T | null;

/** Needles must have at least `gram + step - 1` symbols: then one of the places looked at lies within each. */
const gram = 8;
const step = 7;

/**
 * Looks for any number of needles in one pass: at every seventh place, the hash of the next eight symbols is looked
 * up in a table of bits, which nearly always says no. The time hardly depends on how many needles there are.
 */
export function indexNeedles<T>(needles: readonly Needle<T>[]): NeedleIndex<T> {
  const count = needles.length * step;
  const bits = Math.min(26, Math.max(12, Math.ceil(Math.log2(count * 16 + 1))));
  const shift = 32 - bits;
  const table = new Uint32Array(2 ** (bits - 5));
  // The grams of all needles: entry n is gram n % step of needle ⌊n / step⌋, and entries of one slot are chained.
  const slots = Math.max(1, 2 ** Math.ceil(Math.log2(count + 1)));
  const heads = new Int32Array(slots).fill(-1);
  const nexts = new Int32Array(count);
  for (let entry = 0; entry < count; entry += 1) {
    const hash = gramHash(needles[Math.floor(entry / step)]!.symbols, entry % step);
    const slot = hash >>> shift;
    table[slot >>> 5]! |= 1 << (slot & 31);
    nexts[entry] = heads[hash & (slots - 1)]!;
    heads[hash & (slots - 1)] = entry;
  }

  function confirm(hash: number, symbols: Uint8Array, length: number, at: number): Needle<T> | null {
    for (let entry = heads[hash & (slots - 1)]!; entry >= 0; entry = nexts[entry]!) {
      const needle = needles[Math.floor(entry / step)]!;
      if (isAt(needle.symbols, symbols, at - (entry % step), length)) return needle;
    }
    return null;
  }

  return (symbols, length) => {
    for (let at = 0; at + gram <= length; at += step) {
      const hash = gramHash(symbols, at);
      const slot = hash >>> shift;
      if ((table[slot >>> 5]! & (1 << (slot & 31))) === 0) continue;
      const found = confirm(hash, symbols, length, at);
      if (found) return found.means;
    }
    return null;
  };
}

/** Of the eight symbols from `at`. */
function gramHash(symbols: Uint8Array, at: number): number {
  const low = symbols[at]! | (symbols[at + 1]! << 8) | (symbols[at + 2]! << 16) | (symbols[at + 3]! << 24);
  const high =
    symbols[at + 4]! | (symbols[at + 5]! << 8) | (symbols[at + 6]! << 16) | (symbols[at + 7]! << 24);
  const sum = Math.imul(low, 0x9e3779b1) ^ Math.imul(high, 0x85ebca77);
  return Math.imul(sum ^ (sum >>> 15), 0x2c1b3c6d);
}

function isAt(wanted: Uint8Array, symbols: Uint8Array, start: number, length: number): boolean {
  if (start < 0 || start + wanted.length > length) return false;
  for (let at = 0; at < wanted.length; at += 1) if (symbols[start + at] !== wanted[at]) return false;
  return true;
}
