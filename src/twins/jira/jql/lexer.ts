import { refuseQuery, type Position } from './syntaxError';
import { isReserved, keywords, reservedCharacters } from './words';

export type TokenKind = 'word' | 'quoted' | 'number' | 'keyword' | 'reserved' | 'symbol' | 'end';

export interface Token extends Position {
  kind: TokenKind;
  /** What it stands for: text without quotes and escapes, keywords in lower case. */
  text: string;
  /** As written, for messages. */
  raw: string;
}

const twoCharacterSymbols = new Set(['!=', '<=', '>=', '!~', '&&', '||']);
const oneCharacterSymbols = '=!<>~()[],&|';
const escapes: Readonly<Record<string, string>> = {
  "'": "'",
  '"': '"',
  '\\': '\\',
  t: '\t',
  n: '\n',
  r: '\r',
  ' ': ' ',
};
const validEscapes = String.raw`The valid escape sequences are \', \", \t, \n, \r, \\, '\ ' and \uXXXX.`;

const isSpace = (char: string) => /\s/.test(char);
const hex = (char: string) => char.charCodeAt(0).toString(16).padStart(4, '0');
/** Control characters and non-characters, which may only be written as escapes. */
const isIllegal = (char: string) => {
  const code = char.charCodeAt(0);
  const allowed = char === '\t' || char === '\n' || char === '\r';
  return (code < 0x20 && !allowed) || (code >= 0x7f && code <= 0x9f) || code >= 0xfffe;
};

/** Reads characters and knows where it stands. */
class Reader {
  private index = 0;
  private line = 1;
  private lineStart = 0;
  constructor(private readonly source: string) {}

  get offset(): number {
    return this.index;
  }
  at(): Position {
    return { line: this.line, character: this.index - this.lineStart + 1 };
  }
  peek(ahead = 0): string {
    return this.source.charAt(this.index + ahead);
  }
  slice(from: number): string {
    return this.source.slice(from, this.index);
  }
  next(): string {
    const char = this.source.charAt(this.index);
    if (isIllegal(char)) {
      const at = this.at();
      const name = `U+${hex(char).toUpperCase()}`;
      refuseQuery(
        `The character '${name}' on line ${at.line} at position ${at.character} must be escaped. Use the escape '\\u${hex(char)}' instead.`,
        at,
      );
    }
    this.index += 1;
    if (char === '\n') {
      this.line += 1;
      this.lineStart = this.index;
    }
    return char;
  }
}

/** Reads one escape; the reader stands on its backslash. */
function readEscape(reader: Reader): string {
  const at = reader.at();
  reader.next();
  const char = reader.peek();
  if (char === '') refuseQuery(`The escape sequence has not been completed. ${validEscapes}`, at);
  if (char === 'u') {
    reader.next();
    let digits = '';
    while (digits.length < 4) {
      const digit = reader.peek();
      if (!/^[0-9a-f]$/i.test(digit)) {
        refuseQuery(`'\\u${digits}${digit}' is an illegal JQL escape sequence. ${validEscapes}`, at);
      }
      digits += reader.next();
    }
    return String.fromCharCode(parseInt(digits, 16));
  }
  if (!Object.hasOwn(escapes, char)) {
    refuseQuery(`'\\${char}' is an illegal JQL escape sequence. ${validEscapes}`, at);
  }
  return escapes[reader.next()] ?? '';
}

function readQuoted(reader: Reader): Token {
  const at = reader.at();
  const start = reader.offset;
  const quote = reader.next();
  let text = '';
  while (reader.peek() !== quote) {
    if (reader.peek() === '') {
      const told = reader.slice(start + 1).replaceAll('\n', ' ');
      refuseQuery(`The quoted string ${told ? `'${told}' ` : ''}has not been completed.`, at);
    }
    text += reader.peek() === '\\' ? readEscape(reader) : reader.next();
  }
  reader.next();
  return { kind: 'quoted', text, raw: text, ...at };
}

function isPlain(char: string): boolean {
  if (char === '' || isSpace(char) || char === '"' || char === "'") return false;
  return !oneCharacterSymbols.includes(char) && !reservedCharacters.includes(char);
}

const largest = 2n ** 63n;

function readWord(reader: Reader): Token {
  const at = reader.at();
  const start = reader.offset;
  let text = '';
  let escaped = false;
  while (isPlain(reader.peek())) {
    if (reader.peek() === '\\') {
      escaped = true;
      text += readEscape(reader);
    } else text += reader.next();
  }
  const raw = reader.slice(start);
  const lower = text.toLowerCase();
  if (escaped) return { kind: 'quoted', text, raw, ...at };
  if (/^-?\d+$/.test(text)) {
    const number = BigInt(text);
    if (number >= largest || number < -largest) {
      refuseQuery(
        `'${text}' is not a valid number. Numbers must be between -9,223,372,036,854,775,808 and 9,223,372,036,854,775,807.`,
        at,
      );
    }
    return { kind: 'number', text, raw, ...at };
  }
  if (keywords.has(lower)) return { kind: 'keyword', text: lower, raw, ...at };
  return { kind: isReserved(lower) ? 'reserved' : 'word', text, raw, ...at };
}

function readToken(reader: Reader): Token {
  const at = reader.at();
  const char = reader.peek();
  if (char === '"' || char === "'") return readQuoted(reader);
  if (twoCharacterSymbols.has(char + reader.peek(1))) {
    const text = reader.next() + reader.next();
    return { kind: 'symbol', text, raw: text, ...at };
  }
  if (oneCharacterSymbols.includes(char)) {
    reader.next();
    return { kind: 'symbol', text: char, raw: char, ...at };
  }
  if (reservedCharacters.includes(char)) {
    refuseQuery(
      `The character '${char}' is a reserved JQL character. You must enclose it in a string or use the escape '\\u${hex(char)}' instead.`,
      at,
    );
  }
  return readWord(reader);
}

/** Characters of a query: thousands of keys have room, and its tokens fit into memory. */
const maxLength = 128 * 1024;

/** The tokens of a query, the last of which is its end. Throws `JqlSyntaxError`. */
export function tokenize(source: string): Token[] {
  if (source.length > maxLength) refuseQuery(`The query is longer than ${maxLength} characters.`);
  const reader = new Reader(source);
  const tokens: Token[] = [];
  for (;;) {
    while (reader.peek() !== '' && isSpace(reader.peek())) reader.next();
    if (reader.peek() === '') break;
    tokens.push(readToken(reader));
  }
  tokens.push({ kind: 'end', text: '', raw: '', ...reader.at() });
  return tokens;
}
