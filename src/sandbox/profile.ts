import { existsSync, lstatSync, readdirSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import { FactoryError } from '../shared/errors';
import { agentHome, programsFolder } from './mounts';
import type { Mount } from './types';

/** What one sandbox sees and starts with; everything that is not named here does not exist inside. */
export interface View {
  /** Checked mounts, outermost first. */
  mounts: readonly Mount[];
  /** Files on the host that appear in the programs folder by their base name. */
  programs: readonly string[];
  /** Node's own mounts. */
  node: readonly Mount[];
  env: Readonly<Record<string, string>>;
  cwd: string;
  /** Name of the machine; `factory` when left out. */
  hostname?: string | undefined;
}

/** Small files of the root that are written for each sandbox: contents by path inside. */
export const rootFiles: Readonly<Record<string, string>> = {
  '/etc/passwd': `root:x:0:0:root:/root:/bin/sh\nagent:x:1000:1000:agent:${agentHome}:/bin/bash\nnobody:x:65534:65534:nobody:/:/bin/false\n`,
  '/etc/group': 'root:x:0:\nagent:x:1000:\nnogroup:x:65534:\n',
  '/etc/nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files dns\n',
  '/etc/hosts': '127.0.0.1 localhost factory\n::1 localhost\n',
};

/**
 * Configuration that programs need to start, without keys, passwords or names of the machine. Every mount costs
 * 0.2 ms a command, so nothing is here that programs do without.
 */
const etc = [
  ...['alternatives', 'ssl/certs', 'ssl/openssl.cnf', 'pki/ca-trust', 'pki/tls/certs', 'crypto-policies'],
  ...['ld.so.cache', 'localtime', 'services', 'mime.types', 'fonts', 'chromium.d'],
];

const mebibyte = 1024 * 1024;
const tmpfs = (place: string, bytes: number, mode = '1777') => [
  ...['--perms', mode, '--size', String(bytes), '--tmpfs', place],
];

/** `/usr` and its names in the root, as this machine has them: links where merged, folders where not. */
function systemFolders(): string[] {
  const names = ['bin', 'sbin', 'lib', 'lib32', 'lib64', 'libx32'];
  const places = names.map((name) => `/${name}`).filter((place) => existsSync(place));
  const rest = places.flatMap((place) =>
    lstatSync(place).isSymbolicLink()
      ? ['--symlink', readlinkSync(place), place]
      : ['--ro-bind', place, place],
  );
  return ['--ro-bind', '/usr', '/usr', ...rest];
}

/** Sources and package managers' configuration may hold private code or credentials. */
function masks(): string[] {
  return ['/usr/src', '/usr/local/etc', '/usr/local/src']
    .filter((place) => existsSync(place) && readdirSync(place).length > 0)
    .flatMap((place) => tmpfs(place, mebibyte, '0555'));
}

function configuration(): string[] {
  const java = readdirSync('/etc').filter((name) => /^java-\d+-openjdk$/.test(name));
  return [...etc, ...java]
    .map((name) => `/etc/${name}`)
    .filter((file) => existsSync(file))
    .flatMap((file) => ['--ro-bind', file, file]);
}

/** Options of the root that are the same for every sandbox of this process. */
export function rootOptions(): string[] {
  return [
    ...['--die-with-parent', '--new-session', '--unshare-user', '--unshare-ipc', '--unshare-pid'],
    ...['--unshare-uts', '--unshare-cgroup-try', '--uid', '1000', '--gid', '1000'],
    ...['--cap-drop', 'ALL', '--clearenv'],
    ...systemFolders(),
    ...masks(),
    ...configuration(),
    ...['--proc', '/proc', '--dev', '/dev'],
    ...tmpfs('/dev/shm', 256 * mebibyte),
    ...tmpfs('/tmp', 1024 * mebibyte),
    ...tmpfs('/run', 64 * mebibyte, '0755'),
  ];
}

/** Options of one sandbox, after {@link rootOptions}. */
export function viewOptions(view: View): string[] {
  const bind = (mount: Mount) => [mount.writable ? '--bind' : '--ro-bind', mount.host, mount.inside];
  const programs = view.programs.flatMap((file) => [
    '--ro-bind',
    file,
    path.posix.join(programsFolder, path.basename(file)),
  ]);
  const hasHome = view.mounts.some((mount) => mount.inside === agentHome);
  return [
    ...['--hostname', view.hostname ?? 'factory'],
    ...(hasHome ? [] : tmpfs(agentHome, 256 * mebibyte, '0755')),
    ...view.node.flatMap(bind),
    ...programs,
    ...view.mounts.flatMap(bind),
    ...Object.entries(view.env).flatMap(([name, value]) => ['--setenv', name, value]),
    // /proc too: for root on the host, the kernel's switches in /proc/sys are writable from any user namespace.
    ...['--chdir', view.cwd, '--remount-ro', '/proc', '--remount-ro', '/'],
  ];
}

/**
 * Options as bwrap reads them with `--args`: separated by NUL, so that none may contain one.
 * @throws FactoryError `bad-input` when a path, a name or a value does.
 */
export function encodeOptions(options: readonly string[]): string {
  const bad = options.find((option) => option.includes('\0'));
  if (bad !== undefined)
    throw new FactoryError('bad-input', `A sandbox option contains a NUL byte: ${JSON.stringify(bad)}.`, {
      hint: 'Remove the NUL byte from the path, variable or working directory.',
    });
  return options.map((option) => `${option}\0`).join('');
}
