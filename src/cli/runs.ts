import path from 'node:path';
import { requestCancel } from '../factory/cancel';
import { FactoryError } from '../shared/errors';
import type { RunState } from '../shared/runState';
import { reduce } from '../shared/reduce';
import { visibleLine } from '../shared/visible';
import { readJournal } from '../trace/tail';
import { lockHolder } from '../workspace/lock';
import { findRun, listRuns } from '../workspace/store';
import { one, readWords, storeOf } from './options';

const options = { store: { type: 'string' }, json: { type: 'boolean' } } as const;

/** One word for where a run stands. */
function standing(state: RunState, alive: boolean): string {
  if (alive) return 'running';
  if (state.outcome) return state.outcome.outcome;
  return state.gate ? 'needs-human' : 'interrupted';
}

/** Undefined for a damaged record, which must not hide the other runs; `verify` says what is wrong with it. */
async function stateOf(dir: string): Promise<RunState | undefined> {
  try {
    return reduce(await readJournal(path.join(dir, 'journal.jsonl')));
  } catch (error) {
    if (error instanceof FactoryError) return undefined;
    throw error;
  }
}

/** `runs`: what ran, newest first. */
export async function runsCommand(args: string[]): Promise<number> {
  const words = readWords(args, options, 'dark-factory runs [--store DIR] [--json]');
  const runs = await listRuns(storeOf(words));
  const lines = await Promise.all(
    runs.map(async (run) => {
      const state = await stateOf(run.dir);
      const alive = (await lockHolder(run.dir)) !== undefined;
      const createdAt = state?.header?.createdAt ?? run.createdAt;
      return {
        run: run.id,
        spec: state?.header?.spec.path ?? '',
        state: state ? standing(state, alive) : 'damaged',
        createdAt,
        usd: state?.spend.usd ?? 0,
      };
    }),
  );
  lines.sort((a, b) => b.createdAt - a.createdAt);
  if (words.values['json'] === true) {
    for (const line of lines) process.stdout.write(`${JSON.stringify(line)}\n`);
    return 0;
  }
  for (const { run, state, spec, createdAt, usd } of lines) {
    const when = new Date(createdAt).toISOString().slice(0, 16).replace('T', ' ');
    process.stdout.write(`${run}  ${when}  ${state.padEnd(11)}  $${usd.toFixed(2)}  ${visibleLine(spec)}\n`);
  }
  if (lines.length === 0) process.stdout.write('No runs yet.\n');
  return 0;
}

/** `cancel RUN`: ends a run of another process and waits until it is over. */
export async function cancelCommand(args: string[]): Promise<number> {
  const usage = 'dark-factory cancel RUN [--store DIR]';
  const words = readWords(args, { store: options.store }, usage);
  const run = await findRun(storeOf(words), one(words, 'run', usage));
  await requestCancel(run.dir);
  process.stdout.write(`Run ${run.id} is cancelled.\n`);
  return 0;
}
