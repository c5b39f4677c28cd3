import os from 'node:os';
import path from 'node:path';
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { FactoryError, messageOf } from '../shared/errors';

/** The parsed words of one command. */
export interface Words {
  values: Record<string, string | boolean | (string | boolean)[] | undefined>;
  positionals: string[];
}

/** @throws FactoryError 'bad-input' for an unknown option or a missing value. */
export function readWords(args: string[], options: ParseArgsConfig['options'], usage: string): Words {
  try {
    const { values, positionals } = parseArgs({ args, options: options ?? {}, allowPositionals: true });
    return { values, positionals };
  } catch (error) {
    throw new FactoryError('bad-input', `${messageOf(error).split('. ')[0]}.`, {
      hint: `Usage: ${usage}`,
      cause: error,
    });
  }
}

/** A text option, if it was given. */
export function text(words: Words, name: string): string | undefined {
  const value = words.values[name];
  return typeof value === 'string' ? value : undefined;
}

/** Exactly one positional word. @throws FactoryError 'bad-input'. */
export function one(words: Words, what: string, usage: string): string {
  const [first, ...others] = words.positionals;
  if (first !== undefined && others.length === 0) return first;
  throw new FactoryError(
    'bad-input',
    first === undefined ? `${what} is missing.` : `One ${what} at a time.`,
    {
      hint: `Usage: ${usage}`,
    },
  );
}

/** A port number. @throws FactoryError 'bad-input'. */
export function portOf(words: Words): number {
  const port = Number(text(words, 'port') ?? 0);
  if (Number.isInteger(port) && port >= 0 && port < 65_536) return port;
  throw new FactoryError('bad-input', `--port ${text(words, 'port')} is not a port.`, {
    hint: 'Give a number from 0 to 65535.',
  });
}

/** Root of the store: `--store`, else `$XDG_DATA_HOME/dark-factory`. */
export function storeOf(words: Words): string {
  const given = text(words, 'store');
  if (given) return path.resolve(given);
  const data = process.env['XDG_DATA_HOME'] ?? path.join(os.homedir(), '.local', 'share');
  return path.join(data, 'dark-factory');
}
