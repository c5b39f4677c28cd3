import { visible } from '../shared/visible';

const longestRule = 200;
const longestWhy = 300;

/** What a proposal must not have, with the reason its author gets. A person reads what is left, and decides. */
const refusals: readonly (readonly [RegExp, string])[] = [
  [/[\r\n\t]/, 'it has more than one line'],
  [/(^|[\s("'])@\S/, 'it imports a file with @'],
  [/:\/\/|\bwww\./i, 'it has an address'],
  [/\]\s*\(|<[a-z!/?]|!\[/i, 'it has a link, an image or HTML'],
  [/^\s*([#>|]|[-*+]\s|```)/, 'it has Markdown at its beginning: give the sentence alone'],
  [
    /\bhold-?outs?\b|\bhidden (checks?|tests?|scenarios?)\b|\bH-[a-z0-9]{6}\b/i,
    'it speaks of hidden checks, of which no agent knows anything',
  ],
  [
    /\b(ignore|disregard|forget|override|bypass)\b.*\b(instructions?|rules?|spec(ification)?|prompts?|polic(y|ies)|governed)\b/i,
    'it tells agents to pass over what governs them',
  ],
  [
    /\b(skip|disable|weaken|delete|remove|silence)\b.*\b(tests?|checks?|lint(er|ing)?|validation|judges?|sandbox)\b/i,
    'it tells agents to weaken checks',
  ],
];

/** Why a proposed rule is not put before a person, as part of a sentence; undefined when it is. */
export function ruleFault(rule: string, why: string): string | undefined {
  if (rule.trim() === '') return 'it has no rule';
  if (why.trim() === '') return 'it has no reason';
  if (rule.length > longestRule) return `the rule has more than ${longestRule} characters`;
  if (why.length > longestWhy) return `the reason has more than ${longestWhy} characters`;
  for (const text of [rule, why]) {
    const fault = refusals.find(([pattern]) => pattern.test(text));
    if (fault) return fault[1];
    if (visible(text) !== text) return 'it has characters that do not show';
  }
  return undefined;
}
