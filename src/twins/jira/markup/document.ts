import { isRecord } from '../../../shared/records';
import type { Doc } from '../issueState';

// Atlassian Documents: which nodes and marks there are, and whether a value is one.

export interface Mark {
  type: string;
  attrs?: Record<string, unknown>;
}
export interface DocNode {
  type: string;
  text?: string;
  attrs?: Record<string, unknown>;
  marks?: Mark[];
  content?: DocNode[];
}

const nodeTypes = new Set([
  'blockCard',
  'blockquote',
  'bodiedExtension',
  'bulletList',
  'codeBlock',
  'date',
  'decisionItem',
  'decisionList',
  'embedCard',
  'emoji',
  'expand',
  'extension',
  'hardBreak',
  'heading',
  'inlineCard',
  'inlineExtension',
  'layoutColumn',
  'layoutSection',
  'listItem',
  'media',
  'mediaGroup',
  'mediaInline',
  'mediaSingle',
  'mention',
  'nestedExpand',
  'orderedList',
  'panel',
  'paragraph',
  'placeholder',
  'rule',
  'status',
  'table',
  'tableCell',
  'tableHeader',
  'tableRow',
  'taskItem',
  'taskList',
  'text',
]);
const markTypes = new Set([
  'alignment',
  'annotation',
  'backgroundColor',
  'border',
  'breakout',
  'code',
  'dataConsumer',
  'em',
  'fragment',
  'indentation',
  'link',
  'strike',
  'strong',
  'subsup',
  'textColor',
  'underline',
]);

function isMark(value: unknown): boolean {
  return isRecord(value) && typeof value['type'] === 'string' && markTypes.has(value['type']);
}

function isNode(value: unknown): boolean {
  if (!isRecord(value) || typeof value['type'] !== 'string' || !nodeTypes.has(value['type'])) return false;
  const { type, text, marks, content, attrs } = value;
  if (type === 'text' && (typeof text !== 'string' || text === '')) return false;
  if (attrs !== undefined && !isRecord(attrs)) return false;
  if (marks !== undefined && !(Array.isArray(marks) && marks.every(isMark))) return false;
  return content === undefined || (Array.isArray(content) && content.every(isNode));
}

/** Nodes that may not stand on their own in a document. */
const inline = new Set([
  'text',
  'hardBreak',
  'mention',
  'emoji',
  'date',
  'status',
  'inlineCard',
  'listItem',
  'tableRow',
  'tableCell',
  'tableHeader',
  'taskItem',
]);

/** True for an Atlassian Document of version 1 with known nodes; the caller has bounded its depth. */
export function isDocument(value: unknown): value is Doc {
  if (!isRecord(value) || value['type'] !== 'doc' || value['version'] !== 1) return false;
  const { content } = value;
  if (!Array.isArray(content) || !content.every(isNode)) return false;
  return content.every((node) => !inline.has((node as DocNode).type));
}

export const childrenOf = (doc: Doc): DocNode[] => doc.content as DocNode[];
export const document = (content: DocNode[]): Doc => ({ type: 'doc', version: 1, content });
