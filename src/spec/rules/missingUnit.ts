import { hitsOf, type LintRule } from './rule';

const measured =
  'within|every|after|wait(?:s|ing)?(?:\\s+for)?|(?:sleep|pause|retry)(?:s|ing)?\\s+for|(?:time-?out|delay|interval|period|ttl|size|limit)(?:\\s+(?:of|is))?';
const bound = '(?:at\\s+(?:least|most)|up\\s+to|about)';
const nothingCounted = '(?=\\s*(?:$|[,;:)]|\\.(?!\\d)|(?:and|or|then|before|until|unless)\\b))';

/** A number after a word of time or size, with nothing behind it that it could count. Years and zero need no unit. */
const pattern = new RegExp(
  `\\b(?:${measured})\\s+(?:${bound}\\s+)?(?<mark>(?!0\\b|(?:19|20)\\d\\d\\b)\\d+(?:\\.\\d+)?)${nothingCounted}`,
  'gi',
);

export const missingUnit: LintRule = {
  id: 'wording/missing-unit',
  severity: 'warning',
  title: 'A number without a unit',
  explanation:
    'Five what: seconds, tries, megabytes? The tester and the implementer never talk to each other and will guess differently.',
  bad: '- **R1** The client MUST give up after 30.',
  good: '- **R1** The client MUST give up after 30 s.',
  check: (analysis) =>
    hitsOf(analysis, pattern).map(({ requirement, match, at }) => ({
      at,
      message: `${match.groups?.mark ?? match[0]} in ${requirement.id} has no unit.`,
      hint: 'Write what is counted: `ms`, `s`, `minutes`, `KiB`, `times`, `items`.',
    })),
};
