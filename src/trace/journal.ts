import { hash as hashOf } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { FactoryError, messageOf } from '../shared/errors';
import type { AnyEvent, EventData, EventType, Text } from '../shared/events';
import { firstPrev, parseLines } from './chain';
import { checkAnchor, openAnchor, readAnchor, type Seal, sign } from './seal';

const fdatasync = promisify(fs.fdatasync);

/** Payloads up to this many bytes stay in their event; longer ones become a blob. */
const inlineBytes = 8 * 1024;
/** How much of a blob's text the event itself shows. */
const previewCharacters = 400;

/** Where an event belongs on the timeline; spans are 16 hex digits. */
export interface Scope {
  span: string;
  parent: string | null;
}

/** The append-only, hash-chained record of one run. Only the holder of the run's lock opens one. */
export interface Journal {
  /** Everything appended so far, oldest first. */
  readonly events: readonly AnyEvent[];
  /** Hash of the last event. */
  readonly head: string;
  /** Writes one event before it returns, so that a killed process loses nothing; `flush` makes it survive the machine. */
  append<T extends EventType>(type: T, data: EventData[T], scope: Scope): AnyEvent;
  /** Calls `listener` with everything appended so far, and then with each event as it is appended. */
  follow(listener: (events: readonly AnyEvent[]) => void): void;
  /** Resolves when everything appended so far is on disk. Calls share one sync. */
  flush(): Promise<void>;
  /** Keeps a payload: inline when short, else in `blobs/<sha256>`. */
  keep(text: string): Text;
  /** The whole text of a payload. */
  read(text: Text): string;
  close(): Promise<void>;
}

function writeFailure(file: string, error: unknown): FactoryError {
  const full = (error as NodeJS.ErrnoException).code === 'ENOSPC';
  return new FactoryError(
    'failed',
    full
      ? `The disk is full: ${file} could not be written.`
      : `${file} could not be written: ${messageOf(error)}`,
    {
      hint: 'Nothing written so far is lost. Make room or mend the permission, then resume the run.',
      cause: error,
    },
  );
}

/** SHA-256 of a text, in hex. */
function digestOf(text: string): string {
  return hashOf('sha256', text);
}

/** Anything else would lead out of the folder. */
const blobName = /^[0-9a-f]{64}$/;

/** Shorter ones are placeholders of endpoints that want no key, and may be any word. */
const shortestSecret = 12;

function without(secrets: readonly string[], text: string): string {
  return secrets
    .filter((secret) => secret.length >= shortestSecret)
    .reduce((left, secret) => left.replaceAll(secret, '[redacted]'), text);
}

function keepText(blobs: string, text: string): Text {
  const bytes = Buffer.byteLength(text);
  if (bytes <= inlineBytes) return { text, bytes };
  const blob = digestOf(text);
  const file = path.join(blobs, blob);
  if (!fs.existsSync(file)) {
    try {
      fs.mkdirSync(blobs, { recursive: true, mode: 0o700 });
      fs.writeFileSync(`${file}.tmp`, text, { mode: 0o600, flush: true });
      fs.renameSync(`${file}.tmp`, file);
    } catch (error) {
      throw writeFailure(file, error);
    }
  }
  return { text: text.slice(0, previewCharacters), blob, bytes };
}

/**
 * The whole text of a payload that lives in the run folder `dir`.
 * @throws FactoryError when the blob is missing or is not what its name says.
 */
export function readText(dir: string, text: Text): string {
  if (text.blob === undefined) return text.text;
  const file = path.join(dir, 'blobs', blobName.test(text.blob) ? text.blob : 'no-blob');
  const whole = fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '';
  if (digestOf(whole) === text.blob) return whole;
  throw new FactoryError('failed', `${file} is missing or was changed.`, {
    hint: 'The record of this run was tampered with or damaged: start a new run.',
  });
}

function writing(file: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    throw writeFailure(file, error);
  }
}

