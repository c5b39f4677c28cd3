import type { Problem } from '../problem';
import { writtenIdOf } from '../requirementId';
import type { LintRule } from './rule';

/** Prefixes that can hardly mean anything else, whether or not the spec has such ids. */
const certainPrefixes = ['FR-', 'NFR-', 'REQ-', 'AC-'];

export const danglingId: LintRule = {
  id: 'requirement/dangling-id',
  severity: 'warning',
  title: 'A reference to a requirement that does not exist',
  explanation:
    'Usually the requirement was renumbered or removed and this place forgotten. Agents follow the reference and find nothing, or the wrong thing.',
  bad: '- **R1** The bot MUST post one message, except as R9 says.\n- **R2** …',
  good: '- **R1** The bot MUST post one message, except as R2 says.\n- **R2** …',
  fix: 'Writes the id as it is written where it is defined, when only zeros differ (`FR-1` for `FR-001`).',
  check: ({ document, requirements }) => {
    const written = requirements.filter(({ idAt }) => idAt);
    if (written.length === 0) return [];
    const headings = document.sections.flatMap(({ title }) => writtenIdOf(title)?.id ?? []);
    const ids = new Set([...written.map(({ id }) => id), ...headings]);
    const prefixes = new Set([...certainPrefixes, ...written.map(({ id }) => id.replace(/\d.*$/, ''))]);
    const reference = new RegExp(`(?<![\\w-])(?:${[...prefixes].join('|')})\\d+(?:\\.\\d+)*(?![\\w-])`, 'g');
    return Array.from(document.prose.matchAll(reference)).flatMap((match): Problem[] => {
      const [id] = match;
      if (ids.has(id)) return [];
      const at = { start: match.index, end: match.index + id.length };
      const problem = {
        at,
        message: `There is no requirement ${id}.`,
        hint: 'Correct the id, or add the requirement.',
      };
      const meant = [...ids].find((other) => withoutZeros(other) === withoutZeros(id));
      return [
        meant ? { ...problem, fix: { title: `Change to ${meant}`, edits: [{ at, text: meant }] } } : problem,
      ];
    });
  },
};

const withoutZeros = (id: string) => id.replace(/(?<!\d)0+(?=\d)/g, '');
