import type { DocNode, Mark } from './document';

// Wiki markup within a line or paragraph. Every construct is found in linear time: closing delimiters are looked up in
// lists that are made once for each stretch of text, and no mark is opened inside of itself.

const delimiters: Readonly<Record<string, Mark>> = {
  '*': { type: 'strong' },
  _: { type: 'em' },
  '-': { type: 'strike' },
  '+': { type: 'underline' },
  '^': { type: 'subsup', attrs: { type: 'sup' } },
  '~': { type: 'subsup', attrs: { type: 'sub' } },
};
const isWord = (char: string | undefined): boolean => char !== undefined && /[\p{L}\p{N}]/u.test(char);
const isSpace = (char: string | undefined): boolean => char === undefined || /\s/.test(char);
const url = /(?:https?|ftp):\/\/[^\s|\]{}<>"\\]+|mailto:[^\s|\]{}<>"\\]+/y;
const color = /\{color:(#[0-9a-fA-F]{6}|[a-z]{3,20})\}/y;
const punctuation = /[!-/:-@[-`{-~]/;

/** Where each delimiter could close in `text`, ascending. */
function closersOf(text: string): Map<string, number[]> {
  const closers = new Map<string, number[]>();
  for (let index = 1; index < text.length; index += 1) {
    const char = text[index] ?? '';
    if (!Object.hasOwn(delimiters, char)) continue;
    if (text[index - 1] === '\\' || isSpace(text[index - 1]) || isWord(text[index + 1])) continue;
    const list = closers.get(char) ?? [];
    list.push(index);
    closers.set(char, list);
  }
  return closers;
}

interface Span {
  nodes: DocNode[];
  /** Where reading goes on. */
  end: number;
}

interface Reader {
  text: string;
  marks: readonly Mark[];
  closers: Map<string, number[]>;
  /** Place of the next closing token from here on, by token; -1 for none. */
  ahead: Map<string, number>;
}

/** The next place of a token at or after `from`; found once for as long as it lies ahead. */
function nextOf(reader: Reader, token: string, from: number): number {
  const known = reader.ahead.get(token);
  if (known !== undefined && (known < 0 || known >= from)) return known;
  const found = reader.text.indexOf(token, from);
  reader.ahead.set(token, found);
  return found;
}

const leaf = (text: string, marks: readonly Mark[]): DocNode =>
  marks.length > 0 ? { type: 'text', text, marks: [...marks] } : { type: 'text', text };

function readCode(reader: Reader, at: number): Span | null {
  if (!reader.text.startsWith('{{', at)) return null;
  const end = nextOf(reader, '}}', at + 2);
  if (end <= at + 2) return null;
  const marks = [...reader.marks.filter(({ type }) => type === 'link'), { type: 'code' }];
  return { nodes: [leaf(reader.text.slice(at + 2, end), marks)], end: end + 2 };
}

function readColor(reader: Reader, at: number): Span | null {
  color.lastIndex = at;
  const [open, value] = color.exec(reader.text) ?? [];
  if (open === undefined || reader.marks.some(({ type }) => type === 'textColor')) return null;
  const end = nextOf(reader, '{color}', at + open.length);
  if (end < 0) return null;
  const mark = { type: 'textColor', attrs: { color: value } };
  const inner = reader.text.slice(at + open.length, end);
  return { nodes: parseInline(inner, [...reader.marks, mark]), end: end + '{color}'.length };
}

function readLink(reader: Reader, at: number): Span | null {
  if (reader.text[at] !== '[' || reader.marks.some(({ type }) => type === 'link')) return null;
  const end = nextOf(reader, ']', at + 1);
  if (end < 0 || end - at > 4096) return null;
  const inner = reader.text.slice(at + 1, end);
  if (inner.startsWith('~accountid:')) {
    const id = inner.slice('~accountid:'.length);
    return { nodes: [{ type: 'mention', attrs: { id, text: `@${id}` } }], end: end + 1 };
  }
  const [first = '', second, third] = inner.split('|');
  const href = second ?? first;
  url.lastIndex = 0;
  if (!url.test(href) && !/^(#|\/|\^)./.test(href)) return null;
  if (third === 'smart-link') return { nodes: [{ type: 'inlineCard', attrs: { url: href } }], end: end + 1 };
  const mark = { type: 'link', attrs: { href } };
  const label =
    second === undefined
      ? [leaf(first, [...reader.marks, mark])]
      : parseInline(first, [...reader.marks, mark]);
  return label.length > 0 ? { nodes: label, end: end + 1 } : null;
}

function readUrl(reader: Reader, at: number): Span | null {
  if (isWord(reader.text[at - 1]) || reader.marks.some(({ type }) => type === 'link')) return null;
  url.lastIndex = at;
  const [found] = url.exec(reader.text) ?? [];
  if (found === undefined) return null;
  const href = found.replace(/[.,;:!?)]+$/, '');
  return { nodes: [leaf(href, [...reader.marks, { type: 'link', attrs: { href } }])], end: at + href.length };
}

function readMark(reader: Reader, at: number): Span | null {
  const { text, marks, closers } = reader;
  const char = text[at] ?? '';
  const mark = delimiters[char];
  if (!mark || isWord(text[at - 1]) || isSpace(text[at + 1]) || text[at + 1] === char) return null;
  if (marks.some(({ type }) => type === mark.type)) return null;
  const list = closers.get(char) ?? [];
  while (list[0] !== undefined && list[0] <= at + 1) list.shift();
  const end = list[0];
  if (end === undefined) return null;
  return { nodes: parseInline(text.slice(at + 1, end), [...marks, mark]), end: end + 1 };
}

/** Readers by the character that a construct begins with. */
const readers: Readonly<Record<string, (reader: Reader, at: number) => Span | null>> = {
  '{': (reader, at) => readCode(reader, at) ?? readColor(reader, at),
  '[': readLink,
  h: readUrl,
  f: readUrl,
  m: readUrl,
  ...Object.fromEntries(Object.keys(delimiters).map((char) => [char, readMark])),
};

/** Joins neighbouring text of the same marks. */
function joined(nodes: readonly DocNode[]): DocNode[] {
  const all: DocNode[] = [];
  for (const node of nodes) {
    const last = all.at(-1);
    const alike = last?.type === 'text' && node.type === 'text';
    if (alike && JSON.stringify(last.marks) === JSON.stringify(node.marks)) {
      last.text = `${last.text ?? ''}${node.text ?? ''}`;
    } else all.push(node);
  }
  return all;
}

/** The inline nodes that a stretch of wiki markup means; line ends are hard breaks. */
export function parseInline(text: string, marks: readonly Mark[] = []): DocNode[] {
  const reader: Reader = { text, marks, closers: closersOf(text), ahead: new Map() };
  const nodes: DocNode[] = [];
  let plain = '';
  const flush = (): void => {
    if (plain !== '') nodes.push(leaf(plain, marks));
    plain = '';
  };
  let at = 0;
  while (at < text.length) {
    const char = text[at] ?? '';
    const next = text[at + 1];
    if (char === '\n' || (char === '\\' && next === '\\')) {
      flush();
      nodes.push({ type: 'hardBreak' });
      at += char === '\n' ? 1 : 2;
      if (char === '\\' && text[at] === '\n') at += 1;
      continue;
    }
    if (char === '\\' && next !== undefined && punctuation.test(next)) {
      plain += next;
      at += 2;
      continue;
    }
    const span = readers[char]?.(reader, at);
    if (span) {
      flush();
      nodes.push(...span.nodes);
      at = span.end;
    } else {
      plain += char;
      at += 1;
    }
  }
  flush();
  return joined(nodes);
}

const special = /[\\*_+^~{}[\]-]/g;

/** Text as wiki markup that means just that text. */
export function escapeText(text: string): string {
  const nodes = parseInline(text);
  // A bare address is a link in markup whatever is written around it.
  const isBare = (mark: Mark, node: DocNode) => mark.type === 'link' && mark.attrs?.['href'] === node.text;
  const isPlain = nodes.every((node) => (node.marks ?? []).every((mark) => isBare(mark, node)));
  if (isPlain && nodes.map((node) => node.text ?? '\n').join('') === text) return text;
  return text.replace(special, '\\$&');
}
