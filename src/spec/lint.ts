import type { Finding, Severity, Spec } from '../shared/spec';
import { analysisOf } from './analysis';
import { findingOf, inTextOrder } from './problem';
import { lintRules } from './ruleTable';
import type { LintContext } from './rules/rule';

/** Severity by rule id, as in the setting `darkFactory.spec.rules`; rules that are not named keep their own. */
export type RuleSettings = Readonly<Record<string, 'off' | Severity>>;

/** Judges how clear and complete a spec is, in the order of the text. What is wrong with its format, `parseSpec` says. */
export function lintSpec(spec: Spec, context: LintContext, settings: RuleSettings): Finding[] {
  const analysis = analysisOf(spec);
  const findings = lintRules.flatMap((rule) => {
    const severity = settings[rule.id] ?? rule.severity;
    if (severity === 'off') return [];
    return rule
      .check(analysis, context)
      .map((problem) => findingOf(analysis.document, rule.id, severity, problem));
  });
  return inTextOrder(findings);
}
