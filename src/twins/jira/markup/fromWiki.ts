import type { Doc } from '../issueState';
import { document, type DocNode } from './document';
import { parseInline } from './inline';

// Jira's wiki markup to Atlassian Documents: what a line begins with says which block it is.

/** Takes a block off the lines from `at` on; null when there is none of its kind. */
type BlockReader = (lines: readonly string[], at: number) => { nodes: DocNode[]; next: number } | null;

const paragraph = (text: string): DocNode => {
  const content = parseInline(text);
  return { type: 'paragraph', ...(content.length > 0 ? { content } : {}) };
};

const heading: BlockReader = (lines, at) => {
  const [, level, text = ''] = /^h([1-6])\.\s+(.*)$/.exec(lines[at] ?? '') ?? [];
  if (level === undefined) return null;
  return {
    nodes: [{ type: 'heading', attrs: { level: Number(level) }, content: parseInline(text) }],
    next: at + 1,
  };
};

const rule: BlockReader = (lines, at) =>
  /^-{4,}\s*$/.test(lines[at] ?? '') ? { nodes: [{ type: 'rule' }], next: at + 1 } : null;

const quoteLine: BlockReader = (lines, at) => {
  const line = lines[at] ?? '';
  if (!line.startsWith('bq. ')) return null;
  return { nodes: [{ type: 'blockquote', content: [paragraph(line.slice(4))] }], next: at + 1 };
};

/** Text between `{name…}`, which `opening` matches, and `{name}`; the parameters, and what follows on the last line. */
function between(lines: readonly string[], at: number, name: string, opening: RegExp) {
  const line = lines[at] ?? '';
  const open = opening.exec(line);
  if (!open) return null;
  const close = `{${name}}`;
  const first = line.slice(open[0].length);
  const inLine = first.indexOf(close);
  if (inLine >= 0) {
    return {
      parameters: open[1] ?? '',
      text: first.slice(0, inLine),
      rest: first.slice(inLine + close.length),
      next: at + 1,
    };
  }
  for (let end = at + 1; end < lines.length; end += 1) {
    const found = (lines[end] ?? '').indexOf(close);
    if (found < 0) continue;
    const last = (lines[end] ?? '').slice(0, found);
    const text = [first, ...lines.slice(at + 1, end), last].join('\n').replace(/^\n|\n$/g, '');
    return {
      parameters: open[1] ?? '',
      text,
      rest: (lines[end] ?? '').slice(found + close.length),
      next: end + 1,
    };
  }
  return null;
}

type Wrap = (text: string, parameters: string) => DocNode;

function wrapped(name: string, wrap: Wrap): BlockReader {
  const opening = new RegExp(`^\\{${name}(?::([^}\\n]*))?\\}`);
  return (lines, at) => {
    const found = between(lines, at, name, opening);
    if (!found) return null;
    const after = found.rest.trim() === '' ? [] : [paragraph(found.rest.trim())];
    return { nodes: [wrap(found.text, found.parameters), ...after], next: found.next };
  };
}

const codeBlock: Wrap = (text, parameters) => {
  const language = parameters.split('|').find((part) => part !== '' && !part.includes('='));
  return {
    type: 'codeBlock',
    attrs: language === undefined ? {} : { language },
    ...(text === '' ? {} : { content: [{ type: 'text', text }] }),
  };
};

/** Blocks of an inner text; something is always in them. */
function inner(text: string): DocNode[] {
  const nodes = blocksOf(text);
  return nodes.length > 0 ? nodes : [{ type: 'paragraph' }];
}

interface ListLine {
  /** `*`, `**`, `*#` … */
  marker: string;
  text: string;
}

