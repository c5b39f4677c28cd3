import type { Doc } from '../issueState';
import { childrenOf, type DocNode, type Mark } from './document';

// Atlassian Documents as pages show them, for rendered fields and bodies.

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const attr = (node: DocNode | Mark, name: string): string => {
  const value = node.attrs?.[name];
  return typeof value === 'string' || typeof value === 'number' ? escape(String(value)) : '';
};

const marks: Readonly<Record<string, (text: string, mark: Mark) => string>> = {
  strong: (text) => `<b>${text}</b>`,
  em: (text) => `<em>${text}</em>`,
  strike: (text) => `<del>${text}</del>`,
  underline: (text) => `<ins>${text}</ins>`,
  code: (text) => `<tt>${text}</tt>`,
  subsup: (text, mark) => (attr(mark, 'type') === 'sup' ? `<sup>${text}</sup>` : `<sub>${text}</sub>`),
  textColor: (text, mark) => `<font color="${attr(mark, 'color')}">${text}</font>`,
  link: (text, mark) =>
    `<a href="${attr(mark, 'href')}" class="external-link" rel="nofollow noreferrer">${text}</a>`,
};

function textNode({ text = '', marks: own = [] }: DocNode): string {
  return own
    .toReversed()
    .reduce(
      (inner, mark) => (Object.hasOwn(marks, mark.type) ? (marks[mark.type]?.(inner, mark) ?? inner) : inner),
      escape(text),
    );
}

const all = (nodes: readonly DocNode[] = [], between = ''): string => nodes.map(render).join(between);
const items = (tag: string, node: DocNode): string =>
  `<${tag}>\n${(node.content ?? []).map((item) => `\t<li>${itemOf(item)}</li>`).join('\n')}\n</${tag}>`;

/** An item whose only paragraph is not wrapped. */
function itemOf({ content = [] }: DocNode): string {
  const [first, ...rest] = content;
  if (!first) return '';
  return `${first.type === 'paragraph' ? all(first.content) : render(first)}${rest.map((node) => `\n${render(node)}`).join('')}`;
}

const nodes: Readonly<Record<string, (node: DocNode) => string>> = {
  text: textNode,
  hardBreak: () => '<br/>\n',
  paragraph: ({ content }) => `<p>${all(content)}</p>`,
  heading: (node) => {
    const level = attr(node, 'level') || '1';
    return `<h${level}>${all(node.content)}</h${level}>`;
  },
  bulletList: (node) => items('ul', node),
  orderedList: (node) => items('ol', node),
  taskList: (node) => items('ul', node),
  codeBlock: (node) =>
    `<div class="code panel" style="border-width: 1px;"><div class="codeContent panelContent">\n<pre class="code-${attr(node, 'language') || 'java'}">${all(node.content)}</pre>\n</div></div>`,
  blockquote: ({ content }) => `<blockquote>${all(content, '\n')}</blockquote>`,
  panel: ({ content }) =>
    `<div class="panel" style="border-width: 1px;"><div class="panelContent">\n${all(content, '\n')}\n</div></div>`,
  rule: () => '<hr />',
  table: ({ content }) =>
    `<div class="table-wrap">\n<table class="confluenceTable"><tbody>\n${all(content, '\n')}\n</tbody></table>\n</div>`,
  tableRow: ({ content }) => `<tr>\n${all(content, '\n')}\n</tr>`,
  tableHeader: (node) => `<th class="confluenceTh">${itemOf(node)}</th>`,
  tableCell: (node) => `<td class="confluenceTd">${itemOf(node)}</td>`,
  mention: (node) =>
    `<a href="/secure/ViewProfile.jspa?accountId=${attr(node, 'id')}" class="user-hover">${attr(node, 'text') || attr(node, 'id')}</a>`,
  emoji: (node) => attr(node, 'text') || attr(node, 'shortName'),
  inlineCard: (node) =>
    `<a href="${attr(node, 'url')}" class="external-link" rel="nofollow noreferrer">${attr(node, 'url')}</a>`,
};

function render(node: DocNode): string {
  const write = Object.hasOwn(nodes, node.type) ? nodes[node.type] : undefined;
  return write ? write(node) : all(node.content, '\n');
}

/** HTML for an Atlassian Document, as pages show it. */
export const toHtml = (doc: Doc): string => all(childrenOf(doc), '\n');
