import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { SpecSummary } from '../shared/languageProtocol';
import type { Finding, Severity, Spec } from '../shared/spec';
import { lintSpec, type RuleSettings } from '../spec/lint';
import { parseSpec } from '../spec/parse';

/** One open spec as it was last read. */
export interface ReadSpec {
  spec: Spec;
  /** Of the format, then of the lint rules. */
  findings: Finding[];
}

export function readSpec(
  document: TextDocument,
  scenariosCovering: Record<string, number> | undefined,
  settings: RuleSettings,
): ReadSpec {
  const { spec, findings } = parseSpec(document.getText(), document.uri);
  const linted = lintSpec(spec, scenariosCovering ? { scenariosCovering } : {}, settings);
  return { spec, findings: [...findings, ...linted] };
}

export function summaryOf({ spec, findings }: ReadSpec): SpecSummary {
  return {
    requirements: spec.requirements.map(({ id, range }) => ({ id, range })),
    findings: findings.length,
    errors: findings.filter((finding) => finding.severity === 'error').length,
  };
}

/** What the editor answers for `darkFactory.spec.rules`; a settings file may hold anything, and what is no severity is left out. */
export function ruleSettingsFrom(value: unknown): RuleSettings {
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return Object.fromEntries(
    entries.filter((entry): entry is [string, Severity | 'off'] => isSetting(entry[1])),
  );
}

function isSetting(value: unknown): value is Severity | 'off' {
  return value === 'off' || value === 'info' || value === 'warning' || value === 'error';
}
