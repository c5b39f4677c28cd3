import type { Modality } from '../shared/spec';

/** Words of RFC 2119 and EARS in their strict spelling; lower-case `must` and `may` are often plain English. */
const strictWord =
  /\b(?:(MUST|SHALL|REQUIRED)|(SHOULD|RECOMMENDED)|(MAY|OPTIONAL))\b(\s+NOT\b)?|\bshall\b(\s+not\b)?/g;

export interface ModalWord {
  modality: Modality;
  negative: boolean;
  /** Offsets in the text that was searched. */
  start: number;
  end: number;
}

/** Every strict modal word, in order. */
export function modalWords(prose: string): ModalWord[] {
  return Array.from(prose.matchAll(strictWord), (match) => ({
    modality: match[2] ? 'SHOULD' : match[3] ? 'MAY' : 'MUST',
    negative: (match[4] ?? match[5]) !== undefined,
    start: match.index,
    end: match.index + match[0].length,
  }));
}

/** True when a text obliges or allows something, in any spelling. */
export function hasModality(prose: string): boolean {
  return /\b(?:must|shall|should|may)\b/i.test(prose);
}

/** The first strict word decides, then the first lower-case one; a plain statement is a MUST. */
export function modalityOf(prose: string): Modality {
  const strict = modalWords(prose)[0]?.modality;
  if (strict) return strict;
  const loose = /\b(?:must|should|may)\b/i.exec(prose)?.[0].toLowerCase();
  return loose === 'should' ? 'SHOULD' : loose === 'may' ? 'MAY' : 'MUST';
}
