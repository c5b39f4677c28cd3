import { spawn } from 'node:child_process';
import { mkdirSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { which } from '../sandbox/machine';
import { FactoryError } from '../shared/errors';
import { gitAnswer } from '../workspace/git';
import type { Words } from './options';
import { secretNames, secretOf } from './secrets';
import { programsFolder } from './programs';

/** What a command needs of this machine when it runs in a container; all are absolute paths, the same inside. */
export interface ContainerNeeds {
  /** The folder of the project, when the command has one. */
  workspace?: string;
  store: string;
  /** Further files and folders that are only read; those that are not given are left out. */
  readable?: readonly (string | undefined)[];
  /** Further folders that are written. */
  writable?: readonly string[];
}

/** The option of commands that can run in a container, for `parseArgs`. */
export const containerOption = { container: { type: 'string' } } as const;

const engines = ['podman', 'docker'] as const;
type Engine = (typeof engines)[number];

/** Exit codes of both engines for a container that could not be started. */
const notStarted = [125, 126, 127];

/**
 * Runs this very command line in a container of podman or docker, where the same walls are built as on Linux itself:
 * for machines that cannot build them, or are no Linux. The image brings Node, bubblewrap, git and the project's tools.
 * @param words the command's name and what belongs to it, with absolute paths
 * @returns the exit code of the command inside
 * @throws FactoryError `environment` without an engine or when it starts no container.
 */
export async function runInContainer(
  image: string,
  [command, { values, positionals }]: readonly [command: string, words: Words],
  needs: ContainerNeeds,
): Promise<number> {
  if (values['key-fd'] !== undefined)
    throw new FactoryError('bad-input', '--key-fd cannot be handed on to a container.', {
      hint: 'Leave it out: the key is asked for on the terminal.',
    });
  if (process.platform === 'win32')
    throw new FactoryError('environment', 'A container sees no folder under the name it has on Windows.', {
      hint: 'Start the same command in WSL2, with or without --container.',
    });
  const [engine, program] = findEngine();
  const inside = optionsOf({ ...values, container: undefined, store: needs.store });
  const argv = [
    ...['run', '--rm', '-i', ...options(engine), ...(await mounts(needs))],
    ...[image, 'node', path.join(programsFolder(), 'cli.js'), command, ...inside, '--', ...positionals],
  ];
  const code = await attached(program, argv);
  if (!notStarted.includes(code)) return code;
  throw new FactoryError('environment', `${engine} could not start a container of ${image}.`, {
    hint: 'The image needs node (22 or newer), bubblewrap, util-linux and git; `--container IMAGE` with doctor tries it.',
  });
}

function findEngine(): [Engine, string] {
  for (const engine of engines) {
    const program = which(engine);
    if (program !== undefined) return [engine, program];
  }
  throw new FactoryError('environment', 'Neither podman nor docker is installed.', {
    hint: 'Install one of them and start it, or leave --container out.',
  });
}

const optionsOf = (values: Words['values']): string[] =>
  Object.entries(values).flatMap(([name, given]) =>
    [given ?? false].flat().flatMap((value) => {
      if (typeof value === 'string') return [`--${name}=${value}`];
      return value ? [`--${name}`] : [];
    }),
  );

/**
 * The engine's own walls give way to ours, which are built inside and need user namespaces and a /proc of their own.
 * The process numbers, the name and, on Linux, the network of this machine stay: locks name processes, and models may
 * be served from this machine. Keys are handed on by name, so that no list of processes shows them.
 */
function options(engine: Engine): string[] {
  const uid = process.getuid?.() ?? 0;
  const linux = process.platform === 'linux';
  const passed = ['HOME', 'TERM', 'NO_COLOR', 'TZ', ...secretNames].filter((name) => environment()[name]);
  return [
    ...['seccomp=unconfined', 'apparmor=unconfined', 'label=disable'].flatMap((is) => ['--security-opt', is]),
    ...['--security-opt', engine === 'podman' ? 'unmask=ALL' : 'systempaths=unconfined'],
    ...(linux ? ['--pid', 'host', '--network', 'host', '--uts', 'host'] : []),
    ...(linux ? ['--user', `${uid}:${process.getgid?.() ?? 0}`] : []),
    ...(linux && uid === 0 ? ['--mount', `type=bind,src=${controlGroups},dst=${controlGroups}`] : []),
    ...(linux && engine === 'podman' && uid !== 0 ? ['--userns', 'keep-id'] : []),
    ...(process.stdin.isTTY && process.stdout.isTTY ? ['-t'] : []),
    ...passed.flatMap((name) => ['--env', name]),
  ];
}

/** For root, whose processes nothing else bounds, each pod has a control group. */
const controlGroups = '/sys/fs/cgroup';

/** The environment of the engine, which hands on what it is told to. */
function environment(): Record<string, string | undefined> {
  const secrets = Object.fromEntries(secretNames.map((name) => [name, secretOf(name)]));
  return { ...process.env, ...secrets };
}

async function mounts({ workspace, store, readable = [], writable = [] }: ContainerNeeds): Promise<string[]> {
  mkdirSync(store, { recursive: true, mode: 0o700 });
  const own = workspace === undefined ? [] : [workspace, ...(await repositoryOf(workspace))];
  const places = [
    ...[...new Set([...own, store, ...writable])].map((place) => mount(place, '')),
    ...readable.flatMap((place) => (place === undefined ? [] : [mount(place, ',readonly')])),
    mount(programsFolder(), ',readonly'),
  ];
  return [...new Set(places)].flatMap((one) => ['--mount', one]).concat('--workdir', workspace ?? store);
}

function mount(place: string, mode: string): string {
  const host = realpathSync(place);
  if (/[",\n]/.test(host + place))
    throw new FactoryError('bad-input', `${place} cannot be mounted in a container because of its name.`, {
      hint: 'Rename it: neither comma, quotation mark nor line end may be in its path.',
    });
  return `type=bind,src=${host},dst=${place}${mode}`;
}

/** Where the repository of a workspace lies, which may be above it or elsewhere; nothing without one. */
async function repositoryOf(workspace: string): Promise<string[]> {
  const asked = ['rev-parse', '--path-format=absolute', '--show-toplevel', '--git-common-dir'];
  const { exit, stdout } = await gitAnswer(asked, { cwd: workspace, answers: [128] });
  return exit === 0 ? stdout.toString('utf8').trim().split('\n') : [];
}

/**
 * Runs a program on this terminal and waits for its end. On a terminal Ctrl-C reaches the command inside by the
 * terminal alone; otherwise what this process is sent is handed on, once.
 */
function attached(program: string, argv: readonly string[]): Promise<number> {
  const terminal = process.stdin.isTTY && process.stdout.isTTY;
  const child = spawn(program, argv, { stdio: 'inherit', env: environment(), detached: !terminal });
  const signals = ['SIGINT', 'SIGTERM'] as const;
  const handOn = (signal: NodeJS.Signals): void => void child.kill(signal);
  for (const signal of signals) process.on(signal, handOn);
  return new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  }).finally(() => {
    for (const signal of signals) process.removeListener(signal, handOn);
  });
}
