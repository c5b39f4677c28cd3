import { execFile } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { which } from './machine';
import { isWithin } from './mounts';
import type { Mount } from './types';

const run = promisify(execFile);

/** Languages' own tools and how each is asked for the folder it is installed in. */
const askPrefix: Readonly<Record<string, readonly string[]>> = {
  node: ['-p', 'require("path").resolve(process.execPath, "../..")'],
  python3: ['-c', 'import sys; print(sys.base_prefix)'],
  rustc: ['--print', 'sysroot'],
  go: ['env', 'GOROOT'],
  ruby: ['-e', 'puts RbConfig::CONFIG["prefix"]'],
  java: ['-XshowSettings:properties', '-version'],
};

/** Files of an installation that may hold tokens; each is hidden behind an empty one. */
const credentials = [
  ...['etc/npmrc', '.npmrc', 'lib/node_modules/npm/npmrc', 'etc/pip.conf', 'pip.conf', '.pypirc'],
  ...['.netrc', 'etc/gemrc', '.gem/credentials', 'credentials', 'credentials.toml', 'etc/gitconfig'],
];

/** What may be shown of a prefix that also holds other things of the user, such as `~/.local`. */
const programFolders = ['bin', 'lib', 'lib64', 'libexec', 'include'];

/** Toolchains outside `/usr`, for a pod: what to mount and the PATH inside. */
export interface Toolchains {
  mounts: Mount[];
  path: string;
}

/**
 * Finds the toolchains that `searchPath` leads to, through nvm, pyenv, rustup, SDKMAN and their like: each tool
 * itself says where it is installed, and that folder appears read-only at the same place inside, without credentials.
 */
export async function resolveToolchains(searchPath: string): Promise<Toolchains> {
  const answers = await Promise.all(Object.keys(askPrefix).map((tool) => prefixOf(tool, searchPath)));
  const prefixes = [...new Set(answers.filter((prefix) => prefix !== undefined))];
  const outermost = prefixes.filter(
    (one) => !prefixes.some((other) => other !== one && isWithin(other, one)),
  );
  const system = searchPath.split(path.delimiter).filter(isSystem);
  const bins = prefixes.map((prefix) => path.join(prefix, 'bin'));
  return {
    mounts: outermost.flatMap(mountsOf),
    path: [...new Set([...bins, ...system, '/usr/local/bin', '/usr/bin', '/bin'])].join(path.delimiter),
  };
}

const isSystem = (folder: string) => ['/usr', '/bin', '/sbin'].some((place) => isWithin(place, folder));

async function prefixOf(tool: string, searchPath: string): Promise<string | undefined> {
  const executable = which(tool, searchPath);
  if (executable === undefined || isSystem(realpathSync(executable))) return undefined;
  const prefix = await ask(executable, askPrefix[tool] ?? []);
  if (prefix === undefined || !existsSync(prefix) || isSystem(realpathSync(prefix))) return undefined;
  return isWithin(realpathSync(prefix), realpathSync(homedir())) ? undefined : realpathSync(prefix);
}

/** A shim without a tool behind it fails here; to the pod that is the same as no such tool. */
async function ask(executable: string, question: readonly string[]): Promise<string | undefined> {
  try {
    const { stdout, stderr } = await run(executable, question, { cwd: '/', timeout: 10_000 });
    return /java\.home = (.*)/.exec(stderr)?.[1] ?? stdout.trim();
  } catch {
    return undefined;
  }
}

function mountsOf(prefix: string): Mount[] {
  const mixed = prefix === path.join(homedir(), '.local');
  const folders = mixed ? programFolders.map((name) => path.join(prefix, name)) : [prefix];
  const shown = folders.filter((folder) => existsSync(folder));
  const hidden = credentials
    .map((name) => path.join(prefix, name))
    .filter((file) => existsSync(file) && shown.some((folder) => isWithin(folder, file)));
  return [
    ...shown.map((folder) => ({ host: folder, inside: folder, writable: false })),
    ...hidden.map((file) => ({ host: '/dev/null', inside: file, writable: false })),
  ];
}
