import { watch } from 'chokidar';
import fs from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import type { AnyEvent } from '../shared/events';
import { firstPrev, parseLines } from './chain';

/** All events of a journal; empty when there is none yet. @throws FactoryError when it is damaged. */
export async function readJournal(file: string): Promise<AnyEvent[]> {
  if (!fs.existsSync(file)) return [];
  return parseLines(await readFile(file), file).events;
}

/** Follows a journal that another process, or this one, is writing. */
export interface Follower {
  /** Resolves when everything that is in the file now was handed on. */
  drain(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Calls `onEvents` with the events so far and then with each batch of new ones, in order and without gaps.
 * `onError` hears of a damaged journal, once; following ends there.
 */
export function followJournal(
  file: string,
  onEvents: (events: AnyEvent[]) => void,
  onError: (error: unknown) => void,
): Follower {
  let offset = 0;
  let next = { seq: 0, prev: firstPrev };
  let queue = Promise.resolve();
  let closed = false;

  async function readNew(): Promise<void> {
    if (closed || !fs.existsSync(file)) return;
    const handle = await open(file);
    try {
      const { size } = await handle.stat();
      if (size <= offset) return;
      const bytes = Buffer.alloc(size - offset);
      await handle.read(bytes, 0, bytes.length, offset);
      const found = parseLines(bytes, file, next);
      offset += found.bytes;
      const last = found.events.at(-1);
      if (!last || closed) return;
      next = { seq: last.seq + 1, prev: last.hash };
      onEvents(found.events);
    } finally {
      await handle.close();
    }
  }

  async function close(): Promise<void> {
    closed = true;
    await watcher.close();
  }

  function readSoon(): void {
    queue = queue.then(readNew).catch(async (error: unknown) => {
      if (closed) return;
      await close();
      onError(error);
    });
  }

  const watcher = watch(file, { ignoreInitial: true, alwaysStat: false });
  watcher.on('add', readSoon).on('change', readSoon).on('ready', readSoon).on('error', onError);
  readSoon();
  return {
    close,
    drain() {
      readSoon();
      return queue;
    },
  };
}
