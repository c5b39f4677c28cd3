// C0 (but tab and line feed), delete, C1, bidirectional controls, invisible spaces, tag characters.
const hidden =
  /[\p{Cc}\u061c\u200b\u200e\u200f\u202a-\u202e\u2028\u2029\u2060-\u2069\ufeff\u{e0000}-\u{e007f}]/gu;

/**
 * Text from agents and programs as people may see it: what would move the cursor, turn the direction of
 * reading or hide is shown as a sign of its own. Line feeds and tabs stay; CR LF becomes a line feed.
 */
export function visible(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(hidden, sign);
}

/** The same for every string inside `value`, which is plain data. */
export function visibleDeep<T>(value: T): T {
  return mapStrings(value, visible) as T;
}

function mapStrings(value: unknown, map: (text: string) => string): unknown {
  if (typeof value === 'string') return map(value);
  if (Array.isArray(value)) return value.map((item) => mapStrings(item, map));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapStrings(item, map)]));
}

function sign(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  if (char === '\n' || char === '\t') return char;
  // Unicode has a picture for each of these: ESC is ␛.
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  if (code === 0x7f) return '␡';
  return `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`;
}
