// Programs of the system that the demo and the tests need, and how they come onto the machine.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

/** Debian package of each program. */
const packages = { bwrap: 'bubblewrap', chromium: 'chromium', git: 'git', nsenter: 'util-linux' };

/** Where Debian puts libraries of other languages that only some tests use. */
const libraries = { 'python3-requests': '/usr/lib/python3/dist-packages/requests/__init__.py' };

function find(program) {
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  return folders.map((folder) => path.join(folder, program)).find((file) => existsSync(file));
}

/** Installs packages of the system. @returns whether it could; it may where it is root on Debian or Ubuntu */
function install(missing) {
  if (process.getuid?.() !== 0 || !find('apt-get')) return false;
  console.log(`Installing ${missing.join(', ')} from the system's packages …`);
  return run('apt-get', ['update', '-qq']) && run('apt-get', ['install', '-y', '-qq', ...missing]);
}

function run(program, args) {
  const done = spawnSync(program, args, {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  return done.status === 0;
}

/**
 * Makes sure that programs are there: installs what is missing where it may (root on Debian or Ubuntu).
 * Otherwise prints the one line to run and ends the process with 2.
 */
export function need(...programs) {
  if (process.platform !== 'linux') {
    console.error(
      'Agents run behind walls that Dark Factory builds on Linux only so far; on this system you can write and check specs and watch runs, but not run them.',
    );
    process.exit(2);
  }
  const missing = programs.filter((program) => !find(program)).map((program) => packages[program]);
  if (missing.length === 0) return;
  const line = `apt-get install -y ${missing.join(' ')}`;
  if (install(missing)) return;
  console.error(
    `${missing.join(' and ')} ${missing.length > 1 ? 'are' : 'is'} missing; install with: sudo ${line}`,
  );
  process.exit(2);
}

/** Installs libraries where it may; tests that use one skip themselves where it is not there. */
export function want(...names) {
  const missing = names.filter((name) => !existsSync(libraries[name]));
  if (missing.length > 0 && !install(missing))
    console.log(`Some tests are skipped without ${missing.join(' and ')}.`);
}
