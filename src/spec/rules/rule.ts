import type { Modality, Severity } from '../../shared/spec';
import type { Analysis } from '../analysis';
import type { Span } from '../document';
import type { Problem } from '../problem';
import type { FoundRequirement } from '../requirements';

/** What a person is told about a rule, in hovers and on the reference page. */
export interface RuleDoc {
  /** `subject/kebab-case`; the key of the setting `darkFactory.spec.rules`. */
  id: string;
  severity: Severity;
  /** The rule in one line. */
  title: string;
  /** Why it matters, in one to three sentences. */
  explanation: string;
  bad: string;
  good: string;
  /** What the quick fix does, where there is one. */
  fix?: string;
}

/** A rule of wording or completeness, which a person may turn off. */
export interface LintRule extends RuleDoc {
  check: (analysis: Analysis, context: LintContext) => Problem[];
}

/** What a rule needs to know from outside the text; a rule whose facts are missing stays silent. */
export interface LintContext {
  /** Number of holdout scenarios by requirement id; one that is not named has none. */
  scenariosCovering?: Record<string, number>;
}

/** A paragraph of what a requirement says: text without code and quotations, and where it begins. */
export interface Statement {
  requirement: FoundRequirement;
  prose: string;
  start: number;
}

function statementsOf({ document, requirements }: Analysis): Statement[] {
  return requirements.flatMap((requirement) =>
    requirement.statement.map(({ start, end }) => ({
      requirement,
      prose: document.prose.slice(start, end),
      start,
    })),
  );
}

export interface Hit {
  requirement: FoundRequirement;
  match: RegExpExecArray;
  at: Span;
}

/** Places in the statements that match a global pattern; the group `mark`, where there is one, is what to point at. */
export function hitsOf(analysis: Analysis, pattern: RegExp): Hit[] {
  return statementsOf(analysis).flatMap(({ requirement, prose, start }) =>
    Array.from(prose.matchAll(pattern), (match) => {
      const marked = match.groups?.mark ?? match[0];
      const from = start + match.index + match[0].lastIndexOf(marked);
      return { requirement, match, at: { start: from, end: from + marked.length } };
    }),
  );
}

/** Where to point at a requirement as a whole: its id, or the paragraph that stands for it. */
export const labelOf = ({ idAt, statement, at }: FoundRequirement): Span => idAt ?? statement[0] ?? at;

/** How a modality is written in a message. */
export const shown = (modality: Modality, negative: boolean) => (negative ? `${modality} NOT` : modality);
