import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { link, readFile, rename, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { FactoryError } from '../shared/errors';
import { atomicWrite, codeOf, fileError } from './files';

/** The process that writes a run. */
export interface LockHolder {
  pid: number;
  host: string;
  /** Names this process among all that ever had the pid: boot and start time. */
  started: string;
  /** Milliseconds since the epoch when the lock was taken. */
  at: number;
}

/** The right to write a run. */
export interface RunLock {
  release(): Promise<void>;
}

const lockName = 'lock';

/**
 * Makes this process the only writer of a run until the lock is released. A dead process's lock is taken over;
 * a living one's is a {@link FactoryError} that names it.
 */
export async function acquireRunLock(dir: string): Promise<RunLock> {
  const file = path.join(dir, lockName);
  const mine = JSON.stringify(await describeSelf());
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  await atomicWrite(draft, mine);
  try {
    await take(file, draft, mine);
  } finally {
    await rm(draft, { force: true });
  }
  return { release: () => release(file, mine) };
}

/**
 * The living process that writes a run; undefined when there is none. A run that is not finished and has no such
 * process was interrupted.
 */
export async function lockHolder(dir: string): Promise<LockHolder | undefined> {
  const held = await readLock(path.join(dir, lockName));
  return held && (await isAlive(held.holder)) ? held.holder : undefined;
}

/**
 * Links the draft to the lock's name, which only one process can do. To replace a dead process's lock one must hold
 * the lock on that (`lock.next`), and look again once one does: two that saw the same dead holder can not both win.
 */
async function take(file: string, draft: string, mine: string): Promise<void> {
  if (await linkIfFree(draft, file)) return;
  const held = await readLock(file);
  if (!held) return take(file, draft, mine);
  if (await isAlive(held.holder)) throw taken(file, held.holder);
  const succession = `${file}.next`;
  await take(succession, draft, mine);
  try {
    if ((await readLock(file))?.text !== held.text) return await take(file, draft, mine);
    const copy = `${draft}.copy`;
    await atomicWrite(copy, mine);
    await rename(copy, file);
  } finally {
    await release(succession, mine);
  }
}

async function linkIfFree(draft: string, file: string): Promise<boolean> {
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw fileError(error, file);
  }
}

async function release(file: string, mine: string): Promise<void> {
  if ((await readLock(file))?.text === mine) await rm(file, { force: true });
}

async function readLock(file: string): Promise<{ text: string; holder: LockHolder } | null> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw fileError(error, file);
  }
  const holder = parseHolder(text);
  if (holder) return { text, holder };
  throw new FactoryError('failed', `The lock file ${file} can not be read.`, {
    hint: 'Make sure that no other window or terminal runs this run, then delete the file.',
  });
}

function parseHolder(text: string): LockHolder | null {
  try {
    const { pid, host, started, at } = JSON.parse(text) as Partial<LockHolder>;
    const valid = typeof pid === 'number' && typeof at === 'number';
    return valid && typeof host === 'string' && typeof started === 'string'
      ? { pid, host, started, at }
      : null;
  } catch {
    return null;
  }
}

function taken(file: string, holder: LockHolder): FactoryError {
  const since = new Date(holder.at).toISOString();
  return new FactoryError(
    'bad-input',
    `The run in ${path.dirname(file)} is already being worked on by process ${holder.pid} on ${holder.host}, since ${since}.`,
    {
      hint:
        holder.host === hostname()
          ? 'Wait for it to end, or cancel it there; watching it needs no lock.'
          : `Cancel it on ${holder.host}; if that machine is gone, delete ${file}.`,
    },
  );
}

async function describeSelf(): Promise<LockHolder> {
  return { pid: process.pid, host: hostname(), started: (await startOf(process.pid)) ?? '', at: Date.now() };
}

/** Another machine's processes can not be seen, so they count as alive. */
async function isAlive(holder: LockHolder): Promise<boolean> {
  return holder.host !== hostname() || (await startOf(holder.pid)) === holder.started;
}

/** What tells this process from others with its pid; null when there is none or it has ended. */
async function startOf(pid: number): Promise<string | null> {
  return process.platform === 'linux' ? startFromProc(pid) : startFromPs(pid);
}

async function startFromProc(pid: number): Promise<string | null> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    const boot = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
    // The second field is the program's name in parentheses and may hold anything; fields 3 and 22 follow it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ended = fields[0] === 'Z' || fields[0] === 'X';
    return ended ? null : `${boot} ${fields[19]}`;
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ESRCH') return null;
    throw fileError(error, `/proc/${pid}/stat`);
  }
}

async function startFromPs(pid: number): Promise<string | null> {
  try {
    const { stdout } = await promisify(execFile)('ps', ['-o', 'lstart=', '-p', String(pid)]);
    return stdout.trim() || null;
  } catch {
    // ps answers with status 1 when there is no such process.
    return null;
  }
}
