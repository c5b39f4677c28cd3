import type { Doc } from '../issueState';
import { document, type DocNode } from './document';

const paragraph = (text: string): DocNode => ({ type: 'paragraph', content: [{ type: 'text', text }] });

/** An Atlassian Document that says what Jira's wiki markup says. */
export function fromWiki(markup: string): Doc {
  const blocks = markup
    .replaceAll('\r', '')
    .split(/\n{2,}/)
    .filter((block) => block.trim() !== '');
  return document(blocks.map(paragraph));
}
