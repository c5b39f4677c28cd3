import { createHash } from 'node:crypto';
import { FactoryError } from '../shared/errors';
import type { AnyEvent } from '../shared/events';

/** `prev` of the first event of a chain. */
export const firstPrev = '0'.repeat(64);

/**
 * The events in a journal's bytes. Each hash is SHA-256 over its line without the hash itself; the line
 * names the hash before it. A last line that was torn by a crash is left out.
 * @returns the events and how many bytes they take.
 * @throws FactoryError naming the first line that is damaged, missing or out of order.
 */
export function parseLines(
  bytes: Buffer,
  file: string,
  from: { seq: number; prev: string } = { seq: 0, prev: firstPrev },
): { events: AnyEvent[]; bytes: number } {
  const events: AnyEvent[] = [];
  let { seq, prev } = from;
  let start = 0;
  for (let end = bytes.indexOf(10); end >= 0; start = end + 1, end = bytes.indexOf(10, start)) {
    const event = parseLine(bytes.toString('utf8', start, end), seq, prev);
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

/** One event, or what is wrong with its line. */
function parseLine(line: string, seq: number, prev: string): AnyEvent | string {
  const cut = line.lastIndexOf(',"hash":"');
  if (cut < 0) return 'not an event';
  let event: AnyEvent;
  try {
    event = JSON.parse(line) as AnyEvent;
  } catch {
    return 'not JSON';
  }
  if (event.seq !== seq) return `event ${event.seq} where ${seq} was expected`;
  if (event.prev !== prev) return 'does not follow the line before it';
  const hash = createHash('sha256')
    .update(`${line.slice(0, cut)}}`)
    .digest('hex');
  if (event.hash !== hash) return 'its text does not match its hash';
  return event;
}
