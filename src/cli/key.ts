import { readFileSync } from 'node:fs';
import { unlockVault } from '../holdouts/passphrase';
import { FactoryError } from '../shared/errors';
import { askSecret, canAsk } from './ask';
import { text, type Words } from './options';
import { secretOf } from './secrets';

const variable = 'DARK_FACTORY_VAULT_KEY' as const;

/** The vault that a key is for. */
export interface VaultPlace {
  dir: string;
  workspaceId: string;
}

/**
 * The key of a workspace's vault: from `--key-fd N`, else a prompt on a terminal, else (warned about) the environment.
 * The vault's passphrase does instead of its key.
 * @returns 32 bytes
 * @throws FactoryError 'bad-input' when there is none or it is not a key.
 */
export async function readKey(words: Words, vault: VaultPlace): Promise<Uint8Array> {
  const fd = text(words, 'key-fd');
  if (fd !== undefined) return decode(readDescriptor(fd), vault);
  const fromEnvironment = secretOf(variable);
  if (fromEnvironment !== undefined) {
    process.stderr.write(`Warning: ${variable} can be read by every program you start; prefer --key-fd.\n`);
    return decode(fromEnvironment, vault);
  }
  if (!canAsk()) {
    throw new FactoryError('bad-input', 'This workspace has a vault, and there is no key for it.', {
      hint: 'Give it with --key-fd N, or start the command on a terminal to be asked.',
    });
  }
  return decode(await askSecret('Vault key or passphrase: '), vault);
}

/** Whether a key was given without asking for one. */
export function isKeyGiven(words: Words): boolean {
  return text(words, 'key-fd') !== undefined || secretOf(variable) !== undefined;
}

/** The key as people keep it. */
export function encodeKey(key: Uint8Array): string {
  return Buffer.from(key).toString('base64');
}

/** @throws FactoryError 'bad-input' when it is not open for reading. */
function readDescriptor(fd: string): string {
  try {
    return readFileSync(Number(fd), 'utf8');
  } catch (error) {
    throw new FactoryError('bad-input', `--key-fd ${fd} is not an open file descriptor.`, {
      hint: 'Open it for the command, for example: --key-fd 3 3<KEYFILE',
      cause: error,
    });
  }
}

async function decode(written: string, { dir, workspaceId }: VaultPlace): Promise<Uint8Array> {
  const key = Buffer.from(written.trim(), 'base64');
  if (key.length === 32 && encodeKey(key) === written.trim()) return key;
  return unlockVault(dir, workspaceId, written.replace(/\r?\n$/, ''));
}
