import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { FactoryError } from '../shared/errors';
import { text, type Words } from './options';
import { secretOf } from './secrets';

const variable = 'DARK_FACTORY_VAULT_KEY' as const;

/**
 * The key of a workspace's vault: from `--key-fd N`, else a prompt on a terminal, else (warned about) the environment.
 * @returns 32 bytes
 * @throws FactoryError 'bad-input' when there is none or it is not a key.
 */
export async function readKey(words: Words): Promise<Uint8Array> {
  const fd = text(words, 'key-fd');
  if (fd !== undefined) return decode(readDescriptor(fd), `File descriptor ${fd}`);
  const fromEnvironment = secretOf(variable);
  if (fromEnvironment !== undefined) {
    process.stderr.write(`Warning: ${variable} can be read by every program you start; prefer --key-fd.\n`);
    return decode(fromEnvironment, variable);
  }
  if (!process.stdin.isTTY) {
    throw new FactoryError('bad-input', 'This workspace has a vault, and there is no key for it.', {
      hint: 'Give it with --key-fd N, or start the command on a terminal to be asked.',
    });
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return decode(await terminal.question('Vault key: '), 'What was typed');
  } finally {
    terminal.close();
  }
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

function decode(written: string, where: string): Uint8Array {
  const key = Buffer.from(written.trim(), 'base64');
  if (key.length === 32) return key;
  throw new FactoryError('bad-input', `${where} is not a vault key.`, {
    hint: 'A vault key is 32 bytes in base64, as "holdouts import" printed it.',
  });
}
