import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { FactoryError } from '../shared/errors';

/** Keys of one vault, each derived for one use from the workspace key. */
export interface VaultKeys {
  /** Names the workspace key without telling anything about it; 16 hex digits. */
  kid: string;
  wrap: Buffer;
  mac: Buffer;
  name: Buffer;
  half: Buffer;
}

/** What a sealed body is bound to. */
export interface Binding {
  workspaceId: string;
  id: string;
  version: number;
}

const magic = Buffer.from('DFH1');
const bucket = 4096;
const [nonceSize, keySize, tagSize] = [12, 32, 16];
const sealedKeySize = nonceSize + keySize + tagSize;

/** @param key the workspace key, 32 bytes */
export function deriveKeys(key: Uint8Array): VaultKeys {
  if (key.length !== keySize) throw new Error('the workspace key of a vault has 32 bytes');
  const derive = (use: string) =>
    Buffer.from(hkdfSync('sha256', key, '', `dark-factory vault ${use}`, keySize));
  return {
    kid: derive('kid').subarray(0, 8).toString('hex'),
    wrap: derive('wrap'),
    mac: derive('mac'),
    name: derive('name'),
    half: derive('half'),
  };
}

/** HMAC-SHA-256 in hex. */
export function hmac(key: Buffer, text: string): string {
  return createHmac('sha256', key).update(text).digest('hex');
}

/**
 * Encrypts a body under a data key of its own, which is wrapped by the vault's key. Bodies are padded to 4 KiB,
 * so that sizes tell little.
 */
export function sealBody(keys: VaultKeys, binding: Binding, body: string): Buffer {
  const aad = bindingText(keys, binding);
  const dataKey = randomBytes(keySize);
  return Buffer.concat([
    magic,
    encrypt(keys.wrap, aad, dataKey),
    encrypt(dataKey, aad, pad(Buffer.from(body))),
  ]);
}

/** @throws FactoryError 'failed' when the file is not exactly what was sealed with this key and binding */
export function openBody(keys: VaultKeys, binding: Binding, sealed: Buffer): string {
  try {
    if (!sealed.subarray(0, magic.length).equals(magic)) throw new Error('not a sealed body');
    const aad = bindingText(keys, binding);
    const split = magic.length + sealedKeySize;
    const dataKey = decrypt(keys.wrap, aad, sealed.subarray(magic.length, split));
    const padded = decrypt(dataKey, aad, sealed.subarray(split));
    return padded.subarray(4, 4 + padded.readUInt32BE(0)).toString('utf8');
  } catch {
    throw tampered(`the sealed file of ${binding.id} was changed`);
  }
}

/** The error for anything in the vault's folder that is not as it was written. */
export function tampered(what: string): FactoryError {
  return new FactoryError('failed', `The holdout vault is not as it was left: ${what}.`, {
    hint: 'Bring its folder back from a backup; if there is none, remove the folder and import the scenarios again.',
  });
}

function bindingText(keys: VaultKeys, { workspaceId, id, version }: Binding): Buffer {
  return Buffer.from([workspaceId, id, version, keys.kid].join('|'));
}

function pad(body: Buffer): Buffer {
  const padded = Buffer.alloc(Math.ceil((4 + body.length) / bucket) * bucket);
  padded.writeUInt32BE(body.length);
  body.copy(padded, 4);
  return padded;
}

function encrypt(key: Buffer, aad: Buffer, plain: Buffer): Buffer {
  const nonce = randomBytes(nonceSize);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(aad);
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

function decrypt(key: Buffer, aad: Buffer, sealed: Buffer): Buffer {
  const end = sealed.length - tagSize;
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, nonceSize), {
    authTagLength: tagSize,
  });
  decipher.setAAD(aad).setAuthTag(sealed.subarray(end));
  return Buffer.concat([decipher.update(sealed.subarray(nonceSize, end)), decipher.final()]);
}
