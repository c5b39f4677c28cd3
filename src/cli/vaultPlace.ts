import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { fileAnchor } from '../factory/vaultAnchor';
import { settleWorkspace } from '../factory/workspace';
import type { Anchor } from '../holdouts/anchor';
import { refuseShort } from '../holdouts/passphrase';
import { vaultIsThere } from '../holdouts/vault';
import { FactoryError } from '../shared/errors';
import { askSecret, canAsk } from './ask';
import { hostOf } from './host';
import { encodeKey, isKeyGiven, readKey } from './key';
import { storeOf, text, type Words } from './options';

/** Where the vault of `--workspace` is, whether it is there or not. */
export interface VaultLocation {
  dir: string;
  workspaceId: string;
  anchor: Anchor;
}

export function workspaceOf(words: Words): string {
  return path.resolve(text(words, 'workspace') ?? '.');
}

export async function placeOf(words: Words): Promise<VaultLocation> {
  const store = storeOf(words);
  const { vaultDir: dir, id: workspaceId } = await settleWorkspace(hostOf(words, store), workspaceOf(words));
  return { dir, workspaceId, anchor: fileAnchor(store, workspaceId) };
}

/** With what the vault of `--workspace` is opened. @throws FactoryError 'bad-input' when it has none */
export async function existingVault(words: Words): Promise<VaultLocation & { key: Uint8Array }> {
  const place = await placeOf(words);
  if (!(await vaultIsThere(place.dir, place.anchor))) {
    throw new FactoryError('bad-input', `${workspaceOf(words)} has no vault yet.`, {
      hint: 'Import scenarios first: dark-factory holdouts import DIR',
    });
  }
  return { ...place, key: await readKey(words, place) };
}

/** The same, for what may make the vault: then with a new key, which is to be shown once. */
export async function vaultToFill(
  words: Words,
): Promise<VaultLocation & { key: Uint8Array; isNew: boolean }> {
  const place = await placeOf(words);
  const isNew = !(await vaultIsThere(place.dir, place.anchor)) && !isKeyGiven(words);
  return { ...place, key: isNew ? randomBytes(32) : await readKey(words, place), isNew };
}

export function showKey(what: string, key: Uint8Array): void {
  process.stderr.write(`${what}, shown once; without it the vault cannot be opened:\n${encodeKey(key)}\n`);
}

/** @throws FactoryError without a terminal, for one that is too short, and when both were not the same */
export async function askNewPassphrase(): Promise<string> {
  if (!canAsk()) {
    throw new FactoryError('needs-human', 'A passphrase is typed at a terminal.', {
      hint: 'Start the command on one.',
    });
  }
  const passphrase = await askSecret('New passphrase: ');
  if (passphrase !== (await askSecret('Once more: '))) {
    throw new FactoryError('bad-input', 'The two were not the same; nothing was changed.', {
      hint: 'Start again.',
    });
  }
  refuseShort(passphrase);
  return passphrase;
}
