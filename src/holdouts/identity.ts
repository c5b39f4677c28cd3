import { createPublicKey, hkdfSync, type KeyObject } from 'node:crypto';
import { ed25519Key } from '../files/ed25519';
import { FactoryError } from '../shared/errors';
import { ageOpen, ageSeal, recipientOf } from './age';
import type { Anchor } from './anchor';
import { readHeader } from './manifest';
import { type Member, namePattern } from './member';
import type { WrapKey } from './vaultRotate';

/** What a member's identity makes. */
export interface Keys extends Pick<Member, 'recipient' | 'signer'> {
  /** The age identity. */
  identity: string;
  /** Signs. */
  key: KeyObject;
}

/** One secret decrypts and signs. @throws FactoryError 'bad-input' when it is none */
export async function keysOf(identity: string): Promise<Keys> {
  const secret = identity.trim();
  const recipient = await recipientOf(secret);
  const key = ed25519Key(Buffer.from(hkdfSync('sha256', secret, '', 'dark-factory member sign', 32)));
  const signer = createPublicKey(key).export({ format: 'jwk' }).x ?? '';
  return { identity: secret, recipient, signer, key };
}

/** @throws FactoryError 'bad-input' when nobody can be called that */
export function memberNamed(name: string, { recipient, signer }: Keys): Member {
  if (namePattern.test(name)) return { name, recipient, signer };
  throw new FactoryError('bad-input', `"${name}" is no name of a member.`, {
    hint: 'Use up to 64 letters, digits, dots, dashes or @, without spaces.',
  });
}

/** Encrypts a workspace key for a member. */
export const wrapKey: WrapKey = async (recipient, key) =>
  (await ageSeal([recipient], key)).toString('base64');

/**
 * The workspace key of the vault in a folder, for one of its members.
 * @param anchor must know the vault: anyone can make a vault for a member, and an identity does not tell who did
 * @throws FactoryError 'bad-input' when the identity is not of a member
 */
export async function unlockByIdentity(dir: string, anchor: Anchor, identity: string): Promise<Uint8Array> {
  const { recipient, identity: secret } = await keysOf(identity);
  const lock = (await readHeader(dir))?.members.find((member) => member.recipient === recipient);
  const key = lock && (await ageOpen(secret, Buffer.from(lock.key, 'base64')));
  if (key?.length !== 32) {
    throw new FactoryError(
      'bad-input',
      'This identity opens nothing here: it is not of a member of the vault.',
      {
        hint: 'Have a member admit your card, or give the key of the vault.',
      },
    );
  }
  if ((await anchor.read()) !== undefined) return key;
  throw new FactoryError(
    'needs-human',
    'The vault was never opened here, and an identity does not tell who made it.',
    {
      hint: 'Open it with its key or passphrase once.',
    },
  );
}
