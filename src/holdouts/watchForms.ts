import type { Needle } from './watchIndex';

/** How a canary was written where it was found. */
export type CanaryForm =
  'plain' | 'escaped' | 'folded' | 'reversed' | 'rot13' | 'hex' | 'decimal' | 'base64' | 'compressed';

const letters = 'abcdefghijklmnopqrstuvwxyz';

/** Letters in either case and digits; spaces, punctuation and whatever else may split a text are dropped (0). */
export const plainSymbols = symbolsOf(letters + '0123456789', letters.toUpperCase());
/** Both alphabets of base64; line ends, quotes and padding are dropped. */
export const base64Symbols = symbolsOf(`${letters.toUpperCase()}${letters}0123456789+/`);
base64Symbols['-'.charCodeAt(0)] = base64Symbols['+'.charCodeAt(0)]!;
base64Symbols['_'.charCodeAt(0)] = base64Symbols['/'.charCodeAt(0)]!;

/** The symbol of each byte: its place in `alphabet` from 1, `also` names the first ones again. */
function symbolsOf(alphabet: string, also = ''): Uint8Array {
  const table = new Uint8Array(256);
  for (const names of [alphabet, also]) {
    for (const [place, name] of [...names].entries()) table[name.charCodeAt(0)] = place + 1;
  }
  return table;
}

/** Writes the symbols of `bytes` that count to `out` and returns how many there are. */
export function reduceTo(table: Uint8Array, bytes: Uint8Array, out: Uint8Array): number {
  let length = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const symbol = table[bytes[at]!]!;
    out[length] = symbol;
    // 0 for 0 and 1 for 1…64: a branch that nobody can predict would cost more than everything else.
    length += (symbol + 63) >> 6;
  }
  return length;
}

function symbols(table: Uint8Array, text: string | Uint8Array): Uint8Array {
  const bytes = Buffer.from(text);
  const out = new Uint8Array(bytes.length);
  return out.subarray(0, reduceTo(table, bytes, out));
}

/** What a value may look like among plain symbols, whatever stands between its parts. */
export function plainNeedles(value: string): Needle<CanaryForm>[] {
  const rare = symbols(plainSymbols, rareOf(value));
  const coded = encodings(value).flatMap((bytes): [CanaryForm, string][] => {
    const hex = bytes.toString('hex');
    return [
      ['hex', hex],
      ['hex', hex.replace(/../g, '0x$&')],
      ['decimal', bytes.join('')],
    ];
  });
  return [
    { means: 'plain', symbols: rare },
    { means: 'reversed', symbols: rare.toReversed() },
    { means: 'rot13', symbols: rare.map(rotated) },
    ...coded.map(([means, text]) => ({ means, symbols: symbols(plainSymbols, text) })),
  ];
}

/** What a value looks like where nothing stands between its parts. */
export function literalNeedles(value: string): Needle<CanaryForm>[] {
  return encodings(rareOf(value)).map((symbols) => ({ means: 'plain', symbols }));
}

/** Every address begins like this, and it is often left out. */
function rareOf(value: string): string {
  return value.replace(/^https:\/\//, '');
}

function rotated(symbol: number): number {
  return symbol > letters.length ? symbol : ((symbol + 12) % letters.length) + 1;
}

/** The part of the encoding that is the same whatever stands around, at each of the three alignments. */
export function base64Needles(value: string): Needle<CanaryForm>[] {
  return encodings(value).flatMap((encoded) =>
    [0, 1, 2].map((shift) => {
      const bytes = Buffer.concat([Buffer.alloc(shift), encoded]);
      const first = Math.ceil((shift * 8) / 6);
      const last = Math.floor((bytes.length * 8) / 6);
      const text = bytes.toString('base64').slice(first, last);
      return { means: 'base64' as const, symbols: symbols(base64Symbols, text) };
    }),
  );
}

/** Bytes of a value before they are encoded: as it is, in either case, and as Windows writes text. */
function encodings(value: string): Buffer[] {
  const cases = new Set([value, value.toLowerCase(), value.toUpperCase()]);
  return [...[...cases].map((text) => Buffer.from(text)), Buffer.from(value, 'utf16le')];
}
