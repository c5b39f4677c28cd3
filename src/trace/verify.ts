import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { messageOf } from '../shared/errors';
import type { AnyEvent, Text } from '../shared/events';
import { readOwn, readText } from './journal';
import type { Seal } from './seal';
import { readJournal } from './tail';

/** One thing that was checked about a run's record; `ok` is null when it could not be. */
export interface Check {
  name: string;
  ok: boolean | null;
  detail: string;
}

export function failing(name: string, error: unknown): Check {
  return { name, ok: false, detail: messageOf(error) };
}

/**
 * Checks the chain of a run's journal, its signatures and anchor, its blobs and the report's digest. Never throws for
 * what it finds.
 * @param seal absent where the key of the store is not at hand
 */
export async function verifyRun(dir: string, seal?: Seal): Promise<Check[]> {
  const file = path.join(dir, 'journal.jsonl');
  let events: AnyEvent[];
  try {
    events = await readJournal(file);
  } catch (error) {
    return [failing('chain', error)];
  }
  const head = events.at(-1)?.hash ?? 'none';
  return [
    { name: 'chain', ok: events.length > 0, detail: `${events.length} events, head ${head}` },
    checkSeal(file, seal),
    checkBlobs(dir, events),
    ...events.flatMap((event) => (event.type === 'deliver.report' ? [checkReport(dir, event.data)] : [])),
  ];
}

function checkSeal(file: string, seal: Seal | undefined): Check {
  const name = 'anchor';
  if (!seal)
    return { name, ok: null, detail: 'the key that signs the runs of this store is not at hand here' };
  try {
    readOwn(file, seal);
    return { name, ok: true, detail: 'every line is signed by this store, and none is missing at the end' };
  } catch (error) {
    return failing(name, error);
  }
}

function checkBlobs(dir: string, events: readonly AnyEvent[]): Check {
  const texts = events.flatMap((event) => Object.values(event.data).filter(isBlob));
  try {
    for (const text of texts) readText(dir, text);
  } catch (error) {
    return failing('blobs', error);
  }
  return { name: 'blobs', ok: true, detail: `${texts.length} payloads are what their digests say` };
}

function isBlob(value: unknown): value is Text {
  return typeof value === 'object' && value !== null && 'blob' in value && 'bytes' in value;
}

function checkReport(dir: string, { file, digest }: { file: string; digest: string }): Check {
  try {
    const found = createHash('sha256')
      .update(fs.readFileSync(path.join(dir, path.basename(file))))
      .digest('hex');
    const ok = found === digest;
    return {
      name: 'report',
      ok,
      detail: ok ? `${file} is the one that was delivered` : `${file} was changed`,
    };
  } catch (error) {
    return failing('report', error);
  }
}
