import { renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { author, git } from './git';
import { objectId, writeObject } from './objects';
import { readEntry, type TreeEntry } from './safeFiles';
import { readTree, type Leaf, type TreeModel } from './treeModel';
import { worktreeOptions, type Worktree } from './worktree';

/**
 * What this process knows of a worktree's last commit. Git's index only serves to see the next changes; writing it costs a process,
 * so that it lags behind by a few paths, which are compared with the commit one by one.
 */
export interface HeadState {
  readonly head: string;
  /** The whole tree of the head; its paths begin with the repository's prefix. */
  readonly tree: TreeModel;
  /** Committed paths, from the open folder's root, that the index does not know as they are. */
  readonly unindexed: Set<string>;
}

/** What one changed path becomes; `data` null removes it. */
export interface Change {
  path: string;
  data: (Leaf & { sha256: string }) | null;
}

/** From here on writing the index is cheaper than comparing. */
const mostUnindexed = 32;
/** Files that are compared one by one are no larger than this. */
const mostCompared = 100 * 1024 * 1024;

const states = new WeakMap<Worktree, HeadState>();

export async function stateOf(worktree: Worktree): Promise<HeadState> {
  const known = states.get(worktree);
  if (known?.head === worktree.head) return known;
  const { repo, head } = worktree;
  const state = { head, tree: await readTree(repo, head), unindexed: new Set<string>() };
  states.set(worktree, state);
  return state;
}

/** The bytes git keeps of a file or link. */
export function dataOf(entry: Exclude<TreeEntry, { kind: 'too-large' }>): { mode: string; data: Buffer } {
  if (entry.kind === 'link') return { mode: '120000', data: Buffer.from(entry.target) };
  return { mode: entry.executable ? '100755' : '100644', data: entry.data };
}

/** Tells whether a path in the folder is what the last commit has there. */
export function isAsCommitted(worktree: Worktree, { tree }: HeadState, file: string): boolean {
  const { repo } = worktree;
  const committed = tree.get(repo.prefix + file);
  const entry = readEntry(worktree.path, file, mostCompared);
  if (!entry || !committed) return !entry && !committed;
  if (entry.kind === 'too-large') return false;
  const { mode, data } = dataOf(entry);
  return mode === committed.mode && objectId(repo, 'blob', data) === committed.id;
}

/** Commits changes, of which there is at least one, and moves the worktree's HEAD. */
export async function commitChanges(
  worktree: Worktree,
  { tree, unindexed }: HeadState,
  changes: readonly Change[],
  message: string,
): Promise<string> {
  const { repo, head: parent } = worktree;
  // A failure half-way leaves nothing behind that is neither the old nor the new state.
  states.delete(worktree);
  for (const { path: file, data } of ordered(changes)) tree.set(repo.prefix + file, data);
  const commit = commitData(await tree.write(), parent, message);
  const head = await writeObject(repo, 'commit', commit);
  moveHead(worktree, head);
  for (const { path: file } of changes) unindexed.add(file);
  if (unindexed.size > mostUnindexed) await writeIndex(worktree, tree, unindexed);
  worktree.head = head;
  states.set(worktree, { head, tree, unindexed });
  return head;
}

/** Removals first: a file may have become a folder. */
function ordered<T extends { data: unknown }>(changes: readonly T[]): T[] {
  return [...changes.filter(({ data }) => !data), ...changes.filter(({ data }) => data)];
}

/** Brings the index up to date and empties the list of what it lacks. */
async function writeIndex(worktree: Worktree, tree: TreeModel, unindexed: Set<string>): Promise<void> {
  const { prefix, snapshot } = worktree.repo;
  const none = '0'.repeat(snapshot.length);
  const lines = ordered([...unindexed].map((file) => ({ file, data: tree.get(prefix + file) })));
  await git(['update-index', '-z', '--index-info'], {
    ...worktreeOptions(worktree),
    input: lines
      .map(({ file, data }) => `${data?.mode ?? '0'} ${data?.id ?? none}\t${prefix}${file}\0`)
      .join(''),
  });
  unindexed.clear();
}

function commitData(tree: string, parent: string, message: string): Buffer {
  const who = `${author.name} <${author.email}> ${Math.floor(Date.now() / 1000)} +0000`;
  return Buffer.from(`tree ${tree}\nparent ${parent}\nauthor ${who}\ncommitter ${who}\n\n${message}`);
}

/** Like all objects it need not survive the machine's own death: a resumed run puts it where the journal says. */
function moveHead({ gitDir }: Worktree, head: string): void {
  const draft = path.join(gitDir, 'HEAD.new');
  writeFileSync(draft, `${head}\n`);
  renameSync(draft, path.join(gitDir, 'HEAD'));
}
