import { labelOf, type LintRule } from './rule';

export const uncovered: LintRule = {
  id: 'coverage/no-holdout',
  severity: 'info',
  title: 'No hidden scenario covers this requirement',
  explanation:
    'Without a holdout scenario only tests that agents can see speak for the requirement. A MAY needs none, because it is only reported.',
  bad: '- **R3** The bot MUST … with no scenario that says `covers: [R3]`.',
  good: '- **R3** The bot MUST … with at least one scenario that says `covers: [R3]`.',
  check: ({ requirements }, { scenariosCovering }) =>
    !scenariosCovering
      ? []
      : requirements
          .filter(({ id, modality }) => modality !== 'MAY' && !scenariosCovering[id])
          .map((requirement) => ({
            at: labelOf(requirement),
            message: `No holdout scenario covers ${requirement.id}.`,
            hint: 'Add one with "Dark Factory: Add Holdout Scenario".',
          })),
};
