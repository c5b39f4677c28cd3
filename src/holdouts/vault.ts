import { existsSync, readdirSync } from 'node:fs';
import { createHash, randomInt } from 'node:crypto';
import { rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { FactoryError } from '../shared/errors';
import { canaryValue, carriedCanary } from './canaries';
import type { Canary } from './exposure';
import {
  affords,
  leastLeft,
  spend,
  spentError,
  type Allowance,
  type AnswerKind,
  type Spending,
} from './ledger';
import { commitManifest, filesOf, readManifest, type Entry, type Manifest } from './manifest';
import { placeholdersIn } from './placeholders';
import { parseScenario } from './scenario';
import { readScenarioFolder } from './scenarioFolder';
import type { OpenScenario, SealedScenario } from './types';
import type { ScenarioText } from './watchPhrases';
import { absent, readBody, unknownScenario, type Store } from './vaultBody';
import { deriveKeys, tampered } from './vaultCrypto';
import { importInto, type ImportOptions, type ImportResult } from './vaultImport';

export type { ImportOptions, ImportResult };

export interface VaultOptions {
  /** Folder of the vault; made when it is not there. */
  dir: string;
  /** The workspace key, 32 bytes. */
  key: Uint8Array;
  workspaceId: string;
  /** The last `sequence` seen, kept outside the folder; an older vault is refused. */
  atLeast?: number;
}

/**
 * Hidden scenarios at rest. Every operation reads the folder afresh, so that several processes may have one
 * vault open; `list`, `digest`, `sequence` and `left` tell the state as of the last operation.
 */
export interface Vault {
  /** Grows with every change of the vault. */
  readonly sequence: number;
  list(): SealedScenario[];
  /** Commitment to scenarios and halves (hex); spending does not change it. */
  digest(): string;
  /** Imports every scenario of a folder; files with problems are refused one by one. */
  importFolder(folder: string, options?: ImportOptions): Promise<ImportResult>;
  /** Decrypts one. @throws FactoryError for an unknown id or a changed file */
  scenario(id: string): Promise<OpenScenario>;
  /** Takes a scenario out for good; what was spent on it stays known. */
  remove(id: string): Promise<void>;
  /** Random values to watch for outside the vault. */
  canaries(): Promise<Canary[]>;
  /** Texts of all scenarios, to watch for phrases of them; they stay in memory. */
  texts(): Promise<ScenarioText[]>;
  /** What is left for one more answer about all of these scenarios: bits, or sealed attempts. */
  left(kind: AnswerKind, scenarios: readonly string[], allowance: Allowance): number;
  /** Those of the scenarios that one more answer may be about. */
  affordable(kind: AnswerKind, bits: number, scenarios: readonly string[], allowance: Allowance): string[];
  /**
   * Pays for one answer about these scenarios; to be called before anything is asked. It is on the disk when the
   * promise resolves. A sealed question counts as failed until `settlePass`.
   * @returns what is left afterwards
   * @throws FactoryError 'needs-human' when any of the scenarios cannot afford it; nothing is spent then
   */
  debit(kind: AnswerKind, bits: number, scenarios: readonly string[], allowance: Allowance): Promise<number>;
  /** Notes that the last sealed question about these scenarios was answered with a pass, which costs no attempt. */
  settlePass(scenarios: readonly string[]): Promise<void>;
  /** Sealed questions ever asked about any of these scenarios: the k of the printed bound. */
  asked(scenarios: readonly string[]): number;
}

/** Whether anything was ever sealed in this folder. Opening a vault that does not exist would ask for its key. */
export function vaultExists(dir: string): boolean {
  return existsSync(dir) && readdirSync(dir).length > 0;
}

/** @throws FactoryError when the key is another one or the folder is not as it was left */
export async function openVault({ dir, key, workspaceId, atLeast = 0 }: VaultOptions): Promise<Vault> {
  const keys = deriveKeys(key);
  const store = { dir, keys, workspaceId };
  let state = await stored(dir, () => readManifest(dir, workspaceId, keys));
  if (state.sequence < atLeast) throw tampered('it is older than when it was last used');

  const refresh = async () => (state = await stored(dir, () => readManifest(dir, workspaceId, keys)));
  /** Reads bodies; when another writer replaced files meanwhile, reads what it wrote. */
  const reading = async <T>(work: (manifest: Manifest) => Promise<T>): Promise<T> => {
    const { sequence } = await refresh();
    try {
      return await stored(dir, () => work(state));
    } catch (error) {
      if ((await refresh()).sequence === sequence) throw error;
      return reading(work);
    }
  };
  const change = async <T>(work: Change<T>): Promise<T> => {
    const done = await stored(dir, () => update(store, work));
    state = done.manifest;
    return done.result;
  };

  return {
    get sequence() {
      return state.sequence;
    },
    list: () => state.entries.flatMap((entry) => sealedOf(entry) ?? []),
    digest: () => digestOf(state),
    async importFolder(folder, { requirementIds, sealed = 0.5 } = {}) {
      const files = await readScenarioFolder(folder);
      return change((manifest) => importInto(store, manifest, files, { requirementIds, sealed }));
    },
    scenario: (id) => reading((manifest) => openScenario(store, manifest, id)),
    remove: (id) =>
      change((manifest) => {
        live(manifest, id);
        const without = (entry: Entry) => (entry.id === id ? { ...entry, body: null } : entry);
        return Promise.resolve({
          manifest: { ...manifest, entries: manifest.entries.map(without) },
          result: undefined,
        });
      }),
    canaries: () =>
      reading(async (manifest) => {
        const entries = manifest.entries.filter(({ body }) => body);
        return (await Promise.all(entries.map((entry) => canariesOf(store, entry)))).flat();
      }),
    texts: () =>
      reading((manifest) =>
        Promise.all(
          manifest.entries
            .filter(({ body }) => body)
            .map(async (entry) => ({ scenario: entry.id, text: (await readBody(store, entry)).text })),
        ),
      ),
    left: (kind, scenarios, allowance) => leastLeft(kind, spendingOf(state, scenarios), allowance),
    affordable: (kind, bits, scenarios, allowance) =>
      scenarios.filter((id) => affords(kind, bits, entryOf(state, id).spending, allowance)),
    debit: (kind, bits, scenarios, allowance) =>
      change((manifest) => {
        if (!spendingOf(manifest, scenarios).every((spending) => affords(kind, bits, spending, allowance))) {
          throw spentError(kind, scenarios.length);
        }
        const next = withSpending(manifest, scenarios, (spending) => spend(kind, bits, spending));
        const left = leastLeft(kind, spendingOf(next, scenarios), allowance);
        return Promise.resolve({ manifest: next, result: left });
      }),
    settlePass: (scenarios) =>
      change((manifest) => {
        const next = withSpending(manifest, scenarios, (spending) => ({
          ...spending,
          passed: Math.min(spending.asked, spending.passed + 1),
        }));
        return Promise.resolve({ manifest: next, result: undefined });
      }),
    asked: (scenarios) => Math.max(0, ...spendingOf(state, scenarios).map((spending) => spending.asked)),
  };
}

type Change<T> = (manifest: Manifest) => Promise<{ manifest: Manifest; result: T }>;

/** Applies a change to the newest manifest, again and again until no other writer came between. */
async function update<T>(store: Store, change: Change<T>): Promise<{ manifest: Manifest; result: T }> {
  const { dir, keys, workspaceId } = store;
  for (;;) {
    const before = await readManifest(dir, workspaceId, keys);
    const { manifest, result } = await change(before);
    if (manifest === before) return { manifest, result };
    const current = new Set(filesIn(manifest));
    const gone = [...before.retired, ...filesIn(before)].filter((file) => !current.has(file));
    const present = new Set(await filesOf(dir));
    const next = {
      ...manifest,
      sequence: before.sequence + 1,
      retired: gone.filter((file) => present.has(file)),
    };
    const fresh = filesIn(next).filter((file) => !filesIn(before).includes(file));
    if (await commitManifest(dir, keys, next)) {
      await Promise.all(fresh.map((file) => rename(path.join(dir, `${file}.new`), path.join(dir, file))));
      await Promise.all(next.retired.map((file) => rm(path.join(dir, file), { force: true })));
      await clearAbandoned(dir, present, current);
      return { manifest: next, result };
    }
    await Promise.all(fresh.map((file) => rm(path.join(dir, `${file}.new`), { force: true })));
    await sleep(randomInt(1, 10));
  }
}

const abandonedAfterMs = 60 * 60 * 1000;

/** Removes what writers that died before their commit left behind; a living one is long done within the hour. */
async function clearAbandoned(dir: string, present: Iterable<string>, current: ReadonlySet<string>) {
  for (const name of present) {
    if (!/\.(new|tmp)$/.test(name) || current.has(name.replace(/\.new$/, ''))) continue;
    const file = path.join(dir, name);
    const info = await stat(file).catch(absent);
    if (info && Date.now() - info.mtimeMs > abandonedAfterMs) await rm(file, { force: true });
  }
}

async function openScenario(store: Store, manifest: Manifest, id: string): Promise<OpenScenario> {
  const entry = live(manifest, id);
  const { text, canarySeed } = await readBody(store, entry);
  const read = parseScenario(text);
  const sealed = sealedOf(entry);
  if ('problems' in read || !sealed) {
    throw new FactoryError(
      'bad-input',
      `The scenario ${id} was sealed in a format this version does not read.`,
      {
        hint: 'Import its file again.',
      },
    );
  }
  return { sealed, scenario: read.scenario, canarySeed };
}

async function canariesOf(store: Store, entry: Entry): Promise<Canary[]> {
  const { text, canarySeed } = await readBody(store, entry);
  const names = placeholdersIn(text).filter((name) => name.startsWith('canary.'));
  const placed = [...new Set(names)].map((name) => canaryValue(canarySeed, name.slice('canary.'.length)));
  return [carriedCanary(canarySeed), ...placed].map((value) => ({ scenario: entry.id, value }));
}

function withSpending(manifest: Manifest, ids: readonly string[], next: (spending: Spending) => Spending) {
  const asked = new Set(ids);
  const entries = manifest.entries.map((entry) =>
    asked.has(entry.id) ? { ...entry, spending: next(entry.spending) } : entry,
  );
  return { ...manifest, entries };
}

function spendingOf(manifest: Manifest, ids: readonly string[]): Spending[] {
  return ids.map((id) => entryOf(manifest, id).spending);
}

function filesIn(manifest: Manifest): string[] {
  return manifest.entries.flatMap(({ body }) => (body ? [body.file] : []));
}

function sealedOf({ id, half, body }: Entry): SealedScenario | null {
  return body && { id, covers: body.covers, half, weight: body.weight };
}

function digestOf({ workspaceId, kid, entries }: Manifest): string {
  const scenarios = entries
    .flatMap(({ id, version, half, body }) =>
      body ? [[id, version, half, body.sha256, body.covers, body.weight]] : [],
    )
    .sort((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([workspaceId, kid, scenarios]))
    .digest('hex');
}

function entryOf(manifest: Manifest, id: string): Entry {
  const entry = manifest.entries.find((candidate) => candidate.id === id);
  if (!entry) throw unknownScenario(id);
  return entry;
}

function live(manifest: Manifest, id: string): Entry {
  const entry = entryOf(manifest, id);
  if (!entry.body) throw unknownScenario(id);
  return entry;
}

/** Turns failures of the disk into something a person can act on. */
async function stored<T>(dir: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof FactoryError) throw error;
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    throw new FactoryError(
      'environment',
      `The holdout vault in ${dir} could not be read or written (${code}).`,
      {
        hint: 'Check free space and permissions of this folder.',
        cause: error,
      },
    );
  }
}
