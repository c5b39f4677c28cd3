import { formatRules } from './formatRules';
import { compound } from './rules/compound';
import { contradiction } from './rules/contradiction';
import { danglingId } from './rules/danglingId';
import { missingActor } from './rules/missingActor';
import { missingUnit } from './rules/missingUnit';
import { noErrorBehaviour } from './rules/noErrorBehaviour';
import { openQuestion } from './rules/openQuestion';
import type { LintRule, RuleDoc } from './rules/rule';
import { uncovered } from './rules/uncovered';
import { undeclaredTwin } from './rules/undeclaredTwin';
import { undefinedTerm } from './rules/undefinedTerm';
import { vague } from './rules/vague';

/** Rules about wording and completeness, each of which a setting may turn off. */
export const lintRules: readonly LintRule[] = [
  vague,
  missingActor,
  compound,
  openQuestion,
  undefinedTerm,
  danglingId,
  missingUnit,
  contradiction,
  noErrorBehaviour,
  undeclaredTwin,
  uncovered,
];

/** Every rule a finding may name. */
export const specRules: readonly RuleDoc[] = [...formatRules, ...lintRules];
