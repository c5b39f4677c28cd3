import { createHash, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { FactoryError } from '../shared/errors';
import { noteDecryption } from './decryptions';
import { writeDurably } from './manifest';
import type { Entry } from './manifestFormat';
import type { SuiteFiles } from './suiteFiles';
import { openBody, sealBody, tampered, type VaultKeys } from './vaultCrypto';

/** Where a vault lies and what opens it. */
export interface Store {
  dir: string;
  keys: VaultKeys;
  workspaceId: string;
  /** Why it is opened. */
  purpose: string;
}

/** What is sealed in one file. */
export interface Body {
  text: string;
  canarySeed: string;
  /** Of its suite. */
  files?: SuiteFiles;
}

/** Seals a body into a new file, which keeps its first name until the manifest that knows it is committed. */
export async function writeBody(
  { dir, keys, workspaceId }: Store,
  entry: Entry,
  body: Body,
  { covers, weight }: { covers: string[]; weight: number },
): Promise<Entry> {
  const { id, version } = entry;
  const { sealed, key } = sealBody(keys, { workspaceId, id, version }, JSON.stringify(body));
  const file = `${randomBytes(16).toString('hex')}.sealed`;
  await writeDurably(path.join(dir, `${file}.new`), sealed);
  const sha256 = createHash('sha256').update(sealed).digest('hex');
  return { ...entry, body: { file, sha256, key, covers, weight } };
}

/** Puts on record that the bodies of entries are about to be read. */
export async function noteOpening({ dir, purpose }: Store, entries: readonly Entry[]): Promise<void> {
  if (entries.length === 0) return;
  await noteDecryption(
    dir,
    purpose,
    entries.map(({ id }) => id),
  );
}

/** @throws FactoryError when the file is missing or not what the entry says */
export async function readBody({ dir, keys, workspaceId }: Store, entry: Entry): Promise<Body> {
  const { id, version, body } = entry;
  if (!body) throw unknownScenario(id);
  const file = path.join(dir, body.file);
  const sealed = await readFirst([file, `${file}.new`, file]);
  if (!sealed) throw tampered(`the sealed file of ${id} is missing`);
  if (createHash('sha256').update(sealed).digest('hex') !== body.sha256) {
    throw tampered(`the sealed file of ${id} was changed`);
  }
  return JSON.parse(openBody(keys, { workspaceId, id, version }, sealed, body.key)) as Body;
}

/**
 * The first of the files that is there. Behind a commit a body still has its first name for a moment, or for good
 * after a crash; it may get its last name between two looks.
 */
async function readFirst(files: readonly string[]): Promise<Buffer | null> {
  for (const file of files) {
    const content = await readFile(file).catch(absent);
    if (content) return content;
  }
  return null;
}

/** The error for an id that the vault does not hold. */
export function unknownScenario(id: string): FactoryError {
  return new FactoryError('bad-input', `The vault holds no scenario ${id}.`, {
    hint: 'List the vault to see the ids it has.',
  });
}

/** For `catch`: null when a file is not there. */
export function absent(error: unknown): null {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
  throw error;
}
