import type { Finding, Fix, Severity } from '../shared/spec';
import { rangeOf, type Span, type SpecDocument } from './document';

/** What a check found, in offsets; the rule it belongs to and its severity are added by {@link findingOf}. */
export interface Problem {
  at: Span;
  message: string;
  hint: string;
  fix?: { title: string; edits: { at: Span; text: string }[] };
}

/** A problem of the format itself, which always stops a run. */
export interface FormatProblem extends Problem {
  rule: string;
}

export function findingOf(
  document: SpecDocument,
  rule: string,
  severity: Severity,
  problem: Problem,
): Finding {
  const finding: Finding = {
    rule,
    severity,
    message: problem.message,
    hint: problem.hint,
    range: rangeOf(document, problem.at),
  };
  return problem.fix ? { ...finding, fix: fixOf(document, problem.fix) } : finding;
}

function fixOf(document: SpecDocument, fix: NonNullable<Problem['fix']>): Fix {
  return {
    title: fix.title,
    edits: fix.edits.map(({ at, text }) => ({ range: rangeOf(document, at), text })),
  };
}

/** Findings in the order a person reads them. */
export function inTextOrder(findings: Finding[]): Finding[] {
  return findings.toSorted(
    (a, b) => a.range.startLine - b.range.startLine || a.range.startColumn - b.range.startColumn,
  );
}
