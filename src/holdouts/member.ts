import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { FactoryError } from '../shared/errors';

/** Somebody who shares the scenarios of a vault: a person of the team, or a machine. All of it may be known to anyone. */
export interface Member {
  name: string;
  /** What is encrypted for them, as age writes it. */
  recipient: string;
  /** What they sign is checked with: an ed25519 public key in base64url. */
  signer: string;
}

const cardMark = 'dark-factory-member';
/** How a member may be called. */
export const namePattern = /^[\w.@-]{1,64}$/;
const recipientPattern = /^age1[0-9a-z]{50,4000}$/;
const signerPattern = /^[\w-]{43}$/;

/** The line that a member gives to the others. */
export function cardOf({ name, recipient, signer }: Member): string {
  return [cardMark, name, recipient, signer].join(' ');
}

/** @throws FactoryError 'bad-input' when the text is no card */
export function parseCard(text: string): Member {
  const [mark, name = '', recipient = '', signer = '', ...more] = text.trim().split(/\s+/);
  const isCard =
    mark === cardMark &&
    more.length === 0 &&
    namePattern.test(name) &&
    recipientPattern.test(recipient) &&
    signerPattern.test(signer);
  if (isCard) return { name, recipient, signer };
  throw new FactoryError('bad-input', 'This is no card of a member.', {
    hint: `It is one line: ${cardMark} NAME age1… KEY, as "dark-factory holdouts identity NAME" prints it.`,
  });
}

/** What two people compare, by another way than the card came: 128 bits in groups of four hex digits. */
export function fingerprintOf({ recipient, signer }: Pick<Member, 'recipient' | 'signer'>): string {
  const digest = createHash('sha256').update(`${recipient} ${signer}`).digest('hex').slice(0, 32);
  return digest.replace(/(.{4})(?=.)/g, '$1-');
}

/** The key that checks what a member signed. */
export function verifierOf({ signer }: Member): KeyObject {
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: signer }, format: 'jwk' });
}
