import { randomInt } from 'node:crypto';
import { rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { FactoryError } from '../shared/errors';
import { advanceAnchor, type Anchor, checkAnchored } from './anchor';
import { commitManifest, filesOf, readManifest } from './manifest';
import { type Entry, type Manifest, secretsOf } from './manifestFormat';
import { absent, unknownScenario, type Store } from './vaultBody';
import { tampered, type VaultKeys } from './vaultCrypto';

/** Makes the next manifest from the newest one; done again when another writer came between. */
export type Change<T> = (manifest: Manifest) => Promise<{
  manifest: Manifest;
  result: T;
  /** When the workspace key is changed: what the manifest is written with. */
  keys?: VaultKeys;
  /** Fingerprint of a new member, when a person made them one. */
  agreed?: string;
}>;

/** The manifest in a folder that several processes may read and change at the same time. */
export interface ManifestStore {
  /** As of the last operation. */
  readonly state: Manifest;
  /**
   * Reads what the manifest tells of; when another writer replaced it meanwhile, reads what that one wrote.
   */
  reading<T>(work: (manifest: Manifest) => Promise<T>): Promise<T>;
  change<T>(work: Change<T>): Promise<T>;
}

/** @throws FactoryError when the key is another one, or the folder is not as it was left */
export async function openManifest(store: Store, anchor?: Anchor): Promise<ManifestStore> {
  const { dir } = store;
  const note = await anchor?.read();
  let state = await stored(dir, () => readManifest(dir, store.workspaceId, store.keys));
  if (anchor) checkAnchored(anchor, note, secretsOf(store.keys, state), state);
  const advance = async (agreed?: string) =>
    anchor && advanceAnchor(anchor, secretsOf(store.keys, state), state, agreed);
  await advance();

  /** What operations that ran meanwhile saw is never taken back. */
  const newer = (seen: Manifest, next: Manifest): Manifest => {
    if (next.sequence < seen.sequence) throw tampered('it is older than a moment ago');
    return next.sequence >= state.sequence ? (state = next) : state;
  };
  const refresh = async () => {
    const seen = state;
    return newer(seen, await stored(dir, () => readManifest(dir, store.workspaceId, store.keys)));
  };
  const reading = async <T>(work: (manifest: Manifest) => Promise<T>): Promise<T> => {
    const manifest = await refresh();
    try {
      return await stored(dir, () => work(manifest));
    } catch (error) {
      if ((await refresh()).sequence === manifest.sequence) throw error;
      return reading(work);
    }
  };
  return {
    get state() {
      return state;
    },
    reading,
    async change(work) {
      const seen = state;
      const done = await stored(dir, () => update(store, seen, work));
      if (done.keys) store.keys = done.keys;
      newer(seen, done.manifest);
      await advance(done.agreed);
      return done.result;
    },
  };
}

/** Applies a change to the newest manifest, again and again until no other writer came between. */
async function update<T>(store: Store, seen: Manifest, change: Change<T>): ReturnType<Change<T>> {
  const { dir, workspaceId } = store;
  for (;;) {
    const before = await readManifest(dir, workspaceId, store.keys);
    if (before.sequence < seen.sequence) throw tampered('it is older than a moment ago');
    const done = await change(before);
    const { manifest, keys = store.keys } = done;
    if (manifest === before) return done;
    const current = new Set(filesIn(manifest));
    const gone = [...before.retired, ...filesIn(before)].filter((file) => !current.has(file));
    const present = new Set(await filesOf(dir));
    const next = {
      ...manifest,
      sequence: before.sequence + 1,
      retired: gone.filter((file) => present.has(file)),
    };
    const old = new Set(filesIn(before));
    const fresh = filesIn(next).filter((file) => !old.has(file));
    if (await commitManifest(dir, keys, next)) {
      await Promise.all(fresh.map((file) => rename(path.join(dir, `${file}.new`), path.join(dir, file))));
      await Promise.all(next.retired.map((file) => rm(path.join(dir, file), { force: true })));
      await clearAbandoned(dir, present, current);
      return { ...done, manifest: next };
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

function filesIn(manifest: Manifest): string[] {
  return manifest.entries.flatMap(({ body }) => (body ? [body.file] : []));
}

/** @throws FactoryError for an id that was never given */
export function entryOf(manifest: Manifest, id: string): Entry {
  const entry = manifest.entries.find((candidate) => candidate.id === id);
  if (!entry) throw unknownScenario(id);
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
