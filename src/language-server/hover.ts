import { MarkupKind, type Hover, type Position } from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { specRules } from '../spec/ruleTable';
import type { ReadSpec } from './specs';
import { docLink, overlaps, toLspRange } from './translate';

/** Why something was found fault with; else, on a reference to a requirement, what that requirement says. */
export function hoverAt(read: ReadSpec, document: TextDocument, at: Position, root: string): Hover | null {
  const findings = read.findings.filter(({ range }) => overlaps(toLspRange(range), { start: at, end: at }));
  const explained = [...new Set(findings.map(({ rule }) => rule))].map((rule) => explain(rule, root));
  if (explained.length > 0) return markdown(explained.join('\n\n---\n\n'));
  const word = wordAt(document, at);
  const requirement = read.spec.requirements.find(({ id }) => id === word);
  if (!requirement || requirement.range.startLine === at.line + 1) return null;
  return markdown(`**${requirement.id}** (${requirement.modality}) ${requirement.text}`);
}

function explain(ruleId: string, root: string): string {
  const rule = specRules.find(({ id }) => id === ruleId);
  const link = `[${ruleId}](${docLink(ruleId, root)})`;
  if (!rule) return link;
  return [
    `**${rule.title}**`,
    rule.explanation,
    `Instead of\n\n${fenced(rule.bad)}`,
    `write\n\n${fenced(rule.good)}`,
    link,
  ].join('\n\n');
}

const fenced = (text: string) => `\`\`\`markdown\n${text}\n\`\`\``;
const markdown = (value: string): Hover => ({ contents: { kind: MarkupKind.Markdown, value } });

/** The id-like word around a position, without the full stop of its sentence. */
function wordAt(document: TextDocument, { line, character }: Position): string | undefined {
  const text = document.getText({ start: { line, character: 0 }, end: { line: line + 1, character: 0 } });
  const words = Array.from(text.matchAll(/[\p{L}\p{N}]+(?:[.-][\p{L}\p{N}]+)*/gu));
  return words.find(({ index, 0: word }) => index <= character && character <= index + word.length)?.[0];
}
