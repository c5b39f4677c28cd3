import { plainTwinName } from '../../shared/twinNames';
import { labelOf, type LintRule } from './rule';

const trouble =
  /\b(?:fail(?:s|ed|ure|ures|ing)?|errors?|unavailable|unreachable|time(?:s|d)?[- ]?outs?|timed out|retr(?:y|ies|ied)|refus(?:e|es|ed)|reject(?:s|ed)?|rate[- ]?limit(?:s|ed)?|ratelimited|denied|unauthori[sz]ed|offline|down|cannot|not (?:answer|respond|exist|found)|4\d\d|5\d\d)\b/i;
const anyCall =
  /\b(?:calls?|requests?|services?|apis?|servers?|networks?|connections?|responses?|answers?|https?|twins?)\b/i;

export const noErrorBehaviour: LintRule = {
  id: 'external-call/no-error-behaviour',
  severity: 'warning',
  title: 'Nothing says what happens when a service fails',
  explanation:
    'Every service is down, slow or over its rate limit at some time, and hidden scenarios ask exactly that. Say whether to try again, how often, and what the person sees in the end.',
  bad: '- **R1** The bot MUST post one message to Slack.',
  good: '- **R1** The bot MUST post one message to Slack.\n- **R2** If Slack answers with an error, the bot MUST exit with status 1 and name the error.',
  check: ({ document, frontMatter, requirements }) => {
    const said = requirements.map(({ at }) => document.text.slice(at.start, at.end).toLowerCase());
    const aboutTrouble = said.filter((text) => trouble.test(text));
    return (frontMatter.data.twins ?? []).map(plainTwinName).flatMap((twin, index) => {
      const name = twin.toLowerCase();
      if (aboutTrouble.some((text) => text.includes(name) || anyCall.test(text))) return [];
      const first = requirements.find((_, which) => said[which]?.includes(name));
      const at = first ? labelOf(first) : frontMatter.locate(['twins', index]);
      if (!at) return [];
      return [
        {
          at,
          message: `No requirement says what happens when ${twin} fails.`,
          hint: `Add one: "If ${twin} answers with an error, the program MUST …".`,
        },
      ];
    });
  },
};
