import { hitsOf, type LintRule } from './rule';

const vagueWords = [
  'fast(?!-|\\s+path)',
  'quickly',
  'easy',
  'easily',
  'user[- ]friendly',
  'intuitive(?:ly)?',
  'robust(?:ly)?',
  'efficient(?:ly)?',
  'performant',
  'scalable',
  'flexible',
  'seamless(?:ly)?',
  'elegant(?:ly)?',
  'nicely',
  'gracefully',
  'properly',
  'correctly',
  'appropriate(?:ly)?',
  'adequate(?:ly)?',
  'reasonabl[ey]',
  'suitabl[ey]',
  'as needed',
  'as required',
  'as soon as possible',
  'if possible',
  'where possible',
  'when possible',
  'if necessary',
  'where applicable',
  'and so on',
  'etc',
  'and/or',
  'state[- ]of[- ]the[- ]art',
  'best[- ]effort',
  'timely',
];

const pattern = new RegExp(`(?<![\\w-])(?<!\\bfail\\s)(?:${vagueWords.join('|')})(?![\\w-])`, 'gi');

export const vague: LintRule = {
  id: 'wording/vague',
  severity: 'warning',
  title: 'A word that two people would measure differently',
  explanation:
    'Nobody reads the code, so only a check can tell whether a requirement is met, and a check needs something to compare. A vague word leaves the choice to the agents.',
  bad: '- **R1** The importer MUST handle large files quickly.',
  good: '- **R1** The importer MUST read a file of 100 MB in less than 5 s.',
  check: (analysis) =>
    hitsOf(analysis, pattern).map(({ requirement, match, at }) => ({
      at,
      message: `"${match[0]}" in ${requirement.id} cannot be checked.`,
      hint: 'Say what can be observed: a number with its unit, an exit status, the text that appears.',
    })),
};
