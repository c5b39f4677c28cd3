import { randomBytes, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import { FactoryError } from '../shared/errors';
import { readHeader } from './manifest';
import type { PassphraseLock } from './manifestFormat';
import { decrypt, encrypt } from './vaultCrypto';

const derive = promisify<string, Buffer, number, ScryptCost & { maxmem: number }, Buffer>(scrypt);

interface ScryptCost {
  n: number;
  r: number;
  p: number;
}

/** About half a second and 128 MiB for each guess. */
const cost: ScryptCost = { n: 2 ** 17, r: 8, p: 1 };
/** What a manifest may ask of this machine, before anybody knows who wrote it. */
const most: ScryptCost = { n: 2 ** 20, r: 16, p: 4 };
const shortest = 12;

/**
 * Locks a workspace key with a passphrase.
 * @throws FactoryError 'bad-input' when the passphrase is too short to withstand guessing
 */
export async function lockKey(
  passphrase: string,
  key: Uint8Array,
  workspaceId: string,
): Promise<PassphraseLock> {
  refuseShort(passphrase);
  const lock = { salt: randomBytes(16).toString('base64'), ...cost };
  const sealed = encrypt(await keyFrom(passphrase, lock), textOf(workspaceId, lock), Buffer.from(key));
  return { ...lock, key: sealed.toString('base64') };
}

/** @throws FactoryError 'bad-input' for a passphrase that is too short to withstand guessing */
export function refuseShort(passphrase: string): void {
  if (passphrase.length >= shortest) return;
  throw new FactoryError('bad-input', `The passphrase has fewer than ${shortest} characters.`, {
    hint: 'Use several words: whoever has a copy of the vault can try as many as they like.',
  });
}

/**
 * The workspace key of the vault in a folder.
 * @throws FactoryError 'bad-input' when the vault has no passphrase or this is another one
 */
export async function unlockVault(dir: string, workspaceId: string, passphrase: string): Promise<Uint8Array> {
  const lock = (await readHeader(dir))?.passphrase;
  if (!lock) {
    throw new FactoryError('bad-input', 'What was given is no key, and the vault has no passphrase.', {
      hint: 'Give the key: 32 bytes in base64, as "holdouts import" printed it.',
    });
  }
  if (!isCost(lock)) {
    throw new FactoryError('failed', 'The passphrase parameters of the vault are not ones that we write.', {
      hint: 'Bring its folder back from a backup, or open it with its key.',
    });
  }
  try {
    const sealed = Buffer.from(lock.key, 'base64');
    return decrypt(await keyFrom(passphrase, lock), textOf(workspaceId, lock), sealed);
  } catch (error) {
    throw new FactoryError('bad-input', 'This is not the passphrase of the vault.', {
      hint: 'Try again; its key opens it as well.',
      cause: error,
    });
  }
}

function isCost({ n, r, p }: ScryptCost): boolean {
  const isPower = n > 1 && Number.isInteger(Math.log2(n));
  return isPower && n <= most.n && r >= 1 && r <= most.r && p >= 1 && p <= most.p;
}

function keyFrom(passphrase: string, { salt, n, r, p }: ScryptCost & { salt: string }): Promise<Buffer> {
  const options = { n, r, p, N: n, maxmem: 256 * n * r };
  return derive(passphrase.normalize('NFKC'), Buffer.from(salt, 'base64'), 32, options);
}

function textOf(workspaceId: string, { salt, n, r, p }: ScryptCost & { salt: string }): Buffer {
  return Buffer.from(JSON.stringify(['passphrase', workspaceId, salt, n, r, p]));
}