const listLine = /^([*#]{1,10}|-)\s+(.*)$/;

const list: BlockReader = (lines, at) => {
  const items: ListLine[] = [];
  let next = at;
  for (; next < lines.length; next += 1) {
    const line = lines[next] ?? '';
    const [, marker, text = ''] = listLine.exec(line) ?? [];
    const last = items.at(-1);
    if (marker !== undefined) items.push({ marker: marker.replace('-', '*'), text });
    else if (!last || line.trim() === '' || startsBlock(line)) break;
    else last.text += `\n${line}`;
  }
  return items.length === 0 ? null : { nodes: nest(items, 0), next };
};

/** Lists of the items, which are all at least `depth` + 1 deep. */
function nest(items: readonly ListLine[], depth: number): DocNode[] {
  const lists: DocNode[] = [];
  let index = 0;
  while (index < items.length) {
    const kind = items[index]?.marker[depth];
    const content: DocNode[] = [];
    while (index < items.length && items[index]?.marker[depth] === kind) {
      const isOwn = items[index]?.marker.length === depth + 1;
      const own = isOwn ? [paragraph(items[index]?.text ?? '')] : [{ type: 'paragraph' }];
      if (isOwn) index += 1;
      const start = index;
      while (
        index < items.length &&
        (items[index]?.marker.length ?? 0) > depth + 1 &&
        items[index]?.marker[depth] === kind
      ) {
        index += 1;
      }
      content.push({ type: 'listItem', content: [...own, ...nest(items.slice(start, index), depth + 1)] });
    }
    lists.push({ type: kind === '#' ? 'orderedList' : 'bulletList', content });
  }
  return lists;
}

/** Cells of a line of a table; bars within brackets are parts of links. */
function cellsOf(line: string): { isHeader: boolean; text: string }[] {
  const cells: { isHeader: boolean; text: string }[] = [];
  let [depth, start] = [0, 0];
  let isHeader = false;
  for (let at = 0; at < line.length; at += 1) {
    const char = line[at];
    if (char === '[') depth += 1;
    else if (char === ']') depth = Math.max(0, depth - 1);
    else if (char === '|' && depth === 0 && line[at - 1] !== '\\') {
      if (at > 0) cells.push({ isHeader, text: line.slice(start, at).trim() });
      isHeader = line[at + 1] === '|';
      if (isHeader) at += 1;
      start = at + 1;
    }
  }
  const rest = line.slice(start).trim();
  return rest === '' ? cells : [...cells, { isHeader, text: rest }];
}

const table: BlockReader = (lines, at) => {
  let next = at;
  const rows: DocNode[] = [];
  for (; /^\s*\|./.test(lines[next] ?? ''); next += 1) {
    const cells = cellsOf((lines[next] ?? '').trim());
    rows.push({
      type: 'tableRow',
      content: cells.map(({ isHeader, text }) => ({
        type: isHeader ? 'tableHeader' : 'tableCell',
        attrs: {},
        content: [paragraph(text)],
      })),
    });
  }
  if (rows.length === 0) return null;
  return {
    nodes: [{ type: 'table', attrs: { isNumberColumnEnabled: false, layout: 'default' }, content: rows }],
    next,
  };
};

const readers: readonly BlockReader[] = [
  heading,
  rule,
  quoteLine,
  wrapped('code', codeBlock),
  wrapped('noformat', (text) => codeBlock(text, '')),
  wrapped('quote', (text) => ({ type: 'blockquote', content: inner(text) })),
  wrapped('panel', (text) => ({ type: 'panel', attrs: { panelType: 'info' }, content: inner(text) })),
  list,
  table,
];

const blockStart = /^(h[1-6]\.\s|bq\. |-{4,}\s*$|\{(code|noformat|quote|panel)[:}]|([*#]{1,10}|-)\s|\s*\|.)/;
/** True when a line does not go on the paragraph before it. */
export const startsBlock = (line: string): boolean => blockStart.test(line);

function blocksOf(markup: string): DocNode[] {
  const lines = markup.split('\n');
  const nodes: DocNode[] = [];
  let at = 0;
  while (at < lines.length) {
    if ((lines[at] ?? '').trim() === '') {
      at += 1;
      continue;
    }
    const block = readers.map((reader) => reader(lines, at)).find((found) => found !== null);
    if (block) {
      nodes.push(...block.nodes);
      at = block.next;
      continue;
    }
    const start = at;
    do at += 1;
    while (at < lines.length && (lines[at] ?? '').trim() !== '' && !startsBlock(lines[at] ?? ''));
    nodes.push(paragraph(lines.slice(start, at).join('\n')));
  }
  return nodes;
}

/** An Atlassian Document that says what Jira's wiki markup says. */
export function fromWiki(markup: string): Doc {
  return document(blocksOf(markup.replaceAll('\r', '')));
}
