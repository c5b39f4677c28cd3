import { plainTwinName } from '../../shared/twinNames';
import type { Analysis } from '../analysis';
import { spanOf } from '../document';
import type { Problem } from '../problem';
import { glossaryTitle } from '../topics';
import { hitsOf, type Hit, type LintRule } from './rule';
import { weightyWords, wellKnownAbbreviations, wellKnownNames } from './wellKnown';

/** Two to five capitals, alone or in the plural; longer words in capitals are rarely abbreviations. */
const abbreviation = /(?<![\w/.-])(?<mark>[A-Z]{2,5})(?=s?(?![\w/-]))/g;

/** One capitalised word after an article: a role or thing of this spec, such as "the Leaver". */
const namedThing = /\b(?:the|a|an|each|every|any|no)\s+(?<mark>[A-Z][a-z]{2,})\b(?!\s+[A-Z]|[-/.]\w)/g;

export const undefinedTerm: LintRule = {
  id: 'glossary/undefined-term',
  severity: 'info',
  title: 'A term that the spec does not explain',
  explanation:
    'What is obvious in your team is a guess for an agent. Explain abbreviations of your own, and in a spec with a glossary the capitalised terms that several requirements use.',
  bad: '- **R1** The bot MUST tell the DRI of every Leaver.',
  good: '## Glossary\n- **DRI**: the person whose name stands in the ticket.\n- **Leaver**: a user whose account was closed.',
  fix: 'Adds the term to the glossary, for you to explain.',
  check: (analysis) => {
    const glossary = glossaryText(analysis);
    const unexplained = ({ word }: Term) => !isExplained(word, analysis, glossary);
    const terms = [...abbreviations(analysis), ...(glossary === undefined ? [] : namedThings(analysis))];
    return terms.filter(unexplained).map((term) => problemOf(term, analysis));
  },
};

interface Term {
  word: string;
  at: Hit['at'];
}

/** The first place of each abbreviation that is not common knowledge. */
function abbreviations(analysis: Analysis): Term[] {
  const ids = new Set(analysis.requirements.map(({ id }) => id.replace(/-?\d.*$/, '')));
  return firstOfEach(
    hitsOf(analysis, abbreviation)
      .map(({ match, at }) => ({ word: match.groups?.mark ?? '', at }))
      .filter(({ word }) => !wellKnownAbbreviations.has(word) && !weightyWords.has(word) && !ids.has(word)),
  );
}

/** The first place of each capitalised thing that at least two requirements speak of. */
function namedThings(analysis: Analysis): Term[] {
  const { twins = [], services = {} } = analysis.frontMatter.data;
  const named = new Set(
    [...twins.map(plainTwinName), ...Object.keys(services)].map((name) => name.toLowerCase()),
  );
  const hits = hitsOf(analysis, namedThing).filter(({ match }) => {
    const word = match.groups?.mark ?? '';
    return !wellKnownNames.has(word) && !named.has(word.toLowerCase());
  });
  const users = (word: string) =>
    new Set(hits.filter(({ match }) => match.groups?.mark === word).map(({ requirement }) => requirement.id))
      .size;
  return firstOfEach(
    hits
      .map(({ match, at }) => ({ word: match.groups?.mark ?? '', at }))
      .filter(({ word }) => users(word) >= 2),
  );
}

function firstOfEach(terms: Term[]): Term[] {
  return [...new Map(terms.toReversed().map((term) => [term.word, term])).values()].toReversed();
}

/** Explained: in the glossary, in the title, or beside its long form in parentheses. */
function isExplained(word: string, { document }: Analysis, glossary = ''): boolean {
  const title = document.sections.find((section) => section.heading)?.title ?? '';
  const whole = new RegExp(`\\b${word}(?:s|es)?\\b`, 'i');
  return (
    whole.test(glossary) ||
    whole.test(title) ||
    new RegExp(`\\(${word}s?\\)|\\b${word}s?\\s+\\(`).test(document.prose)
  );
}

function glossaryText({ document }: Analysis): string | undefined {
  const sections = document.sections.filter(({ path }) => path.some((title) => glossaryTitle.test(title)));
  if (sections.length === 0) return undefined;
  return sections
    .flatMap(({ nodes }) => nodes.map(spanOf))
    .map(({ start, end }) => document.text.slice(start, end))
    .join('\n');
}

function problemOf({ word, at }: Term, { document }: Analysis): Problem {
  const problem = {
    at,
    message: `"${word}" is not explained.`,
    hint: 'Explain it under `## Glossary`, or write it out.',
  };
  const list = document.sections
    .filter(({ title }) => glossaryTitle.test(title))
    .flatMap(({ nodes }) => nodes)
    .findLast((node) => node.type === 'list');
  if (!list) return problem;
  const { end } = spanOf(list);
  const edits = [{ at: { start: end, end }, text: `\n- **${word}**: ` }];
  return { ...problem, fix: { title: `Add '${word}' to the glossary`, edits } };
}
