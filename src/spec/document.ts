import type { Heading, Nodes, Root, RootContent } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { frontmatterFromMarkdown } from 'mdast-util-frontmatter';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { frontmatter } from 'micromark-extension-frontmatter';
import { gfm } from 'micromark-extension-gfm';
import type { Range } from '../shared/spec';

/** A part of the text: offsets in UTF-16 units, `end` exclusive. */
export interface Span {
  start: number;
  end: number;
}

/** A heading with what stands directly below it; text before the first heading has no heading. */
export interface Section {
  heading?: Heading;
  title: string;
  depth: number;
  /** Titles of the headings around it and its own, outermost first. */
  path: string[];
  nodes: RootContent[];
}

/** A Markdown text, read once; every offset in the room refers to `text`. */
export interface SpecDocument {
  /** Without byte-order mark, as an editor counts its columns. */
  text: string;
  /** `text` with everything that is not prose blanked out at the same offsets; see {@link proseOf}. */
  prose: string;
  root: Root;
  sections: Section[];
  lineStarts: number[];
}

/** Of GitHub's Markdown only tables and check boxes: recognising bare links would cost half of the time again. */
function tablesAndCheckboxes() {
  const { flow = {}, text = {} } = gfm();
  const bracket = '['.charCodeAt(0);
  return { flow, text: { [bracket]: text[bracket] } };
}

const plain = [tablesAndCheckboxes()];
const withFrontMatter = [frontmatter(['yaml']), ...plain];
const mdastExtensions = [
  frontmatterFromMarkdown(['yaml']),
  ...gfmFromMarkdown().filter((extension) => !extension.transforms),
];

/** Two lines of three dashes, the first at the very beginning. */
const frontMatter = /^---[ \t]*\r?\n(?:[^]*?\r?\n)?---[ \t]*(?:\r?\n|$)/;

export function readDocument(source: string): SpecDocument {
  const text = source.startsWith('\uFEFF') ? source.slice(1) : source;
  // A first line of dashes that has no second one would keep the extension from seeing any list below.
  const extensions = frontMatter.test(text) ? withFrontMatter : plain;
  const root = fromMarkdown(text, { extensions, mdastExtensions });
  leaveOutCheckboxes(root);
  return {
    text,
    prose: proseOf(text, root),
    root,
    sections: sectionsOf(text, root),
    lineStarts: [0, ...Array.from(text.matchAll(/\r\n|\n|\r/g), (match) => match.index + match[0].length)],
  };
}

/** The text of a task begins behind its box, also where emphasis follows, which the library misses. */
function leaveOutCheckboxes(node: Nodes): void {
  if (!('children' in node)) return;
  const paragraph =
    node.type === 'listItem' && typeof node.checked === 'boolean' ? node.children[0] : undefined;
  const content = paragraph?.type === 'paragraph' ? paragraph.children[0] : undefined;
  if (paragraph?.position && content?.position) paragraph.position.start = content.position.start;
  node.children.forEach(leaveOutCheckboxes);
}

export function spanOf(node: Nodes): Span {
  return { start: node.position?.start.offset ?? 0, end: node.position?.end.offset ?? 0 };
}

export function rangeOf(document: SpecDocument, span: Span): Range {
  const [startLine, startColumn] = placeOf(document, span.start);
  const [endLine, endColumn] = placeOf(document, span.end);
  return { startLine, startColumn, endLine, endColumn };
}

function placeOf({ lineStarts }: SpecDocument, offset: number): [line: number, column: number] {
  let low = 0;
  let high = lineStarts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((lineStarts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return [low + 1, offset - (lineStarts[low] ?? 0)];
}

/** Markdown of a paragraph with its wrapped lines joined. */
export function oneLine(source: string): string {
  return source.replace(/\s*\n\s*(?:>\s*)*/g, ' ').trim();
}

function sectionsOf(text: string, root: Root): Section[] {
  const first: Section = { title: '', depth: 0, path: [], nodes: [] };
  const sections = [first];
  const open = [first];
  let current = first;
  for (const node of root.children) {
    if (node.type !== 'heading') {
      current.nodes.push(node);
      continue;
    }
    while (open.length > 1 && (open.at(-1)?.depth ?? 0) >= node.depth) open.pop();
    const title = titleOf(text, node);
    current = {
      heading: node,
      title,
      depth: node.depth,
      path: [...(open.at(-1)?.path ?? []), title],
      nodes: [],
    };
    open.push(current);
    sections.push(current);
  }
  return sections;
}

/** Text of a heading without emphasis marks and closing hashes. */
function titleOf(text: string, heading: Heading): string {
  const first = heading.children[0];
  const last = heading.children.at(-1);
  if (!first || !last) return '';
  return text
    .slice(spanOf(first).start, spanOf(last).end)
    .replace(/[*`]|\b_|_\b/g, '')
    .trim();
}

/** Stands for a code span or a quotation: not a word, but not nothing either. */
const literal = '¤';

/**
 * Blanks out what a rule about wording must not read, keeping offsets and line ends: front matter, code blocks, HTML
 * and link targets become spaces; code spans and quotations become {@link literal} marks.
 */
function proseOf(text: string, root: Root): string {
  const parts: string[] = [];
  let at = 0;
  const blank = ({ start, end }: Span, mark: string) => {
    if (start < at) return;
    parts.push(text.slice(at, start), text.slice(start, end).replace(/[^\r\n]/g, mark));
    at = end;
  };
  const visit = (node: Nodes): void => {
    const span = spanOf(node);
    if (node.type === 'inlineCode') blank(span, literal);
    else if (['code', 'html', 'yaml', 'definition', 'image'].includes(node.type)) blank(span, ' ');
    else if (node.type === 'link') {
      const label = {
        start: spanOf(node.children[0] ?? node).start,
        end: spanOf(node.children.at(-1) ?? node).end,
      };
      blank({ start: span.start, end: label.start }, ' ');
      node.children.forEach(visit);
      blank({ start: label.end, end: span.end }, ' ');
    } else if ('children' in node) node.children.forEach(visit);
  };
  visit(root);
  parts.push(text.slice(at));
  const quotation = /"[^"\n]{1,200}"|“[^”\n]{1,200}”/g;
  return parts.join('').replace(quotation, (quoted) => literal.repeat(quoted.length));
}
