import type { JWK } from 'jose';
import type { Call, Change } from '../call';
import { loadJose } from './keys';

/** How clients may sign what they send. */
export const signatureAlgorithms = [
  'HS256',
  'RS256',
  'ES256',
  'HS384',
  'RS384',
  'ES384',
  'HS512',
  'RS512',
  'ES512',
];

/** Ids of assertions and proofs that are remembered; the oldest go first. */
const maxUsed = 5000;

/** A token of a client, read but not yet believed. */
export interface SentJwt {
  text: string;
  header: Readonly<Record<string, unknown>>;
  claims: Readonly<Record<string, unknown>>;
}

/** The parts of a signed token; null when it is none. */
export async function readJwt(text: string): Promise<SentJwt | null> {
  const { decodeJwt, decodeProtectedHeader } = await loadJose();
  try {
    return { text, header: decodeProtectedHeader(text), claims: decodeJwt(text) };
  } catch {
    return null;
  }
}

/** True when that key, or that secret, signed it with the algorithm it names. */
export async function isSignedBy({ text, header }: SentJwt, key: JWK | string): Promise<boolean> {
  const { compactVerify, importJWK } = await loadJose();
  const algorithm = String(header['alg']);
  try {
    const verifying =
      typeof key === 'string' ? new TextEncoder().encode(key) : await importJWK(key, algorithm);
    await compactVerify(text, verifying, { algorithms: [algorithm] });
    return true;
  } catch {
    return false;
  }
}

/**
 * True when it holds at the time of the twin's clock or of the machine's: clients sign with the machine's clock, which
 * a scenario that moves the twin's leaves behind.
 */
export function atSomeClock({ now }: Pick<Call, 'now'>, holds: (seconds: number) => boolean): boolean {
  return [now, Date.now()].some((time) => holds(Math.floor(time / 1000)));
}

/** Remembers that this was used; false when it was before. */
export function useOnce({ twin, now }: Pick<Change, 'twin' | 'now'>, id: string, lastsMs: number): boolean {
  const { oauth } = twin.state;
  if (oauth.used.some((other) => other.id === id && other.until > now)) return false;
  oauth.used = oauth.used.filter(({ until }) => until > now).slice(1 - maxUsed);
  oauth.used.push({ id, until: now + lastsMs });
  return true;
}
