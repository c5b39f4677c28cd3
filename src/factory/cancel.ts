import { unwatchFile, type Stats, watchFile } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { FactoryError } from '../shared/errors';
import { lockHolder } from '../workspace/lock';

/** A file rather than a signal: the process may be an extension host with more than this run in it. */
const requestName = 'cancel.request';
const patienceMs = 10_000;
const lookEveryMs = 100;

async function isRunning(dir: string): Promise<boolean> {
  return (await lockHolder(dir)) !== undefined;
}

/** Asks the process that holds a run to end it, and waits until it has. @throws FactoryError when nothing runs. */
export async function requestCancel(dir: string): Promise<void> {
  if (!(await isRunning(dir))) {
    throw new FactoryError('bad-input', `The run in ${dir} is not going on.`, {
      hint: 'Only a running run can be cancelled; see: dark-factory runs',
    });
  }
  const end = Date.now() + patienceMs;
  while (await isRunning(dir)) {
    if (Date.now() > end) {
      throw new FactoryError('failed', `The run in ${dir} did not end within ${patienceMs / 1000} s.`, {
        hint: 'End the process that holds it; the run can be resumed afterwards.',
      });
    }
    // Written again each time: a process that is just starting clears away what was asked of the one before.
    await writeFile(path.join(dir, requestName), '', { mode: 0o600 });
    await sleep(lookEveryMs);
  }
}

/**
 * Calls `cancel` when someone asks for it from now on. It looks instead of being told: one file costs next to
 * nothing, and a machine whose watches are used up can still cancel.
 */
export async function watchForCancel(dir: string, cancel: () => void): Promise<{ close(): Promise<void> }> {
  const file = path.join(dir, requestName);
  await rm(file, { force: true });
  const look = ({ nlink }: Stats): void => {
    if (nlink > 0) cancel();
  };
  watchFile(file, { interval: lookEveryMs, persistent: false }, look);
  return {
    async close() {
      unwatchFile(file, look);
      await rm(file, { force: true });
    },
  };
}
