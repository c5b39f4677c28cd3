import type { Doc } from '../issueState';
import { childrenOf, type DocNode } from './document';

const textOf = (node: DocNode): string => node.text ?? (node.content ?? []).map(textOf).join('');

/** Jira's wiki markup for an Atlassian Document. */
export function toWiki(doc: Doc): string {
  return childrenOf(doc).map(textOf).join('\n\n');
}
