import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, rmSync, unlinkSync } from 'node:fs';
import { Socket } from 'node:net';
import path from 'node:path';
import { temporaryFolder } from './temporary';

/** One end for a child, as a descriptor to close after the start, and one for us. */
export interface Pipe {
  theirs: number;
  ours: Socket;
}

/** Enough for some twenty commands, made by one process. */
const batch = 48;
const spare: string[] = [];
let folder: string | undefined;

/** A pipe that a child writes and we read. */
export function outputPipe(): Pipe {
  return makePipe((name) => {
    const ours = openSync(name, constants.O_RDONLY | constants.O_NONBLOCK);
    return { theirs: openSync(name, constants.O_WRONLY), ours };
  }, 'readable');
}

/** A pipe that we write and a child reads. */
export function inputPipe(): Pipe {
  return makePipe((name) => {
    // Opening either end alone would wait for the other.
    const both = openSync(name, constants.O_RDWR);
    const theirs = openSync(name, constants.O_RDONLY);
    const ours = openSync(name, constants.O_WRONLY | constants.O_NONBLOCK);
    closeSync(both);
    return { theirs, ours };
  }, 'writable');
}

/**
 * Node's own `pipe` gives children sockets, which cannot be opened again: `> /dev/stderr` and `cat /dev/stdin` would
 * fail in every script. A named pipe whose name is removed at once is a real one.
 */
function makePipe(
  open: (name: string) => { theirs: number; ours: number },
  side: 'readable' | 'writable',
): Pipe {
  const name = spare.pop() ?? refill();
  const { theirs, ours: fd } = open(name);
  unlinkSync(name);
  const ours = new Socket({ fd, readable: side === 'readable', writable: side === 'writable' });
  // The end of input is the end of the descriptor; a pipe has no half to shut.
  ours.once('finish', () => ours.destroy());
  return { theirs, ours };
}

function refill(): string {
  folder ??= makeFolder();
  const first = path.join(folder, 'pipe');
  const names = [first, ...Array.from({ length: batch - 1 }, (_, at) => `${first}${at}`)];
  execFileSync('/usr/bin/mkfifo', ['-m', '600', ...names], { env: {} });
  spare.push(...names.slice(1));
  return first;
}

function makeFolder(): string {
  const made = temporaryFolder();
  process.once('exit', () => rmSync(made, { recursive: true, force: true }));
  return made;
}
