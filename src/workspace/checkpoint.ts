import { createHash } from 'node:crypto';
import { renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { commitMessage } from './commits';
import { fileError } from './files';
import { author, git, gitList } from './git';
import { writeObject } from './objects';
import { readEntry, walkTree } from './safeFiles';
import {
  bareLayouts,
  isOfBareLayout,
  refusedLink,
  refusedName,
  touchesBareLayout,
  type Refusal,
} from './treeRules';
import { readTree, type TreeModel } from './treeModel';
import { worktreeOptions, type Worktree } from './worktree';

/** What a checkpoint kept. Paths are from the open folder's root. */
export interface Checkpoint {
  commit: string;
  /** Changed files with the SHA-256 of their content, null for deleted ones. */
  files: { path: string; sha256: string | null }[];
  /** What was left out of the commit although it lies in the folder. */
  refused: Refusal[];
}

/** What one changed path becomes in the index; `data` null removes it. */
interface Change {
  path: string;
  data: { mode: string; id: string; sha256: string } | null;
}

const largestFile = 100 * 1024 * 1024;

/**
 * Commits the worktree as it is. When nothing changed the last commit is returned again. Nested repositories lose
 * their `.git`; bare repositories, links that leave the folder, unusable names and files over 100 MB are left out.
 */
export async function checkpoint(worktree: Worktree, message: string): Promise<Checkpoint> {
  const listed = await listChanges(worktree);
  if (!listed.length) return { commit: worktree.head, files: [], refused: [] };
  const refused = await refusals(worktree, listed);
  try {
    const changes = await keepChanges(worktree, listed, refused);
    if (!changes.length) return { commit: worktree.head, files: [], refused: distinct(refused) };
    // Git's index only serves to see the next changes, so it is written beside the commit.
    const [commit] = await Promise.all([
      commitChanges(worktree, changes, commitMessage(message)),
      writeIndex(worktree, changes),
    ]);
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

interface Listed {
  path: string;
  tracked: boolean;
}

/** Paths that differ from the last commit, with the files of nested repositories one by one. */
async function listChanges(worktree: Worktree): Promise<Listed[]> {
  const lines = await gitList(
    ['status', '--porcelain', '-z', '--untracked-files=all', '--no-renames', '--ignore-submodules=all'],
    worktreeOptions(worktree),
  );
  return lines.flatMap((line) => {
    const tracked = !line.startsWith('??');
    const file = line.slice(3 + worktree.repo.prefix.length);
    return line.endsWith('/') ? filesBelow(worktree, file.slice(0, -1)) : [{ path: file, tracked }];
  });
}

/** Git does not look into a repository inside the worktree; its files are part of the work all the same. */
function filesBelow(worktree: Worktree, dir: string): Listed[] {
  const found: Listed[] = [];
  walkTree(worktree.path, dir, (file, entry) => {
    if (refusedName(file)) return false;
    if (entry.isFile() || entry.isSymbolicLink()) found.push({ path: file, tracked: false });
    return true;
  });
  return found;
}

async function refusals(worktree: Worktree, listed: Listed[]): Promise<Map<string, Refusal>> {
  const refused = new Map<string, Refusal>();
  for (const { path: file } of listed) {
    const reason = refusedName(file);
    if (reason) refused.set(file, { path: file, reason });
  }
  if (!listed.some(({ path: file }) => touchesBareLayout(file))) return refused;
  const { prefix } = worktree.repo;
  const kept = (await gitList(['ls-files', '-z'], worktreeOptions(worktree)))
    .filter((file) => file.startsWith(prefix))
    .map((file) => file.slice(prefix.length));
  const layouts = bareLayouts([...kept, ...listed.map(({ path: file }) => file)]);
  for (const layout of layouts) {
    const refusal = { path: layout || '.', reason: 'it looks like a git repository of its own' };
    for (const { path: file } of listed) if (isOfBareLayout(file, layout)) refused.set(file, refusal);
  }
  return refused;
}

/**
 * Reads every changed path once, without following links; the same bytes are hashed and kept, so that a file that
 * changes meanwhile can not be two things.
 */
async function keepChanges(
  worktree: Worktree,
  listed: Listed[],
  refused: Map<string, Refusal>,
): Promise<Change[]> {
  const changes: Change[] = [];
  for (const { path: file, tracked } of listed) {
    const entry = refused.has(file) ? null : readEntry(worktree.path, file, largestFile);
    const reason =
      entry?.kind === 'too-large'
        ? 'it is larger than 100 MB'
        : entry?.kind === 'link'
          ? refusedLink(file, entry.target)
          : null;
    if (reason) refused.set(file, { path: file, reason });
    if (!entry || reason || entry.kind === 'too-large') {
      if (tracked) changes.push({ path: file, data: null });
      continue;
    }
    const data = entry.kind === 'link' ? Buffer.from(entry.target) : entry.data;
    const id = await writeObject(worktree.repo, 'blob', data);
    const mode = entry.kind === 'link' ? '120000' : entry.executable ? '100755' : '100644';
    const sha256 = createHash('sha256').update(data).digest('hex');
    changes.push({ path: file, data: { mode, id, sha256 } });
  }
  // Removals first: a file may have become a folder.
  return [...changes.filter(({ data }) => !data), ...changes.filter(({ data }) => data)];
}

async function writeIndex(worktree: Worktree, changes: Change[]): Promise<void> {
  const { prefix, snapshot } = worktree.repo;
  const none = '0'.repeat(snapshot.length);
  await git(['update-index', '-z', '--index-info'], {
    ...worktreeOptions(worktree),
    input: changes
      .map(({ path: file, data }) => `${data?.mode ?? '0'} ${data?.id ?? none}\t${prefix}${file}\0`)
      .join(''),
  });
}

/** The tree of each worktree's head; it is only known to the process that made the commit. */
const trees = new WeakMap<Worktree, { head: string; tree: TreeModel }>();

/** Makes the commit and moves the worktree's HEAD; what leaves the tree as it was makes none. */
async function commitChanges(worktree: Worktree, changes: Change[], message: string): Promise<string> {
  const { repo, head } = worktree;
  const known = trees.get(worktree);
  // A failure half-way leaves no tree behind that is neither the old nor the new one.
  trees.delete(worktree);
  const tree = known?.head === head ? known.tree : await readTree(repo, head);
  const before = await tree.write();
  for (const { path: file, data } of changes) tree.set(repo.prefix + file, data);
  const after = await tree.write();
  if (after !== before) {
    worktree.head = await writeObject(repo, 'commit', commitData(after, head, message));
    moveHead(worktree);
  }
  trees.set(worktree, { head: worktree.head, tree });
  return worktree.head;
}

function commitData(tree: string, parent: string, message: string): Buffer {
  const who = `${author.name} <${author.email}> ${Math.floor(Date.now() / 1000)} +0000`;
  return Buffer.from(`tree ${tree}\nparent ${parent}\nauthor ${who}\ncommitter ${who}\n\n${message}`);
}

/** Like all objects it need not survive the machine's own death: a resumed run puts it where the journal says. */
function moveHead({ gitDir, head }: Worktree): void {
  const draft = path.join(gitDir, 'HEAD.new');
  writeFileSync(draft, `${head}\n`);
  renameSync(draft, path.join(gitDir, 'HEAD'));
}
