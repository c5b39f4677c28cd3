import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { messageOf } from '../shared/errors';
import type { AnyEvent, Text } from '../shared/events';
import { readText } from './journal';
import { readJournal } from './tail';

/** One thing that was checked about a run's record. */
export interface Check {
  name: string;
  ok: boolean;
  detail: string;
}

function failing(name: string, error: unknown): Check {
  return { name, ok: false, detail: messageOf(error) };
}

/** Checks the chain of a run's journal, its blobs and the report's digest. Never throws for what it finds. */
export async function verifyRun(dir: string): Promise<Check[]> {
  let events: AnyEvent[];
  try {
    events = await readJournal(path.join(dir, 'journal.jsonl'));
  } catch (error) {
    return [failing('chain', error)];
  }
  const head = events.at(-1)?.hash ?? 'none';
  return [
    { name: 'chain', ok: events.length > 0, detail: `${events.length} events, head ${head}` },
    checkBlobs(dir, events),
    ...events.flatMap((event) => (event.type === 'deliver.report' ? [checkReport(dir, event.data)] : [])),
  ];
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
