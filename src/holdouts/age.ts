import { FactoryError } from '../shared/errors';

/** The library is large: whoever shares nothing never loads it. */
const library = () => import('age-encryption');

/** A new identity: the text that people keep secret. */
export async function newIdentity(): Promise<string> {
  return (await library()).generateX25519Identity();
}

/** @throws FactoryError 'bad-input' when the text is no age identity */
export async function recipientOf(identity: string): Promise<string> {
  try {
    return await (await library()).identityToRecipient(identity);
  } catch (error) {
    throw new FactoryError('bad-input', 'This is no age identity.', {
      hint: 'It is one line that begins with AGE-SECRET-KEY-, as "dark-factory holdouts identity" prints it.',
      cause: error,
    });
  }
}

/** Encrypts for recipients, each of whom can open it alone. @throws FactoryError for a recipient that is none */
export async function ageSeal(recipients: readonly string[], plain: Uint8Array): Promise<Buffer> {
  const { Encrypter } = await library();
  const encrypter = new Encrypter();
  for (const recipient of recipients) {
    try {
      encrypter.addRecipient(recipient);
    } catch (error) {
      throw new FactoryError('bad-input', `${recipient.slice(0, 80)} is no age recipient.`, {
        hint: 'It begins with age1; ask the member for the card again.',
        cause: error,
      });
    }
  }
  return Buffer.from(await encrypter.encrypt(plain));
}

/** What was encrypted for an identity; null when it was not, or was changed. Who encrypted it, nobody can tell. */
export async function ageOpen(identity: string, sealed: Uint8Array): Promise<Buffer | null> {
  const { Decrypter } = await library();
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  try {
    return Buffer.from(await decrypter.decrypt(sealed));
  } catch {
    return null;
  }
}
