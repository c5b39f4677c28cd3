// C0 (but tab and line feed), delete, C1, bidirectional controls, invisible spaces, tag characters.
const hidden =
  /[\p{Cc}\u061c\u200b\u200e\u200f\u202a-\u202e\u2028\u2029\u2060-\u2069\ufeff\u{e0000}-\u{e007f}]/gu;

const plain = /^[\t\n\x20-\x7e]*$/;

/**
 * Text from agents and programs as people may see it: what would move the cursor, turn the direction of
 * reading or hide is shown as a sign of its own. Line feeds and tabs stay; CR LF becomes a line feed.
 */
export function visible(text: string): string {
  // Most text is plain; a quick look is cheaper than the thorough one.
  return plain.test(text) ? text : text.replaceAll('\r\n', '\n').replace(hidden, sign);
}

/** The same for text that is to stay on one line, such as a file's name: line feeds and tabs become signs, too. */
export function visibleLine(text: string): string {
  return visible(text).replace(/[\n\t]/g, (char) => (char === '\n' ? '␊' : '␉'));
}

/** The same for every string inside `value`, which is plain data; what needs no change is not copied. */
export function visibleDeep<T>(value: T): T {
  return makeVisible(value) as T;
}

function makeVisible(value: unknown): unknown {
  if (typeof value === 'string') return visible(value);
  if (typeof value !== 'object' || value === null) return value;
  let copy: object | null = null;
  for (const key of Object.keys(value)) {
    const item = (value as Record<string, unknown>)[key];
    const shown = makeVisible(item);
    if (shown === item) continue;
    copy ??= Array.isArray(value) ? [...(value as unknown[])] : { ...value };
    // Not an assignment: a key may be `__proto__`.
    Object.defineProperty(copy, key, { value: shown, enumerable: true, configurable: true, writable: true });
  }
  return copy ?? value;
}

function sign(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  if (char === '\n' || char === '\t') return char;
  // Unicode has a picture for each of these: ESC is ␛.
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  if (code === 0x7f) return '␡';
  return `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`;
}
