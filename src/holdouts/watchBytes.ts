import { setImmediate as turn } from 'node:timers/promises';

/**
 * Searching takes about 50 ms for each MiB, more where somebody makes it hard. Where nothing else can happen meanwhile,
 * only the beginning and the end of what is larger are searched in full.
 */
export const mostAtOnce = 2 * 1024 * 1024;

/** What is searched in full at once: everything, or the first and the last half of what may be. */
export function partsAtOnce(bytes: Buffer): Buffer[] {
  if (bytes.length <= mostAtOnce) return [bytes];
  return [bytes.subarray(0, mostAtOnce / 2), bytes.subarray(-mostAtOnce / 2)];
}

/** Parts of `size` bytes; each begins with the last `overlap` bytes of the one before it. */
export function* partsOf(bytes: Buffer, size: number, overlap: number): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += size - overlap) {
    yield bytes.subarray(at, at + size);
    if (at + size >= bytes.length) return;
  }
}

/** The bytes of a text as UTF-8; bytes are not copied. */
export function bytesOf(data: string | Uint8Array): Buffer {
  return typeof data === 'string'
    ? Buffer.from(data)
    : Buffer.from(data.buffer, data.byteOffset, data.length);
}

/** Work that pauses where others may have their turn. */
export type Paused<T> = Generator<undefined, T>;

/** Does it without a pause. */
export function atOnce<T>(work: Paused<T>): T {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}

/** Does it, and lets others have their turn at each pause. */
export async function inTurns<T>(work: Paused<T>): Promise<T> {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
    await turn();
  }
}
