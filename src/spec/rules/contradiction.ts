import type { Analysis } from '../analysis';
import type { Problem } from '../problem';
import { modalsByRequirement } from './modalsByRequirement';
import { shown, type LintRule } from './rule';

export const contradiction: LintRule = {
  id: 'requirement/contradictory-modality',
  severity: 'warning',
  title: 'MUST and MAY for the same thing',
  explanation:
    'Every MUST has to pass, SHOULD counts towards the accepted share, and MAY is only reported. A requirement that is both, or that another one contradicts, cannot be judged.',
  bad: '- **R1** The tool MUST sort the entries, and SHOULD do so by date.',
  good: '- **R1** The tool MUST sort the entries.\n- **R2** The tool SHOULD sort the entries by date.',
  check: (analysis) => [...mixed(analysis), ...opposed(analysis)],
};

function mixed(analysis: Analysis): Problem[] {
  return modalsByRequirement(analysis).flatMap(({ requirement, words }) => {
    const other = words.find((word) => word.modality !== words[0]?.modality);
    if (!words[0] || !other) return [];
    return [
      {
        at: other,
        message: `${requirement.id} is both ${words[0].modality} and ${other.modality}.`,
        hint: 'Keep one of them, or make two requirements of it.',
      },
    ];
  });
}

/** The same words under another modality. */
function opposed(analysis: Analysis): Problem[] {
  const seen = new Map<string, { id: string; said: string }>();
  return modalsByRequirement(analysis).flatMap(({ requirement, words: [word] }): Problem[] => {
    if (!word) return [];
    const statement = wordsOf(requirement.text);
    const said = shown(word.modality, word.negative);
    const earlier = seen.get(statement);
    if (!earlier) seen.set(statement, { id: requirement.id, said });
    if (!earlier || earlier.said === said) return [];
    return [
      {
        at: word,
        message: `${requirement.id} says ${said} where ${earlier.id} says ${earlier.said}.`,
        hint: 'Keep one of the two requirements.',
      },
    ];
  });
}

const wordsOf = (text: string) =>
  text
    .toLowerCase()
    .replace(/\b(?:must|shall|should|may|required|recommended|optional)(?:\s+not)?\b/g, '')
    .replace(/[\s*_.,;]+/g, ' ')
    .trim();
