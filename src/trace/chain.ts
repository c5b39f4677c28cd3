import { hash } from 'node:crypto';
import { FactoryError } from '../shared/errors';
import type { AnyEvent } from '../shared/events';
import { type Seal, sign } from './seal';

/** `prev` of the first event of a chain. */
export const firstPrev = '0'.repeat(64);

/**
 * The events in a journal's bytes. Each hash is SHA-256 over its line without the hash itself and what follows; the
 * line names the hash before it. A last line that was torn by a crash is left out.
 * @param seal what every line must be signed with; without it signatures are not looked at
 * @returns the events and how many bytes they take.
 * @throws FactoryError naming the first line that is damaged, missing or out of order.
 */
export function parseLines(
  bytes: Buffer,
  file: string,
  from: { seq: number; prev: string } = { seq: 0, prev: firstPrev },
  seal?: Seal,
): { events: AnyEvent[]; bytes: number } {
  const events: AnyEvent[] = [];
  let { seq, prev } = from;
  let start = 0;
  for (let end = bytes.indexOf(10); end >= 0; start = end + 1, end = bytes.indexOf(10, start)) {
    const event = parseLine(bytes.toString('utf8', start, end), { seq, prev, seal });
    if (typeof event === 'string') {
      throw new FactoryError('failed', `${file} line ${seq + 1}: ${event}.`, {
        hint: 'The record of this run was changed or damaged; it cannot be resumed. Start a new run.',
      });
    }
    events.push(event);
    seq += 1;
    prev = event.hash;
  }
  return { events, bytes: start };
}

/** Only a line that may hold this key, by its name or in escapes we never write, is looked at more closely. */
const suspicious = /__proto__|\\u00[2-7]/i;

/** What follows the text that is hashed. */
const ending = /^,"hash":"([0-9a-f]{64})"(?:,"mac":"([0-9a-f]{32})")?\}$/;

/** One event, or what is wrong with its line. */
function parseLine(
  line: string,
  { seq, prev, seal }: { seq: number; prev: string; seal: Seal | undefined },
): AnyEvent | string {
  const cut = line.lastIndexOf(',"hash":"');
  const [, claimed, mac] = ending.exec(line.slice(Math.max(0, cut))) ?? [];
  if (claimed === undefined) return 'not an event';
  const body = `${line.slice(0, cut)}}`;
  let event: AnyEvent;
  try {
    event = { ...(JSON.parse(body) as AnyEvent), hash: claimed };
  } catch {
    return 'not JSON';
  }
  if (event.seq !== seq) return `event ${event.seq} where ${seq} was expected`;
  if (event.prev !== prev) return 'does not follow the line before it';
  if (hash('sha256', body) !== claimed) return 'its text does not match its hash';
  if (!isEvent(event) || (suspicious.test(line) && hasProto(event))) return 'not an event of a run';
  if (seal && mac !== sign(seal, claimed)) return 'not signed with the key of this store';
  return event;
}

/** The shape that everything which reads events relies on. */
function isEvent({ at, type, span, parent, data }: AnyEvent): boolean {
  return (
    typeof at === 'number' &&
    typeof type === 'string' &&
    typeof span === 'string' &&
    (parent === null || typeof parent === 'string') &&
    typeof data === 'object' &&
    data !== null
  );
}

/** A key of this name would reach into every object once somebody assigns it. */
function hasProto(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.hasOwn(value, '__proto__') || Object.values(value).some(hasProto);
}
