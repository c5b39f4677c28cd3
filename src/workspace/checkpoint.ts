import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { FactoryError } from '../shared/errors';
import { commitMessage } from './commits';
import { fileError } from './files';
import { git, gitAnswer, gitList } from './git';
import { blobId } from './repository';
import { readEntry, walkTree } from './safeFiles';
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

/** What one changed path becomes in the index; `data` null removes it. */
interface Change {
  path: string;
  mode: string;
  data: { id: string; sha256: string } | null;
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
  const stage = path.join(worktree.gitDir, 'stage');
  try {
    await mkdir(stage, { recursive: true, mode: 0o700 });
    const { changes, staged } = await readChanges(worktree, listed, refused, stage);
    if (!changes.length) return { commit: worktree.head, files: [], refused: distinct(refused) };
    // The ids are known already, so objects and index are written side by side.
    await Promise.all([writeObjects(worktree, staged), writeIndex(worktree, changes)]);
    const commit = await commitIndex(worktree, commitMessage(message));
    const files = changes.map(({ path: file, data }) => ({ path: file, sha256: data?.sha256 ?? null }));
    return { commit, files: files.sort(byPath), refused: distinct(refused) };
  } catch (error) {
    throw fileError(error, worktree.path);
  } finally {
    await rm(stage, { recursive: true, force: true });
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
 * Reads every changed path once, without following links, into the stage; the same bytes are hashed and kept, so that
 * a file that changes meanwhile can not be two things.
 */
async function readChanges(
  worktree: Worktree,
  listed: Listed[],
  refused: Map<string, Refusal>,
  stage: string,
): Promise<{ changes: Change[]; staged: { file: string; id: string }[] }> {
  const changes: Change[] = [];
  const staged: { file: string; id: string }[] = [];
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
      if (tracked) changes.push({ path: file, mode: '0', data: null });
      continue;
    }
    const data = entry.kind === 'link' ? Buffer.from(entry.target) : entry.data;
    const id = blobId(worktree.repo, data);
    const copy = path.join(stage, String(staged.length));
    await writeFile(copy, data);
    staged.push({ file: copy, id });
    const mode = entry.kind === 'link' ? '120000' : entry.executable ? '100755' : '100644';
    changes.push({ path: file, mode, data: { id, sha256: createHash('sha256').update(data).digest('hex') } });
  }
  return { changes, staged };
}

async function writeObjects(worktree: Worktree, staged: { file: string; id: string }[]): Promise<void> {
  if (!staged.length) return;
  const answer = await git(['hash-object', '-w', '--no-filters', '--stdin-paths'], {
    gitDir: worktree.repo.gitDir,
    input: staged.map(({ file }) => `${file}\n`).join(''),
  });
  if (answer === staged.map(({ id }) => `${id}\n`).join('')) return;
  throw new FactoryError(
    'failed',
    `The copies of changed files in ${worktree.gitDir} changed while they were read.`,
    {
      hint: 'Look for another program that writes into the store, then resume the run.',
    },
  );
}

async function writeIndex(worktree: Worktree, changes: Change[]): Promise<void> {
  const { prefix, snapshot } = worktree.repo;
  const none = '0'.repeat(snapshot.length);
  // Removals first: a file may have become a folder.
  const ordered = [...changes.filter(({ data }) => !data), ...changes.filter(({ data }) => data)];
  await git(['update-index', '-z', '--index-info'], {
    ...worktreeOptions(worktree),
    input: ordered
      .map(({ path: file, mode, data }) => `${mode} ${data?.id ?? none}\t${prefix}${file}\0`)
      .join(''),
  });
}

/** Makes the commit and moves the worktree's HEAD in one step of git. */
async function commitIndex(worktree: Worktree, message: string): Promise<string> {
  const options = { ...worktreeOptions(worktree), input: message };
  const { exit } = await gitAnswer(['commit', '-q', '--no-verify', '--cleanup=verbatim', '-F', '-'], {
    ...options,
    answers: [1],
  });
  // Status 1 says that the index already is the last commit; anything else would show as a difference here.
  if (exit !== 0) await git(['diff-index', '--cached', '--quiet', 'HEAD'], options);
  worktree.head = (await readFile(path.join(worktree.gitDir, 'HEAD'), 'utf8')).trim();
  return worktree.head;
}
