import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { FactoryError } from '../shared/errors';
import { type Anchor, goneVault } from './anchor';
import { canaryValue, carriedCanary } from './canaries';
import type { Canary } from './exposure';
import { type Entry, type Manifest, secretsOf } from './manifestFormat';
import { entryOf, openManifest } from './manifestStore';
import { type Meter, meterOf } from './meter';
import { lockKey } from './passphrase';
import { placeholdersIn } from './placeholders';
import { type AskKnown, asksAlike, type Identity, type Place, placeAll, withKnown } from './place';
import { parseScenario } from './scenario';
import { readScenarioFolder } from './scenarioFolder';
import type { SuiteFiles } from './suiteFiles';
import { withSuites } from './suiteFolder';
import type { OpenScenario, SealedScenario } from './types';
import { noteOpening, readBody, unknownScenario, type Store } from './vaultBody';
import { deriveKeys, tampered } from './vaultCrypto';
import { importInto, type ImportOptions, type ImportResult, takenOver, withContents } from './vaultImport';
import { rewrapped, type WrapKey } from './vaultRotate';
import { type Witness, witnessOf } from './witness';

export type { ImportOptions, ImportResult };

export interface VaultOptions {
  /** Folder of the vault; made when it is not there. */
  dir: string;
  /** The workspace key, 32 bytes. */
  key: Uint8Array;
  workspaceId: string;
  /** The last `sequence` seen, kept outside the folder; an older vault is refused. */
  atLeast?: number;
  /** Where the last `sequence` seen is kept, outside the folder: read when the vault is opened, moved on by changes. */
  anchor?: Anchor;
  /** Why scenarios are decrypted, for the record of decryptions; default `judging`. */
  purpose?: string;
}

export type VaultAccess = Pick<VaultOptions, 'dir' | 'key' | 'workspaceId' | 'purpose'>;

/**
 * Hidden scenarios at rest. Every operation reads the folder afresh, so that several processes may have one
 * vault open; `list`, `digest`, `sequence` and `left` tell the state as of the last operation.
 */
export interface Vault extends Meter, Witness {
  /** With what the judge opens the same vault in a process of its own; this holds the key. */
  readonly access: VaultAccess;
  /** Grows with every change of the vault. */
  readonly sequence: number;
  list(): SealedScenario[];
  /** Commitment to scenarios and halves (hex); spending does not change it. */
  digest(): string;
  /** Imports every scenario of a folder; files with problems are refused one by one. */
  importFolder(folder: string, options?: ImportOptions): Promise<ImportResult>;
  /**
   * Places scenarios that a run is given in plain text: where they are here already, else where they are elsewhere. What
   * is told about them counts here as well; nothing of their text is kept.
   */
  placeGiven(scenarios: readonly Identity[], sealed: number, known: AskKnown): Promise<Place[]>;
  /** Takes over what another ledger knows of scenarios that were here before their imports asked it. */
  takeOver(known: AskKnown): Promise<void>;
  /** Decrypts one. @throws FactoryError for an unknown id or a changed file */
  scenario(id: string): Promise<OpenScenario>;
  /** Takes a scenario out for good; what was spent on it stays known. */
  remove(id: string): Promise<void>;
  /**
   * Gives a person the text of a scenario, for which it leaves the vault for good, and with it whatever asks the
   * same: it is a visible test now, and an import of it is refused. Asking for it again gives the text again, so that a lost file loses nothing.
   */
  burn(id: string): Promise<PlainScenario>;
  /** The files as they were imported, for a person who asked for them. */
  texts(): Promise<PlainScenario[]>;
  /**
   * Wraps everything under a new workspace key (32 bytes); the old key and its passphrase open nothing any more.
   * @param passphrase stands for the new key from the same moment on; needed where one stood for the old key
   * @param wrap needed where the vault has members, for whom the new key is encrypted
   * @throws FactoryError when it is short or missing; nothing is changed then
   */
  rotate(key: Uint8Array, passphrase?: string, wrap?: WrapKey): Promise<void>;
  /** Whether a passphrase stands for the workspace key. */
  hasPassphrase(): boolean;
  /** Lets a passphrase stand for the workspace key, in place of an earlier one. @throws FactoryError when it is short */
  setPassphrase(passphrase: string): Promise<void>;
  /** Random values to watch for outside the vault. */
  canaries(): Promise<Canary[]>;
}

