import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { placesCanary } from './canaries';
import { type Entry, type Manifest, secretsOf } from './manifestFormat';
import { asksAlike, type AskKnown, identityOf, placeAll, withKnown } from './place';
import { placeholdersIn } from './placeholders';
import { parseScenario, type ScenarioProblem } from './scenario';
import type { Scenario } from './scenarioSchema';
import type { ScenarioFile } from './scenarioFolder';
import type { SuiteFiles } from './suiteFiles';
import { noteOpening, readBody, writeBody, type Store } from './vaultBody';
import { hmac, type VaultSecrets } from './vaultCrypto';

interface Taken {
  file: string;
  id: string;
  /** Files of its suite. */
  suite?: string[];
}

/** What an import did, for the person importing: file names relative to the folder, ids as the vault gives them. */
export interface ImportResult {
  imported: Taken[];
  updated: Taken[];
  unchanged: Taken[];
  refused: { file: string; problems: ScenarioProblem[] }[];
  /** Files sealed now that give the program no `{{canary.*}}` value. */
  unmarked: string[];
}

export interface ImportOptions {
  /** When given, covering anything else refuses the file. */
  requirementIds?: readonly string[];
  /** Share of scenarios that go to the sealed half; default 0.5. */
  sealed?: number;
  /** Another ledger that may know the scenarios: new ones have the places they have there. */
  known?: AskKnown;
  /** Called when the files were read and something is about to be sealed; again when another writer came between. */
  ready?: () => void;
}

/** Seals what is new or changed among the files; the manifest still has to be committed. */
export async function importInto(
  store: Store,
  before: Manifest,
  files: readonly ScenarioFile[],
  { requirementIds, sealed = 0.5, known }: ImportOptions,
): Promise<{ manifest: Manifest; result: ImportResult }> {
  const result: ImportResult = { imported: [], updated: [], unchanged: [], refused: [], unmarked: [] };
  const manifest = await withContents(store, before);
  const secrets = secretsOf(store.keys, manifest);
  const accepted = acceptable(secrets, files, requirementIds, result.refused);
  const identities = accepted.map(({ scenario, files }) => identityOf(scenario, files));
  const elsewhere = await known?.(identities);
  const entries = placeAll(manifest, secrets, identities, sealed).map((entry, index) =>
    elsewhere ? withKnown(manifest, entry, elsewhere[index]) : entry,
  );
  await noteOpening(
    store,
    entries.filter(({ body }) => body),
  );
  const placed = new Set(entries.map(({ id }) => id));
  const others = manifest.entries.filter(({ id, body }) => body && !placed.has(id));
  let next = manifest;
  for (const [index, { file, text, scenario, files }] of accepted.entries()) {
    const entry = entries[index]!;
    const problem = isRevealed(manifest, entry) ? revealed : isCopy(entry, others) ? sameAsHeld : null;
    if (problem) {
      result.refused.push({ file, problems: [problem] });
      continue;
    }
    const old = entry.body ? await readBody(store, entry) : null;
    const { covers, weight } = scenario;
    const seed = old?.canarySeed ?? randomBytes(16).toString('hex');
    const body = { text, canarySeed: seed, ...(files ? { files } : {}) };
    const same = old?.text === text && isDeepStrictEqual(old.files, files);
    const written = same
      ? entry
      : await writeBody(store, { ...entry, version: entry.version + 1 }, body, { covers, weight });
    if (!next.entries.includes(written)) {
      next = { ...next, entries: [...next.entries.filter(({ id }) => id !== entry.id), written] };
    }
    result[written === entry ? 'unchanged' : old ? 'updated' : 'imported'].push({
      ...{ file, id: entry.id },
      ...(files ? { suite: suitePaths(file, scenario, files) } : {}),
    });
    if (written !== entry && !placesCanary(placeholdersIn(text))) result.unmarked.push(file);
  }
  return { manifest: next, result };
}

/**
 * The manifest with what its scenarios ask, also those of format 1, which did not note it: without it a new name would
 * make a new scenario.
 */
