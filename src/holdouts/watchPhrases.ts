import { createHmac, randomBytes, randomInt } from 'node:crypto';
import { parse } from 'yaml';
import { bytesOf, partsInFull } from './watchBytes';
import { withoutEscapes } from './watchDecode';
import { plainSymbols } from './watchForms';

/** The text of a scenario in the vault. */
export interface ScenarioText {
  scenario: string;
  text: string;
  /** Texts of its suite. */
  suite?: readonly string[];
}

/** Words in a row that a scenario has, too. */
export interface SharedPhrase {
  scenario: string;
  /** As they were found; lower case, one space between words. They go nowhere but to further comparing. */
  words: string;
  /** More than one value of the scenario is in it: not a sentence both took from the spec, but the scenario itself. */
  structural: boolean;
}

export interface PhraseSearch {
  /** Every shared phrase once. */
  look(data: string | Uint8Array): SharedPhrase[];
}

/** So many words in a row, and so many characters, are no coincidence. */
const phraseWords = 12;
const shortestPhrase = 50;

/**
 * Prepares the search for phrases of scenarios. It keeps keyed digests of them alone, so that no words of a scenario
 * stay in the memory of this process.
 */
export function searchForPhrases(texts: readonly ScenarioText[]): PhraseSearch {
  const key = randomBytes(32);
  const digestOf = (words: string): string => createHmac('sha256', key).update(words).digest('base64');
  const phrases = new Map<string, Omit<SharedPhrase, 'words'>>();
  const hashes = new Set<number>();
  // Nearly every place of a text is dismissed by these bits alone.
  const bits = new Uint32Array(2 ** 15);
  const add = (scenario: string, text: string, isStructural: (words: string) => boolean): void => {
    const bytes = Buffer.from(text);
    eachPhrase(bytes, (hash, from, to) => {
      const words = phraseAt(bytes, from, to);
      if (words.length < shortestPhrase) return;
      phrases.set(digestOf(words), { scenario, structural: isStructural(words) });
      hashes.add(hash);
      bits[hash >>> 17]! |= 1 << ((hash >>> 12) & 31);
    });
  };
  for (const { scenario, text, suite = [] } of texts) {
    const values = new Set(valuesOf(parse(text)).flatMap(phrasesIn));
    add(scenario, text, (words) => !values.has(words));
    // A test may quote the spec anywhere.
    for (const one of suite) add(scenario, one, () => false);
  }
  return {
    look(data) {
      if (phrases.size === 0) return [];
      const seen = new Set<number>();
      const found: SharedPhrase[] = [];
      for (const part of partsInFull(bytesOf(data))) {
        const bytes = withoutEscapes(part);
        eachPhrase(bytes, (hash, from, to) => {
          if ((bits[hash >>> 17]! & (1 << ((hash >>> 12) & 31))) === 0) return;
          if (!hashes.has(hash) || seen.has(hash)) return;
          seen.add(hash);
          const words = phraseAt(bytes, from, to);
          const phrase = phrases.get(digestOf(words));
          if (phrase) found.push({ ...phrase, words });
        });
      }
      return found;
    },
  };
}

/** Whether a text has this phrase, however it is spaced and punctuated. */
export function hasPhrase(text: string, words: string): boolean {
  return ` ${wordsOf(text)} `.includes(` ${words} `);
}

function phrasesIn(text: string): string[] {
  const bytes = Buffer.from(text);
  const found: string[] = [];
  eachPhrase(bytes, (_hash, from, to) => found.push(phraseAt(bytes, from, to)));
  return found;
}

function phraseAt(bytes: Uint8Array, from: number, to: number): string {
  return wordsOf(Buffer.from(bytes.subarray(from, to)).toString('utf8'));
}

function wordsOf(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9\x80-\uffff]+/g, ' ')
    .trim();
}

/** All strings within a value of YAML; numbers and names of fields are none. */
function valuesOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (value === null || typeof value !== 'object') return [];
  return Object.values(value).flatMap(valuesOf);
}

/** Of this process alone: the hashes say nothing to one who has only them. */
const base = randomInt(2 ** 30, 2 ** 31) | 1;
const leaving = Array.from({ length: phraseWords }).reduce<number>((power) => Math.imul(power, base), 1);

/** Calls `visit` for each run of words, with its hash and the bytes it lies between. */
function eachPhrase(bytes: Uint8Array, visit: (hash: number, from: number, to: number) => void): void {
  const hashes = new Int32Array(phraseWords);
  const starts = new Int32Array(phraseWords);
  let count = 0;
  let hash = 0;
  let word = 0;
  let start = 0;
  for (let at = 0; at <= bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    const symbol = byte < 0x80 ? plainSymbols[byte]! : byte;
    if (symbol !== 0) {
      if (word === 0) start = at;
      word = (Math.imul(word, base) + symbol) | 0 || 1;
      continue;
    }
    if (word === 0) continue;
    const place = count % phraseWords;
    const first = starts[(count + 1) % phraseWords]!;
    hash = (Math.imul(hash, base) + word - Math.imul(hashes[place]!, leaving)) | 0;
    hashes[place] = word;
    starts[place] = start;
    count += 1;
    word = 0;
    if (count < phraseWords) continue;
    visit(hash, first, at);
  }
}
