import { randomBytes } from 'node:crypto';
import type { Anchor } from '../holdouts/anchor';
import { unlockByIdentity } from '../holdouts/identity';
import { readHeader } from '../holdouts/manifest';
import { otherKey } from '../holdouts/manifestFormat';
import { unlockVault } from '../holdouts/passphrase';
import { vaultExists } from '../holdouts/vault';
import { deriveKeys } from '../holdouts/vaultCrypto';
import { FactoryError } from '../shared/errors';

const vaultKeyBytes = 32;

/** Keys of one workspace's vault, by the id that a manifest names its key with. */
export interface KeptKeys {
  get(kid: string): Promise<Uint8Array | undefined>;
  keep(kid: string, key: Uint8Array): Promise<void>;
  forget(kid: string): Promise<void>;
}

/** No key and no passphrase opens the vault: it is as good as empty. */
export class LostVaultKey extends FactoryError {}

/**
 * The key of a vault: a new one for a vault that is not there yet, else the one it was made with, else by the identity
 * of a member, else by its passphrase.
 * @param vault.identity the person's own, if they have one
 * @param vault.elsewhere what to do without its key, for a vault whose key was never kept here
 * @param askPassphrase undefined when the person declines
 * @throws FactoryError that names the key when it is not kept here
 */
export async function findVaultKey(
  vault: {
    dir: string;
    workspaceId: string;
    anchor: Anchor;
    identity: () => Promise<string | undefined>;
    elsewhere?: string;
  },
  kept: KeptKeys,
  askPassphrase: () => Promise<string | undefined>,
): Promise<Uint8Array> {
  const header = vaultExists(vault.dir) ? await readHeader(vault.dir) : null;
  // A vault without a manifest is empty, or opening it says what is wrong with it.
  if (!header) return makeVaultKey(kept);
  const known = await kept.get(header.kid);
  if (known) return known;
  const opened = header.members.length > 0 ? await openedByIdentity(vault) : undefined;
  if (opened) return opened;
  const { code, message, hint } = otherKey(header);
  const lost = { hint: vault.elsewhere ?? hint };
  if (!header.passphrase) throw new LostVaultKey(code, message, lost);
  const passphrase = await askPassphrase();
  if (passphrase === undefined) throw new FactoryError(code, message, lost);
  const key = await unlockVault(vault.dir, vault.workspaceId, passphrase);
  await kept.keep(kidOf(key), key);
  return key;
}

/** The key for a member's identity; undefined when the person is no member. */
async function openedByIdentity({
  dir,
  anchor,
  identity,
}: {
  dir: string;
  anchor: Anchor;
  identity: () => Promise<string | undefined>;
}): Promise<Uint8Array | undefined> {
  const own = await identity();
  if (own === undefined) return undefined;
  try {
    return await unlockByIdentity(dir, anchor, own);
  } catch (error) {
    // There may be a passphrase yet.
    if (error instanceof FactoryError) return undefined;
    throw error;
  }
}

/** Makes a key and keeps it beside the others: whoever comes first with one, its vault can be opened. */
async function makeVaultKey(kept: KeptKeys): Promise<Uint8Array> {
  const key = randomBytes(vaultKeyBytes);
  await kept.keep(kidOf(key), key);
  return key;
}

/** Has `use` put a vault under a new key; afterwards the key it has not is forgotten. */
export async function replaceVaultKey(
  dir: string,
  kept: KeptKeys,
  use: (key: Uint8Array) => Promise<void>,
): Promise<void> {
  const before = (await readHeader(dir))?.kid;
  const key = await makeVaultKey(kept);
  try {
    await use(key);
  } finally {
    // A failure may come before the vault has the new key or after it; others may have changed it again.
    const now = (await readHeader(dir))?.kid;
    for (const kid of [before, kidOf(key)]) {
      if (kid !== undefined && now !== undefined && kid !== now) await kept.forget(kid);
    }
  }
}

/** Whether a key is the one that a manifest names. */
export function isKey(key: Uint8Array, kid: string): boolean {
  return kidOf(key) === kid;
}

function kidOf(key: Uint8Array): string {
  return deriveKeys(key).kid;
}
