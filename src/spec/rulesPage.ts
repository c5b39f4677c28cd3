import type { RuleDoc } from './rules/rule';

const page = 'media/docs/spec-rules.md';

/** Where a rule is explained, as a path from the extension's folder with the anchor of its heading. */
export function docPathOf(ruleId: string): string {
  return `${page}#${anchorOf(ruleId)}`;
}

/** The reference page `media/docs/spec-rules.md`. */
export function renderRulesPage(rules: readonly RuleDoc[]): string {
  const entries = rules.map(({ id, severity, title, fix }) => {
    const note = fix ? `${severity}, quick fix` : severity;
    return `- [${id}](#${anchorOf(id)}): ${title} (${note})`;
  });
  return [
    '# Rules of the spec',
    '',
    'Written by `renderRulesPage` from the rules themselves. An error stops a run. Rules that are not about the format can be set in `darkFactory.spec.rules`, for example `{ "wording/vague": "off" }`; the values are `off`, `info`, `warning` and `error`.',
    '',
    ...entries,
    '',
    ...rules.flatMap(sectionOf),
  ].join('\n');
}

const anchorOf = (ruleId: string) => ruleId.replace('/', '');
const lowerFirst = (text: string) => text.charAt(0).toLowerCase() + text.slice(1);

function sectionOf({ id, title, explanation, bad, good, fix }: RuleDoc): string[] {
  return [
    `## ${id}`,
    '',
    `${title}. ${explanation}`,
    '',
    'Instead of',
    '',
    ...fenced(bad),
    '',
    'write',
    '',
    ...fenced(good),
    '',
    ...(fix ? [`Quick fix: ${lowerFirst(fix)}`, ''] : []),
  ];
}

const fenced = (text: string) => ['```text', ...text.split('\n'), '```'];
