import { constants, type InflateRaw, inflateRawSync } from 'node:zlib';

/** What one search may still spend on compressed parts, however many there are and however deep they lie. */
export interface Budget {
  /** Places that look like the beginning of an archive. */
  tries: number;
  /** Compressed bytes, and characters that they are decoded from. */
  read: number;
  /** Bytes that come of them. */
  inflated: number;
}

/** For a search that nothing else can happen beside: spending all of it takes about 150 ms. */
export function smallBudget(): Budget {
  return { tries: 1024, read: 4 * 1024 * 1024, inflated: 1024 * 1024 };
}

/** For a search that gives others their turns: spending all of it takes some seconds. */
export function fullBudget(): Budget {
  return { tries: 64 * 1024, read: 64 * 1024 * 1024, inflated: 32 * 1024 * 1024 };
}

const gzipStart = Buffer.from([0x1f, 0x8b, 0x08]);
const zipStart = Buffer.from('PK\x03\x04');
/** Beginnings of gzip, zip and zlib data as base64 and of gzip as hex, with more behind them than a word has. */
const encodedStart =
  /(?:H4sI|UEsDB|eJ[w-z]|eN[o-r]|eA[E-H]|eF[4-7])[A-Za-z0-9+/_-]{16}|1[fF]8[bB]08[0-9a-fA-F]{16}/g;
/** Longer than any of them. */
const longestStart = 32;
/** Less than this holds nothing worth looking for. */
const shortestArchive = 30;
/** How far such a text may go, broken into lines or strings. */
const encodedRun = /[\w+/\-\s"',\\]*/y;

/** Names in it may be long, but looking for their end must not take long. */
const longestHeader = 64 * 1024;
/** So much of it tells an archive from what only begins like one. */
const telling = { bytes: 1024, characters: 2048 };

/** So much is looked through for beginnings of archives between two pauses. */
const windowBytes = 1024 * 1024;

/**
 * Inflates what is compressed anywhere in the bytes (a zlib stream only at their start), or encoded as text in them.
 * 'unread' when something was not looked into, as the budget was spent; 'pause' where others may have their turn.
 */
export function* contentsIn(bytes: Buffer, budget: Budget): Generator<Buffer | 'unread' | 'pause'> {
  for (let from = 0; from < bytes.length; from += windowBytes) {
    for (const archive of archivesIn(bytes, from, budget)) {
      if (isSpent(budget)) break;
      budget.tries -= 1;
      const content = inflate(archive, budget);
      if (content) yield content;
    }
    if (isSpent(budget)) {
      yield 'unread';
      return;
    }
    yield 'pause';
  }
}

const isSpent = (budget: Budget): boolean => Object.values(budget).some((left: number) => left <= 0);

/** What begins like an archive within one window, up to the end of the bytes or of the text that it is encoded as. */
function* archivesIn(bytes: Buffer, from: number, budget: Budget): Generator<Buffer> {
  // Beginnings that the end of the window cuts through.
  const window = bytes.subarray(from, from + windowBytes + longestStart);
  for (const start of [gzipStart, zipStart]) {
    for (let at = window.indexOf(start); isWithin(at); at = window.indexOf(start, at + 1)) {
      yield bytes.subarray(from + at);
    }
  }
  if (from === 0 && isZlib(bytes)) yield bytes;
  for (const { index } of window.toString('latin1').matchAll(encodedStart)) {
    if (!isWithin(index)) return;
    const textFrom = (length: number) => bytes.toString('latin1', from + index, from + index + length);
    const head = decoded(textFrom(telling.characters));
    // Decoding each run to its end would take long where one run has many beginnings.
    const run = deflatedStart(head) === null ? '' : textFrom(budget.read);
    budget.read -= run.length;
    yield run ? decoded(run) : head;
  }
}

const isWithin = (at: number): boolean => at >= 0 && at < windowBytes;

function decoded(text: string): Buffer {
  encodedRun.lastIndex = 0;
  const run = (encodedRun.exec(text)?.[0] ?? '').replace(/\\[nrt]|[^\w+/-]/g, '');
  return Buffer.from(run, /^1f/i.test(run) ? 'hex' : 'base64');
}

/** Inflates an archive; null when it only looks like one, or when more comes of it than may. */
function inflate(archive: Buffer, budget: Budget): Buffer | null {
  const start = deflatedStart(archive);
  if (start === null) return null;
  const data = archive.subarray(start, start + budget.read);
  try {
    const { buffer, engine } = inflateRawSync(data, {
      finishFlush: constants.Z_SYNC_FLUSH,
      maxOutputLength: budget.inflated,
      info: true,
    }) as unknown as { buffer: Buffer; engine: InflateRaw };
    budget.read -= engine.bytesWritten;
    budget.inflated -= buffer.length;
    return buffer;
  } catch (error) {
    budget.read -= data.length;
    if (isTooLarge(error)) budget.inflated = 0;
    return null;
  }
}

function isTooLarge(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
}

/** Where the data of an archive begins; null when what is there cannot be inflated. */
function deflatedStart(archive: Buffer): number | null {
  const start = dataStart(archive.subarray(0, longestHeader));
  if (start === null || start >= archive.length) return null;
  try {
    const limits = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: telling.bytes };
    inflateRawSync(archive.subarray(start, start + telling.bytes), limits);
    return start;
  } catch (error) {
    return isTooLarge(error) ? start : null;
  }
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
