import { oneLine } from './document';

/** Where an id stands at the beginning of a text and what follows it. */
export interface WrittenId {
  id: string;
  /** Letters of the id, with the hyphen when it has one: `FR-`. */
  prefix: string;
  /** True for an id set apart by emphasis, brackets or a code span. */
  marked: boolean;
  /** True for an id followed by a colon, or set apart. */
  labelled: boolean;
  /** Offsets of the id alone, relative to the text. */
  start: number;
  end: number;
  /** What follows on one line, without the marks around the id, and where it begins. */
  rest: string;
  restAt: number;
}

/** Prefixes that are ids wherever they stand; others only where requirements are listed. */
const ownPrefix = /^(?:R|FR|NFR|REQ|AC)-?$/;

/** Names that look like ids: `UTF-8`, `SHA-256`, `ISO-8601`. */
const standard = /^(?:UTF|SHA|ISO|RFC|MD|IPV)-?$/;

const written =
  /^(?<open>(?:\*\*|__|[`[])*)(?<prefix>[A-Z]{1,8}-?)(?<number>\d{1,6}(?:[.-]\d{1,4})*[a-z]?)(?<close>(?:\*\*|__|[`\]:.)])*)(?<gap>\s+[-–—:]\s+|\s+|$)/;

/** Reads `**R1** …`, `FR-001: …`, `[AC-3] …`, `**REQ-12 — title**: …` at the beginning of a Markdown text. */
export function writtenIdOf(source: string): WrittenId | undefined {
  const match = written.exec(source);
  const { open = '', prefix = '', number = '', close = '', gap = '' } = match?.groups ?? {};
  if (!match || standard.test(prefix)) return undefined;
  const start = open.length;
  return {
    id: prefix + number,
    prefix,
    marked: open !== '',
    labelled: open !== '' || /[:.)]/.test(close) || /[-–—:]/.test(gap),
    start,
    end: start + prefix.length + number.length,
    rest: oneLine(withoutOpenMark(source.slice(match[0].length), open, close)),
    restAt: match[0].length,
  };
}

/** Drops the second half of emphasis that began before the id. */
function withoutOpenMark(rest: string, open: string, close: string): string {
  const mark = /\*\*|__/.exec(open)?.[0];
  return mark && !close.includes(mark) ? rest.replace(mark, '') : rest;
}

/** Whether an id names a requirement there: anything set apart in a list of requirements, elsewhere only the usual prefixes. */
export function isRequirementId(written: WrittenId, amongRequirements: boolean): boolean {
  if (ownPrefix.test(written.prefix)) return amongRequirements || written.labelled;
  return amongRequirements && written.labelled;
}

/** `User login (new)` becomes `user-login-new`. */
export function slugOf(title: string): string {
  const slug = title
    .toLowerCase()
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '');
  // Short enough to be an id in a scenario, with its number.
  return slug.slice(0, 60).replace(/-$/, '') || 'section';
}

/** The id after the highest one with the same prefix: `R3` after R1 and R2, `FR-010` after FR-009. */
export function nextId(ids: readonly string[]): string {
  const numbered = ids.flatMap((id) => {
    const match = /^([A-Z]{1,8}-?)(\d{1,6})$/.exec(id);
    return match ? [{ prefix: match[1] ?? '', digits: match[2] ?? '' }] : [];
  });
  const last = numbered.toSorted((a, b) => Number(a.digits) - Number(b.digits)).at(-1);
  if (!last) return 'R1';
  return last.prefix + String(Number(last.digits) + 1).padStart(last.digits.length, '0');
}
