import type { Doc } from '../issueState';
import { childrenOf, type DocNode } from './document';

const escape = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const render = (node: DocNode): string =>
  node.type === 'text' ? escape(node.text ?? '') : `<p>${(node.content ?? []).map(render).join('')}</p>`;

/** HTML for an Atlassian Document, as pages show it. */
export function toHtml(doc: Doc): string {
  return childrenOf(doc).map(render).join('\n');
}
