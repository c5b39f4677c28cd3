import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { lstat, readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { FactoryError } from '../shared/errors';
import type { Engine } from '../trace/engine';
import type { Scope } from '../trace/journal';
import { atomicWrite, privateDirectory, removeTree } from '../workspace/files';
import { governedFiles } from '../workspace/governed';
import { ignoredEntries } from '../workspace/ignored';
import { refusedName } from '../workspace/treeRules';
import { checkout } from '../workspace/worktree';
import { type Run, scopeOf } from './run';
import { runSetup } from './setup';
import { registryFiles } from './setupRegistries';

const copy = promisify(execFile);

/** Downloads that are of no use once what they hold is installed, below the home folder. */
const leftBehind = ['.npm/_cacache', '.cache/pip', '.cache/yarn'];

/** What a setup made, on disk. */
interface Prepared {
  /** Folder with `tree` (the checkout) and `home`. */
  dir: string;
  /** What setup put into the tree beside the work. */
  entries: string[];
}

/** Being made or made in this process; the same packages are installed once. */
const making = new WeakMap<Engine, Map<string, Promise<Prepared>>>();

/**
 * Gives an agent's worktree what setup installs for the commit it starts from, as copies: agents may do with it what
 * they like. Setup runs once for all commits with the same package files. Where it fails agents work without, and
 * the failure shows when their work is verified. Call it while no process of the agent lives.
 * @param place.home when it does not exist yet, it becomes a copy of what setup left at home, such as crates.
 */
export async function provideDependencies(
  run: Run,
  place: { commit: string; worktree: string; home?: string; scope: Scope },
): Promise<void> {
  const command = run.spec.commands.setup;
  if (command === undefined) return;
  const { dir, entries } = await prepare(run, command, place.commit, place.scope);
  for (const entry of entries) {
    if (await canTake(place.worktree, entry))
      await copyTree(path.join(dir, 'tree', entry), path.join(place.worktree, entry));
  }
  if (place.home !== undefined && !(await exists(place.home))) {
    await privateDirectory(path.dirname(place.home));
    await copyTree(path.join(dir, 'home'), place.home);
  }
}

async function prepare(run: Run, command: string, commit: string, scope: Scope): Promise<Prepared> {
  const key = await keyOf(run, command, commit);
  const known = making.get(run.engine) ?? new Map<string, Promise<Prepared>>();
  making.set(run.engine, known);
  const prepared = known.get(key) ?? make(run, command, commit, key, scope);
  known.set(key, prepared);
  // What failed once, for example for want of a network, may work the next time.
  prepared.catch(() => known.delete(key));
  return prepared;
}

/** Equal for commits whose package files are. */
async function keyOf(run: Run, command: string, commit: string): Promise<string> {
  const files = await governedFiles(run.repo, commit, registryFiles);
  const facts = JSON.stringify([command, files]);
  return createHash('sha256').update(facts).digest('hex').slice(0, 16);
}

async function make(
  run: Run,
  command: string,
  commit: string,
  key: string,
  parent: Scope,
): Promise<Prepared> {
  const dir = path.join(run.dir, 'setup', key);
  const done = path.join(dir, 'entries.json');
  if (await exists(done)) return { dir, entries: JSON.parse(await readFile(done, 'utf8')) as string[] };
  await removeTree(dir);
  const [folder, home] = [path.join(dir, 'tree'), path.join(dir, 'home')];
  await checkout(run.repo, commit, folder);

  const { engine } = run;
  const step = `setup/${key}`;
  const scope = scopeOf(run, step, parent.span);
  if (!engine.result('command.finished', step))
    engine.emit('command.started', { name: 'setup', command, round: 0 }, scope);
  const { exit, timedOut, stdout, stderr, refused } = await runSetup(run, command, { folder, home, scope });
  const output = engine.journal.keep([stdout, stderr].filter(Boolean).join('\n'));
  await engine.step('command.finished', step, scope, () =>
    Promise.resolve({ name: 'setup', command, exit, timedOut, output }),
  );
  if (exit !== 0 && refused.length > 0 && commit === run.repo.snapshot) askPerson(run, command, refused);
  const entries = exit === 0 ? await ignoredEntries(run.repo, commit, folder) : [];
  for (const place of leftBehind) await removeTree(path.join(home, place));
  await atomicWrite(done, JSON.stringify(entries));
  return { dir, entries };
}

/**
 * No agent had a hand in the snapshot: what its setup lacks only a person can give.
 * @throws FactoryError 'needs-human' naming what was refused.
 */
function askPerson(run: Run, command: string, refused: readonly string[]): never {
  throw new FactoryError(
    'needs-human',
    `${run.spec.path}: the setup command "${command}" failed, and it was refused ${refused.slice(0, 3).join('; ')}.`,
    {
      hint: 'When that host may be reached, name it in `network.allow` of the policy and in the setting darkFactory.limits.network, and start a new run.',
    },
  );
}

/** True when an entry can be put into a worktree without replacing or passing through anything of the work. */
async function canTake(worktree: string, entry: string): Promise<boolean> {
  if (refusedName(entry) || (await exists(path.join(worktree, entry)))) return false;
  const parents = entry.split('/').slice(0, -1);
  for (let depth = 1; depth <= parents.length; depth++) {
    const parent = await lstat(path.join(worktree, ...parents.slice(0, depth))).catch(() => undefined);
    if (!parent?.isDirectory()) return false;
  }
  return true;
}

async function exists(file: string): Promise<boolean> {
  return lstat(file).then(
    () => true,
    () => false,
  );
}

/** Copies without following links; shares blocks where the file system can. */
async function copyTree(from: string, to: string): Promise<void> {
  await copy('cp', ['--archive', '--reflink=auto', '--no-target-directory', '--', from, to]);
}
