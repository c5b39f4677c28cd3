import { randomBytes } from 'node:crypto';
import { link, lstat, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { FactoryError } from '../shared/errors';
import { atomicWrite, codeOf, fileError, privateDirectory } from './files';

const keyName = 'record.key';
const keyBytes = 32;

/**
 * The key that signs the records of a store's runs: a file that only this user may read, beside the workspaces. It is
 * no secret of the editor, because a terminal goes on with the editor's runs and the other way round. It keeps agents
 * and other users out; what was told about scenarios is kept under the vault's own key as well.
 * @returns undefined when there is none
 * @throws FactoryError when it is not this user's own
 */
export async function readStoreKey(root: string): Promise<Uint8Array | undefined> {
  const file = path.join(root, keyName);
  let key: Buffer;
  try {
    const info = await lstat(file);
    // Whoever put it there knows it, and could have signed anything.
    const isOwn = process.getuid === undefined || info.uid === process.getuid();
    if (!isOwn || !info.isFile()) throw foreign(file);
    key = await readFile(file);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw fileError(error, file);
  }
  if (key.length === keyBytes) return key;
  throw new FactoryError('failed', `${file} is not the key of this store.`, {
    hint: 'Restore it from a backup; without it earlier runs can be looked at, but not resumed.',
  });
}

function foreign(file: string): FactoryError {
  return new FactoryError(
    'failed',
    `${file} is a link or belongs to another user: it signs nothing of yours.`,
    {
      hint: 'Choose a store of your own with --store, or remove the file: earlier runs of this store can then be looked at, but not resumed.',
    },
  );
}

/** The same; made on first use, by one process only. */
export async function storeKey(root: string): Promise<Uint8Array> {
  const known = await readStoreKey(root);
  if (known) return known;
  await privateDirectory(root);
  const file = path.join(root, keyName);
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  await atomicWrite(draft, randomBytes(keyBytes));
  try {
    await link(draft, file);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw fileError(error, file);
  } finally {
    await rm(draft, { force: true });
  }
  return storeKey(root);
}
