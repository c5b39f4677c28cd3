import { refuse } from '../refusal';

// Tokens that lead to the next page of a search. They say where it begins, of which query, and until when.

/** Milliseconds that a token is good for. */
const lifetime = 7 * 24 * 60 * 60_000;

/** Tells queries apart (FNV-1a); nothing is kept secret by it. */
function digest(text: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0).toString(36);
}

/** @param query whatever must be the same on every page */
export function writeToken(query: string, start: number, now: number): string {
  return Buffer.from(`${digest(query)}.${start}.${now}`).toString('base64url');
}

/** Where the page begins; 0 without a token. */
export function readToken(token: string | undefined, query: string, now: number): number {
  if (token === undefined || token === '') return 0;
  const match = /^([0-9a-z]+)\.(\d{1,9})\.(\d{1,15})$/.exec(Buffer.from(token, 'base64url').toString());
  const isGood = match?.[1] === digest(query) && Number(match[3]) + lifetime > now;
  return isGood ? Number(match?.[2]) : refuse(400, 'The provided next page token is invalid or expired.');
}