/** What a journal holds, checked against its seal. @throws FactoryError when it is damaged or not as it was left. */
export function readOwn(file: string, seal: Seal | undefined): { events: AnyEvent[]; bytes: number } {
  const anchor = seal && readAnchor(seal);
  const bytes = fs.existsSync(file) ? fs.readFileSync(file) : Buffer.alloc(0);
  const known = parseLines(bytes, file, undefined, seal);
  if (seal && anchor !== undefined) {
    checkAnchor(
      seal,
      anchor,
      known.events.map(({ hash }) => hash),
      file,
    );
  }
  return known;
}

export interface JournalOptions {
  /** What must never be written, whoever says it: an endpoint may quote the key it refuses. */
  secrets?: readonly string[];
  /** Signs every line and anchors the end; what is there must be signed and anchored already. */
  seal?: Seal;
  /** Shown every event and payload before it is written; what it throws keeps it out. */
  look?: (text: string, what: string) => void;
}

/**
 * Opens `journal.jsonl` of a run folder for appending; a torn last line is cut off.
 * @throws FactoryError when any other line is damaged, or the record is not as it was left.
 */
export function openJournal(dir: string, { secrets = [], seal, look }: JournalOptions = {}): Journal {
  const file = path.join(dir, 'journal.jsonl');
  const known = readOwn(file, seal);
  const events: AnyEvent[] = known.events;
  let size = known.bytes;
  let head = events.at(-1)?.hash ?? firstPrev;
  const anchor = seal && openAnchor(seal);
  const listeners: ((events: readonly AnyEvent[]) => void)[] = [];
  const fd = fs.openSync(file, fs.constants.O_RDWR | fs.constants.O_CREAT, 0o600);
  fs.ftruncateSync(fd, size);
  let dirty = false;
  let syncing: Promise<void> | undefined;
  let closed = false;

  function write(line: Buffer): void {
    try {
      let done = 0;
      while (done < line.length) done += fs.writeSync(fd, line, done, line.length - done, size + done);
      size += line.length;
      dirty = true;
    } catch (error) {
      fs.ftruncateSync(fd, size);
      throw writeFailure(file, error);
    }
  }

  async function sync(): Promise<void> {
    while (dirty) {
      dirty = false;
      const { length } = events;
      const reached = head;
      await fdatasync(fd);
      // Not before: an anchor must never know more than the disk does.
      if (anchor) writing(seal.anchor, () => anchor.write(length, reached));
    }
    syncing = undefined;
  }

  function flush(): Promise<void> {
    if (!dirty) return syncing ?? Promise.resolve();
    syncing ??= sync();
    return syncing;
  }

  return {
    events,
    get head() {
      return head;
    },
    append(type, data, scope) {
      if (closed) throw new Error(`journal closed before ${type}`);
      // Before the place in the chain is known: what it finds may be an event of its own.
      look?.(JSON.stringify(data), type);
      const body = {
        seq: events.length,
        at: Date.now(),
        type,
        span: scope.span,
        parent: scope.parent,
        data,
        prev: head,
      };
      const said = JSON.stringify(body);
      const text = without(secrets, said);
      const hash = digestOf(text);
      const mac = seal ? `,"mac":"${sign(seal, hash)}"` : '';
      write(Buffer.from(`${text.slice(0, -1)},"hash":"${hash}"${mac}}\n`));
      const event = { ...(text === said ? body : (JSON.parse(text) as object)), hash } as AnyEvent;
      events.push(event);
      head = hash;
      for (const listener of listeners) listener([event]);
      return event;
    },
    follow(listener) {
      listener(events);
      listeners.push(listener);
    },
    flush,
    keep(text) {
      look?.(text, 'payload');
      return keepText(path.join(dir, 'blobs'), without(secrets, text));
    },
    read: (text) => readText(dir, text),
    async close() {
      if (closed) return;
      closed = true;
      try {
        // One that is under way writes the anchor when it is done, and descriptors are given out again.
        await flush();
      } finally {
        fs.closeSync(fd);
        anchor?.close();
      }
    },
  };
}