export async function withContents(store: Store, manifest: Manifest): Promise<Manifest> {
  const unknown = manifest.entries.filter(({ body, contents }) => body && contents.length === 0);
  if (unknown.length === 0) return manifest;
  await noteOpening(store, unknown);
  const secrets = secretsOf(store.keys, manifest);
  const read = async (entry: Entry): Promise<Entry> => {
    if (!unknown.includes(entry)) return entry;
    const { text, files } = await readBody(store, entry);
    const parsed = parseScenario(text);
    if ('problems' in parsed) return entry;
    return { ...entry, contents: [hmac(secrets.content, identityOf(parsed.scenario, files).content)] };
  };
  return { ...manifest, entries: await Promise.all(manifest.entries.map(read)) };
}

/** The manifest with what another ledger knows of scenarios that did not ask it when they were imported. */
export async function takenOver(store: Store, manifest: Manifest, known: AskKnown): Promise<Manifest> {
  const asking = manifest.entries.filter(({ body, given }) => body && !given);
  if (asking.length === 0) return manifest;
  await noteOpening(store, asking);
  const read = await Promise.all(
    asking.map(async (entry) => {
      const { text, files } = await readBody(store, entry);
      const parsed = parseScenario(text);
      return 'problems' in parsed ? [] : [{ entry, identity: identityOf(parsed.scenario, files) }];
    }),
  );
  const asked = read.flat();
  const elsewhere = await known(asked.map(({ identity }) => identity));
  const next = new Map(asked.map(({ entry }, at) => [entry, withKnown(manifest, entry, elsewhere[at])]));
  return { ...manifest, entries: manifest.entries.map((entry) => next.get(entry) ?? entry) };
}

function suitePaths(file: string, { suite }: Scenario, files: SuiteFiles): string[] {
  const folder = path.posix.join(path.posix.dirname(file), suite?.files ?? '');
  return Object.keys(files).map((name) => path.posix.join(folder, name));
}

interface Accepted {
  file: string;
  text: string;
  scenario: Scenario;
  /** Of its suite. */
  files: SuiteFiles | undefined;
}

/**
 * The files that parse, with the keyed hash of their own id, in the order of that hash: neighbours in a folder fall
 * into either half.
 */
function acceptable(
  secrets: VaultSecrets,
  files: readonly ScenarioFile[],
  requirementIds: readonly string[] | undefined,
  refused: ImportResult['refused'],
) {
  const byName = new Map<string, Accepted>();
  const contents = new Set<string>();
  for (const { file, text, suite } of files) {
    const read = parseScenario(text, requirementIds);
    if ('problems' in read) {
      refused.push({ file, problems: read.problems });
      continue;
    }
    if (suite && 'problem' in suite) {
      refused.push({ file, problems: [suite.problem] });
      continue;
    }
    const { scenario } = read;
    const { own, content } = identityOf(scenario, suite?.files);
    const name = hmac(secrets.name, own);
    const problem = byName.has(name) ? sameId : contents.has(content) ? sameContent : null;
    if (problem) {
      refused.push({ file, problems: [problem] });
      continue;
    }
    contents.add(content);
    byName.set(name, { file, text, scenario, files: suite?.files });
  }
  return [...byName].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}

/** Whether what it asks was revealed, under its own name or another. */
function isRevealed({ entries }: Manifest, entry: Entry): boolean {
  return entry.burnt ?? entries.some((one) => one.burnt && asksAlike(one, entry));
}

/** Whether it asks what another one in the vault asks already. */
function isCopy({ contents }: Entry, others: readonly Entry[]): boolean {
  return others.some((one) => one.contents.at(-1) === contents.at(-1));
}

const revealed: ScenarioProblem = {
  line: 1,
  column: 1,
  message: 'This scenario was revealed, so that it hides nothing any more.',
  hint: 'Keep it as a visible test, and write another one that asks for something else.',
};

const sameId: ScenarioProblem = {
  line: 1,
  column: 1,
  message: 'Another file has the same id.',
  hint: 'Give each scenario of the folder an id of its own.',
};

const copied = {
  line: 1,
  column: 1,
  hint: 'Ask for something else: a copy under another id shows nothing that the first one does not.',
};

const sameContent: ScenarioProblem = { ...copied, message: 'Another file gives and asks the same.' };

const sameAsHeld: ScenarioProblem = {
  ...copied,
  message: 'A scenario in the vault gives and asks the same.',
};
