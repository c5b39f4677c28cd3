import { createHash, hash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { FactoryError } from '../shared/errors';

/**
 * What makes the record of a run one's own: a key that signs every line, and an anchor outside of the run's folder
 * that says how far the record went. Without the key no line can be forged; without the anchor's place no line that
 * was on the disk can be taken away.
 */
export interface Seal {
  /** 32 bytes, for this run alone. */
  key: Uint8Array;
  /** The anchor's file. */
  anchor: string;
}

/** How far a record went when it was last on the disk. */
interface Anchor {
  count: number;
  head: string;
}

/** SHA-256 works on blocks of this many bytes. */
const blockBytes = 64;
/** Keys with HMAC's inner and outer padding; making them is most of the work. */
const pads = new WeakMap<Uint8Array, { inner: Uint8Array; outer: Uint8Array }>();

function padsOf(key: Uint8Array): { inner: Uint8Array; outer: Uint8Array } {
  const known = pads.get(key);
  if (known) return known;
  const padded = Buffer.concat([key, Buffer.alloc(blockBytes - key.length)]);
  const made = { inner: padded.map((byte) => byte ^ 0x36), outer: padded.map((byte) => byte ^ 0x5c) };
  pads.set(key, made);
  return made;
}

/**
 * HMAC-SHA-256 (RFC 2104) of a SHA-256 digest (hex), cut to 32 hex digits. Node's own HMAC object takes ten times as
 * long to set up as both hashes take, and every event is signed.
 */
export function sign({ key }: Pick<Seal, 'key'>, digest: string): string {
  const { inner, outer } = padsOf(key);
  const first = hash('sha256', Buffer.concat([inner, Buffer.from(digest, 'hex')]), 'buffer');
  return hash('sha256', Buffer.concat([outer, first])).slice(0, 32);
}

/** Anchors are written in place: one sector, so that a crash leaves the old one or the new one. */
const anchorBytes = 256;

function encode(seal: Seal, { count, head }: Anchor): Buffer {
  const text = JSON.stringify({ count, head, mac: sign(seal, anchored(count, head)) });
  return Buffer.from(`${text.padEnd(anchorBytes - 1)}\n`);
}

function anchored(count: number, head: string): string {
  return createHash('sha256').update(`anchor ${count} ${head}`).digest('hex');
}

/** The place where a journal notes how far it went. */
export interface AnchorFile {
  write(count: number, head: string): void;
  close(): void;
}

/** Opens a run's anchor for writing; a new one says that there is nothing yet, and is on the disk then. */
export function openAnchor(seal: Seal): AnchorFile {
  const folder = path.dirname(seal.anchor);
  const made = fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  const fd = fs.openSync(seal.anchor, fs.constants.O_RDWR | fs.constants.O_CREAT, 0o600);
  const write = (count: number, head: string): void => {
    fs.writeSync(fd, encode(seal, { count, head }), 0, anchorBytes, 0);
  };
  if (fs.fstatSync(fd).size === 0) {
    write(0, '');
    fs.fsyncSync(fd);
    // Where the anchor is lost in a power cut, what is left of the run is taken for a foreign one.
    syncFolders(folder, made === undefined ? folder : path.dirname(made));
  }
  return { write, close: () => fs.closeSync(fd) };
}

/** Has the entries of a folder, and of those above it up to `last`, on the disk. */
function syncFolders(folder: string, last: string): void {
  // Windows has no such call; new files are in the journal of its file system.
  if (process.platform === 'win32') return;
  const fd = fs.openSync(folder, 'r');
  try {
    fs.fsyncSync(fd);
  } finally {
    fs.closeSync(fd);
  }
  if (folder !== last) syncFolders(path.dirname(folder), last);
}

/** The text of an anchor; empty when there is none. */
export function readAnchor({ anchor }: Seal): string {
  return fs.existsSync(anchor) ? fs.readFileSync(anchor, 'utf8') : '';
}

/**
 * Compares a record with its anchor.
 * @param text of the anchor, read before a record that others may be writing
 * @param heads hashes of the events, oldest first
 * @throws FactoryError when the record was cut, is another run's, or has no anchor of ours
 */
export function checkAnchor(seal: Seal, text: string, heads: readonly string[], file: string): void {
  if (text === '' && heads.length === 0) return;
  if (text === '') throw tampered(file, `it has no anchor at ${seal.anchor}`);
  const anchor = parse(text);
  if (!anchor || anchor.mac !== sign(seal, anchored(anchor.count, anchor.head))) {
    throw tampered(file, `its anchor ${seal.anchor} is not signed with the key of this store`);
  }
  const { count, head } = anchor;
  if (heads.length < count) throw tampered(file, `${count - heads.length} lines at its end are missing`);
  if (count > 0 && heads[count - 1] !== head) throw tampered(file, `it is not the one its anchor knows`);
}

function parse(text: string): (Anchor & { mac: string }) | undefined {
  try {
    const { count, head, mac } = JSON.parse(text) as Partial<Anchor & { mac: string }>;
    if (!Number.isSafeInteger(count) || count! < 0) return undefined;
    if (typeof head !== 'string' || typeof mac !== 'string') return undefined;
    return { count: count!, head, mac };
  } catch {
    return undefined;
  }
}

/** A record that is not as this store left it. */
export function tampered(file: string, how: string): FactoryError {
  return new FactoryError('failed', `${file} was tampered with: ${how}.`, {
    hint: 'Nothing of it can be trusted; start a new run.',
  });
}
