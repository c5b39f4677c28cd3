import { pathToFileURL } from 'node:url';
import path from 'node:path';
import {
  CodeActionKind,
  DiagnosticSeverity,
  SymbolKind,
  type CodeAction,
  type Diagnostic,
  type DocumentSymbol,
  type Position,
  type Range as LspRange,
} from 'vscode-languageserver/node';
import type { Finding, Range, Requirement, Severity } from '../shared/spec';
import { docPathOf } from '../spec/rulesPage';

/** Lines are 1-based in the core and 0-based in the protocol. */
export function toLspRange({ startLine, startColumn, endLine, endColumn }: Range): LspRange {
  return {
    start: { line: startLine - 1, character: startColumn },
    end: { line: endLine - 1, character: endColumn },
  };
}

export function overlaps(a: LspRange, b: LspRange): boolean {
  return !isBefore(a.end, b.start) && !isBefore(b.end, a.start);
}

function isBefore(a: Position, b: Position): boolean {
  return a.line < b.line || (a.line === b.line && a.character < b.character);
}

const severities: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  info: DiagnosticSeverity.Information,
};

/** `root` is the extension's folder, where the reference page is. */
export function toDiagnostic(finding: Finding, root: string): Diagnostic {
  return {
    range: toLspRange(finding.range),
    severity: severities[finding.severity],
    source: 'Dark Factory',
    code: finding.rule,
    codeDescription: { href: docLink(finding.rule, root) },
    message: `${finding.message} ${finding.hint}`,
  };
}

/** Where the reference page explains a rule, as a URI. */
export function docLink(rule: string, root: string): string {
  const [file = '', anchor = ''] = docPathOf(rule).split('#');
  return `${pathToFileURL(path.join(root, file)).href}#${anchor}`;
}

export function toCodeAction(finding: Finding, uri: string, root: string): CodeAction | undefined {
  if (!finding.fix) return undefined;
  const edits = finding.fix.edits.map(({ range, text }) => ({ range: toLspRange(range), newText: text }));
  return {
    title: finding.fix.title,
    kind: CodeActionKind.QuickFix,
    diagnostics: [toDiagnostic(finding, root)],
    isPreferred: true,
    edit: { changes: { [uri]: edits } },
  };
}

export function toSymbol({ id, text, modality, range }: Requirement): DocumentSymbol {
  const whole = toLspRange(range);
  const line = text.split('\n')[0] ?? '';
  return {
    name: id,
    detail: line === '' ? modality : line,
    kind: SymbolKind.Property,
    range: whole,
    selectionRange: { start: whole.start, end: whole.start },
  };
}
