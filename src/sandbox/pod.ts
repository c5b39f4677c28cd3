import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { FactoryError } from '../shared/errors';
import { createCapture } from './capture';
import { usualDiskLimits, watchDisk } from './disk';
import { launch, type Launched } from './launch';
import { confinePrefix, limitPrefix, openProcessGroup } from './limits';
import type { Machine } from './machine';
import { agentHome, checkMounts } from './mounts';
import { openNamespaces } from './namespaces';
import { watchNetwork } from './network';
import { viewOptions } from './profile';
import type { CommandRequest, CommandResult, Mount, Pod, PodOptions, PodProcess } from './types';
import { connectWorker, type WorkerClient } from './workerClient';

/** What every pod of this process shares; made once. */
export interface Workshop {
  machine: Machine;
  seccomp: Buffer;
  /** Options of the root, the same for every sandbox. */
  root: readonly string[];
  /** Our programs on the host. */
  programs: readonly string[];
  /** Folders on the host that no pod may show. */
  hidden: readonly string[];
}

type Start = Omit<CommandRequest, 'timeoutMs' | 'stdin' | 'signal' | 'keepBytes'>;

const defaultPath = '/usr/local/bin:/usr/bin:/bin';
const mebibyte = 1024 * 1024;
const graceMs = 2000;

/** Opens one pod; see {@link Pod}. @throws FactoryError when a mount is refused or the machine refuses. */
export async function openPod(workshop: Workshop, options: PodOptions): Promise<Pod> {
  const id = `pod-${randomBytes(6).toString('hex')}`;
  const { machine } = workshop;
  const own = ownMounts(options);
  checkMounts(own, workshop.hidden);
  /** Commands of those who work here, in the order they began, with what they run. */
  const writers = new Map<Launched, string>();
  const refusals = watchNetwork((target) => {
    const command = [...writers.values()].at(-1) ?? '';
    options.onIncident?.({ kind: 'network', target, command });
  });
  const namespaces = await openNamespaces(machine, { memory: options.memory, onLookup: refusals.lookup });
  const group = openProcessGroup(id);
  const running = new Set<Launched>();
  /** Why a command was ended by us. */
  const reasons = new WeakMap<Launched, string>();
  const limits = options.disk ?? usualDiskLimits;
  const folders = own.filter((mount) => mount.writable).map((mount) => mount.host);
  const disk = watchDisk(folders, limits, (reason) => {
    const stopped = [...writers.keys()];
    for (const launched of stopped) {
      reasons.set(launched, reason);
      launched.kill();
    }
    options.onIncident?.({ kind: 'limit', reason });
    return Promise.allSettled(stopped.map((launched) => launched.ended));
  });
  let worker: WorkerClient | undefined;
  let closed: Promise<void> | undefined;

  function start(request: Start, interactive: boolean): Launched {
    if (closed) throw closedError(id);
    const isolated = request.isolated === true;
    const asked = request.mounts ?? [];
    const mounts = isolated
      ? checkMounts(asked, workshop.hidden, own)
      : checkMounts([...own, ...asked], workshop.hidden);
    const env = environment(machine, isolated ? {} : options.env, request.env);
    const view = viewOptions({
      mounts,
      programs: workshop.programs,
      node: machine.node.mounts,
      env,
      cwd: request.cwd,
      hostname: options.hostname,
    });
    const launched = launch({
      join: [...confinePrefix(group), ...namespaces.join],
      bwrap: machine.bwrap,
      options: [...workshop.root, ...view],
      seccomp: workshop.seccomp,
      argv: [...limitPrefix(machine.prlimit, limits.file), ...request.argv],
      interactive,
      report: request.report === true,
    });
    running.add(launched);
    const forget = () => running.delete(launched);
    launched.ended.then(forget, forget);
    return launched;
  }

  /** A command whose writing is watched; what shares only the network has no folder that could grow. */
  function startCommand(request: Start, interactive: boolean): Launched {
    const launched = start(request, interactive);
    if (request.isolated === true) return launched;
    writers.set(launched, (request.argv.at(-1) ?? '').split('\n', 1)[0]?.slice(0, 200) ?? '');
    disk.begin();
    const forget = () => {
      refusals.count(namespaces.attempts());
      writers.delete(launched);
      if (writers.size === 0) disk.end();
    };
    launched.ended.then(forget, forget);
    return launched;
  }

  async function close() {
    for (const launched of running) launched.kill();
    await Promise.allSettled([...running].map((launched) => launched.ended));
    await namespaces.close();
    await group?.remove();
  }

  return {
    id,
    async run(request) {
      if (request.signal?.aborted) throw cancelled();
      const launched = startCommand(request, request.stdin !== undefined);
      return runCommand(launched, request, () => reasons.get(launched));
    },
    async spawn(request) {
      const launched = startCommand(request, request.stdin !== undefined);
      launched.stdin?.end(request.stdin);
      return Promise.resolve(supervise(launched, request.onLine, request.signal));
    },
    async tool(name, input, signal) {
      worker ??= connectWorker(
        () => startWorker(start, machine, options),
        () => (worker = undefined),
      );
      return worker.call(name, input, signal);
    },
    close: () => (closed ??= close()),
  };
}

