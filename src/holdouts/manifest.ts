import { randomBytes, timingSafeEqual } from 'node:crypto';
import { link, mkdir, open, readFile, readdir, rm, truncate } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod/mini';
import { FactoryError } from '../shared/errors';
import { hmac, tampered, type VaultKeys } from './vaultCrypto';

const count = z.int().check(z.minimum(0));

const entrySchema = z.strictObject({
  id: z.string(),
  /** HMAC of the author's own id, by which an import finds what to update. */
  name: z.string(),
  half: z.enum(['feedback', 'sealed']),
  spending: z.strictObject({ bits: z.number().check(z.minimum(0)), asked: count, passed: count }),
  version: count,
  /** Null once removed; what was spent stays. */
  body: z.nullable(
    z.strictObject({
      file: z.string(),
      sha256: z.string(),
      covers: z.array(z.string()),
      weight: z.number(),
    }),
  ),
});

const manifestSchema = z.strictObject({
  format: z.literal(1),
  workspaceId: z.string(),
  kid: z.string(),
  /** Grows by one with every change. */
  sequence: count,
  entries: z.array(entrySchema),
  /** Files of earlier versions that may still be there after a crash. */
  retired: z.array(z.string()),
});

export type Entry = z.infer<typeof entrySchema>;
export type Manifest = z.infer<typeof manifestSchema>;

const manifestName = /^manifest-(\d{9})\.json$/;
export const sealedName = /^[0-9a-f]{32}\.sealed$/;
/**
 * Emptied manifests that stay: a writer who lost a race by several steps still finds its place taken, and when
 * the newest is deleted, the one before does not take over.
 */
const kept = 8;

/**
 * The newest manifest of a vault's folder; an empty one when the folder holds nothing.
 * @throws FactoryError when it was written with another key, or anything is missing, foreign or changed
 */
export async function readManifest(dir: string, workspaceId: string, keys: VaultKeys): Promise<Manifest> {
  for (;;) {
    const names = await filesOf(dir);
    const newest = newestManifest(names);
    const text = newest === undefined ? '' : await readIfThere(path.join(dir, newest));
    // A writer may have been at work between listing and reading: only a folder at rest is judged.
    const atRest = newestManifest(await filesOf(dir)) === newest;
    if (!atRest) continue;
    if (newest === undefined) {
      if (names.some((name) => sealedName.test(name))) throw tampered('its manifest is missing');
      return { format: 1, workspaceId, kid: keys.kid, sequence: 0, entries: [], retired: [] };
    }
    const manifest = parseManifest(text ?? '', newest, workspaceId, keys);
    const known = new Set([...manifest.retired, ...manifest.entries.map(({ body }) => body?.file)]);
    const foreign = names.filter((name) => sealedName.test(name) && !known.has(name));
    if (foreign.length > 0) {
      throw tampered(`it holds ${foreign.length} sealed file(s) that its manifest does not know`);
    }
    return manifest;
  }
}

/**
 * Writes the next manifest if nobody else wrote it first. A link that must not exist yet makes one writer win,
 * whatever dies when, and leaves no lock behind.
 * @returns false when another writer was faster
 */
export async function commitManifest(dir: string, keys: VaultKeys, next: Manifest): Promise<boolean> {
  const manifest = JSON.stringify(next);
  const temporary = path.join(dir, `${randomBytes(8).toString('hex')}.tmp`);
  const target = nameOf(next.sequence);
  await writeDurably(temporary, JSON.stringify({ manifest, mac: hmac(keys.mac, manifest) }));
  try {
    await link(temporary, path.join(dir, target));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
  const names = await filesOf(dir);
  if (newestManifest(names) !== target) {
    // Ours came after its successor, where an old manifest had been cleared away: it counts for nothing.
    await rm(path.join(dir, target), { force: true });
    return false;
  }
  await syncFolder(dir);
  for (const name of names.filter((name) => manifestName.test(name) && name < target)) {
    if (name <= nameOf(next.sequence - kept)) await rm(path.join(dir, name), { force: true });
    else await truncate(path.join(dir, name));
  }
  return true;
}

/** Writes a new file and has it on the disk when the promise resolves. */
export async function writeDurably(file: string, content: string | Buffer): Promise<void> {
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

export async function filesOf(dir: string): Promise<string[]> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  return readdir(dir);
}

function parseManifest(text: string, file: string, workspaceId: string, keys: VaultKeys): Manifest {
  const manifest = unwrap(text);
  if (!manifest || manifest.value.workspaceId !== workspaceId) throw tampered('its manifest was changed');
  if (manifest.value.kid !== keys.kid) {
    throw new FactoryError(
      'bad-input',
      `The holdout vault was made with another key (${manifest.value.kid}).`,
      {
        hint: `Give the key ${manifest.value.kid}; the one given is ${keys.kid}.`,
      },
    );
  }
  const expected = hmac(keys.mac, manifest.text);
  const same = expected.length === manifest.mac.length && equal(expected, manifest.mac);
  if (!same || file !== nameOf(manifest.value.sequence)) throw tampered('its manifest was changed');
  return manifest.value;
}

function unwrap(text: string): { text: string; mac: string; value: Manifest } | null {
  try {
    const outer = z.strictObject({ manifest: z.string(), mac: z.string() }).parse(JSON.parse(text));
    return { text: outer.manifest, mac: outer.mac, value: manifestSchema.parse(JSON.parse(outer.manifest)) };
  } catch {
    return null;
  }
}

function equal(a: string, b: string): boolean {
  return timingSafeEqual(Buffer.from(a), Buffer.from(b));
}

function newestManifest(names: readonly string[]): string | undefined {
  return names
    .filter((name) => manifestName.test(name))
    .sort()
    .at(-1);
}

function nameOf(sequence: number): string {
  return `manifest-${String(sequence).padStart(9, '0')}.json`;
}

async function readIfThere(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

async function syncFolder(dir: string): Promise<void> {
  // Windows has no such call; its renames and links are in the journal of the file system.
  if (process.platform === 'win32') return;
  const handle = await open(dir, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
