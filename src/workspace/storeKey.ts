import { randomBytes } from 'node:crypto';
import { link, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { FactoryError } from '../shared/errors';
import { atomicWrite, codeOf, fileError, privateDirectory } from './files';

const keyName = 'record.key';
const keyBytes = 32;

/**
 * The key that signs the records of a store's runs, where no secret storage keeps one: a file that only this user may
 * read, beside the workspaces. Undefined when there is none.
 */
export async function readStoreKey(root: string): Promise<Uint8Array | undefined> {
  const file = path.join(root, keyName);
  let key: Buffer;
  try {
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
