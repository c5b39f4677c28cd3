// Words and characters that mean something in JQL, so that they need quotes as a name or value.

/** Words of the grammar. */
export const keywords: ReadonlySet<string> = new Set(
  'and or not in is was changed before after from to on during by order asc desc empty null cf'.split(' '),
);

/** Words that the grammar keeps for itself without using them. */
const unused: ReadonlySet<string> = new Set(
  (
    'abort access add alias all alter any as audit avg begin between boolean break byte catch char character ' +
    'check checkpoint collate collation column commit connect continue count create current date decimal ' +
    'declare decrement default defaults define delete delimiter difference distinct divide do double drop ' +
    'else encoding end equals escape exclusive exec execute exists explain false fetch field file first ' +
    'float for function go goto grant greater group having identified if immediate increment index initial ' +
    'inner inout input insert int integer intersect intersection into isempty isnull join last left less ' +
    'like limit lock long max min minus mode modify modulo more multiply next noaudit notin nowait number ' +
    'object of option outer output power previous prior privileges public raise raw remainder rename ' +
    'resource return returns revoke right row rowid rownum rows select session set share size sqrt start ' +
    'strict string subtract sum synonym table then trans transaction trigger true uid union unique update ' +
    'user validate values view when whenever where while with'
  ).split(' '),
);

export function isReserved(word: string): boolean {
  return unused.has(word.toLowerCase());
}

/** Every word that must be quoted, in alphabetical order. */
export const reservedWords: readonly string[] = [...keywords, ...unused]
  .filter((word) => word !== 'cf')
  .sort();

/** Characters that the grammar keeps for itself without using them. */
export const reservedCharacters = '{}*/%+^$#@?;';

/** A name or value as a query may say it: quoted where it must be. */
export function encodeText(text: string): string {
  const lower = text.toLowerCase();
  if (/^[\p{L}\p{N}_.:-]+$/u.test(text) && !keywords.has(lower) && !isReserved(lower)) return text;
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t');
  return `"${escaped}"`;
}
