import { readHeader } from '../holdouts/manifest';
import { otherKey } from '../holdouts/manifestFormat';
import { unlockVault } from '../holdouts/passphrase';
import { vaultExists } from '../holdouts/vault';
import { deriveKeys } from '../holdouts/vaultCrypto';

/**
 * The key of a vault that is there, among those that are kept, else by its passphrase; undefined for a vault that is
 * not there yet.
 * @param askPassphrase undefined when the person declines
 * @throws FactoryError when the vault's key is lost
 */
export async function findVaultKey(
  vault: { dir: string; workspaceId: string },
  kept: readonly Uint8Array[],
  askPassphrase: () => Promise<string | undefined>,
): Promise<Uint8Array | undefined> {
  const header = vaultExists(vault.dir) ? await readHeader(vault.dir) : null;
  // Without a manifest nobody knows which key it was; opening the vault says what is wrong with it.
  if (!header) return kept[0];
  const fitting = kept.find((key) => deriveKeys(key).kid === header.kid);
  if (fitting) return fitting;
  const passphrase = header.passphrase ? await askPassphrase() : undefined;
  if (passphrase === undefined) throw otherKey(header);
  return unlockVault(vault.dir, vault.workspaceId, passphrase);
}
