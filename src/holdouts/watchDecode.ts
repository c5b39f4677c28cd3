const backslash = 0x5c;
const percent = 0x25;
const ampersand = 0x26;

const begins = new Uint8Array(256);
for (const byte of [backslash, percent, ampersand]) begins[byte] = 1;

/** Deeper nesting (JSON in JSON in JSON) is left as it is. */
const deepest = 3;

/** A text with its escapes decoded, again where there are more behind them; the same bytes when there are none. */
export function withoutEscapes(bytes: Uint8Array): Uint8Array {
  let decoded = bytes;
  for (let level = 0; level < deepest; level += 1) {
    const first = decoded.findIndex(isBeginning);
    if (first < 0) break;
    const next = new Uint8Array(decoded.length);
    const { length, again } = unescapeFrom(decoded, first, next);
    decoded = next.subarray(0, length);
    if (!again) break;
  }
  return decoded;
}

const isBeginning = (byte: number): boolean => begins[byte] === 1;

/**
 * Decodes escapes of JSON and source code, URLs and HTML into `out`; none is shorter than what it stands for.
 * `again`: the text they make may hold further ones.
 */
function unescapeFrom(bytes: Uint8Array, first: number, out: Uint8Array): { length: number; again: boolean } {
  let again = false;
  out.set(bytes.subarray(0, first));
  let length = first;
  for (let at = first; at < bytes.length;) {
    const byte = bytes[at]!;
    const escape = begins[byte] === 1 ? escapeAt(bytes, at) : null;
    if (!escape) {
      out[length] = byte;
      length += 1;
      at += 1;
      continue;
    }
    again ||= escape.code === backslash || escape.code === percent || escape.code === ampersand;
    length = writeCharacter(out, length, escape.code);
    at += escape.length;
  }
  return { length, again };
}

/** The character that an escape stands for, and how many bytes the escape takes. */
interface Escape {
  code: number;
  length: number;
}

function escapeAt(bytes: Uint8Array, at: number): Escape | null {
  switch (bytes[at]) {
    case percent:
      return hexEscape(bytes, at, 1, 2);
    case ampersand:
      return entityAt(bytes, at);
    default:
      return backslashAt(bytes, at);
  }
}

const shorthands = new Map([...'nrtbfv0'].map((letter) => [letter.charCodeAt(0), 0x20]));

function backslashAt(bytes: Uint8Array, at: number): Escape | null {
  const next = bytes[at + 1];
  if (next === undefined) return null;
  if (next === 0x75) return hexEscape(bytes, at, 2, 4) ?? bracedAt(bytes, at);
  if (next === 0x78) return hexEscape(bytes, at, 2, 2);
  return octalAt(bytes, at) ?? { code: shorthands.get(next) ?? next, length: 2 };
}

/** `count` hex digits after `skip` bytes of prefix. */
function hexEscape(bytes: Uint8Array, at: number, skip: number, count: number): Escape | null {
  let code = 0;
  for (let place = at + skip; place < at + skip + count; place += 1) {
    const digit = hexDigit(bytes[place]);
    if (digit < 0) return null;
    code = code * 16 + digit;
  }
  return { code, length: skip + count };
}

function hexDigit(byte = 0): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

/** `\161`; three digits, as a text that goes on with a digit needs them. */
function octalAt(bytes: Uint8Array, at: number): Escape | null {
  let code = 0;
  for (let place = at + 1; place <= at + 3; place += 1) {
    const digit = (bytes[place] ?? 0) - 0x30;
    if (digit < 0 || digit > 7) return null;
    code = code * 8 + digit;
  }
  return { code: code & 0xff, length: 4 };
}

function bracedAt(bytes: Uint8Array, at: number): Escape | null {
  if (bytes[at + 2] !== 0x7b) return null;
  const escape = numbered(bytes, at, 3, 16);
  return escape && bytes[at + escape.length] === 0x7d ? { ...escape, length: escape.length + 1 } : null;
}

const semicolon = 0x3b;

/** `&#113;`, `&#x71;`, `&amp;`; other names stand for nothing that is looked for. */
function entityAt(bytes: Uint8Array, at: number): Escape | null {
  if (bytes[at + 1] === 0x23) {
    const escape =
      numbered(bytes, at, 2, 10) ?? ((bytes[at + 2]! | 0x20) === 0x78 ? numbered(bytes, at, 3, 16) : null);
    return escape && bytes[at + escape.length] === semicolon
      ? { ...escape, length: escape.length + 1 }
      : escape;
  }
  let end = at + 1;
  while (end <= at + longestName && isLetter(bytes[end])) end += 1;
  if (end < at + 3 || bytes[end] !== semicolon) return null;
  return { code: isAmp(bytes, at) ? ampersand : 0x20, length: end + 1 - at };
}

const longestName = 8;
const amp = Buffer.from('&amp;');

const isAmp = (bytes: Uint8Array, at: number): boolean =>
  amp.every((byte, place) => bytes[at + place] === byte);

function isLetter(byte = 0): boolean {
  return (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a;
}

/** Up to eight digits after `skip` bytes of prefix. */
function numbered(bytes: Uint8Array, at: number, skip: number, radix: number): Escape | null {
  let code = 0;
  let place = at + skip;
  for (; place < at + skip + 8; place += 1) {
    const digit = hexDigit(bytes[place]);
    if (digit < 0 || digit >= radix) break;
    code = code * radix + digit;
  }
  return place > at + skip && code <= 0x10ffff ? { code, length: place - at } : null;
}

/** Writes a character as UTF-8, bytes below 256 that came as such as they are. @returns the length then */
function writeCharacter(out: Uint8Array, length: number, code: number): number {
  if (code < 0x100) {
    out[length] = code;
    return length + 1;
  }
  const bytes = Buffer.from(String.fromCodePoint(code));
  out.set(bytes, length);
  return length + bytes.length;
}

/** Beginnings of characters that stand for Latin letters: full-width, circled, mathematical. */
const disguised = [
  [0xef, 0xbc],
  [0xef, 0xbd],
  [0xf0, 0x9d],
  [0xe2, 0x92],
  [0xe2, 0x93],
].map((bytes) => Buffer.from(bytes));

/** The same as characters; looking up others one by one would take most of the time that binary data takes. */
const compatible = /[\u2480-\u24ff\uff00-\uff7f\u{1d000}-\u{1dfff}]+/gu;

/** The text with such characters replaced by the letters they stand for; null when there are none. */
export function withoutDisguise(bytes: Uint8Array): Uint8Array | null {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (!disguised.some((start) => buffer.includes(start))) return null;
  return Buffer.from(buffer.toString('utf8').replace(compatible, (run) => run.normalize('NFKC')));
}
