import type { Finding, Requirement, Spec } from '../shared/spec';
import { analyse, remember, type Analysis } from './analysis';
import { oneLine, spanOf, type Section, type SpecDocument } from './document';
import { formatProblems } from './formatProblems';
import { findingOf, inTextOrder } from './problem';
import { contentOf } from './requirementText';
import { glossaryTitle, titleSection } from './topics';

/**
 * Reads a spec. Never throws: whatever is wrong with the text is a finding of severity error, and the spec holds what
 * could be understood. `path` names the file in messages and tells our own format (`*.spec.md`) from others.
 */
export function parseSpec(text: string, path: string): { spec: Spec; findings: Finding[] } {
  const analysis = analyse(text, path);
  const spec = specOf(text, path, analysis);
  remember(spec, analysis);
  const findings = formatProblems(analysis).map((problem) =>
    findingOf(analysis.document, problem.rule, 'error', problem),
  );
  return { spec, findings: inTextOrder(findings) };
}

function specOf(text: string, path: string, { document, frontMatter, requirements }: Analysis): Spec {
  const { data } = frontMatter;
  const title = titleSection(document.sections);
  return {
    path,
    title: title?.title ?? nameOf(path),
    summary: summaryOf(document, title),
    category: data.category ?? '',
    commands: data.commands ?? {},
    env: data.env ?? {},
    twins: data.twins ?? [],
    services: data.services ?? {},
    glossary: glossaryOf(document),
    requirements: requirements.map(plain),
    assumptions: itemsUnder(document, /^assumptions\b/i),
    text,
  };
}

function plain({ id, modality, text, examples, range }: Requirement): Requirement {
  return { id, modality, text, examples, range };
}

/** `specs/offboarding.spec.md` is about `offboarding`. */
function nameOf(path: string): string {
  const file = path.split(/[\\/]/).at(-1) ?? path;
  return file.replace(/(?:\.spec)?\.md$/i, '');
}

/** First paragraph below the title, or of the text when there is no title. */
function summaryOf(document: SpecDocument, title: Section | undefined): string {
  const nodes = (title ?? document.sections[0])?.nodes ?? [];
  const paragraph = nodes.find((node) => node.type === 'paragraph');
  return paragraph ? oneLine(sourceOf(document, spanOf(paragraph))) : '';
}

function sourceOf(document: SpecDocument, { start, end }: { start: number; end: number }): string {
  return document.text.slice(start, end);
}

function itemsUnder(document: SpecDocument, title: RegExp): string[] {
  return document.sections
    .filter((section) => section.path.some((heading) => title.test(heading)))
    .flatMap((section) => section.nodes)
    .flatMap((node) => (node.type === 'list' ? node.children : []))
    .map((item) => oneLine(sourceOf(document, contentOf(item))));
}

/** `**Leaver**: an Okta user …` or `Leaver — …`, one term an item. */
function glossaryOf(document: SpecDocument): Record<string, string> {
  const entries = itemsUnder(document, glossaryTitle).flatMap((item) => {
    const match =
      /^(?:\*\*|__)(?<bold>[^*_]+?):?(?:\*\*|__)\s*[:–—-]?\s*(?<meaning>.*)$|^(?<term>[^:–—]{1,60}?)\s*[:–—]\s+(?<rest>.*)$/.exec(
        item,
      );
    const term = match?.groups?.bold ?? match?.groups?.term;
    return term ? [[term.trim(), match?.groups?.meaning ?? match?.groups?.rest ?? ''] as const] : [];
  });
  return Object.fromEntries(entries);
}
