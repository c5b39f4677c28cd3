import path from 'node:path';
import { proveRun } from '../factory/proof';
import { FactoryError } from '../shared/errors';
import { reduce } from '../shared/reduce';
import { shownEvent } from '../shared/shownVerdicts';
import { visibleLine } from '../shared/visible';
import { exportRun, formats } from '../trace/export/formats';
import { readJournal } from '../trace/tail';
import { findRun } from '../workspace/store';
import { readStoreKey } from '../workspace/storeKey';
import { one, readWords, storeOf, text } from './options';

const traceUsage = `dark-factory trace RUN [--format ${formats.join('|')}] [--store DIR]`;

/** `trace RUN`: the run on standard output, in a format other tools open. */
export async function traceCommand(args: string[]): Promise<number> {
  const words = readWords(args, { format: { type: 'string' }, store: { type: 'string' } }, traceUsage);
  const given = text(words, 'format') ?? 'json';
  const format = formats.find((name) => name === given);
  if (!format) {
    throw new FactoryError('bad-input', `--format ${given} is not known.`, { hint: `Usage: ${traceUsage}` });
  }
  const run = await findRun(storeOf(words), one(words, 'run', traceUsage));
  const events = await readJournal(path.join(run.dir, 'journal.jsonl'));
  const state = reduce(events);
  process.stdout.write(
    exportRun(
      events.map((event) => shownEvent(state, event)),
      format,
    ),
  );
  return 0;
}

/** `verify RUN`: whether the record and the evidence are what they were; exit code 1 when not. */
export async function verifyCommand(args: string[]): Promise<number> {
  const usage = 'dark-factory verify RUN [--store DIR]';
  const words = readWords(args, { store: { type: 'string' } }, usage);
  const root = storeOf(words);
  const run = await findRun(root, one(words, 'run', usage));
  const checks = await proveRun(run.dir, await readStoreKey(root));
  for (const { name, ok, detail } of checks) {
    const mark = ok === null ? '·' : ok ? '✓' : '✗';
    process.stdout.write(`${mark} ${name}: ${visibleLine(detail)}\n`);
  }
  return checks.some((check) => check.ok === false) ? 1 : 0;
}
