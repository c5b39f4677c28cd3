import { execFile } from 'node:child_process';
import { existsSync, readdirSync, realpathSync } from 'node:fs';
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
  ...['etc/npmrc', '.npmrc', 'lib/node_modules/npm/npmrc', 'lib/node_modules/npm/.npmrc', '.yarnrc.yml'],
  ...['etc/pip.conf', 'pip.conf', '.pypirc', '.netrc', '.git-credentials', '.gitconfig', 'etc/gitconfig'],
  ...['etc/gemrc', '.gem/credentials', '.gemrc', 'credentials', 'credentials.toml', 'config.toml'],
  ...['conf/settings.xml', 'settings.xml', 'gradle.properties', 'auth.json'],
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
 * Of the user's home only folders below its own are shown whole; the home itself never is.
 * @param ours our own package, which is left out of a folder that holds it.
 */
export async function resolveToolchains(searchPath: string, ours?: string): Promise<Toolchains> {
  const answers = await Promise.all(Object.keys(askPrefix).map((tool) => prefixOf(tool, searchPath)));
  const prefixes = [...new Set(answers.filter((prefix) => prefix !== undefined))];
  const outermost = prefixes.filter(
    (one) => !prefixes.some((other) => other !== one && isWithin(other, one)),
  );
  const system = searchPath.split(path.delimiter).filter(isSystem);
  const bins = prefixes.map((prefix) => path.join(prefix, 'bin'));
  const left = ours !== undefined && existsSync(ours) ? realpathSync(ours) : undefined;
  return {
    mounts: outermost.flatMap((prefix) => mountsOf(prefix, left)),
    path: [...new Set([...bins, ...system, '/usr/local/bin', '/usr/bin', '/bin'])].join(path.delimiter),
  };
}

const isSystem = (folder: string) => ['/usr', '/bin', '/sbin'].some((place) => isWithin(place, folder));

async function prefixOf(tool: string, searchPath: string): Promise<string | undefined> {
  const executable = which(tool, searchPath);
  if (executable === undefined || isSystem(realpathSync(executable))) return undefined;
  const prefix = await ask(executable, askPrefix[tool] ?? []);
  if (prefix === undefined || !existsSync(prefix) || isSystem(realpathSync(prefix))) return undefined;
  const found = realpathSync(prefix);
  return isWithin(found, home()) ? undefined : found;
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

function home(): string {
  return existsSync(homedir()) ? realpathSync(homedir()) : homedir();
}

function mountsOf(prefix: string, ours: string | undefined): Mount[] {
  // A folder right in the home may hold anything beside programs.
  const mixed = path.dirname(prefix) === home();
  const folders = mixed ? programFolders.map((name) => path.join(prefix, name)) : [prefix];
  const shown = folders.filter((folder) => existsSync(folder)).flatMap((folder) => without(folder, ours));
  const hidden = credentials
    .map((name) => path.join(prefix, name))
    .filter((file) => existsSync(file) && shown.some((folder) => isWithin(folder, file)));
  return [
    ...shown.map((folder) => ({ host: folder, inside: folder, writable: false })),
    ...hidden.map((file) => ({ host: '/dev/null', inside: file, writable: false })),
  ];
}

/** A folder, or when it holds `left` all that is beside it; links there could lead anywhere and are left out. */
function without(folder: string, left: string | undefined): string[] {
  if (left === undefined || !isWithin(folder, left)) return [folder];
  if (folder === left) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !entry.isSymbolicLink())
    .flatMap((entry) => without(path.join(folder, entry.name), left));
}
