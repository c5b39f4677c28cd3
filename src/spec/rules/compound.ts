import { modalsByRequirement } from './modalsByRequirement';
import type { LintRule } from './rule';

export const compound: LintRule = {
  id: 'wording/compound',
  severity: 'warning',
  title: 'Two requirements in one',
  explanation:
    'A verdict belongs to one requirement. When two stand under one id, nobody can see which of them failed, and a scenario that covers the one seems to cover the other. A MUST with its MUST NOT counts as one.',
  bad: '- **R1** The bot MUST post one message and MUST close the ticket.',
  good: '- **R1** The bot MUST post one message.\n- **R2** The bot MUST close the ticket.',
  check: (analysis) =>
    modalsByRequirement(analysis).flatMap(({ requirement, words }) => {
      if (new Set(words.map((word) => word.modality)).size !== 1) return [];
      const same = [false, true].map((negative) => words.filter((word) => word.negative === negative));
      const second = same.map((group) => group[1]).find((word) => word !== undefined);
      if (!second) return [];
      return [
        {
          at: second,
          message: `${requirement.id} holds more than one requirement.`,
          hint: 'Give each its own id, so that each gets a verdict of its own.',
        },
      ];
    }),
};
