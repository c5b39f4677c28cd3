import type { Analysis } from './analysis';
import type { Span } from './document';
import { hasModality } from './modality';
import type { FormatProblem } from './problem';
import { nextId } from './requirementId';
import type { FoundRequirement } from './requirements';
import { topicsOf } from './topics';

/** What is wrong with a text as a spec, whatever it asks for. */
export function formatProblems(analysis: Analysis): FormatProblem[] {
  const { document, frontMatter, requirements } = analysis;
  if (document.text.trim() === '') return [emptySpec()];
  return [
    ...frontMatter.problems,
    ...(requirements.length === 0 ? [noRequirements(analysis)] : []),
    ...emptyRequirements(requirements),
    ...duplicateIds(requirements),
    ...(frontMatter.native ? missingIds(requirements) : []),
  ];
}

function emptySpec(): FormatProblem {
  return {
    rule: 'spec/empty',
    at: { start: 0, end: 0 },
    message: 'The spec is empty.',
    hint: 'Write a title, a paragraph about who uses the program for what, and a list under `## Requirements`.',
  };
}

function noRequirements({ document }: Analysis): FormatProblem {
  const topics = topicsOf(document.sections);
  const heading =
    document.sections.find((_, index) => topics[index] === 'requirements')?.heading ??
    document.sections.find((section) => section.heading)?.heading;
  const start = heading?.position?.start.offset ?? 0;
  const lineEnd = document.text.indexOf('\n', start);
  return {
    rule: 'spec/no-requirements',
    at: { start, end: heading?.position?.end.offset ?? (lineEnd < 0 ? document.text.length : lineEnd) },
    message: 'The spec has no requirements.',
    hint: 'List them under `## Requirements`, one an item: `- **R1** When …, the program MUST …`.',
  };
}

function emptyRequirements(requirements: FoundRequirement[]): FormatProblem[] {
  return requirements
    .filter((requirement) => requirement.text.trim() === '')
    .map((requirement) => ({
      rule: 'requirement/empty',
      at: requirement.idAt ?? requirement.at,
      message: `${requirement.id} says nothing.`,
      hint: 'Write what the program MUST do after the id, or remove the item.',
    }));
}

function duplicateIds(requirements: FoundRequirement[]): FormatProblem[] {
  const firstLine = new Map<string, number>();
  const ids = requirements.map((requirement) => requirement.id);
  return requirements.flatMap(({ id, idAt, range }): FormatProblem[] => {
    const first = firstLine.get(id);
    if (first === undefined) firstLine.set(id, range.startLine);
    if (first === undefined || !idAt) return [];
    const free = nextId(ids.filter((other) => prefixOf(other) === prefixOf(id)));
    ids.push(free);
    return [
      {
        rule: 'requirement/duplicate-id',
        at: idAt,
        message: `${id} is already the requirement of line ${first}.`,
        hint: 'Give this one an id of its own.',
        fix: { title: `Renumber to ${free}`, edits: [{ at: idAt, text: free }] },
      },
    ];
  });
}

const prefixOf = (id: string) => id.replace(/\d.*$/, '');

/** In a spec that numbers its requirements, one without a number was forgotten. */
function missingIds(requirements: FoundRequirement[]): FormatProblem[] {
  if (!requirements.some((requirement) => requirement.idAt)) return [];
  const ids = requirements.flatMap(({ id, idAt }) => (idAt ? [id] : []));
  return requirements
    .filter(({ idAt, text }) => !idAt && hasModality(text))
    .map(({ at }) => {
      const free = nextId(ids);
      ids.push(free);
      const start: Span = { start: at.start, end: at.start };
      return {
        rule: 'requirement/missing-id',
        at,
        message: 'This requirement has no id, so nothing can say that it is covered.',
        hint: `Begin it with an id, such as **${free}**.`,
        fix: { title: `Name it ${free}`, edits: [{ at: start, text: `**${free}** ` }] },
      };
    });
}
