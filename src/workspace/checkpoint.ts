import { createHash } from 'node:crypto';
import path from 'node:path';
import { commitMessage } from './commits';
import { fileError } from './files';
import { gitList } from './git';
import { commitChanges, dataOf, isAsCommitted, stateOf, type Change, type HeadState } from './headState';
import { isIgnored } from './ignoreRules';
import { writeObject } from './objects';
import { isPlainFile, readEntry, walkTree } from './safeFiles';
import {
  bareLayouts,
  isOfBareLayout,
  refusedLink,
  refusedName,
  touchesBareLayout,
  type Refusal,
} from './treeRules';
import { worktreeOptions, type Worktree } from './worktree';

/** What a checkpoint kept. Paths are from the open folder's root. */
export interface Checkpoint {
  commit: string;
  /** Changed files with the SHA-256 of their content, null for deleted ones. */
  files: { path: string; sha256: string | null }[];
  /** What was left out of the commit although it lies in the folder. */
  refused: Refusal[];
}

/** Is shown each changed file before anything of it is kept; what it throws ends the checkpoint. */
export type Look = (file: string, data: Uint8Array) => Promise<void>;

const largestFile = 100 * 1024 * 1024;

/**
 * Paths of those files, from the open folder's root, that alone can differ from the last checkpoint, when that is
 * sure: every one is a plain file outside of `.git`. Null when only a look at the whole folder can tell.
 */
export function plainFiles(worktree: Worktree, files: readonly string[]): string[] | null {
  // Rules of the folders above the open one are not in the worktree.
  if (worktree.repo.prefix !== '') return null;
  const distinct = [...new Set(files)];
  const isPlain = (file: string): boolean =>
    isInside(file) && refusedName(file) === null && isPlainFile(worktree.path, file);
  return distinct.every(isPlain) ? distinct : null;
}

/** Whether a path is in its shortest form, leads nowhere above the folder and is text that a file name can be. */
function isInside(file: string): boolean {
  return path.posix.normalize(file) === file && !/^(\.\.)?(\/|$)/.test(file) && file.isWellFormed();
}

/**
 * Commits the worktree as it is. When nothing changed the last commit is returned again. Nested repositories lose
 * their `.git`; bare repositories, links that leave the folder, unusable names and files over 100 MB are left out.
 * @param plain what {@link plainFiles} said of the files that may have changed
 */
export async function checkpoint(
  worktree: Worktree,
  message: string,
  plain: readonly string[] | null = null,
  look?: Look,
): Promise<Checkpoint> {
  try {
    const [state, differing] = await Promise.all([stateOf(worktree), plain ? [] : listChanges(worktree)]);
    const listed = plain
      ? plain.filter((file) => isChange(worktree, state, file))
      : withUnindexed(worktree, state, differing);
    const refused = refusals(worktree, state, listed);
    const changes = await keepChanges(worktree, state, listed, refused, look);
    const commit = changes.length
      ? await commitChanges(worktree, state, changes, commitMessage(message))
      : worktree.head;
    const files = changes.map(({ path: file, data }) => ({ path: file, sha256: data?.sha256 ?? null }));
    return { commit, files: files.sort(byPath), refused: distinct(refused) };
  } catch (error) {
    throw fileError(error, worktree.path);
  }
}

/** One refusal may stand for many files. */
function distinct(refused: Map<string, Refusal>): Refusal[] {
  return [...new Set(refused.values())].sort(byPath);
}

function byPath(a: { path: string }, b: { path: string }): number {
  return a.path < b.path ? -1 : 1;
}

/** Paths that differ from the index, with the files of nested repositories one by one. */
async function listChanges(worktree: Worktree): Promise<string[]> {
  const lines = await gitList(
    ['status', '--porcelain', '-z', '--untracked-files=all', '--no-renames', '--ignore-submodules=all'],
    worktreeOptions(worktree),
  );
  return lines.flatMap((line) => {
    const file = line.slice(3 + worktree.repo.prefix.length);
    return line.endsWith('/') ? filesBelow(worktree, file.slice(0, -1)) : [file];
  });
}

/** Paths that differ from the last commit: of those the index does not know as they are, the ones that really do. */
function withUnindexed(worktree: Worktree, state: HeadState, differing: string[]): string[] {
  const { unindexed } = state;
  return [
    ...differing.filter((file) => !unindexed.has(file)),
    ...[...unindexed].filter((file) => !isAsCommitted(worktree, state, file)),
  ];
}

/** Whether a plain file is part of the work and not what the last commit has. */
function isChange(worktree: Worktree, state: HeadState, file: string): boolean {
  if (isAsCommitted(worktree, state, file)) return false;
  return state.tree.get(file) !== undefined || !isIgnored(worktree, file);
}

/** Git does not look into a repository inside the worktree; its files are part of the work all the same. */
function filesBelow(worktree: Worktree, dir: string): string[] {
  const found: string[] = [];
  walkTree(worktree.path, dir, (file, entry) => {
    if (refusedName(file)) return false;
    if (entry.isFile() || entry.isSymbolicLink()) found.push(file);
    return true;
  });
  return found;
}

function refusals(worktree: Worktree, { tree }: HeadState, listed: string[]): Map<string, Refusal> {
  const refused = new Map<string, Refusal>();
  for (const file of listed) {
    const reason = refusedName(file);
    if (reason) refused.set(file, { path: file, reason });
  }
  if (!listed.some(touchesBareLayout)) return refused;
  const { prefix } = worktree.repo;
  const kept = tree
    .files()
    .filter((file) => file.startsWith(prefix))
    .map((file) => file.slice(prefix.length));
  const layouts = bareLayouts([...kept, ...listed]);
  for (const layout of layouts) {
    const refusal = { path: layout || '.', reason: 'it looks like a git repository of its own' };
    for (const file of listed) if (isOfBareLayout(file, layout)) refused.set(file, refusal);
  }
  return refused;
}

/**
 * Reads every changed path once, without following links; the same bytes are hashed and kept, so that a file that
 * changes meanwhile can not be two things.
 */
async function keepChanges(
  worktree: Worktree,
  { tree }: HeadState,
  listed: string[],
  refused: Map<string, Refusal>,
  look?: Look,
): Promise<Change[]> {
  const changes: Change[] = [];
  for (const file of listed) {
    const entry = refused.has(file) ? null : readEntry(worktree.path, file, largestFile);
    const reason =
      entry?.kind === 'too-large'
        ? 'it is larger than 100 MB'
        : entry?.kind === 'link'
          ? refusedLink(file, entry.target)
          : null;
    if (reason) refused.set(file, { path: file, reason });
    if (!entry || reason || entry.kind === 'too-large') {
      if (tree.get(worktree.repo.prefix + file)) changes.push({ path: file, data: null });
      continue;
    }
    const { mode, data } = dataOf(entry);
    await look?.(file, data);
    const id = await writeObject(worktree.repo, 'blob', data);
    const sha256 = createHash('sha256').update(data).digest('hex');
    changes.push({ path: file, data: { mode, id, sha256 } });
  }
  return changes;
}
