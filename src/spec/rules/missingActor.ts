import type { Problem } from '../problem';
import { hitsOf, type LintRule } from './rule';

const modal = '(?:MUST|SHALL|SHOULD|MAY|shall)(?:\\s+(?:NOT|not))?\\b';
const condition = '(?:When|If|While|After|Before|Once|Where|On|Upon|WHEN|IF|WHILE|WHERE)';
const effect =
  '(?:sent|e?mailed|notified|informed|alerted|called|contacted|escalated|posted|published|triggered|invoked)';

/** The modal word comes first, or straight after the condition. */
const noSubject = new RegExp(
  `^[\\s*_]*(?:${condition}\\b[^,.;:]*,\\s*(?:then\\s+)?[*_]*)?(?<mark>${modal})`,
  'g',
);

/** A pronoun that points out of the requirement. */
const pronoun = new RegExp(`^[\\s*_]*(?<mark>(?:It|They|This|That|These)\\s+[*_]*${modal})`, 'g');

/** Something is sent or called, and the sentence does not say by whom. */
const passive = new RegExp(`(?<mark>\\b${modal}[*_]*\\s+be\\s+${effect})\\b(?![^.;]*\\bby\\b)`, 'g');

function problem(at: Problem['at'], message: string): Problem {
  return { at, message, hint: 'Name who acts before the verb: "the bot MUST …".' };
}

export const missingActor: LintRule = {
  id: 'wording/missing-actor',
  severity: 'warning',
  title: 'Nobody is named who must do it',
  explanation:
    'A sentence without an actor does not say which program, service or person is bound by it. Agents then build it where it is easiest, and the check looks elsewhere.',
  bad: '- **R1** When a leaver is found, an email MUST be sent.',
  good: '- **R1** When a leaver is found, the bot MUST send an email.',
  check: (analysis) => [
    ...hitsOf(analysis, noSubject).map(({ requirement, at }) =>
      problem(at, `${requirement.id} does not say who must act.`),
    ),
    ...hitsOf(analysis, pronoun).map(({ requirement, at, match }) =>
      problem(
        at,
        `"${match[0].trim().split(/\s/)[0] ?? ''}" in ${requirement.id} points at something outside of it.`,
      ),
    ),
    ...hitsOf(analysis, passive).map(({ requirement, at }) =>
      problem(at, `${requirement.id} says what happens, but not who does it.`),
    ),
  ],
};
