import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { FactoryError } from '../shared/errors';
import { abandoned, ownerName } from './temporary';

/** Processes and threads that one pod may have at a time. */
export const maxProcesses = 1024;

/** Names of groups hold the id of the process that made them. */
const groupPrefix = 'dark-factory-';

/** argv prefix inside: limits that the kernel counts for this sandbox alone, because it has its own user namespace. */
export function limitPrefix(prlimit: string, fileBytes: number): string[] {
  // Address space is no measure of memory (V8 and Go reserve far more than they use); writable private memory is.
  const memory = Math.floor(totalmem() / 2);
  return [prlimit, `--nproc=${maxProcesses}`, `--data=${memory}`, `--fsize=${fileBytes}`, '--core=0', '--'];
}

/** A control group that bounds processes where the kernel exempts them from the limit above. */
export interface ProcessGroup {
  dir: string;
  /** Waits for the last process in it. @throws FactoryError `failed` when one does not go. */
  remove(): Promise<void>;
}

/**
 * The kernel never applies the process limit to the host's root, so root's pods get a control group.
 * @returns null for ordinary users, who need none, and where control groups are read-only; `doctor` tells.
 */
export function openProcessGroup(name: string): ProcessGroup | null {
  if (process.getuid?.() !== 0) return null;
  const dir = path.join(groupParent(), `${groupPrefix}${ownerName()}${name}`);
  try {
    mkdirSync(dir);
    writeFileSync(path.join(dir, 'pids.max'), String(maxProcesses));
  } catch {
    return null;
  }
  return { dir, remove: () => removeWhenEmpty(dir) };
}

/**
 * Removes the groups of processes that were killed before they could, with whatever is left in them. A group that does
 * not go, because a process in it waits for a disk for example, is left: it is no reason against a new pod.
 */
export async function sweepProcessGroups(): Promise<void> {
  const parent = groupParent();
  if (process.getuid?.() !== 0 || !existsSync(parent)) return;
  await Promise.allSettled(abandoned(parent, groupPrefix).map((name) => sweep(path.join(parent, name))));
}

async function sweep(dir: string) {
  unlessGone(() => {
    const left = readFileSync(path.join(dir, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean);
    for (const pid of left) unlessGone(() => process.kill(Number(pid), 'SIGKILL'));
  });
  await removeWhenEmpty(dir);
}

/** Another factory may be sweeping too, and processes end by themselves. */
function unlessGone(act: () => void) {
  try {
    act();
  } catch (error) {
    if (!['ENOENT', 'ENODEV', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

async function removeWhenEmpty(dir: string) {
  const deadline = performance.now() + 2000;
  for (;;) {
    try {
      unlessGone(() => rmdirSync(dir));
      return;
    } catch (cause) {
      if (performance.now() > deadline)
        throw new FactoryError('failed', `Processes of a closed pod are still in ${dir}.`, {
          hint: 'End the processes listed in its cgroup.procs, then remove the folder.',
          cause,
        });
    }
    await sleep(5);
  }
}

/** Where groups with a process limit can be made: below our own with version 1, at the top with version 2. */
function groupParent(): string {
  const own = readFileSync('/proc/self/cgroup', 'utf8');
  const legacy = /^\d+:(?:[^:]*,)?pids(?:,[^:]*)?:(.*)$/m.exec(own)?.[1];
  return legacy === undefined ? '/sys/fs/cgroup' : path.join('/sys/fs/cgroup/pids', legacy);
}

/**
 * argv prefix outside: enters the group, and offers the sandbox to the kernel first when memory runs out, so that a
 * bomb never takes the editor with it.
 */
export function confinePrefix(group: ProcessGroup | null): string[] {
  const script =
    'echo 1000 >/proc/self/oom_score_adj; [ -z "$0" ] || echo 0 >"$0/cgroup.procs" || exit 1; exec "$@"';
  return ['/bin/sh', '-c', script, group?.dir ?? ''];
}
