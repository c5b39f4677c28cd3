import { createHmac, randomBytes, randomInt } from 'node:crypto';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
/** Seconds of a code of an authenticator app, and its digits. */
export const timeStep = 30;
const digits = 6;

/** A new shared secret in base32, 80 bits. */
export function newSharedSecret(): string {
  return [...randomBytes(16)].map((byte) => alphabet[byte % 32]).join('');
}

/** A new code as it is sent by message. */
export function newMessageCode(): string {
  return String(randomInt(0, 10 ** digits)).padStart(digits, '0');
}

function decodeBase32(text: string): Buffer {
  let bits = 0;
  let left = 0;
  const bytes: number[] = [];
  for (const letter of text.toUpperCase().replace(/=+$/, '')) {
    bits = (bits << 5) | Math.max(alphabet.indexOf(letter), 0);
    left += 5;
    if (left < 8) continue;
    left -= 8;
    bytes.push((bits >> left) & 255);
    bits &= (1 << left) - 1;
  }
  return Buffer.from(bytes);
}

/** The time step that a moment is in. @param now milliseconds since the epoch */
export const stepOf = (now: number): number => Math.floor(now / 1000 / timeStep);

/** The code of an authenticator app in a time step (RFC 6238, SHA-1, six digits). @param secret base32 */
export function codeAt(secret: string, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.max(step, 0)));
  const hash = createHmac('sha1', decodeBase32(secret)).update(counter).digest();
  const offset = (hash.at(-1) ?? 0) & 15;
  return String((hash.readUInt32BE(offset) & 0x7fffffff) % 10 ** digits).padStart(digits, '0');
}
