import { closest } from '../shared/closest';
import { plainTwinName } from '../shared/twinNames';
import type { Span, SpecDocument } from './document';
import type { FrontMatterData } from './frontMatterSchema';
import type { FormatProblem } from './problem';

const fixedNames = ['base', 'port', 'root', 'tmp', 'program'];
const placeholder = /(?<!\\)\{\{\s*([^{}]*?)\s*\}\}/g;

/** Placeholders in the front matter's values that stand for nothing: unknown names, undeclared twins and services. */
export function placeholderProblems(
  document: SpecDocument,
  data: FrontMatterData,
  locate: (path: readonly PropertyKey[]) => Span | undefined,
): FormatProblem[] {
  return valuesOf(data).flatMap(({ path, value }) => {
    const at = locate(path);
    if (!at) return [];
    return Array.from(value.matchAll(placeholder)).flatMap(([whole, name = '']): FormatProblem[] => {
      const reason = whyUnknown(name, data);
      if (!reason) return [];
      const start = document.text.indexOf(whole, at.start);
      return [
        {
          rule: 'front-matter/unknown-placeholder',
          at: start >= 0 && start < at.end ? { start, end: start + whole.length } : at,
          ...reason,
        },
      ];
    });
  });
}

function valuesOf(data: FrontMatterData): { path: string[]; value: string }[] {
  const env = Object.entries(data.env ?? {}).map(([name, value]) => ({ path: ['env', name], value }));
  const starts = Object.entries(data.commands?.start ?? {}).flatMap(([name, start]) => [
    { path: ['commands', 'start', name, 'run'], value: start.run },
    { path: ['commands', 'start', name, 'ready', 'port'], value: start.ready?.port ?? '' },
  ]);
  return [...env, ...starts];
}

function whyUnknown(name: string, data: FrontMatterData): { message: string; hint: string } | undefined {
  if (fixedNames.includes(name)) return undefined;
  const [, kind, which = ''] = /^(twin|service)\.([^.]+)\.[\w.-]+$/.exec(name) ?? [];
  if (kind === 'twin') return undeclared('twin', which, (data.twins ?? []).map(plainTwinName));
  if (kind === 'service') return undeclared('service', which, Object.keys(data.services ?? {}));
  const meant = closest(name, fixedNames);
  return {
    message: `\`{{${name}}}\` is not a placeholder the factory knows.`,
    hint: meant
      ? `Did you mean \`{{${meant}}}\`?`
      : 'Use `{{port}}`, `{{root}}`, `{{tmp}}`, `{{twin.<name>.url}}` or `{{service.<name>.url}}`; write `\\{{` for the braces themselves.',
  };
}

function undeclared(kind: 'twin' | 'service', name: string, declared: string[]) {
  if (declared.includes(name)) return undefined;
  const meant = closest(name, declared);
  return {
    message: `The ${kind} \`${name}\` is used but not declared.`,
    hint: meant ? `Did you mean \`${meant}\`?` : `Add it to \`${kind}s\` in the front matter.`,
  };
}
