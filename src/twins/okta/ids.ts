import { randomBytes } from 'node:crypto';

const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** Characters of an id after its prefix that grow with time, so that lists in the order of ids are in order of age. */
const ageDigits = 9;
const idLength = 20;

function base62(value: number, length: number): string {
  let text = '';
  for (let left = value; text.length < length; left = Math.floor(left / 62)) text = digits[left % 62] + text;
  return text;
}

/** What ids are made from; part of the state. */
interface IdSource {
  /** The number of ids given out, or the time of the newest, whichever is later. */
  last_id: number;
}

/**
 * An id such as `00ub0oNGTSWTBKOLGLNR`, later in order than all before it.
 * @param now milliseconds since the epoch @param random from 0 to, not with, 1
 */
export function newId(prefix: string, source: IdSource, now: number, random: () => number): string {
  source.last_id = Math.max(source.last_id + 1, Math.floor(now));
  const tail = Array.from({ length: idLength - prefix.length - ageDigits }, () =>
    digits.charAt(Math.floor(random() * 62)),
  );
  return prefix + base62(source.last_id, ageDigits) + tail.join('');
}

/** A secret that nobody can foresee: tokens of sessions, activation, recovery. @param length characters */
export function newSecret(length: number): string {
  return randomBytes(length).toString('base64url').replace(/[-_]/g, 'x').slice(0, length);
}
