import type { Middleware } from '@anthropic-ai/sdk';
import { FactoryError } from '../shared/errors';
import { Stopped } from './stopped';

/** Requests are compared in pieces of this many characters. */
const pieceCharacters = 16 * 1024;

/**
 * Shows each request to `look` before it leaves. A conversation is sent whole each turn and its beginning does not
 * change, so that only what comes after it is new.
 * @param look throws what ends the run
 */
export function watched(look: (text: string) => Promise<void>): Middleware {
  let before = '';
  return async (request, next) => {
    if (typeof request.body !== 'string') throw new Error('A model request without a text body.');
    const text = request.body;
    try {
      await look(text.slice(seenOf(before, text)));
    } catch (error) {
      throw error instanceof FactoryError ? new Stopped(error) : error;
    }
    before = text;
    return next(request);
  };
}

/** Up to where `text` was in the request before; what goes on across that place is looked at again. */
function seenOf(before: string, text: string): number {
  let same = 0;
  while (same < before.length && before.startsWith(text.slice(same, same + pieceCharacters), same)) {
    same += pieceCharacters;
  }
  return Math.max(0, Math.min(same, text.length) - pieceCharacters);
}
