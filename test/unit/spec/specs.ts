import type { Finding, Fix, Range } from '../../../src/shared/spec';
import { lintSpec, type RuleSettings } from '../../../src/spec/lint';
import { parseSpec } from '../../../src/spec/parse';
import type { LintContext } from '../../../src/spec/rules/rule';

/** The text a range stands for, as an editor would cut it out. */
export function textAt(text: string, { startLine, startColumn, endLine, endColumn }: Range): string {
  const lines = text.split('\n').slice(startLine - 1, endLine);
  return lines
    .map((line, index) =>
      line.slice(index === 0 ? startColumn : 0, index === lines.length - 1 ? endColumn : undefined),
    )
    .join('\n');
}

/** What applying a fix makes of a text. */
export function applied(text: string, fix: Fix): string {
  const starts = text.split('\n').reduce((all, line) => [...all, (all.at(-1) ?? 0) + line.length + 1], [0]);
  const offset = (line: number, column: number) => (starts[line - 1] ?? 0) + column;
  return fix.edits
    .toSorted((a, b) => b.range.startLine - a.range.startLine || b.range.startColumn - a.range.startColumn)
    .reduce(
      (done, { range, text: inserted }) =>
        done.slice(0, offset(range.startLine, range.startColumn)) +
        inserted +
        done.slice(offset(range.endLine, range.endColumn)),
      text,
    );
}

/** Findings of the lint rules in a spec whose requirements section is given. */
export function lint(
  requirements: string,
  {
    frontMatter = '',
    context = {},
    settings = {},
    before = '',
    path = 'bot.spec.md',
  }: {
    frontMatter?: string;
    context?: LintContext;
    settings?: RuleSettings;
    before?: string;
    path?: string;
  } = {},
): { findings: Finding[]; text: string } {
  const yaml = frontMatter ? `---\n${frontMatter}\n---\n` : '';
  const text = `${yaml}# Bot\n${before}\n## Requirements\n${requirements}\n`;
  return { findings: lintSpec(parseSpec(text, path).spec, context, settings), text };
}
