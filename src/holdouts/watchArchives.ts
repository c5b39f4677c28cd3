import { constants, inflateRawSync } from 'node:zlib';

/** What compressed parts of a text hold. */
export interface Unpacked {
  contents: Buffer[];
  /** Something was too large to be looked into. */
  unread: boolean;
}

/** Limits of one text together, so that nothing small can keep the process busy. */
const mostInflated = 16 * 1024 * 1024;
const mostEncoded = 16 * 1024 * 1024;

const gzipStart = Buffer.from([0x1f, 0x8b, 0x08]);
const zipStart = Buffer.from('PK\x03\x04');
/** Beginnings of gzip, zip and zlib data as base64 and of gzip as hex, with more behind them than a word has. */
const encodedStart =
  /(?:H4sI|UEsDB|eJ[w-z]|eN[o-r]|eA[E-H]|eF[4-7])[A-Za-z0-9+/_-]{16}|1[fF]8[bB]08[0-9a-fA-F]{16}/g;
/** Less than this holds nothing worth looking for. */
const shortestArchive = 30;
/** How far such a text may go, broken into lines or strings. */
const encodedRun = /[\w+/\-\s"',\\]*/y;

/** Inflates what is compressed anywhere in the bytes (a zlib stream only at their start), or encoded as text in them. */
export function unpack(bytes: Buffer): Unpacked {
  const found: Unpacked = { contents: [], unread: false };
  let room = mostInflated;
  const inflate = (archive: Buffer): void => {
    const start = dataStart(archive);
    if (start === null || start >= archive.length) return;
    try {
      const limits = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: room };
      const content = inflateRawSync(archive.subarray(start), limits);
      room = Math.max(1, room - content.length);
      found.contents.push(content);
    } catch (error) {
      // Anything else only looked like an archive.
      if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') found.unread = true;
    }
  };
  for (const start of [gzipStart, zipStart]) {
    for (let at = bytes.indexOf(start); at >= 0; at = bytes.indexOf(start, at + 1)) {
      inflate(bytes.subarray(at));
    }
  }
  if (isZlib(bytes)) inflate(bytes);
  const text = bytes.toString('latin1');
  let encoded = 0;
  for (const { index } of text.matchAll(encodedStart)) {
    encodedRun.lastIndex = index;
    const run = encodedRun.exec(text)?.[0] ?? '';
    encoded += run.length;
    if (encoded > mostEncoded) return { ...found, unread: true };
    const whole = run.replace(/\\[nrt]|[^\w+/-]/g, '');
    inflate(Buffer.from(whole, /^1f/i.test(whole) ? 'hex' : 'base64'));
  }
  return found;
}

/** Where the compressed data of an archive begins; null when it is none. What follows its end does no harm. */
function dataStart(archive: Buffer): number | null {
  if (isZlib(archive)) return 2;
  if (archive.length < shortestArchive) return null;
  if (archive.subarray(0, 3).equals(gzipStart)) return gzipDataStart(archive);
  const isDeflated = archive.subarray(0, 4).equals(zipStart) && archive.readUInt16LE(8) === 8;
  return isDeflated ? 30 + archive.readUInt16LE(26) + archive.readUInt16LE(28) : null;
}

/** RFC 1952: ten bytes, then what the flags announce. */
function gzipDataStart(archive: Buffer): number {
  const flags = archive[3]!;
  let at = 10;
  if (flags & 4) at += 2 + archive.readUInt16LE(at);
  for (const named of [8, 16]) if (flags & named) at = archive.indexOf(0, at) + 1 || archive.length;
  return flags & 2 ? at + 2 : at;
}

function isZlib(bytes: Buffer): boolean {
  return bytes.length > 2 && bytes[0] === 0x78 && bytes.readUInt16BE(0) % 31 === 0;
}
