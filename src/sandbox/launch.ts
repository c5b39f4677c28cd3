import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { FactoryError, messageOf } from '../shared/errors';
import { encodeOptions, rootFiles } from './profile';

/** What is needed to start one bwrap. */
export interface LaunchRequest {
  /** argv that bwrap's own is appended to: joins the pod's namespaces. */
  join: readonly string[];
  bwrap: string;
  options: readonly string[];
  seccomp: Buffer;
  /** The command inside. */
  argv: readonly string[];
  /** Leaves standard input open for the caller to write. */
  interactive: boolean;
  /** Gives the command a pipe at descriptor 3. */
  report: boolean;
}

/** A started sandbox. */
export interface Launched {
  readonly stdin: Writable | null;
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly report: Readable | null;
  /** Resolves when every process of the sandbox is gone and its output is read. */
  readonly ended: Promise<Ending>;
  /** SIGTERM to the command's process group. */
  terminate(): void;
  /** SIGKILL to everything inside. */
  kill(): void;
}

export interface Ending {
  /** Status of the command; null when it was killed from outside, or when the sandbox could not be built. */
  exit: number | null;
  /** False when bwrap failed before it could start the command; its reason is on standard error. */
  started: boolean;
}

/** Descriptors of bwrap; 3 belongs to the command. Small files of the root follow. */
const fd = { report: 3, options: 4, seccomp: 5, status: 6, files: 7 } as const;

/**
 * Starts one sandbox; bwrap's own environment is readable inside and so holds nothing but a PATH.
 * @throws FactoryError `bad-input` when the system does not take the command.
 */
export function launch(request: LaunchRequest): Launched {
  const files = Object.entries(rootFiles);
  const options = encodeOptions([
    ...['--seccomp', String(fd.seccomp), '--json-status-fd', String(fd.status)],
    ...files.flatMap(([inside], at) => ['--perms', '0444', '--file', String(fd.files + at), inside]),
    ...request.options,
  ]);
  const bwrap = [request.bwrap, '--args', String(fd.options), '--'];
  const child = start(
    [...request.join, ...bwrap, ...request.argv],
    [
      request.interactive ? 'pipe' : 'ignore',
      ...['pipe' as const, 'pipe' as const],
      request.report ? 'pipe' : 'ignore',
      ...['pipe' as const, 'pipe' as const, 'pipe' as const],
      ...files.map(() => 'pipe' as const),
    ],
  );
  send(child, fd.options, options);
  send(child, fd.seccomp, request.seccomp);
  files.forEach(([, text], at) => send(child, fd.files + at, text));
  return follow(child);
}

function start(argv: string[], stdio: StdioOptions): ChildProcess {
  const [program = '', ...args] = argv;
  try {
    return spawn(program, args, { env: { PATH: '/usr/bin:/bin' }, stdio });
  } catch (error) {
    throw new FactoryError('bad-input', `The system does not take this command: ${messageOf(error)}.`, {
      hint: 'Shorten its arguments and remove NUL bytes; a long script belongs in a file or on standard input.',
      cause: error,
    });
  }
}

/** A sandbox that dies early closes its ends first; why it died is on its standard error. */
function send(child: ChildProcess, at: number, data: string | Buffer) {
  const stream = pipeOf(child, at) as Writable;
  stream.on('error', () => undefined);
  stream.end(data);
}

/** Node's types know the first five descriptors only. */
function pipeOf(child: ChildProcess, at: number): unknown {
  return (child.stdio as unknown[])[at] ?? null;
}

function follow(child: ChildProcess): Launched {
  let status = '';
  let killed = false;
  (pipeOf(child, fd.status) as Readable).setEncoding('utf8').on('data', (text: string) => (status += text));
  const ended = new Promise<Ending>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', () => {
      const exit = numberIn(status, 'exit-code');
      resolve({ exit: killed ? null : exit, started: killed || exit !== null });
    });
  });
  return {
    stdin: child.stdin,
    stdout: child.stdout as Readable,
    stderr: child.stderr as Readable,
    report: pipeOf(child, fd.report) as Readable | null,
    ended,
    terminate() {
      killed = true;
      const inside = numberIn(status, 'child-pid');
      // The sandbox's init leads the command's group and, being init, ignores the signal itself.
      if (inside !== null && child.exitCode === null) signalGroup(inside);
    },
    kill() {
      killed = true;
      child.kill('SIGKILL');
    },
  };
}

function signalGroup(pid: number) {
  try {
    process.kill(-pid, 'SIGTERM');
  } catch {
    // It ended meanwhile.
  }
}

function numberIn(status: string, key: string): number | null {
  const found = new RegExp(`"${key}": (\\d+)`).exec(status);
  return found ? Number(found[1]) : null;
}
