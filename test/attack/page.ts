import type { AttackDoc } from './attack';
import type { Documented } from './documented';
import type { ElsewhereAttack } from './elsewhere';

/** A part of the page: attacks that have the same attacker. */
export interface Part {
  title: string;
  attacks: readonly AttackDoc[];
}

const ruleText = (rule: AttackDoc['rule']): string => (typeof rule === 'number' ? `rule ${rule}` : rule);

/** A cell of a Markdown table. */
const cell = (text: string): string => text.replaceAll('|', '\\|').replace(/\s+/g, ' ');

const row = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;

/** The page `media/docs/attacks.md`. */
export function renderAttacksPage(
  parts: readonly Part[],
  elsewhere: readonly ElsewhereAttack[],
  documented: readonly Documented[],
): string {
  const count = parts.reduce((sum, { attacks }) => sum + attacks.length, 0);
  return [
    '# Attacks, and what stops them',
    '',
    `Written by \`renderAttacksPage\` from the ${count} attacks of \`test/attack\`. Scripted agents, judged programs and a repository make all of them through the real tools, on the command line as root and as an ordinary user and in the extension host of VS Code. None succeeds, and each leaves the named event in the journal of its run.`,
    '',
    ...parts.flatMap(({ title, attacks }) => [
      `## ${title}`,
      '',
      row(['Attack', 'An attacker …', 'Wall', 'What stops it', 'Event']),
      row(['---', '---', '---', '---', '---']),
      ...attacks.map(({ id, tries, rule, stoppedBy, leaves }) =>
        row([id, `${tries}.`, ruleText(rule), stoppedBy, `\`${leaves}\``]),
      ),
      '',
    ]),
    '## Made by tests of their own',
    '',
    'No agent can make these with its tools alone; each is made by the named test.',
    '',
    row(['Attack', 'An attacker …', 'Wall', 'What stops it', 'Test']),
    row(['---', '---', '---', '---', '---']),
    ...elsewhere.map(({ id, tries, rule, stoppedBy, test: [file, title] }) =>
      row([id, `${tries}.`, ruleText(rule), stoppedBy, `\`${file}\`: ${title}`]),
    ),
    '',
    '## Only documented, not prevented',
    '',
    row(['Attack', 'An attacker …', 'Wall', 'Meanwhile']),
    row(['---', '---', '---', '---']),
    ...documented.map(({ id, can, rule, meanwhile }) => row([id, `${can}.`, ruleText(rule), meanwhile])),
    '',
  ].join('\n');
}
