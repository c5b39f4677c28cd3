import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { FactoryError } from '../shared/errors';
import { lookupProgram, routelessAttempts } from './lookups';
import { namespaceHint, type Machine } from './machine';

/** A user and a network namespace with loopback up and nothing else, and mounts of their own when asked for. */
export interface Namespaces {
  /** argv prefix that starts a program inside. */
  join: string[];
  /** How often something in them tried an address outside of them. */
  attempts(): number;
  /** Ends the holder and lets go of the namespaces; they end with their last process. */
  close(): Promise<void>;
}

const setUpMs = 10_000;
/** What a folder in memory may hold; nothing is taken before it is used. */
const memoryBytes = 2 * 1024 ** 3;
const perl = '/usr/bin/perl';
const nothing = '/dev/null';

export interface NamespaceOptions {
  /** A folder that is one in memory for whoever joins, with the folders in it. */
  memory?: string | undefined;
  /** Called with each name that a program in them asks for. */
  onLookup?: (name: string) => void;
}

/**
 * Makes the namespaces of a pod. bwrap makes them, because `unshare` may be refused where bwrap is allowed; this
 * process then holds them by file descriptor, so that they do not depend on the process that answers lookups in them.
 * @throws FactoryError `environment` when the machine refuses.
 */
export async function openNamespaces(
  machine: Machine,
  { memory, onLookup = () => undefined }: NamespaceOptions = {},
): Promise<Namespaces> {
  // No --dev and no --uid: either makes bwrap nest a second user namespace, which does not own the network.
  const root = memory === undefined ? systemRoot() : wholeRoot(realpathSync(memory));
  const walls = ['--unshare-user', '--unshare-net', '--unshare-pid', '--die-with-parent', '--info-fd', '3'];
  const mayListen = ['--cap-add', 'CAP_NET_BIND_SERVICE'];
  const program = existsSync(perl) ? [perl, '-e', lookupProgram] : ['/usr/bin/tee'];
  const holder = spawn(machine.bwrap, [...walls, ...mayListen, ...root, '--', ...program], {
    env: { PATH: '/usr/bin:/bin' },
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
  });
  const complaints = collect(holder.stderr);
  const ended = new Promise<string>((resolve) => {
    holder.once('error', (error) => resolve(error.message));
    holder.once('close', () => resolve(complaints));
  });
  const end = async () => {
    holder.stdin.end();
    await ended;
  };
  const deadline = setTimeout(() => holder.kill('SIGKILL'), setUpMs);
  const failure = ended.then((complaint) => {
    throw refused(complaint);
  });
  failure.catch(() => undefined); // When all goes well nobody waits for it.
  try {
    holder.stdin.on('error', () => undefined);
    // The first line says that loopback is up: the program's own, or what tee repeats.
    holder.stdin.write('ready\n');
    const lines = createInterface({ input: holder.stdout });
    const ready = new Promise((resolve) => lines.once('line', resolve));
    const info = await Promise.race([collect(holder.stdio[3] as Readable), failure]);
    await Promise.race([ready, failure]);
    lines.on('line', onLookup);
    const { 'child-pid': pid } = JSON.parse(info) as { 'child-pid': number };
    return hold(machine, pid, memory !== undefined, end);
  } catch (error) {
    await end();
    throw error;
  } finally {
    clearTimeout(deadline);
  }
}

function systemRoot(): string[] {
  const root = ['--ro-bind', '/usr', '/usr', '--symlink', 'usr/lib', '/lib', '--dev-bind', nothing, nothing];
  return existsSync('/lib64') ? [...root, '--symlink', 'usr/lib64', '/lib64'] : root;
}

/**
 * The host's own root, from which the pod's sandboxes take their mounts, with one folder of it in memory.
 * @param memory without links: bwrap would follow them from the root that it leaves behind
 */
function wholeRoot(memory: string): string[] {
  const folders = readdirSync(memory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap((entry) => ['--dir', path.join(entry.parentPath, entry.name)]);
  return ['--dev-bind', '/', '/', '--size', String(memoryBytes), '--tmpfs', memory, ...folders];
}

function hold(machine: Machine, pid: number, ownMounts: boolean, end: () => Promise<void>): Namespaces {
  const names = ownMounts ? ['user', 'net', 'mnt'] : ['user', 'net'];
  const held = names.map((name) => ({ name, fd: openSync(`/proc/${pid}/ns/${name}`, 'r') }));
  const options = held.map(
    ({ name, fd }) => `--${name === 'mnt' ? 'mount' : name}=/proc/${process.pid}/fd/${fd}`,
  );
  return {
    join: [machine.nsenter, ...options, '--preserve-credentials', '--'],
    attempts: () => routelessAttempts(readSetting(`/proc/${pid}/net/snmp`) ?? ''),
    async close() {
      for (const { fd } of held) closeSync(fd);
      await end();
    },
  };
}

async function collect(stream: Readable): Promise<string> {
  let text = '';
  for await (const chunk of stream) text += String(chunk);
  return text;
}

function refused(complaint: string): FactoryError {
  const reason = complaint.trim().split('\n')[0] ?? '';
  return new FactoryError('environment', `This machine refuses to build the sandbox (${reason}).`, {
    hint: namespaceHint(readSetting),
  });
}

function readSetting(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return undefined; // Not every kernel has every switch.
  }
}
