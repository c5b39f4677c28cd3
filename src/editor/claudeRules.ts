import type { RuleProposal } from '../shared/runState';

/** The file that governs agents, at the top of a folder. */
export const rulesFile = 'CLAUDE.md';

const heading = '## Learnt in the factory';

/** Proposals that the text of the file does not have yet. */
export function pendingRules(proposals: readonly RuleProposal[], text: string): RuleProposal[] {
  return proposals.filter(({ rule }) => !text.includes(rule));
}

/** Where accepted rules go into the text of the file: below their heading, which is made at the end. */
export function insertionOf(text: string, rules: readonly string[]): { at: number; insert: string } {
  const newLine = text.includes('\r\n') ? '\r\n' : '\n';
  const items = rules.map((rule) => `- ${rule}${newLine}`).join('');
  const found = new RegExp(`^${heading}[ \\t]*(\\r?\\n)+`, 'm').exec(text);
  if (found) return { at: found.index + found[0].length, insert: items };
  const gap = text === '' ? '' : text.endsWith('\n') ? newLine : newLine.repeat(2);
  return { at: text.length, insert: `${gap}${heading}${newLine}${newLine}${items}` };
}
