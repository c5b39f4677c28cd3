import { FactoryError } from '../shared/errors';
import type { Entry, Manifest, PassphraseLock } from './manifestFormat';
import { noteOpening, readBody, type Store, writeBody } from './vaultBody';
import { openSecret, rewrapKey, sealSecret, type VaultKeys } from './vaultCrypto';

/**
 * The manifest under a new workspace key. Data keys and the vault's secret are wrapped anew; bodies stay, but for
 * those of format 1, which hold their data key themselves.
 * @param passphrase locks the new key: the old passphrase opens the old one
 * @param wrap encrypts the new key for each member
 * @throws FactoryError when the vault had a passphrase and would have none any more
 */
export async function rewrapped(
  store: Store,
  manifest: Manifest,
  to: VaultKeys,
  passphrase: PassphraseLock | null,
  wrap: WrapKey = unwrappable,
): Promise<Manifest> {
  if (manifest.passphrase && !passphrase) {
    throw new FactoryError('bad-input', 'The vault has a passphrase, which a new key needs anew.', {
      hint: 'Give a passphrase together with the new key: nothing else may be left to open the vault with.',
    });
  }
  const { workspaceId } = store;
  const secret = sealSecret(to, workspaceId, openSecret(store.keys, workspaceId, manifest.secret));
  await noteOpening(
    store,
    manifest.entries.filter(({ body }) => body?.key === null),
  );
  const entries = await Promise.all(manifest.entries.map((entry) => rewrapEntry(store, entry, to)));
  const members = await Promise.all(
    (manifest.members ?? []).map(async (member) => ({
      ...member,
      key: await wrap(member.recipient, to.root),
    })),
  );
  return { ...manifest, kid: to.kid, secret, passphrase, members, entries };
}

/** Encrypts a workspace key for an age recipient; handed in, as few need the library. @returns base64 */
export type WrapKey = (recipient: string, key: Uint8Array) => Promise<string>;

const unwrappable: WrapKey = () =>
  Promise.reject(new Error('a vault with members is rotated with `wrapKey`'));

async function rewrapEntry(store: Store, entry: Entry, to: VaultKeys): Promise<Entry> {
  const { id, version, body } = entry;
  if (!body) return entry;
  if (body.key === null) return writeBody({ ...store, keys: to }, entry, await readBody(store, entry), body);
  const key = rewrapKey(store.keys, to, { workspaceId: store.workspaceId, id, version }, body.key);
  return { ...entry, body: { ...body, key } };
}
