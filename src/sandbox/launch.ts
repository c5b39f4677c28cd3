import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { closeSync, readFileSync } from 'node:fs';
import { finished } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Readable, Writable } from 'node:stream';
import { FactoryError, messageOf } from '../shared/errors';
import { inheritedCovers } from './descriptors';
import { inputPipe, outputPipe } from './pipes';
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

/** A started sandbox. Its streams must be read, or it never ends. */
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
const fd = { report: 3, options: 4, seccomp: 5, status: 6, go: 7, files: 8 } as const;
const files = Object.entries(rootFiles);

/**
 * argv prefix inside: waits for our word. Until bwrap has tied its processes to each other and to this process, the
 * end of one would leave the others behind; so nothing runs before we have seen that it has, and nothing runs at all
 * when this process ends before: then the pipe ends without a word.
 */
const waitForGo = ['/bin/sh', '-c', `read -r go <&${fd.go} || exit 1; exec ${fd.go}<&-; exec "$@"`, 'sh'];

/**
 * Starts one sandbox; bwrap's own environment is readable inside and so holds nothing but a PATH.
 * @throws FactoryError `bad-input` when the system does not take the command.
 */
export function launch(request: LaunchRequest): Launched {
  const options = encodeOptions([
    ...['--seccomp', String(fd.seccomp), '--json-status-fd', String(fd.status)],
    ...files.flatMap(([inside], at) => ['--perms', '0444', '--file', String(fd.files + at), inside]),
    ...request.options,
  ]);
  const argv = [
    ...request.join,
    request.bwrap,
    '--args',
    String(fd.options),
    '--',
    ...waitForGo,
    ...request.argv,
  ];
  const stdin = request.interactive ? inputPipe() : null;
  const stdout = outputPipe();
  const stderr = outputPipe();
  const report = request.report ? outputPipe() : null;
  try {
    const own: Slot[] = [stdin?.theirs ?? 'ignore', stdout.theirs, stderr.theirs, report?.theirs ?? 'ignore'];
    const bwrap = Array.from<Slot>({ length: fd.files - fd.options + files.length }).fill('pipe');
    const child = start(argv, [...own, ...bwrap]);
    send(child, fd.options, options);
    send(child, fd.seccomp, request.seccomp);
    files.forEach(([, text], at) => send(child, fd.files + at, text));
    const streams = { stdin: stdin?.ours ?? null, report: report?.ours ?? null };
    return follow(child, { ...streams, stdout: stdout.ours, stderr: stderr.ours });
  } catch (error) {
    for (const pipe of [stdin, stdout, stderr, report]) pipe?.ours.destroy();
    throw error;
  } finally {
    for (const pipe of [stdin, stdout, stderr, report]) if (pipe) closeSync(pipe.theirs);
  }
}

type Slot = number | 'pipe' | 'ignore';

function start(argv: string[], stdio: Slot[]): ChildProcess {
  const [program = '', ...args] = argv;
  const all = [...stdio];
  for (const [inherited, cover] of inheritedCovers()) {
    while (all.length <= inherited) all.push('ignore');
    if (all[inherited] === 'ignore') all[inherited] = cover;
  }
  try {
    return spawn(program, args, { env: { PATH: '/usr/bin:/bin' }, stdio: all satisfies StdioOptions });
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
  return (child.stdio as unknown[])[at];
}

function follow(
  child: ChildProcess,
  streams: Pick<Launched, 'stdin' | 'stdout' | 'stderr' | 'report'>,
): Launched {
  const { stdin, stdout, stderr, report } = streams;
  let status = '';
  /** Process id of the sandbox's init, as soon as bwrap has tied it to itself and itself to us. */
  let init: number | null = null;
  let killed = false;
  const signal = (target: 'init' | 'group', name: NodeJS.Signals) => {
    killed = true;
    // Until bwrap has ended it has not reaped its child, so that the number is still the child's.
    if (init === null || child.exitCode !== null || child.signalCode !== null) return;
    trySignal(target === 'init' ? init : -init, name);
  };
  (pipeOf(child, fd.status) as Readable).setEncoding('utf8').on('data', (text: string) => {
    status += text;
    if (init !== null) return;
    init = numberIn(status, 'child-pid');
    if (init === null) return;
    if (killed) signal('init', 'SIGKILL');
    else send(child, fd.go, 'go\n');
  });
  stdin?.on('error', () => undefined); // Whoever closes their input early is free to.
  const gone = new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', () => resolve());
  });
  const read = [stdout, stderr, report].map((stream) => stream && finished(stream));
  const ended = Promise.all([gone, ...read]).then(async () => {
    stdin?.destroy();
    while (init !== null && isAlive(init)) await sleep(1);
    const exit = numberIn(status, 'exit-code');
    return { exit: killed ? null : exit, started: killed || exit !== null };
  });
  return {
    ...streams,
    ended,
    // The sandbox's init leads the command's group and, being init, ignores the signal itself.
    terminate: () => signal('group', 'SIGTERM'),
    kill: () => signal('init', 'SIGKILL'),
  };
}

/** When the init of a process namespace is dead or a zombie, the kernel has ended everything in it. */
function isAlive(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return !/^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2));
  } catch {
    return false;
  }
}

function trySignal(pid: number, name: NodeJS.Signals) {
  try {
    process.kill(pid, name);
  } catch {
    // It ended meanwhile.
  }
}

function numberIn(status: string, key: string): number | null {
  const found = new RegExp(`"${key}": (\\d+)`).exec(status);
  return found ? Number(found[1]) : null;
}
