import { execFile } from 'node:child_process';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { FactoryError, messageOf } from '../shared/errors';
import type { Check } from './checks';
import { which } from './machine';
import { agentHome } from './mounts';
import { temporaryFolder } from './temporary';
import type { CommandRequest, Pod } from './types';

const run = promisify(execFile);

/** What a spec asks for: `{ use: postgres, version: ">=15" }`. */
export interface ServiceNeed {
  use: string;
  version?: string;
}

/** A program of this machine that can be a service. */
export interface Installation {
  program: string;
  version: string;
}

/** How a kind of service is found on a machine, started in a pod and reached. */
interface Kind {
  /** Debian package that holds it. */
  aptPackage: string;
  programs(): string[];
  port: number;
  url(this: void, name: string, port: number): string;
  /** A bash script that fills `/template` once for all pods of this process, with the program as `$1`. */
  template?: string;
  /** A bash script with the program, the port and the service's name as `$1 $2 $3`. */
  script: string;
  /** The line that says it answers; absent when the script only prepares something and ends. */
  ready?: RegExp;
}

const sqliteFolder = `${agentHome}/services`;
const templateInside = '/template';
const system = '/usr/local/bin:/usr/bin:/bin:/usr/sbin';
/** What a crash would lose is thrown away with the pod anyway. */
const careless = '-c fsync=off -c full_page_writes=off -c synchronous_commit=off';

const kinds: Readonly<Record<string, Kind>> = {
  postgres: {
    aptPackage: 'postgresql',
    programs: () => [...inFolders('/usr/lib/postgresql', 'bin/postgres'), ...onPath('postgres')],
    port: 5432,
    url: (_name, port) => `postgresql://postgres@127.0.0.1:${port}/postgres`,
    template: `"$(dirname "$1")/initdb" -D ${templateInside}/data -U postgres -A trust -E UTF8 --locale=C.UTF-8 --wal-segsize=1 --no-sync`,
    script: `cp -r ${templateInside}/data /tmp; chmod 700 /tmp/data
exec "$1" -D /tmp/data -p "$2" -c listen_addresses=127.0.0.1 -c unix_socket_directories=/tmp ${careless} 2>&1`,
    ready: /ready to accept connections/,
  },
  redis: {
    aptPackage: 'redis-server',
    programs: () => [...onPath('redis-server'), ...onPath('valkey-server')],
    port: 6379,
    url: (_name, port) => `redis://127.0.0.1:${port}`,
    script: `exec "$1" --port "$2" --bind 127.0.0.1 --dir /tmp --save '' --appendonly no 2>&1`,
    ready: /Ready to accept connections/,
  },
  sqlite: {
    aptPackage: 'sqlite3',
    programs: () => onPath('sqlite3'),
    port: 0,
    url: (name) => `file:${sqliteFolder}/${name}.sqlite`,
    script: `mkdir -p ${sqliteFolder}; rm -f "${sqliteFolder}/$3.sqlite"*; "$1" "${sqliteFolder}/$3.sqlite" 'vacuum'`,
  },
};

const patienceMs = 60_000;
const keptLines = 20;

const serviceKinds = Object.keys(kinds);

function inFolders(folder: string, program: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .map((name) => path.join(folder, name, program))
    .filter((file) => existsSync(file));
}

function onPath(name: string): string[] {
  const found = which(name, system);
  return found === undefined ? [] : [found];
}

/** What this machine has of a kind of service, newest first. */
export async function installedServices(use: string): Promise<Installation[]> {
  const programs = kinds[use]?.programs() ?? [];
  const found = await Promise.all(
    programs.map(async (program) => ({ program, version: await versionOf(program) })),
  );
  return found.filter(({ version }) => version !== '').sort((a, b) => compareVersions(b.version, a.version));
}

/** That the machine lacks one matters only to a spec that asks for it. */
export const serviceChecks: readonly Check<undefined>[] = Object.entries(kinds).map(
  ([use, { aptPackage }]) => ({
    ...{ area: 'Services', name: use, cure: '' },
    async attempt() {
      const versions = (await installedServices(use)).map(({ version }) => version);
      const found = versions.length > 0 ? `version ${versions.join(', ')}` : 'none';
      const lack = `; a spec that asks for it needs: sudo apt-get install ${aptPackage}`;
      return versions.length > 0 ? found : found + lack;
    },
  }),
);

/** What programs said, by path: every pod asks. */
const versions = new Map<string, Promise<string>>();

/** The version a program says it has; empty when it does not run, which is asked again: it may be mended. */
async function versionOf(program: string): Promise<string> {
  const asked = versions.get(program) ?? askVersion(program);
  versions.set(program, asked);
  const version = await asked;
  if (version === '') versions.delete(program);
  return version;
}

async function askVersion(program: string): Promise<string> {
  try {
    const { stdout } = await run(program, ['--version'], { timeout: 10_000, env: {} });
    return /\d+(\.\d+)+|\d+/.exec(stdout)?.[0] ?? '';
  } catch {
    return '';
  }
}

function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split('.').map(Number)) as [number[], number[]];
  const at = left.findIndex((part, index) => part !== (right[index] ?? 0));
  return at < 0 ? 0 : (left[at] ?? 0) - (right[at] ?? 0);
}

