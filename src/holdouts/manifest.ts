import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, readdir, rm, truncate } from 'node:fs/promises';
import path from 'node:path';
import { emptyManifest, type Header, type Manifest, parseHeader, parseManifest } from './manifestFormat';
import { hmac, tampered, type VaultKeys } from './vaultCrypto';

const manifestName = /^manifest-(\d{9})\.json$/;
const sealedName = /^[0-9a-f]{32}\.sealed$/;
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
      return emptyManifest(workspaceId, keys);
    }
    const manifest = parseManifest(text ?? '', sequenceOf(newest), workspaceId, keys);
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

/** What the newest manifest says without its key; null when there is none that can be read. */
export async function readHeader(dir: string): Promise<Header | null> {
  const newest = newestManifest(await filesOf(dir));
  return newest === undefined ? null : parseHeader((await readIfThere(path.join(dir, newest))) ?? '');
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

function newestManifest(names: readonly string[]): string | undefined {
  return names
    .filter((name) => manifestName.test(name))
    .sort()
    .at(-1);
}

function sequenceOf(name: string): number {
  return Number(manifestName.exec(name)?.[1]);
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
