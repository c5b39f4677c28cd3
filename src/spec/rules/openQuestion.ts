import type { Span } from '../document';
import type { FoundRequirement } from '../requirements';
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
  check: ({ document, requirements }) =>
    Array.from(document.prose.matchAll(open), (match) => ({
      at: { start: match.index, end: match.index + match[0].length },
      message: `"${match[0]}" leaves something open.`,
      hint: 'Decide it here, or write what to assume under `## Assumptions`.',
    })).filter(({ at }) => !isInExample(at, requirements)),
};

/** An example may be about such a word: a linter's spec, or a generator of drafts. */
function isInExample(at: Span, requirements: FoundRequirement[]): boolean {
  const inside = (span: Span) => span.start <= at.start && at.end <= span.end;
  const around = requirements.filter((requirement) => inside(requirement.at));
  return (
    around.length > 0 &&
    !around.some(({ statement, examples }) => examples.length === 0 || statement.some(inside))
  );
}
