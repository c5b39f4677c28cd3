/**
 * Searching takes about 50 ms for each MiB, more where somebody makes it hard, and nothing else happens meanwhile:
 * of what is larger, only the beginning and the end are searched in full.
 */
export const mostInFull = 2 * 1024 * 1024;

/** What is searched in full: everything, or the first and the last half of what may be. */
export function partsInFull(bytes: Buffer): Buffer[] {
  if (bytes.length <= mostInFull) return [bytes];
  return [bytes.subarray(0, mostInFull / 2), bytes.subarray(-mostInFull / 2)];
}

/** The bytes of a text as UTF-8; bytes are not copied. */
export function bytesOf(data: string | Uint8Array): Buffer {
  return typeof data === 'string'
    ? Buffer.from(data)
    : Buffer.from(data.buffer, data.byteOffset, data.length);
}
