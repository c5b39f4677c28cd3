import { lstatSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { FactoryError, messageOf } from '../shared/errors';
import { activeFiles } from './activeFiles';
import { changedFiles, commitTree, mergeTrees } from './commits';
import { git, gitList } from './git';
import { folderOptions, snapshotFolder } from './folderView';
import type { FactoryRepo } from './repository';
import { refuseFaults } from './treeCheck';
import { findUserRepository } from './userRepository';

/** What a merge did to the person's folder; give it to {@link undoMerge} to take it back. */
export interface FolderMerge {
  /** Commit that holds the folder as it was. */
  before: string;
  /** Commit that holds the folder as it is now. */
  after: string;
  /** Files that were written or removed. */
  paths: string[];
  /** False when the person's own changes since the snapshot are mixed in, so that nobody judged this very tree. */
  asJudged: boolean;
}

/**
 * Brings what the factory changed (`result` minus `base`) into the person's folder, three-way, beside what they
 * changed meanwhile. Their index, HEAD and branches stay. Conflicts are refused with the list of files, and whatever
 * goes wrong leaves the folder as it was.
 * @param wanted commits by id, and the active files that the person was shown and agreed to
 * @throws FactoryError 'needs-human' for active files nobody agreed to, and for a tree that is never handed over
 */
export async function mergeResult(
  repo: FactoryRepo,
  { base = repo.snapshot, result, agreed }: { base?: string; result: string; agreed: readonly string[] },
): Promise<FolderMerge> {
  const { env } = folderOptions(repo);
  await refuseFaults(repo, result, env);
  const user = repo.user && (await findUserRepository(repo.folder));
  const tree = await snapshotFolder(repo, user?.head ?? null);
  const before = await commitTree(repo, tree, [base], 'Before the merge', env);
  const theirs = await commitTree(repo, `${result}^{tree}`, [base], 'The result', env);
  const merged = await mergeTrees(repo, before, theirs, env);
  if (merged.conflicts.length) throw conflict(repo, merged.conflicts);
  const after = await commitTree(repo, merged.tree, [before], 'Merge of the result', env);
  const paths = await changedFiles(repo, before, after, env);
  await refuseUnagreed(repo, { before, after, agreed });
  await moveFolder(repo, before, after);
  return { before, after, paths, asJudged: (await changedFiles(repo, after, result, env)).length === 0 };
}

/** Takes a merge back, three-way as well: later changes of the person stay. */
export async function undoMerge(repo: FactoryRepo, merge: FolderMerge): Promise<FolderMerge> {
  return mergeResult(repo, { base: merge.after, result: merge.before, agreed: merge.paths });
}

async function refuseUnagreed(
  repo: FactoryRepo,
  { before, after, agreed }: { before: string; after: string; agreed: readonly string[] },
): Promise<void> {
  const active = await activeFiles(repo, before, after, folderOptions(repo).env);
  const unseen = active.filter(({ path: file }) => !agreed.includes(file));
  if (unseen.length === 0) return;
  const list = unseen.map(({ path: file, by }) => `${file} (${by})`).join(', ');
  throw new FactoryError(
    'needs-human',
    `The result was not merged: programs act by themselves on files of it: ${list}.`,
    { hint: 'Review them, then merge again and agree to them. Nothing was changed.' },
  );
}

function conflict(repo: FactoryRepo, files: string[]): FactoryError {
  const list = [...new Set(files)].sort().join(', ');
  return new FactoryError(
    'needs-human',
    `The result and your own changes in ${repo.folder} conflict in: ${list}.`,
    {
      hint: 'Commit or undo your changes to these files, or merge the delivered branch with git. Nothing was changed.',
    },
  );
}

/**
 * Writes only the files that differ. All are checked before the first write, so that a file edited since the
 * snapshot, or an ignored one in the way, stops everything.
 */
async function moveFolder(repo: FactoryRepo, before: string, after: string): Promise<void> {
  const options = folderOptions(repo);
  await refuseOverwriting(repo, before, after);
  const move = ['read-tree', '-m', '-u', before, after];
  try {
    await git([...move, '--dry-run'], options);
  } catch (error) {
    throw unmoved(repo, error);
  }
  try {
    await git(move, options);
  } catch (error) {
    await putBack(repo, before, after);
    throw unmoved(repo, error);
  }
}

/** Git takes ignored files for expendable; they are the person's all the same. */
async function refuseOverwriting(repo: FactoryRepo, before: string, after: string): Promise<void> {
  const { workTree } = folderOptions(repo);
  const removed = new Set(await listChanged(repo, before, after, 'D'));
  for (const file of await listChanged(repo, before, after, 'A')) {
    const inTheWay = obstacles(workTree, file).find((name) => !removed.has(name));
    if (inTheWay === undefined) continue;
    throw new FactoryError(
      'needs-human',
      `The result was not merged: ${path.join(workTree, inTheWay)} is in the way.`,
      {
        hint: 'Move that file, which git ignores, out of the way, then merge again. Nothing was changed.',
      },
    );
  }
}

/** Files that lie where a new one is to be written: at its path, below it, or in place of one of its folders. */
function obstacles(root: string, file: string): string[] {
  const names = file.split('/');
  for (let depth = 1; depth <= names.length; depth += 1) {
    const place = names.slice(0, depth).join('/');
    const stat = lstatSync(path.join(root, place), { throwIfNoEntry: false });
    if (!stat) return [];
    if (!stat.isDirectory()) return [place];
  }
  return readdirSync(path.join(root, file), { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)));
}

function unmoved(repo: FactoryRepo, error: unknown): FactoryError {
  const why = messageOf(error);
  return new FactoryError(
    'failed',
    `The result was not merged into ${repo.folder}, which is as it was: ${why}`,
    {
      hint: 'See to the named cause (a full disk, missing rights, an ignored file in the way), then merge again.',
      cause: error,
    },
  );
}

/** Undoes a half-written move: first what was added, which also makes room on a full disk, then the rest. */
async function putBack(repo: FactoryRepo, before: string, after: string): Promise<void> {
  const options = folderOptions(repo);
  for (const file of await listChanged(repo, before, after, 'A')) {
    await rm(path.join(options.workTree, file), { force: true });
  }
  const others = await listChanged(repo, before, after, 'a');
  const input = others.map((file) => `${file}\0`).join('');
  await git(['checkout-index', '-f', '-q', '-z', '--stdin'], { ...options, input });
}

/** Paths in the whole tree that were added (`A`), deleted (`D`) or anything but added (`a`). */
function listChanged(
  repo: FactoryRepo,
  before: string,
  after: string,
  kind: 'A' | 'D' | 'a',
): Promise<string[]> {
  return gitList(
    ['diff-tree', '-r', '-z', '--no-renames', '--name-only', `--diff-filter=${kind}`, before, after],
    folderOptions(repo),
  );
}
