import type { ActiveFile } from '../shared/events';
import type { RuleProposal, RunState } from '../shared/runState';
import { totalTokens } from '../shared/runState';
import { visible } from '../shared/visible';
import { exposureLine } from '../shared/exposureLine';
import { flakyNames, hiddenLine, withheldVerdicts } from '../shared/shownVerdicts';
import { percent } from '../holdouts/bound';
import type { Confidence } from '../holdouts/confidence';
import type { Statistics } from './statistics';

/**
 * What agents and specs wrote is shown as they wrote it: Markdown has characters that mean something, and makes a
 * link of an address that is merely named.
 */
function plain(text: string): string {
  return visible(text.replace(/\s+/g, ' ')).replace(/[\\`*_{}[\]()#+!|<>~&:@-]/g, '\\$&');
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  return [row(head), row(head.map(() => '---')), ...rows.map(row)];
}

/** Where the result is: outside of git there is a patch and no branch. */
export function placeOf({ name, patch }: { name: string; patch?: string | null }): string {
  return patch ? `Patch ${patch}` : `Branch ${name}`;
}

/** Says, before anything else is read, what will run by itself once the result is merged. */
function activeSection(active: readonly ActiveFile[]): string[] {
  if (active.length === 0) return [];
  return [
    '## Active files',
    '',
    'Programs act on these files by themselves once they are in your folder: read them before you merge.',
    '',
    ...table(
      ['File', 'Acted on by'],
      active.map(({ path, by }) => [plain(path), plain(by)]),
    ),
    '',
  ];
}

/** What agents would like to have in CLAUDE.md; nothing of it is in there. */
function proposedSection(proposals: readonly RuleProposal[]): string[] {
  if (proposals.length === 0) return [];
  return [
    '## Proposed rules',
    '',
    'Agents would like these in CLAUDE.md, where they would govern later runs. None of them is there: accept them one by one with "Review Proposed Rules" in the editor, or write them yourself.',
    '',
    ...table(
      ['Rule', 'Why', 'By'],
      proposals.map(({ rule, why, agent }) => [plain(rule), plain(why), plain(agent)]),
    ),
    '',
  ];
}

/** One line a failure rate, one column a chance; each cell says how many sealed scenarios it takes. */
function confidenceSection(confidence: readonly Confidence[]): string[] {
  if (confidence.length === 0) return [];
  const chances = [...new Set(confidence.map(({ chance }) => chance))];
  const rates = [...new Set(confidence.map(({ failureRate }) => failureRate))];
  const cell = (rate: number, at: number): string => {
    const found = confidence.find(({ failureRate, chance }) => failureRate === rate && chance === at);
    if (!found) return '';
    return found.more === 0 ? `${found.needed}: there` : `${found.needed}: ${found.more} more`;
  };
  return [
    '## What more scenarios would buy',
    '',
    'Independent sealed scenarios, all of which pass, that keep the chance of a bad program so low.',
    '',
    ...table(
      ['A program that fails', ...chances.map((chance) => `passes with chance ≤ ${percent(chance)}`)],
      rates.map((rate) => [`${percent(rate)} of them`, ...chances.map((chance) => cell(rate, chance))]),
    ),
    '',
  ];
}

/** What was accepted although it failed when it was judged once more. */
function flakyLines(run: RunState): string[] {
  const names = flakyNames(run);
  if (names.length === 0) return [];
  return [
    `Flaky: ${names.join(', ')}. ${names.length === 1 ? 'It' : 'They'} passed, and failed when judged again: the program does not behave the same each time.`,
    '',
  ];
}

/** How a person comes to see single verdicts, and that it has a price. */
function verdictsNote(run: string): string {
  return `Who sees which scenario failed can tell agents, by a change of the spec: showing verdicts, with "Show Hidden Verdicts" in the editor or "dark-factory holdouts verdicts ${run}", is paid for like an answer to agents.`;
}

const marks = { open: '·', pass: '✓', fail: '✗' } as const;

/** What watching for hidden scenarios came to. It can find them, and never prove that they stayed hidden. */
function exposureLines({ exposures }: RunState): string[] {
  if (exposures.length === 0) {
    return ['No verbatim trace of a hidden scenario was found in requests, answers, tool results or files.'];
  }
  return ['For a person to look at:', '', ...exposures.map((one) => `- ${plain(exposureLine(one))}`)];
}

/** The report of a run as Markdown: plain text throughout, no links or images. */
export function renderReport(run: RunState, statistics: Statistics): string {
  const { header, spend } = run;
  if (!header) return '# No run\n';
  const requirements = run.requirements.map(({ id, title, modality, done, test, hidden: mark, files }) => [
    plain(id),
    modality,
    plain(title),
    marks[done],
    marks[test],
    marks[mark],
    plain(files.join(', ')),
  ]);
  const lines = [
    `# ${plain(header.spec.title)}: what the factory made`,
    '',
    `Run ${header.id} of ${plain(header.spec.path)}.`,
    '',
    '## Result',
    '',
    `- When they were last asked: ${hiddenLine(run)}.`,
    `- ${statistics.bound}`,
    `- ${statistics.noise}`,
    `- ${statistics.gap}`,
    `- Told about them: ${spend.bitsTold.toFixed(1)} bits.`,
    `- Money: $${spend.usd.toFixed(2)} of $${header.limits.usd} by list prices; ${totalTokens(spend)} tokens.`,
    ...(run.branch
      ? [`- ${plain(placeOf(run.branch))}, commit ${run.branch.commit}, tree ${run.branch.tree}.`]
      : []),
    '',
    ...activeSection(run.branch?.active ?? []),
    '## Requirements',
    '',
    'Done means: a changed file and an executed check say so.',
    '',
    ...table(['Id', 'Level', 'Requirement', 'Done', 'Visible checks', 'Hidden', 'Files'], requirements),
    '',
    '## Assumptions',
    '',
    ...(run.assumptions.length ? run.assumptions.map((text) => `- ${plain(text)}`) : ['None were recorded.']),
    '',
    ...proposedSection(run.proposals),
    '## Tasks',
    '',
    ...table(
      ['Task', 'Role', 'Title', 'Requirements', 'Changed files'],
      run.tasks.map((task) => [
        plain(task.id),
        task.role,
        plain(task.title),
        plain(task.requirements.join(', ')),
        plain(task.changed.join(', ')),
      ]),
    ),
    '',
    ...confidenceSection(statistics.confidence),
    '## Network',
    '',
    ...(run.refused.length
      ? table(
          ['Who', 'Looked for', 'Command'],
          run.refused.map(({ where, target, command }) => [plain(where), plain(target), plain(command)]),
        )
      : ['No program looked for anything outside of its sandbox.']),
    '',
    '## Hidden scenarios',
    '',
    ...table(
      ['Scenario', 'Covers', 'Half', 'Verdict'],
      run.verdicts.map(({ scenario, covers, half, passed, shown }) => [
        scenario,
        plain(covers.join(', ')),
        half ?? '',
        shown ? (passed ? 'passed' : 'failed') : 'not shown',
      ]),
    ),
    '',
    ...flakyLines(run),
    ...(withheldVerdicts(run).length > 0 ? [verdictsNote(header.id), ''] : []),
    ...exposureLines(run),
    '',
  ];
  return lines.join('\n');
}
