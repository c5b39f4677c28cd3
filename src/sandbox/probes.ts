import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { FactoryError, messageOf } from '../shared/errors';
import { launch } from './launch';
import { openProcessGroup } from './limits';
import { findMachine, findNode, need, type Machine } from './machine';
import { openNamespaces } from './namespaces';
import { rootOptions, viewOptions } from './profile';
import { seccompFilter } from './seccomp';

const run = promisify(execFile);

/** One thing the factory needs of a machine. */
export interface Probe {
  name: string;
  ok: boolean;
  /** What was found, or what went wrong. */
  detail: string;
  /** What to do; empty when nothing has to be done. */
  hint: string;
}

/** bubblewrap older than this follows links in mount destinations (CVE-2026-87766). */
const repairedBubblewrap = [0, 12] as const;
const oldestGit = [2, 38] as const;

const checks: Readonly<Record<string, () => Promise<string>>> = {
  bubblewrap: probeBubblewrap,
  'user namespaces': async () => {
    (await openNamespaces(await findMachine())).close();
    return 'can be made';
  },
  'network namespace': async () => {
    const devices = await inPod('tail -n +3 /proc/net/dev | cut -d: -f1');
    if (devices.trim() !== 'lo') throw walled(`the pod sees ${devices.trim() || 'no loopback'}`);
    return 'loopback and nothing else';
  },
  seccomp: async () => {
    const mode = await inPod('grep ^Seccomp: /proc/self/status');
    if (!/2/.test(mode)) throw walled('the system-call filter is not on');
    return 'system-call filter is on';
  },
  'process limit': probeProcessLimit,
  node: async () => `runs inside as ${(await findNode()).inside}`,
  git: probeGit,
};

/** Every probe, one after the other, each telling of its own failure. */
export async function probeWalls(): Promise<Probe[]> {
  const probes: Probe[] = [];
  for (const [name, check] of Object.entries(checks)) probes.push(await probe(name, check));
  return probes;
}

async function probe(name: string, check: () => Promise<string>): Promise<Probe> {
  try {
    return { name, ok: true, detail: await check(), hint: '' };
  } catch (error) {
    const hint = error instanceof FactoryError ? error.hint : 'Install it or put it on PATH.';
    return { name, ok: false, detail: messageOf(error), hint };
  }
}

async function probeBubblewrap(): Promise<string> {
  const { stdout } = await run(need('bwrap', 'bubblewrap'), ['--version']);
  const version = stdout.trim().split(' ').at(-1) ?? '';
  const note = isOlder(version, repairedBubblewrap)
    ? ' (before 0.12.0, CVE-2026-87766; not reachable here, because nothing is mounted below folders that agents write)'
    : '';
  return `version ${version}${note}`;
}

async function probeGit(): Promise<string> {
  const { stdout } = await run(need('git', 'git'), ['--version']);
  const version = /\d+\.\d+(\.\d+)?/.exec(stdout)?.[0] ?? '0';
  if (isOlder(version, oldestGit))
    throw new FactoryError('environment', `git ${version} is older than ${oldestGit.join('.')}.`, {
      hint: 'Update git.',
    });
  return `version ${version}`;
}

async function probeProcessLimit(): Promise<string> {
  if (process.getuid?.() !== 0) return 'counted by the kernel';
  const group = openProcessGroup('probe');
  if (!group)
    throw new FactoryError('environment', 'Nothing bounds the number of processes of agents run by root.', {
      hint: 'Run the factory as an ordinary user, or with writable control groups.',
    });
  await group.remove();
  return 'by control group, because this is root; files that only root can read under /usr are visible to agents';
}

async function inPod(script: string): Promise<string> {
  const machine = await findMachine();
  const namespaces = await openNamespaces(machine);
  try {
    return await runInside(machine, namespaces.join, script);
  } finally {
    namespaces.close();
  }
}

async function runInside(machine: Machine, join: string[], script: string): Promise<string> {
  const env = { PATH: '/usr/bin:/bin' };
  const view = viewOptions({ mounts: [], programs: [], node: [], env, cwd: '/' });
  const { bwrap } = machine;
  const options = [...rootOptions(), ...view];
  const argv = ['sh', '-c', script];
  const launched = launch({
    join,
    bwrap,
    options,
    seccomp: seccompFilter(),
    argv,
    interactive: false,
    report: false,
  });
  let output = '';
  let complaint = '';
  launched.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  launched.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
  const { exit } = await launched.ended;
  if (exit !== 0) throw walled(complaint.trim());
  return output;
}

const walled = (reason: string) =>
  new FactoryError('environment', `A sandbox of this machine is not what it must be: ${reason}.`, {
    hint: 'Update bubblewrap and the kernel, or use another machine.',
  });

function isOlder(version: string, [major, minor]: readonly [number, number]): boolean {
  const [a = 0, b = 0] = version.split('.').map(Number);
  return a < major || (a === major && b < minor);
}