/** A scenario in plain text. It goes to the person who asked, and nowhere else. */
export interface PlainScenario {
  id: string;
  /** The author's own id. */
  own: string;
  text: string;
  /** Of its suite, with the name of their folder. */
  suite?: { folder: string; files: SuiteFiles };
}

/** Whether anything was ever sealed in this folder. Opening a vault that does not exist would ask for its key. */
export function vaultExists(dir: string): boolean {
  return existsSync(dir) && readdirSync(dir).length > 0;
}

/**
 * Like `vaultExists`, for a vault whose anchor may know better.
 * @throws FactoryError when the anchor knows a vault and the folder has none
 */
export async function vaultIsThere(dir: string, anchor: Anchor): Promise<boolean> {
  if (vaultExists(dir)) return true;
  if ((await anchor.read()) !== undefined) throw goneVault(anchor);
  return false;
}

/** @throws FactoryError when the key is another one or the folder is not as it was left */
export async function openVault(options: VaultOptions): Promise<Vault> {
  const { dir, key, workspaceId, atLeast = 0, anchor, purpose = 'judging' } = options;
  const store: Store = { dir, keys: deriveKeys(key), workspaceId, purpose };
  const manifests = await openManifest(store, anchor);
  if (manifests.state.sequence < atLeast) throw tampered('it is older than when it was last used');

  return {
    get access() {
      return { dir, key: store.keys.root, workspaceId, purpose };
    },
    get sequence() {
      return manifests.state.sequence;
    },
    list: () => manifests.state.entries.flatMap((entry) => sealedOf(entry) ?? []),
    digest: () => digestOf(manifests.state),
    async importFolder(folder, importing = {}) {
      const files = await withSuites(folder, await readScenarioFolder(folder));
      return manifests.change(async (manifest) => {
        const done = await importInto(store, manifest, files, importing);
        if (done.manifest !== manifest) importing.ready?.();
        return done;
      });
    },
    placeGiven: (scenarios, sealed, known) =>
      manifests.change(async (manifest) => {
        const elsewhere = await known(scenarios);
        const placed = placeAll(manifest, secretsOf(store.keys, manifest), scenarios, sealed).map(
          (entry, at) => withKnown(manifest, entry, elsewhere[at]),
        );
        const ids = new Set(placed.map(({ id }) => id));
        const entries = [...manifest.entries.filter(({ id }) => !ids.has(id)), ...placed];
        return { manifest: { ...manifest, entries }, result: placed.map(({ id, half }) => ({ id, half })) };
      }),
    takeOver: (known) =>
      manifests.change(async (manifest) => ({
        manifest: await takenOver(store, manifest, known),
        result: undefined,
      })),
    scenario: (id) =>
      manifests.reading(async (manifest) => {
        const entry = live(manifest, id);
        await noteOpening(store, [entry]);
        return openScenario(store, entry);
      }),
    remove: (id) =>
      manifests.change((manifest) => {
        live(manifest, id);
        const without = (entry: Entry) => (entry.id === id ? { ...entry, body: null } : entry);
        return Promise.resolve({
          manifest: { ...manifest, entries: manifest.entries.map(without) },
          result: undefined,
        });
      }),
    async burn(id) {
      // Out of the vault before anybody sees it.
      await manifests.change(async (before) => {
        const { body, burnt } = entryOf(before, id);
        if (!body) throw unknownScenario(id);
        if (burnt) return { manifest: before, result: undefined };
        const manifest = await withContents(store, before);
        const shown = entryOf(manifest, id);
        const mark = (entry: Entry) =>
          entry.id === id || asksAlike(entry, shown) ? { ...entry, burnt: true } : entry;
        return { manifest: { ...manifest, entries: manifest.entries.map(mark) }, result: undefined };
      });
      return manifests.reading(async (manifest) => {
        const entry = entryOf(manifest, id);
        await noteOpening(store, [entry]);
        return plainOf(store, entry);
      });
    },
    texts: () => manifests.reading(({ entries }) => fromEach(store, entries, plainOf)),
    async rotate(next, words, wrap) {
      const keys = deriveKeys(next);
      const lock = words === undefined ? null : await lockKey(words, next, workspaceId);
      await manifests.change(async (manifest) => {
        return { manifest: await rewrapped(store, manifest, keys, lock, wrap), result: undefined, keys };
      });
    },
    hasPassphrase: () => manifests.state.passphrase !== null,
    async setPassphrase(words) {
      const passphrase = await lockKey(words, store.keys.root, workspaceId);
      await manifests.change((manifest) =>
        Promise.resolve({ manifest: { ...manifest, passphrase }, result: undefined }),
      );
    },
    canaries: () =>
      manifests.reading(async ({ entries }) => (await fromEach(store, entries, canariesOf)).flat()),
    ...meterOf(manifests),
    ...witnessOf(manifests),
  };
}

