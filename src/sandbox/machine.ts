import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { FactoryError } from '../shared/errors';
import type { Mount } from './types';

const run = promisify(execFile);
const oldestNode = 22;

/** The programs of this machine that build the walls; absolute paths. */
export interface Machine {
  bwrap: string;
  nsenter: string;
  prlimit: string;
  node: NodeRuntime;
}

/** A Node that runs our programs inside, with what must be mounted and set for it. */
export interface NodeRuntime {
  /** Executable as seen inside. */
  inside: string;
  mounts: Mount[];
  env: Record<string, string>;
}

/** Absolute path of an executable on PATH, or undefined. */
export function which(name: string, searchPath = process.env.PATH ?? ''): string | undefined {
  return searchPath
    .split(path.delimiter)
    .filter((dir) => path.isAbsolute(dir))
    .map((dir) => path.join(dir, name))
    .find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** @throws FactoryError `environment` when a tool is missing or the system has no such walls. */
export async function findMachine(): Promise<Machine> {
  if (process.platform !== 'linux')
    throw new FactoryError('environment', `Agents cannot be walled in on ${process.platform} yet.`, {
      hint: 'Run it in a Linux container (`dark-factory run SPEC --container IMAGE`), on Linux, or in WSL2 on Windows; reading, linting and watching work everywhere.',
    });
  return {
    bwrap: need('bwrap', 'bubblewrap'),
    nsenter: need('nsenter', 'util-linux'),
    prlimit: need('prlimit', 'util-linux'),
    node: await findNode(),
  };
}

/** Absolute path of a tool. @throws FactoryError `environment` that says how to install it. */
export function need(name: string, aptPackage: string): string {
  const found = which(name, `${process.env.PATH ?? ''}:/usr/local/bin:/usr/bin:/bin`);
  if (found !== undefined) return found;
  throw new FactoryError('environment', `The sandbox needs ${name}, which is not installed.`, {
    hint: `sudo apt-get install ${aptPackage}`,
  });
}

/**
 * The host's own executable when it is new enough (VS Code's counts, run as Node), else the first on PATH.
 * @throws FactoryError `environment` when there is none.
 */
export async function findNode(): Promise<NodeRuntime> {
  if (major(process.versions.node) >= oldestNode)
    return runtimeOf(process.execPath, process.versions.electron !== undefined);
  const other = which('node');
  if (other !== undefined) {
    const { stdout } = await run(other, ['--version'], { env: {} });
    if (major(stdout.trim().slice(1)) >= oldestNode) return runtimeOf(other, false);
  }
  throw new FactoryError('environment', `The sandbox needs Node ${oldestNode} or newer.`, {
    hint: `Install Node ${oldestNode}+ and put it on PATH; this process runs ${process.versions.node}.`,
  });
}

const major = (version: string) => Number.parseInt(version, 10);

function runtimeOf(executable: string, electron: boolean): NodeRuntime {
  const host = realpathSync(executable);
  const env: Record<string, string> = electron ? { ELECTRON_RUN_AS_NODE: '1' } : {};
  if (host.startsWith('/usr/')) return { inside: host, mounts: [], env };
  // Electron reads its data files beside the executable; Node is one file.
  if (electron) {
    const inside = `/opt/node/bin`;
    const mounts = [{ host: path.dirname(host), inside, writable: false }];
    return { inside: path.join(inside, path.basename(host)), mounts, env };
  }
  return {
    inside: '/opt/node/bin/node',
    mounts: [{ host, inside: '/opt/node/bin/node', writable: false }],
    env,
  };
}

/** Why a kernel or administrator refuses user namespaces, as far as the machine tells. */
export function namespaceHint(read: (file: string) => string | undefined): string {
  if (read('/proc/sys/kernel/apparmor_restrict_unprivileged_userns') === '1')
    return 'AppArmor restricts user namespaces: sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0, or add an AppArmor profile for bwrap.';
  if (read('/proc/sys/kernel/unprivileged_userns_clone') === '0')
    return 'sudo sysctl kernel.unprivileged_userns_clone=1';
  if (read('/proc/sys/user/max_user_namespaces') === '0') return 'sudo sysctl user.max_user_namespaces=10000';
  if (existsSync('/.dockerenv') || existsSync('/run/.containerenv'))
    return 'This container forbids user namespaces: start it with --security-opt seccomp=unconfined --security-opt systempaths=unconfined, or run on the host.';
  return 'Allow unprivileged user namespaces on this machine; `dark-factory doctor` shows what is refused.';
}
