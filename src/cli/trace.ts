import path from 'node:path';
import { FactoryError } from '../shared/errors';
import { exportRun, formats } from '../trace/export/formats';
import { readJournal } from '../trace/tail';
import { verifyRun } from '../trace/verify';
import { findRun } from '../workspace/store';
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
  process.stdout.write(exportRun(await readJournal(path.join(run.dir, 'journal.jsonl')), format));
  return 0;
}

/** `verify RUN`: whether the record and the evidence are what they were; exit code 1 when not. */
export async function verifyCommand(args: string[]): Promise<number> {
  const usage = 'dark-factory verify RUN [--store DIR]';
  const words = readWords(args, { store: { type: 'string' } }, usage);
  const run = await findRun(storeOf(words), one(words, 'run', usage));
  const checks = await verifyRun(run.dir);
  for (const { name, ok, detail } of checks) process.stdout.write(`${ok ? '✓' : '✗'} ${name}: ${detail}\n`);
  return checks.every((check) => check.ok) ? 0 : 1;
}
