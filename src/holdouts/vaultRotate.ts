import type { Entry, Manifest } from './manifestFormat';
import { noteOpening, readBody, type Store, writeBody } from './vaultBody';
import { openSecret, rewrapKey, sealSecret, type VaultKeys } from './vaultCrypto';

/**
 * The manifest under a new workspace key. Data keys and the vault's secret are wrapped anew; bodies stay, but for
 * those of format 1, which hold their data key themselves.
 */
export async function rewrapped(store: Store, manifest: Manifest, to: VaultKeys): Promise<Manifest> {
  const { workspaceId } = store;
  const secret = sealSecret(to, workspaceId, openSecret(store.keys, workspaceId, manifest.secret));
  await noteOpening(
    store,
    manifest.entries.filter(({ body }) => body?.key === null),
  );
  const entries = await Promise.all(manifest.entries.map((entry) => rewrapEntry(store, entry, to)));
  // A passphrase opens the key it was given for, and nobody has the passphrase here.
  return { ...manifest, kid: to.kid, secret, passphrase: null, entries };
}

async function rewrapEntry(store: Store, entry: Entry, to: VaultKeys): Promise<Entry> {
  const { id, version, body } = entry;
  if (!body) return entry;
  if (body.key === null) return writeBody({ ...store, keys: to }, entry, await readBody(store, entry), body);
  const key = rewrapKey(store.keys, to, { workspaceId: store.workspaceId, id, version }, body.key);
  return { ...entry, body: { ...body, key } };
}
