import type { Analysis } from '../analysis';
import type { Problem } from '../problem';
import { hitsOf, type LintRule } from './rule';
import { modalWords } from '../modality';

/** Services that have a twin of their own. */
const twinNames = ['slack', 'okta', 'jira'];
const pattern = new RegExp(`(?<![\\w-])(?:${twinNames.join('|')})(?![\\w-])`, 'gi');

export const undeclaredTwin: LintRule = {
  id: 'twin/undeclared',
  severity: 'warning',
  title: 'A service is used whose twin is not declared',
  explanation:
    'The sandbox has no network. A service exists there only as a digital twin, and only when the spec asks for it under `twins`.',
  bad: '- **R1** The bot MUST post one message to Slack. (No `twins:` in the front matter.)',
  good: '---\nfactory: 1\ntwins: [slack]\n---\n- **R1** The bot MUST post one message to Slack.',
  fix: 'Adds the twin to the front matter.',
  check: (analysis) => {
    const { native, readable, data } = analysis.frontMatter;
    if (!native || !readable) return [];
    const declared = new Set(data.twins);
    return hitsOf(analysis, pattern).flatMap(({ requirement, match, at }): Problem[] => {
      const twin = match[0].toLowerCase();
      const words = modalWords(match.input);
      if (declared.has(twin) || (words.length > 0 && words.every((word) => word.negative))) return [];
      declared.add(twin);
      return [
        {
          at,
          message: `${requirement.id} needs ${match[0]}, but the spec does not declare the twin \`${twin}\`.`,
          hint: `Add \`${twin}\` to \`twins\` in the front matter.`,
          fix: { title: `Declare the twin '${twin}'`, edits: [declaration(analysis, twin)] },
        },
      ];
    });
  },
};

/** The smallest change of the front matter that declares a twin, in the style of the list that is there. */
function declaration(
  { document, frontMatter }: Analysis,
  twin: string,
): { at: { start: number; end: number }; text: string } {
  const insert = (offset: number, text: string) => ({ at: { start: offset, end: offset }, text });
  const { yaml, locate, data } = frontMatter;
  if (!yaml) return insert(0, `---\nfactory: 1\ntwins: [${twin}]\n---\n`);
  const list = locate(['twins']);
  if (!list) return insert(yaml.end, `twins: [${twin}]\n`);
  const last = locate(['twins', (data.twins?.length ?? 0) - 1]);
  if (document.text[list.start] === '[' || !last) return insert(list.end - 1, last ? `, ${twin}` : twin);
  const lineStart = document.text.lastIndexOf('\n', last.start) + 1;
  return insert(last.end, `\n${document.text.slice(lineStart, last.start)}${twin}`);
}
