import type { Section } from './document';

/**
 * What a section can hold. `requirements`: everything listed is one. `free`: the document names no such section, so
 * wording decides. `elsewhere`: other sections do, so only what carries an id and a modal word counts. `none`: never.
 */
export type Topic = 'requirements' | 'free' | 'elsewhere' | 'none';

const requirementTitle = /\brequirements?\b|\bacceptance criteria\b/i;
const otherTitle =
  /\b(?:out of scope|non-?goals?|glossary|terminology|definitions|assumptions?|open questions|references|interfaces?|change ?log|introduction)\b/i;

/** Sections that explain words. */
export const glossaryTitle = /\b(?:glossary|terminology|definitions|terms)\b/i;

/** The heading of the document itself: the only one of its depth, above all others. */
export function titleSection(sections: readonly Section[]): Section | undefined {
  const first = sections.find((section) => section.heading);
  return first?.depth === 1 ? first : undefined;
}

export function topicsOf(sections: readonly Section[]): Topic[] {
  const title = titleSection(sections);
  const paths = sections.map((section) => pathBelowTitle(section, title));
  const named = paths.some((path) => path.some((heading) => requirementTitle.test(heading)));
  return paths.map((path) => {
    if (path.some((heading) => otherTitle.test(heading) && !requirementTitle.test(heading))) return 'none';
    if (path.some((heading) => requirementTitle.test(heading))) return 'requirements';
    return named ? 'elsewhere' : 'free';
  });
}

/** Headings around a section and its own, without the document's title. */
export function pathBelowTitle(section: Section, title: Section | undefined): string[] {
  return title && section.path[0] === title.title && title.depth === 1 ? section.path.slice(1) : section.path;
}

/** Sections below one, at any depth. */
export function sectionsBelow(sections: readonly Section[], index: number): Section[] {
  const depth = sections[index]?.depth ?? 0;
  const rest = sections.slice(index + 1);
  const end = rest.findIndex((section) => section.depth <= depth);
  return depth === 0 ? [] : rest.slice(0, end < 0 ? rest.length : end);
}
