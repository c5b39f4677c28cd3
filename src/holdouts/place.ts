import { randomInt } from 'node:crypto';
import { added, tighter, toldOf, unspent, type Spending } from './ledger';
import type { Entry, Manifest } from './manifestFormat';
import type { Scenario } from './scenarioSchema';
import { digestOf, type SuiteFiles } from './suiteFiles';
import type { Half } from './types';
import { hmac, type VaultSecrets } from './vaultCrypto';

/** By what a scenario is known again; vault text, to be kept as HMACs only. */
export interface Identity {
  /** The author's own id. */
  own: string;
  /** What it asks: everything but its id, its reason and what it counts for. */
  content: string;
}

/** What a scenario is given once, for good. */
export interface Place {
  id: string;
  half: Half;
}

/** What another ledger knows of a scenario. */
export interface Known extends Place {
  /** What was told about it there. */
  spending?: Spending;
}

/** Asks another ledger about scenarios, in their order; undefined for those it does not know. */
export type AskKnown = (scenarios: readonly Identity[]) => Promise<readonly (Known | undefined)[]>;

export function identityOf({ id, given, steps, suite }: Scenario, files?: SuiteFiles): Identity {
  const asks = { given, steps, suite, files: files && digestOf(files) };
  return { own: id, content: JSON.stringify(asks, inOrder) };
}

/**
 * The entry of each scenario: the one that had its own id, else the one that asked the same, so that a new id does
 * not refill the meter; else a new one. Scenarios of one call never share an entry.
 * @param sealed share of new scenarios that go to the sealed half
 */
export function placeAll(
  manifest: Manifest,
  secrets: VaultSecrets,
  scenarios: readonly Identity[],
  sealed: number,
): Entry[] {
  const hashed = scenarios.map(({ own, content }) => ({
    name: hmac(secrets.name, own),
    content: hmac(secrets.content, content),
  }));
  const taken = new Set<Entry>();
  const take = (fits: (entry: Entry) => boolean): Entry | undefined => {
    const entry = manifest.entries.find((one) => !taken.has(one) && fits(one));
    if (entry) taken.add(entry);
    return entry;
  };
  const named = hashed.map(({ name }) => take(({ names }) => names.includes(name)));
  const known = hashed.map(
    ({ content }, index) => named[index] ?? take(({ contents }) => contents.includes(content)),
  );
  const all = [...manifest.entries];
  const counted = new Set([...all.filter(({ body }) => body), ...taken]);
  return hashed.map(({ name, content }, index) => {
    const entry = known[index] ?? newEntry(secrets, all, judging(counted), { name, content, sealed });
    if (!known[index]) all.push(entry);
    counted.add(entry);
    return recognised(entry, name, content);
  });
}

/** Burnt ones have their place and judge nothing. */
function judging(entries: Iterable<Entry>): Entry[] {
  return [...entries].filter(({ burnt }) => !burnt);
}

/** What an entry was told about it remembers; anything else it asked before is of no matter. */
function recognised(entry: Entry, name: string, content: string): Entry {
  if (entry.names.includes(name) && entry.contents.at(-1) === content) return entry;
  const names = [...new Set([...entry.names, name])];
  const told = isSpent(toldOf(entry)) ? entry.contents.filter((one) => one !== content) : [];
  return { ...entry, names, contents: [...told, content] };
}

/**
 * An entry with what another ledger knows of its scenario: its place when the entry is new, and what was told there,
 * once.
 */
export function withKnown({ entries }: Manifest, entry: Entry, known: Known | undefined): Entry {
  if (entry.given) return entry;
  const { id, half, spending = unspent } = known ?? entry;
  const taken = entries.some((one) => one.id === entry.id || one.id === id);
  const told = known ? added(entry.spending, spending) : entry.spending;
  return { ...entry, ...(taken ? {} : { id, half }), spending: told, given: true };
}

/** An entry under the id that its scenario has elsewhere; what was told under either stays told. */
export function movedTo({ entries }: Manifest, entry: Entry, place: Place = entry): Entry {
  if (entry.id === place.id) return entry;
  const there = entries.find(({ id }) => id === place.id);
  if (!there) return { ...entry, id: place.id, half: place.half };
  const names = [...new Set([...there.names, ...entry.names])];
  const contents = [...new Set([...there.contents, ...entry.contents])];
  return { ...there, names, contents, spending: most(there.spending, entry.spending) };
}

/** Whether two entries ask the same, or asked it when they were told about. */
export function asksAlike({ contents }: Entry, other: Entry): boolean {
  return other.contents.some((content) => contents.includes(content));
}

const idLetters = 'abcdefghjkmnpqrstuvwxyz23456789';

/**
 * A new scenario's half is the keyed hash of its random id; ids are drawn until the hash lands in the half
 * that lags behind its share. One that asks what was told about already is no better than that one.
 */
function newEntry(
  secrets: VaultSecrets,
  all: readonly Entry[],
  counted: readonly Entry[],
  { name, content, sealed }: { name: string; content: string; sealed: number },
): Entry {
  const alike = all.filter((entry) => isSpent(toldOf(entry)) && entry.contents.includes(content));
  const lag = sealed * (counted.length + 1) - counted.filter(({ half }) => half === 'sealed').length;
  const wanted = alike[0]?.half ?? (lag >= 0.5 ? 'sealed' : 'feedback');
  const spending = alike.map(toldOf).reduce(most, unspent);
  for (;;) {
    const id = `H-${Array.from({ length: 6 }, () => idLetters[randomInt(idLetters.length)]).join('')}`;
    const draw = Number.parseInt(hmac(secrets.half, id).slice(0, 8), 16) / 2 ** 32;
    // A share of 0 or 1 leaves nothing to draw for the other half.
    const half: Half = draw < (sealed > 0 && sealed < 1 ? sealed : 0.5) ? 'sealed' : 'feedback';
    if (half !== wanted || all.some((entry) => entry.id === id)) continue;
    return { id, names: [name], contents: [content], half, spending, version: 0, body: null };
  }
}

/** The larger of two accounts of the same, figure by figure. */
export function most(a: Spending, b: Spending): Spending {
  const asked = Math.max(a.asked, b.asked);
  const ceiling = a.ceiling ? tighter(a.ceiling, b.ceiling) : b.ceiling;
  return {
    ...(ceiling ? { ceiling } : {}),
    bits: Math.max(a.bits, b.bits),
    asked,
    passed: asked - Math.max(a.asked - a.passed, b.asked - b.passed),
  };
}

export function isSpent({ bits, asked }: Spending): boolean {
  return bits > 0 || asked > 0;
}

/** For `JSON.stringify`: the order of keys says nothing. */
function inOrder(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
