import { readFileSync } from 'node:fs';
import { readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Anchor } from '../holdouts/anchor';
import { unlockByIdentity } from '../holdouts/identity';
import { unlockVault } from '../holdouts/passphrase';
import { FactoryError } from '../shared/errors';
import { visible } from '../shared/visible';
import { fileError } from '../workspace/files';
import { askSecret, canAsk } from './ask';
import { text, type Words } from './options';
import { secretOf } from './secrets';

const variable = 'DARK_FACTORY_VAULT_KEY' as const;

/** The vault that a key is for. */
export interface VaultPlace {
  dir: string;
  workspaceId: string;
  anchor: Anchor;
}

/**
 * The key of a workspace's vault: from `--key-fd N`, else by `--identity FILE`, else (warned about) the environment, else
 * a prompt on a terminal. The vault's passphrase or the identity of a member do instead of its key.
 * @returns 32 bytes
 * @throws FactoryError 'bad-input' when there is none or it is not a key.
 */
export async function readKey(words: Words, vault: VaultPlace): Promise<Uint8Array> {
  const fd = text(words, 'key-fd');
  if (fd !== undefined) return decode(readDescriptor(fd), vault);
  if (text(words, 'identity') !== undefined) {
    return unlockByIdentity(vault.dir, vault.anchor, await readIdentity(words));
  }
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
  return decode(await askSecret('Vault key, passphrase or identity: '), vault);
}

/** Whether a key was given without asking for one. */
export function isKeyGiven(words: Words): boolean {
  return (
    ['key-fd', 'identity'].some((name) => text(words, name) !== undefined) || secretOf(variable) !== undefined
  );
}

/** The identity of whoever shares: from `--identity FILE`. @throws FactoryError 'bad-input' when there is none */
export async function readIdentity(words: Words): Promise<string> {
  const file = text(words, 'identity');
  if (file === undefined) {
    throw new FactoryError('bad-input', 'Whose scenarios are they? --identity is missing.', {
      hint: 'Give the file with your identity; "dark-factory holdouts identity NAME" makes one.',
    });
  }
  const { mode } = await stat(file).catch((error: unknown) => {
    throw fileError(error, file);
  });
  if ((mode & 0o077) !== 0 && process.platform !== 'win32') {
    process.stderr.write(`Warning: others on this machine can read ${visible(file)}; chmod 600 it.\n`);
  }
  const workspace = await realpath(path.resolve(text(words, 'workspace') ?? '.'));
  if ((await realpath(file)).startsWith(`${workspace}${path.sep}`)) {
    throw new FactoryError(
      'bad-input',
      `The identity in ${visible(file)} lies in the workspace, where agents work.`,
      {
        hint: 'Move it out of the project and its history.',
      },
    );
  }
  return identityIn(await readFile(file, 'utf8')) ?? '';
}

/** The identity in a text that may have comments, as age-keygen writes it. */
function identityIn(written: string): string | undefined {
  const lines = written.split('\n').map((line) => line.trim());
  return lines.find((line) => line.startsWith('AGE-SECRET-KEY-'));
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

async function decode(written: string, { dir, workspaceId, anchor }: VaultPlace): Promise<Uint8Array> {
  const identity = identityIn(written);
  if (identity !== undefined) return unlockByIdentity(dir, anchor, identity);
  const key = Buffer.from(written.trim(), 'base64');
  if (key.length === 32 && encodeKey(key) === written.trim()) return key;
  return unlockVault(dir, workspaceId, written.replace(/\r?\n$/, ''));
}
