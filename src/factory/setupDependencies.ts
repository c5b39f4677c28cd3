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
import { removeEntry } from '../workspace/safeFiles';
import { refusedName } from '../workspace/treeRules';
import { checkout } from '../workspace/worktree';
import { type Run, scopeOf } from './run';
import { runSetup } from './setup';
import { registryFiles } from './setupRegistries';

const copy = promisify(execFile);

/** Downloads that are of no use once what they hold is installed, below the home folder. */
const leftBehind = ['.npm/_cacache', '.cache/pip', '.cache/yarn'];
/** What failed for a reason that passes, such as a slow registry, works the next time; the rest never will. */
const mostAttempts = 3;
/** Paths in one call of `cp`: its arguments have to fit into 2 MiB. */
const copiedAtOnce = 256;

/** What a setup made, on disk. */
interface Prepared {
  /** Folder with `tree` (the checkout) and `home`. */
  dir: string;
  /** What setup put into the tree beside the work. */
  entries: string[];
}

/** Being made or made in this process; the same packages are installed once. */
const making = new WeakMap<Engine, Map<string, Promise<Prepared | undefined>>>();

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
  const prepared = await prepare(run, command, place.commit, place.scope);
  if (!prepared) return;
  const { dir, entries } = prepared;
  const taken: string[] = [];
  for (const entry of entries) if (await canTake(place.worktree, entry)) taken.push(entry);
  await copyEntries(path.join(dir, 'tree'), place.worktree, taken);
  if (place.home !== undefined && !(await exists(place.home))) {
    await privateDirectory(path.dirname(place.home));
    await copyTree(path.join(dir, 'home'), place.home);
  }
}

/** Undefined when setup failed. */
async function prepare(
  run: Run,
  command: string,
  commit: string,
  scope: Scope,
): Promise<Prepared | undefined> {
  const key = await keyOf(run, command, commit);
  const known = making.get(run.engine) ?? new Map<string, Promise<Prepared | undefined>>();
  making.set(run.engine, known);
  const underway = known.get(key);
  if (underway) return underway;
  const prepared = make(run, command, commit, key, scope);
  known.set(key, prepared);
  // What failed once, for example for want of a network, may work the next time.
  const forget = () => known.delete(key);
  prepared.then((made) => made ?? forget(), forget);
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
): Promise<Prepared | undefined> {
  const dir = path.join(run.dir, 'setup', key);
  const done = path.join(dir, 'entries.json');
  if (await exists(done)) return { dir, entries: JSON.parse(await readFile(done, 'utf8')) as string[] };
  const { engine } = run;
  const attempt = nextAttempt(engine, key);
  if (attempt > mostAttempts) return undefined;
  await removeTree(dir);
  const [folder, home] = [path.join(dir, 'tree'), path.join(dir, 'home')];
  await checkout(run.repo, commit, folder);

  const step = stepOf(key, attempt);
  const scope = scopeOf(run, step, parent.span);
  if (!engine.result('command.finished', step))
    engine.emit('command.started', { name: 'setup', command, round: 0 }, scope);
  const { exit, timedOut, stdout, stderr, refused } = await runSetup(run, command, { folder, home, scope });
  const output = engine.journal.keep([stdout, stderr].filter(Boolean).join('\n'));
  await engine.step('command.finished', step, scope, () =>
    Promise.resolve({ name: 'setup', command, exit, timedOut, output }),
  );
  if (exit !== 0 && refused.length > 0 && commit === run.repo.snapshot) askPerson(run, command, refused);
  if (exit !== 0) return undefined;
  const entries = await ignoredEntries(run.repo, commit, folder);
  dropDownloads(home);
  await atomicWrite(done, JSON.stringify(entries));
  return { dir, entries };
}

const stepOf = (key: string, attempt: number) => `setup/${key}${attempt > 1 ? `/${attempt}` : ''}`;

/** Counts from 1; only those are behind us that are journaled as failed. */
function nextAttempt(engine: Engine, key: string): number {
  for (let attempt = 1; ; attempt++) {
    const result = engine.result('command.finished', stepOf(key, attempt));
    if (!result || result.exit === 0) return attempt;
  }
}

/** The home is as code of strangers left it: any folder on the way may be a link to files of the person. */
export function dropDownloads(home: string): void {
  for (const place of leftBehind) {
    try {
      removeEntry(home, place);
    } catch {
      // It took away its own permissions; it only costs the space.
    }
  }
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

/** Puts entries of one tree at the same place in another one, whose folders are there. */
async function copyEntries(from: string, to: string, entries: readonly string[]): Promise<void> {
  for (const [parent, names] of Map.groupBy(entries, (entry) => path.dirname(entry)))
    for (let at = 0; at < names.length; at += copiedAtOnce) {
      const sources = names.slice(at, at + copiedAtOnce).map((name) => path.join(from, name));
      await copy('cp', [...asTheyAre, `--target-directory=${path.join(to, parent)}`, '--', ...sources]);
    }
}

async function copyTree(from: string, to: string): Promise<void> {
  await copy('cp', [...asTheyAre, '--no-target-directory', '--', from, to]);
}

/** Copies without following links; shares blocks where the file system can. */
const asTheyAre = ['--archive', '--reflink=auto'];
