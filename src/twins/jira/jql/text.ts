// Text search as `~` does it: words that must all be there, in any order.

const endings = [
  [/(ss)es$/, '$1'],
  [/ies$/, 'y'],
  [/([^s])s$/, '$1'],
  [/([aeiou].*)ing$/, '$1'],
  [/([aeiou].*)ed$/, '$1'],
  [/e$/, ''],
] as const;

/** Words of one stem count as the same: `report`, `reports`, `reported`, `reporting`. */
function stem(word: string): string {
  if (word.length < 4 || word.length > 40) return word;
  let stemmed = word;
  for (const [ending, replacement] of endings) stemmed = stemmed.replace(ending, replacement);
  return stemmed.replace(/([^aeiouls])\1$/, '$1');
}

const wordsOf = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? [];

interface Words {
  words: readonly string[];
  stems: readonly string[];
}

/** Says whether one of the texts of an issue, taken apart, has what is looked for. */
type Term = (texts: readonly Words[]) => boolean;

function phrase(text: string): Term {
  const [first, ...rest] = wordsOf(text).map(stem);
  if (first === undefined) return () => true;
  if (rest.length === 0) return (texts) => texts.some(({ stems }) => stems.includes(first));
  return (texts) =>
    texts.some(({ stems }) =>
      stems.some(
        (word, start) => word === first && rest.every((next, offset) => stems[start + offset + 1] === next),
      ),
    );
}

/** True when the text fits a pattern with `*` and `?`, in time that a hostile pattern cannot stretch. */
function fits(pattern: string, text: string): boolean {
  let [at, star, mark] = [0, -1, 0];
  for (let index = 0; index < text.length;) {
    const wanted = pattern.charAt(at);
    if (wanted === '*') [star, mark, at] = [at, index, at + 1];
    else if (wanted === '?' || wanted === text.charAt(index)) [at, index] = [at + 1, index + 1];
    else if (star >= 0) [at, mark, index] = [star + 1, mark + 1, mark + 1];
    else return false;
  }
  return /^\**$/.test(pattern.slice(at));
}

function wildcard(pattern: string): Term {
  const lower = pattern.toLowerCase();
  return (texts) => texts.some(({ words }) => words.some((word) => fits(lower, word)));
}

const termOf = (raw: string): Term =>
  /^"/.test(raw) || !/[*?]/.test(raw) ? phrase(raw.replaceAll('"', '')) : wildcard(raw);

/** A query such as `+needed -unwanted "a phrase" wild* OR other`, or null when it has no term. */
function parseQuery(query: string): Term | null {
  const pieces = query.match(/[+-]?"[^"]*"(?:~\d+)?|[^\s"]+/g) ?? [];
  const groups: Term[][] = [];
  let [isOr, isNot] = [false, false];
  for (const piece of pieces) {
    if (piece === 'AND' || piece === '&&') continue;
    if (piece === 'NOT' || piece === '!') {
      isNot = true;
      continue;
    }
    if (piece === 'OR' || piece === '||') {
      isOr = true;
      continue;
    }
    const sign = /^[+-]/.exec(piece)?.[0];
    const body = piece
      .replace(/^[+-]/, '')
      .replace(/[~^][\d.]*$/, '')
      .replace(/^\(+|\)+$/g, '');
    if (body === '' || body === '""') continue;
    const term = termOf(body);
    const signed: Term = isNot || sign === '-' ? (texts) => !term(texts) : term;
    const last = groups.at(-1);
    if (isOr && last) last.push(signed);
    else groups.push([signed]);
    [isOr, isNot] = [false, false];
  }
  if (groups.length === 0) return null;
  return (texts) => groups.every((group) => group.some((term) => term(texts)));
}

/** Characters of one text query; nobody looks for more, and patterns take their time with long ones. */
const maxQuery = 2000;

/** Why Jira does not search for this text, in its words, or null. @param field as the query names it */
export function refuseText(query: string, field: string): string | null {
  if (query.trim() === '') return `The field '${field}' does not support searching for an empty string.`;
  if (/^[*?]/.test(query)) {
    return `The text query '${query}' for field '${field}' is not allowed to start with '${query.charAt(0)}'.`;
  }
  const isUnbalanced = (query.match(/(?<!\\)"/g) ?? []).length % 2 === 1;
  if (query.length > maxQuery || isUnbalanced || parseQuery(query) === null)
    return `Unable to parse the text '${query}' for field '${field}'.`;
  return null;
}

/** Characters of texts whose words are kept, because most texts are searched again and again. */
const maxKept = 4 * 1024 * 1024;
const kept = { words: new Map<string, Words>(), size: 0 };

function analyze(text: string): Words {
  const known = kept.words.get(text);
  if (known) return known;
  const words = wordsOf(text);
  const analyzed = { words, stems: words.map(stem) };
  if (kept.size + text.length > maxKept) {
    kept.words.clear();
    kept.size = 0;
  }
  kept.words.set(text, analyzed);
  kept.size += text.length;
  return analyzed;
}

/** Says whether these texts together answer the query. */
export function textMatcher(query: string): (texts: readonly string[]) => boolean {
  const term = parseQuery(query) ?? (() => false);
  return (texts) => term(texts.map(analyze));
}

/** Says whether a name answers a pattern in which `*` stands for anything. */
export function namePattern(pattern: string): (name: string) => boolean {
  const lower = pattern.toLowerCase();
  return (name) => fits(lower, name.toLowerCase());
}
