import type { ListItem, RootContent } from 'mdast';
import { oneLine, spanOf, type Span, type SpecDocument } from './document';

/** What a requirement says, and the visible tests beside it. */
export interface RequirementText {
  text: string;
  examples: string[];
  /** Where the statement stands, examples and code blocks left out: what rules about wording read. */
  statement: Span[];
}

const exampleLabel =
  /^[*_]*(?:for example|(?:examples?(?:\s+\d+)?|e\.g\.)(?=[*_]*\s*(?:[:,–—]|-\s|\n|$)))[*_]*[ \t]*[:,–—-]?[*_]*[ \t]*/i;
const givenLabel = /^[*_]*given\b/i;

/**
 * Reads the blocks of a requirement. `isOwn` names list items that are requirements of their own; `first` is what is left
 * of the first block when an id stands before it.
 */
export function readRequirementText(
  document: SpecDocument,
  blocks: readonly RootContent[],
  isOwn: (item: ListItem) => boolean = () => false,
  first?: { text: string; start: number },
): RequirementText {
  const read: Reading = { parts: [], examples: [], statement: [], inExamples: false };
  blocks.forEach((node, index) => {
    if (node.type === 'list') {
      for (const item of node.children) if (!isOwn(item)) readItem(document, item, read);
    } else if (node.type === 'paragraph') {
      const { start, end } = spanOf(node);
      const own = index === 0 ? first : undefined;
      readParagraph(
        own?.text ?? oneLine(document.text.slice(start, end)),
        { start: own?.start ?? start, end },
        read,
      );
    } else readBlock(dedented(document, spanOf(node)), read);
  });
  return { text: read.parts.join('\n'), examples: read.examples, statement: read.statement };
}

interface Reading {
  parts: string[];
  examples: string[];
  statement: Span[];
  /** After a label such as `Example:`, where code blocks and lists belong to the example. */
  inExamples: boolean;
}

function readParagraph(source: string, at: Span, read: Reading): void {
  const label = exampleLabel.exec(source)?.[0];
  read.inExamples = label !== undefined;
  if (label === undefined) {
    if (source === '') return;
    read.parts.push(source);
    read.statement.push(at);
  } else if (label.length < source.length) read.examples.push(source.slice(label.length));
}

function readBlock(source: string, read: Reading): void {
  if (!read.inExamples) read.parts.push(source);
  else read.examples.push([read.examples.pop(), source].filter(Boolean).join('\n'));
}

function readItem(document: SpecDocument, item: ListItem, read: Reading): void {
  const source = dedented(document, contentOf(item));
  const label = exampleLabel.exec(source)?.[0];
  if (label !== undefined && label.length === source.split('\n')[0]?.length) {
    read.examples.push(...item.children.slice(1).flatMap((child) => examplesIn(document, child)));
  } else if (read.inExamples || label !== undefined || givenLabel.test(source)) {
    read.examples.push(source.slice(label?.length ?? 0));
  } else if (source !== '') {
    read.parts.push(`- ${source}`);
    read.statement.push(...item.children.filter((child) => child.type === 'paragraph').map(spanOf));
  }
}

function examplesIn(document: SpecDocument, node: RootContent): string[] {
  return node.type === 'list'
    ? node.children.map((item) => dedented(document, contentOf(item)))
    : [dedented(document, spanOf(node))];
}

/** An item without its bullet and check box. */
export function contentOf(item: ListItem): Span {
  const [first, last] = [item.children[0], item.children.at(-1)];
  return first && last ? { start: spanOf(first).start, end: spanOf(last).end } : { start: 0, end: 0 };
}

/** Source of a block without the indentation its place in a list gives it. */
function dedented(document: SpecDocument, { start, end }: Span): string {
  const lineStart = document.text.lastIndexOf('\n', start - 1) + 1;
  const indent = new RegExp(`^[ \\t]{1,${Math.max(1, start - lineStart)}}`);
  return document.text
    .slice(start, end)
    .split(/\r?\n/)
    .map((line, index) => (index === 0 ? line : line.replace(indent, '')))
    .join('\n')
    .trim();
}
