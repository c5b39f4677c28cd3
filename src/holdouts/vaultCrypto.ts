import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';
import { FactoryError } from '../shared/errors';

/** Keys of one vault, each derived for one use from the workspace key. */
export interface VaultKeys {
  /** Names the workspace key without telling anything about it; 16 hex digits. */
  kid: string;
  /** The workspace key itself: the secret of a vault that was made before vaults had one of their own. */
  root: Buffer;
  wrap: Buffer;
  mac: Buffer;
}

/** Keys that stay when the workspace key is changed, derived from the vault's own secret. */
export interface VaultSecrets {
  /** For the author's own ids. */
  name: Buffer;
  /** For what scenarios ask. */
  content: Buffer;
  half: Buffer;
  /** For what is kept of the vault outside of its folder. */
  anchor: Buffer;
}

/** What a sealed body is bound to. */
export interface Binding {
  workspaceId: string;
  id: string;
  version: number;
}

const bucket = 4096;
const [nonceSize, keySize, tagSize] = [12, 32, 16];
const magic = Buffer.from('DFH2');
const oldMagic = Buffer.from('DFH1');
const wrappedSize = nonceSize + keySize + tagSize;

/** @param key the workspace key, 32 bytes */
export function deriveKeys(key: Uint8Array): VaultKeys {
  if (key.length !== keySize) throw new Error('the workspace key of a vault has 32 bytes');
  return {
    kid: derive(key, 'kid').subarray(0, 8).toString('hex'),
    root: Buffer.from(key),
    wrap: derive(key, 'wrap'),
    mac: derive(key, 'mac'),
  };
}

/** A vault's secret under the workspace key, in base64. @param secret 32 bytes, by default new ones */
export function sealSecret(keys: VaultKeys, workspaceId: string, secret?: Uint8Array): string {
  const plain = secret === undefined ? randomBytes(keySize) : Buffer.from(secret);
  return encrypt(keys.wrap, secretText(keys, workspaceId), plain).toString('base64');
}

/** @throws when it is not what was sealed with this key */
export function openSecret(keys: VaultKeys, workspaceId: string, sealed: string): Buffer {
  return decrypt(keys.wrap, secretText(keys, workspaceId), Buffer.from(sealed, 'base64'));
}

export function deriveSecrets(secret: Uint8Array): VaultSecrets {
  return {
    name: derive(secret, 'name'),
    content: derive(secret, 'content'),
    half: derive(secret, 'half'),
    anchor: derive(secret, 'anchor'),
  };
}

/** HMAC-SHA-256 in hex. */
export function hmac(key: Buffer, text: string): string {
  return createHmac('sha256', key).update(text).digest('hex');
}

/** Whether a text has this HMAC; takes as long for any wrong one. */
export function isHmac(key: Buffer, text: string, mac: string): boolean {
  const expected = Buffer.from(hmac(key, text));
  const given = Buffer.from(mac);
  return expected.length === given.length && timingSafeEqual(expected, given);
}

/**
 * Encrypts a body under a data key of its own, which is wrapped by the workspace key and bound to it: a new
 * workspace key wraps the data keys anew and leaves the bodies. Bodies are padded to 4 KiB, so that sizes tell little.
 * @returns the file's content, and the wrapped data key in base64
 */
export function sealBody(keys: VaultKeys, binding: Binding, body: string): { sealed: Buffer; key: string } {
  const dataKey = randomBytes(keySize);
  const sealed = encrypt(dataKey, bodyText(binding), pad(Buffer.from(body)));
  return { sealed: Buffer.concat([magic, sealed]), key: wrapKey(keys, binding, dataKey) };
}

/**
 * @param key the wrapped data key; null when the file holds it itself, as in format 1
 * @throws FactoryError 'failed' when the file is not exactly what was sealed with this key and binding
 */
export function openBody(keys: VaultKeys, binding: Binding, sealed: Buffer, key: string | null): string {
  try {
    if (key === null) return unpad(openOldBody(keys, binding, sealed));
    if (!sealed.subarray(0, magic.length).equals(magic)) throw new Error('not a sealed body');
    const dataKey = unwrapKey(keys, binding, key);
    return unpad(decrypt(dataKey, bodyText(binding), sealed.subarray(magic.length)));
  } catch {
    throw tampered(`the sealed file of ${binding.id} was changed`);
  }
}

/** The data key of a body under another workspace key. */
export function rewrapKey(from: VaultKeys, to: VaultKeys, binding: Binding, key: string): string {
  return wrapKey(to, binding, unwrapKey(from, binding, key));
}

/** The error for anything in the vault's folder that is not as it was written. */
export function tampered(what: string): FactoryError {
  return new FactoryError('failed', `The holdout vault is not as it was left: ${what}.`, {
    hint: 'Bring its folder back from a backup; if there is none, remove the folder and import the scenarios again.',
  });
}

/** Format 1: the wrapped key lies before the body, and both are bound to the workspace key. */
function openOldBody(keys: VaultKeys, { workspaceId, id, version }: Binding, sealed: Buffer): Buffer {
  if (!sealed.subarray(0, oldMagic.length).equals(oldMagic)) throw new Error('not a sealed body');
  const aad = Buffer.from([workspaceId, id, version, keys.kid].join('|'));
  const split = oldMagic.length + wrappedSize;
  const dataKey = decrypt(keys.wrap, aad, sealed.subarray(oldMagic.length, split));
  return decrypt(dataKey, aad, sealed.subarray(split));
}

function wrapKey(keys: VaultKeys, binding: Binding, dataKey: Buffer): string {
  return encrypt(keys.wrap, keyText(keys, binding), dataKey).toString('base64');
}

function unwrapKey(keys: VaultKeys, binding: Binding, key: string): Buffer {
  return decrypt(keys.wrap, keyText(keys, binding), Buffer.from(key, 'base64'));
}

function bodyText({ workspaceId, id, version }: Binding): Buffer {
  return Buffer.from(JSON.stringify(['body', workspaceId, id, version]));
}

function keyText(keys: VaultKeys, { workspaceId, id, version }: Binding): Buffer {
  return Buffer.from(JSON.stringify(['key', workspaceId, id, version, keys.kid]));
}

function secretText(keys: VaultKeys, workspaceId: string): Buffer {
  return Buffer.from(JSON.stringify(['secret', workspaceId, keys.kid]));
}

function derive(key: Uint8Array, use: string): Buffer {
  return Buffer.from(hkdfSync('sha256', key, '', `dark-factory vault ${use}`, keySize));
}

function pad(body: Buffer): Buffer {
  const padded = Buffer.alloc(Math.ceil((4 + body.length) / bucket) * bucket);
  padded.writeUInt32BE(body.length);
  body.copy(padded, 4);
  return padded;
}

function unpad(padded: Buffer): string {
  return padded.subarray(4, 4 + padded.readUInt32BE(0)).toString('utf8');
}

/** AES-256-GCM: nonce, text, tag. */
export function encrypt(key: Buffer, aad: Buffer, plain: Buffer): Buffer {
  const nonce = randomBytes(nonceSize);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(aad);
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** @throws when anything of it, or what it is bound to, is not as it was encrypted */
export function decrypt(key: Buffer, aad: Buffer, sealed: Buffer): Buffer {
  const end = sealed.length - tagSize;
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, nonceSize), {
    authTagLength: tagSize,
  });
  decipher.setAAD(aad).setAuthTag(sealed.subarray(end));
  return Buffer.concat([decipher.update(sealed.subarray(nonceSize, end)), decipher.final()]);
}