/** What is read from each of the entries that is a scenario. */
async function fromEach<T>(
  store: Store,
  entries: readonly Entry[],
  read: (store: Store, entry: Entry) => Promise<T>,
): Promise<T[]> {
  const full = entries.filter(({ body, burnt }) => body && !burnt);
  await noteOpening(store, full);
  return Promise.all(full.map((entry) => read(store, entry)));
}

async function openScenario(store: Store, entry: Entry): Promise<OpenScenario> {
  const { text, canarySeed, files } = await readBody(store, entry);
  const read = parseScenario(text);
  const sealed = sealedOf(entry);
  if ('problems' in read || !sealed) {
    throw new FactoryError(
      'bad-input',
      `The scenario ${entry.id} was sealed in a format this version does not read.`,
      {
        hint: 'Import its file again.',
      },
    );
  }
  return { sealed, scenario: read.scenario, canarySeed, ...(files ? { files } : {}) };
}

async function plainOf(store: Store, entry: Entry): Promise<PlainScenario> {
  const { text, files } = await readBody(store, entry);
  const read = parseScenario(text);
  if (!('scenario' in read)) return { id: entry.id, own: entry.id, text };
  const { id: own, suite } = read.scenario;
  return { id: entry.id, own, text, ...(suite && files ? { suite: { folder: suite.files, files } } : {}) };
}

async function canariesOf(store: Store, entry: Entry): Promise<Canary[]> {
  const { text, canarySeed } = await readBody(store, entry);
  const names = placeholdersIn(text).filter((name) => name.startsWith('canary.'));
  const placed = [...new Set(names)].map((name) => canaryValue(canarySeed, name.slice('canary.'.length)));
  return [carriedCanary(canarySeed), ...placed].map((value) => ({ scenario: entry.id, value }));
}

function sealedOf({ id, half, body, burnt }: Entry): SealedScenario | null {
  if (burnt) return null;
  return body && { id, covers: body.covers, half, weight: body.weight };
}

function digestOf({ workspaceId, entries }: Manifest): string {
  const scenarios = entries
    .flatMap(({ id, version, half, body, burnt }) =>
      body && !burnt ? [[id, version, half, body.sha256, body.covers, body.weight]] : [],
    )
    .sort((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([workspaceId, scenarios]))
    .digest('hex');
}

function live(manifest: Manifest, id: string): Entry {
  const entry = entryOf(manifest, id);
  if (!entry.body || entry.burnt) throw unknownScenario(id);
  return entry;
}
