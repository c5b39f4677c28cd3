import path from 'node:path';
import type { FactoryHost } from '../factory/types';
import { FactoryError } from '../shared/errors';
import type { Source } from '../shared/source';
import { readKey } from './key';
import { text, type Words } from './options';

/** What the command line offers a run. Ceilings are the policy's own: whoever types the command is the user. */
export function hostOf(words: Words, store: string): FactoryHost {
  return {
    store,
    programs: __dirname,
    limits: { usd: Infinity, minutes: Infinity },
    vaultKey: () => readKey(words),
  };
}

/**
 * Where model answers come from.
 * @throws FactoryError 'bad-input' when it is unknown or needs a key that is not there.
 */
export function sourceOf(words: Words): Source {
  const given = text(words, 'source') ?? 'anthropic';
  const at = given.indexOf(':');
  const kind = at < 0 ? given : given.slice(0, at);
  const dir = at < 0 ? '' : path.resolve(given.slice(at + 1));
  if (kind === 'replay' && at > 0) return { kind: 'replay', dir };
  if (kind !== 'anthropic' && !(kind === 'record' && at > 0)) {
    throw new FactoryError('bad-input', `--source ${given} is not known.`, {
      hint: 'Use anthropic, replay:DIR or record:DIR.',
    });
  }
  const apiKey = process.env['ANTHROPIC_API_KEY'];
  if (!apiKey) {
    throw new FactoryError('bad-input', 'There is no key for the model: ANTHROPIC_API_KEY is not set.', {
      hint: 'Set it, or run a recording with --source replay:DIR.',
    });
  }
  const baseUrl = text(words, 'base-url');
  const live = baseUrl === undefined ? { apiKey } : { apiKey, baseUrl };
  return kind === 'record' ? { kind: 'record', dir, ...live } : { kind: 'anthropic', ...live };
}