/**
 * The newest installation that will do. `15` takes every 15.x, `>=15` whatever is not older.
 * @throws FactoryError `bad-input` for what nobody has, `environment` with what to install for what this machine has not.
 */
export async function findService(name: string, { use, version }: ServiceNeed): Promise<Installation> {
  const kind = Object.hasOwn(kinds, use) ? kinds[use] : undefined;
  if (!kind) {
    throw new FactoryError('bad-input', `The service "${name}" uses "${use}", which is not known.`, {
      hint: `Use one of ${serviceKinds.join(', ')}.`,
    });
  }
  const fits = version === undefined ? () => true : versionTest(name, version);
  const installed = await installedServices(use);
  const found = installed.find((one) => fits(one.version));
  if (found) return found;
  const wanted = version === undefined ? use : `${use} ${version}`;
  const has = installed.length > 0 ? `has ${installed.map((one) => one.version).join(', ')}` : 'has none';
  throw new FactoryError('environment', `The service "${name}" needs ${wanted}, and this machine ${has}.`, {
    hint: `sudo apt-get install ${kind.aptPackage}`,
  });
}

function versionTest(name: string, wanted: string): (version: string) => boolean {
  const [, atLeast, number = ''] = /^(>=)?\s*(\d+(?:\.\d+)*)$/.exec(wanted.trim()) ?? [];
  if (number === '') {
    throw new FactoryError('bad-input', `The service "${name}" asks for version "${wanted}".`, {
      hint: 'Write a version such as "15" or ">=15".',
    });
  }
  if (atLeast) return (version) => compareVersions(version, number) >= 0;
  return (version) => `${version}.`.startsWith(`${number}.`);
}

/**
 * Starts fresh services in a pod, each behind walls of its own, sharing only the pod's network. They end with the pod.
 * @returns what placeholders stand for, such as `service.db.url`.
 * @throws FactoryError when one is not on this machine or does not start.
 */
export async function startServices(
  pod: Pod,
  needs: Readonly<Record<string, ServiceNeed>>,
): Promise<Record<string, string>> {
  const names = Object.keys(needs);
  const started = names.map((name, at) => {
    const need = needs[name] as ServiceNeed;
    const before = names.slice(0, at).filter((other) => needs[other]?.use === need.use);
    return startService(pod, name, need, before.length);
  });
  const urls = await Promise.all(started);
  return Object.fromEntries(names.map((name, at) => [`service.${name}.url`, urls[at] ?? '']));
}

async function startService(pod: Pod, name: string, need: ServiceNeed, nth: number): Promise<string> {
  const { program } = await findService(name, need);
  const { port, script, template, ready, url } = kinds[need.use] as Kind;
  const own = port + nth;
  const argv = ['bash', '-ceu', script, 'bash', program, String(own), name];
  const made = template === undefined ? undefined : await templateOf(pod, name, need, program, template);
  const mounts = made === undefined ? [] : [{ host: made, inside: templateInside, writable: false }];
  const request = { argv, cwd: '/', env: {}, mounts };
  if (!ready) {
    const { exit, stderr } = await pod.run({ ...request, timeoutMs: patienceMs });
    if (exit !== 0) throw notStarted(name, need, stderr);
  } else {
    await untilReady(pod, request, ready).catch((error: unknown) => {
      throw notStarted(name, need, messageOf(error));
    });
  }
  return url(name, own);
}

/** Folders that take long to make and are the same for every pod, by program; gone with this process. */
const templates = new Map<string, Promise<string>>();

function templateOf(
  pod: Pod,
  name: string,
  need: ServiceNeed,
  program: string,
  script: string,
): Promise<string> {
  const known = templates.get(program);
  if (known) return known;
  const made = makeTemplate(pod, program, script).catch((error: unknown) => {
    templates.delete(program);
    throw notStarted(name, need, messageOf(error));
  });
  templates.set(program, made);
  return made;
}

async function makeTemplate(pod: Pod, program: string, script: string): Promise<string> {
  const folder = temporaryFolder();
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const argv = ['bash', '-ceu', script, 'bash', program];
  const mounts = [{ host: folder, inside: templateInside, writable: true }];
  const { exit, stderr } = await pod.run({
    ...{ argv, cwd: '/', env: {}, mounts, isolated: true, timeoutMs: patienceMs },
  });
  if (exit !== 0) throw new Error(stderr);
  return folder;
}

async function untilReady(
  pod: Pod,
  request: Pick<CommandRequest, 'argv' | 'cwd' | 'env' | 'mounts'>,
  ready: RegExp,
): Promise<void> {
  const said: string[] = [];
  let patience: NodeJS.Timeout | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      patience = setTimeout(() => reject(new Error('it was not ready in time')), patienceMs);
      const onLine = (line: string) => {
        said.splice(0, said.length, ...[...said, line].slice(-keptLines));
        if (ready.test(line)) resolve();
      };
      pod
        .spawn({ ...request, isolated: true, onLine })
        .then(({ exited }) => exited)
        .then(() => reject(new Error(said.join(' '))), reject);
    });
  } finally {
    clearTimeout(patience);
  }
}

function notStarted(name: string, { use }: ServiceNeed, reason: string): FactoryError {
  return new FactoryError('environment', `The service "${name}" (${use}) did not start: ${reason.trim()}.`, {
    hint: '`dark-factory doctor` lists the services of this machine and tries the sandbox.',
  });
}
