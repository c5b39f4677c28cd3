import type { Doc } from '../issueState';
import { childrenOf, type DocNode, type Mark } from './document';
import { startsBlock } from './fromWiki';
import { escapeText } from './inline';

// Atlassian Documents to Jira's wiki markup. Marks without a form in markup are dropped, their text stays.

const attr = (node: DocNode | Mark, name: string): string => {
  const value = node.attrs?.[name];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
};

const around: Readonly<Record<string, (mark: Mark) => [string, string]>> = {
  strong: () => ['*', '*'],
  em: () => ['_', '_'],
  strike: () => ['-', '-'],
  underline: () => ['+', '+'],
  subsup: (mark) => (attr(mark, 'type') === 'sup' ? ['^', '^'] : ['~', '~']),
  textColor: (mark) => [`{color:${attr(mark, 'color')}}`, '{color}'],
};

function textNode({ text = '', marks = [] }: DocNode): string {
  const link = marks.find(({ type }) => type === 'link');
  const href = link ? attr(link, 'href') : '';
  const isCode = marks.some(({ type }) => type === 'code');
  const isBare = link !== undefined && href === text;
  let result = isCode ? `{{${text}}}` : isBare ? text : escapeText(text);
  for (const mark of isCode ? [] : marks.toReversed()) {
    const pair = Object.hasOwn(around, mark.type) ? around[mark.type]?.(mark) : undefined;
    if (pair) result = `${pair[0]}${result}${pair[1]}`;
  }
  if (link === undefined) return result;
  return isBare && result === text ? text : `[${result}|${href}]`;
}

const inlines: Readonly<Record<string, (node: DocNode) => string>> = {
  text: textNode,
  hardBreak: () => '\n',
  mention: (node) => `[~accountid:${attr(node, 'id')}]`,
  emoji: (node) => attr(node, 'text') || attr(node, 'shortName'),
  inlineCard: (node) => `[${attr(node, 'url')}|${attr(node, 'url')}|smart-link]`,
  status: (node) => `*[ ${attr(node, 'text')} ]*`,
  date: (node) => dayOf(Number(attr(node, 'timestamp'))),
  placeholder: (node) => attr(node, 'text'),
};

/** The day of a timestamp; nothing when there is no such day. */
function dayOf(timestamp: number): string {
  const time = new Date(timestamp);
  return Number.isNaN(time.getTime()) ? '' : time.toISOString().slice(0, 10);
}

const inlineOf = (nodes: readonly DocNode[] = []): string =>
  nodes
    .map((node) => (Object.hasOwn(inlines, node.type) ? (inlines[node.type]?.(node) ?? '') : plainOf(node)))
    .join('');

const plainOf = (node: DocNode): string => node.text ?? (node.content ?? []).map(plainOf).join('');

/** Markup of a paragraph, whose lines must not look like other blocks. */
function paragraph(node: DocNode): string {
  const lines = inlineOf(node.content).split('\n');
  return lines
    .map((line) =>
      startsBlock(line) ? line.replace(/^(h[1-6]|bq)\./, '$1\\.').replace(/^(\s*)([*#|{-])/, '$1\\$2') : line,
    )
    .join('\n');
}

function listItems(node: DocNode, marker: string): string[] {
  return (node.content ?? []).flatMap((item) => {
    const lines: string[] = [];
    for (const child of item.content ?? []) {
      if (child.type === 'bulletList') lines.push(...listItems(child, `${marker}*`));
      else if (child.type === 'orderedList') lines.push(...listItems(child, `${marker}#`));
      else if (lines.length === 0) lines.push(`${marker} ${blockOf(child)}`);
      else lines.push(blockOf(child));
    }
    return lines.length > 0 ? lines : [`${marker} `];
  });
}

const tasks = (node: DocNode): string =>
  (node.content ?? [])
    .map((item) => `* [${attr(item, 'state') === 'DONE' ? 'x' : ' '}] ${inlineOf(item.content)}`)
    .join('\n');

function tableRow(row: DocNode): string {
  const cells = row.content ?? [];
  const bars = cells.map(({ type }) => (type === 'tableHeader' ? '||' : '|'));
  const texts = cells.map(({ content = [] }) => content.map(blockOf).join('\n') || ' ');
  return `${cells.map((_, index) => `${bars[index]}${texts[index]}`).join('')}${bars.at(-1) ?? '|'}`;
}

const blocks: Readonly<Record<string, (node: DocNode) => string>> = {
  paragraph,
  heading: (node) => `h${attr(node, 'level') || '1'}. ${inlineOf(node.content)}`,
  bulletList: (node) => listItems(node, '*').join('\n'),
  orderedList: (node) => listItems(node, '#').join('\n'),
  taskList: tasks,
  decisionList: tasks,
  codeBlock: (node) => {
    const language = attr(node, 'language');
    return `{code${language === '' ? '' : `:${language}`}}\n${(node.content ?? []).map(plainOf).join('')}\n{code}`;
  },
  blockquote: (node) => `{quote}\n${join(node.content)}\n{quote}`,
  panel: (node) => `{panel}\n${join(node.content)}\n{panel}`,
  rule: () => '----',
  table: (node) => (node.content ?? []).map(tableRow).join('\n'),
  mediaSingle: (node) => (node.content ?? []).map(blockOf).join('\n'),
  media: (node) => `!${attr(node, 'alt') || attr(node, 'url') || attr(node, 'id')}!`,
  blockCard: (node) => `[${attr(node, 'url')}|${attr(node, 'url')}|smart-link]`,
};

function blockOf(node: DocNode): string {
  const write = Object.hasOwn(blocks, node.type) ? blocks[node.type] : undefined;
  if (write) return write(node);
  return node.content ? join(node.content) : inlineOf([node]);
}

const join = (nodes: readonly DocNode[] = []): string => nodes.map(blockOf).join('\n\n');

/** Jira's wiki markup for an Atlassian Document. */
export const toWiki = (doc: Doc): string => join(childrenOf(doc));