function ownMounts(options: PodOptions): Mount[] {
  const home = { host: options.home, inside: agentHome, writable: true };
  return [...(options.worktree ? [options.worktree] : []), home, ...options.mounts];
}

function environment(machine: Machine, ...layers: Record<string, string>[]): Record<string, string> {
  const asked = Object.assign({}, ...layers) as Record<string, string>;
  return {
    ...{ USER: 'agent', LANG: 'C.UTF-8', SHELL: '/bin/bash' },
    ...asked,
    ...{ PATH: withOurNode(asked['PATH'] ?? defaultPath, machine), HOME: agentHome, TMPDIR: '/tmp' },
    ...machine.node.env,
  };
}

/** Our own Node comes last, so that the project's wins. */
function withOurNode(searchPath: string, machine: Machine): string {
  const folder = path.dirname(machine.node.inside);
  return searchPath.split(':').includes(folder) ? searchPath : `${searchPath}:${folder}`;
}

function startWorker(
  start: (request: Start, interactive: boolean) => Launched,
  machine: Machine,
  options: PodOptions,
) {
  const workdir = options.worktree?.inside ?? agentHome;
  const argv = [machine.node.inside, '/opt/factory/worker.js', workdir];
  return start({ argv, cwd: workdir, env: {} }, true);
}

async function runCommand(
  launched: Launched,
  request: CommandRequest,
  stopReason: () => string | undefined,
): Promise<CommandResult> {
  const began = performance.now();
  const stdout = createCapture(request.keepBytes ?? mebibyte);
  const stderr = createCapture(request.keepBytes ?? mebibyte);
  launched.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  launched.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  const report = createCapture(request.keepBytes ?? mebibyte);
  launched.report?.on('data', (chunk: Buffer) => report.push(chunk));
  launched.stdin?.end(request.stdin);
  let timedOut = false;
  let hardStop: NodeJS.Timeout | undefined;
  const timer = setTimeout(() => {
    timedOut = true;
    launched.terminate();
    hardStop = setTimeout(() => launched.kill(), graceMs);
  }, request.timeoutMs);
  const abort = () => launched.kill();
  request.signal?.addEventListener('abort', abort, { once: true });
  try {
    const { exit, started } = await launched.ended;
    if (request.signal?.aborted) throw cancelled();
    if (!started) throw notStarted(stderr.text());
    const dropped = stdout.dropped() + stderr.dropped();
    const ms = performance.now() - began;
    const reason = stopReason();
    const said =
      reason === undefined ? stderr.text() : `${stderr.text()}[the command was ended: ${reason}]\n`;
    const result = { exit, stdout: stdout.text(), stderr: said, timedOut, dropped, ms };
    const whole = request.report === true && report.dropped() === 0;
    return whole ? { ...result, report: report.text() } : result;
  } finally {
    clearTimeout(timer);
    clearTimeout(hardStop);
    request.signal?.removeEventListener('abort', abort);
  }
}

function supervise(
  launched: Launched,
  onLine: ((line: string) => void) | undefined,
  signal: AbortSignal | undefined,
): PodProcess {
  for (const stream of [launched.stdout, launched.stderr]) {
    if (onLine) createInterface({ input: stream, crlfDelay: Infinity }).on('line', onLine);
    else stream.resume();
  }
  const stop = async () => {
    launched.terminate();
    const hardStop = setTimeout(() => launched.kill(), graceMs);
    await launched.ended;
    clearTimeout(hardStop);
  };
  signal?.addEventListener('abort', () => launched.kill(), { once: true });
  return { exited: launched.ended.then(({ exit }) => exit), stop };
}

function notStarted(complaint: string): FactoryError {
  return new FactoryError('environment', `The sandbox could not start the command: ${complaint.trim()}.`, {
    hint: 'Check that its working directory and mounts exist; `dark-factory doctor` checks the machine.',
  });
}

const cancelled = () =>
  new FactoryError('cancelled', 'The command was cancelled.', { hint: 'Resume the run to go on.' });

const closedError = (id: string) =>
  new FactoryError('failed', `The pod ${id} is closed.`, { hint: 'Open a new pod for more commands.' });
