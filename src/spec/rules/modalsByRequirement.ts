import type { Analysis } from '../analysis';
import { modalWords, type ModalWord } from '../modality';
import type { FoundRequirement } from '../requirements';

/** The strict modal words of each requirement, at their places in the text. */
export function modalsByRequirement(
  analysis: Analysis,
): { requirement: FoundRequirement; words: ModalWord[] }[] {
  return analysis.requirements.map((requirement) => ({
    requirement,
    words: requirement.statement.flatMap(({ start, end }) =>
      modalWords(analysis.document.prose.slice(start, end)).map((word) => ({
        ...word,
        start: start + word.start,
        end: start + word.end,
      })),
    ),
  }));
}
