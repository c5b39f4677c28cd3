import type { LintRule } from './rule';

const open = /\bTB[DC]\b|\[NEEDS CLARIFICATION\b[^\]]*\]|\?\?\?|\b(?:TODO|FIXME|XXX)\b(?=\s*(?::|$|[)\]]))/gm;

export const openQuestion: LintRule = {
  id: 'wording/open-question',
  severity: 'error',
  title: 'Something is still to be decided',
  explanation:
    'Nobody is asked while the factory runs: what is left open is decided by an agent, and nobody sees it. Decide it, move it to `Out of scope`, or write the decision under `Assumptions`.',
  bad: '- **R1** The export MUST be deleted after TBD days.',
  good: '- **R1** The tool MUST delete an export 30 days after it was made.',
  check: ({ document }) =>
    Array.from(document.prose.matchAll(open), (match) => ({
      at: { start: match.index, end: match.index + match[0].length },
      message: `"${match[0]}" leaves something open.`,
      hint: 'Decide it here, or write what to assume under `## Assumptions`.',
    })),
};
