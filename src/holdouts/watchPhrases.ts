import { createHmac, randomBytes, randomInt } from 'node:crypto';
import { parse } from 'yaml';
import { bytesOf, inTurns, partsOf, type Paused } from './watchBytes';
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

/** Phrases as one who looks for them may keep them; plain data, from which they cannot be read. */
export interface PhrasePrint {
  /** Base64. It is new with each print. */
  key: string;
  /** What words are hashed with. */
  base: number;
  phrases: ({ hash: number; digest: string } & Omit<SharedPhrase, 'words'>)[];
}

export interface PhraseSearch {
  /** Every shared phrase once. What is large is searched piece by piece, while others have their turns. */
  search(data: string | Uint8Array): Promise<SharedPhrase[]>;
}

/** So many words in a row, and so many characters, are no coincidence. */
const phraseWords = 12;
const shortestPhrase = 50;
/** Texts are searched in parts of this size; the overlap is longer than any phrase that people write. */
const partBytes = 1024 * 1024;
const overlapBytes = 16 * 1024;

export function printPhrases(texts: readonly ScenarioText[]): PhrasePrint {
  const key = randomBytes(32).toString('base64');
  const base = randomInt(2 ** 30, 2 ** 31) | 1;
  const phrases = texts.flatMap(({ scenario, text, suite = [] }) => {
    const values = new Set(valuesOf(parse(text)).flatMap((value) => phrasesIn(value, base)));
    const found: PhrasePrint['phrases'] = [];
    const add = (one: string, isStructural: (words: string) => boolean): void => {
      const bytes = Buffer.from(one);
      eachPhrase(bytes, base, (hash, from, to) => {
        const words = phraseAt(bytes, from, to);
        if (words.length < shortestPhrase) return;
        found.push({ hash, digest: digestOf(key, words), scenario, structural: isStructural(words) });
      });
    };
    add(text, (words) => !values.has(words));
    // A test may quote the spec anywhere.
    for (const one of suite) add(one, () => false);
    return found;
  });
  return { key, base, phrases };
}

export function searchForPhrases(print: PhrasePrint): PhraseSearch {
  const { key, base } = print;
  const phrases = new Map(
    print.phrases.map(({ digest, scenario, structural }) => [digest, { scenario, structural }]),
  );
  const hashes = new Set<number>();
  // Nearly every place of a text is dismissed by these bits alone.
  const bits = new Uint32Array(2 ** 15);
  for (const { hash } of print.phrases) {
    hashes.add(hash);
    bits[hash >>> 17]! |= 1 << ((hash >>> 12) & 31);
  }

  function* looking(bytes: Buffer): Paused<SharedPhrase[]> {
    const seen = new Set<number>();
    const found: SharedPhrase[] = [];
    for (const part of partsOf(bytes, partBytes, overlapBytes)) {
      const text = withoutEscapes(part);
      eachPhrase(text, base, (hash, from, to) => {
        if ((bits[hash >>> 17]! & (1 << ((hash >>> 12) & 31))) === 0) return;
        if (!hashes.has(hash) || seen.has(hash)) return;
        seen.add(hash);
        const words = phraseAt(text, from, to);
        const phrase = phrases.get(digestOf(key, words));
        if (phrase) found.push({ ...phrase, words });
      });
      yield;
    }
    return found;
  }
  return { search: async (data) => (phrases.size === 0 ? [] : inTurns(looking(bytesOf(data)))) };
}

function digestOf(key: string, words: string): string {
  return createHmac('sha256', key).update(words).digest('base64');
}

/** Whether a text has this phrase, however it is spaced and punctuated. */
export function hasPhrase(text: string, words: string): boolean {
  return ` ${wordsOf(text)} `.includes(` ${words} `);
}

function phrasesIn(text: string, base: number): string[] {
  const bytes = Buffer.from(text);
  const found: string[] = [];
  eachPhrase(bytes, base, (_hash, from, to) => found.push(phraseAt(bytes, from, to)));
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

/** Calls `visit` for each run of words, with its hash and the bytes it lies between. */
function eachPhrase(
  bytes: Uint8Array,
  base: number,
  visit: (hash: number, from: number, to: number) => void,
): void {
  const leaving = Array.from({ length: phraseWords }).reduce<number>((power) => Math.imul(power, base), 1);
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
