import picomatch from 'picomatch';
import { fileError } from './files';
import { git, gitAnswer, splitNul } from './git';
import { folderTree, toolFolders, type FactoryRepo } from './repository';
import { readEntry, removeEntry, walkTree, writeEntry } from './safeFiles';
import { foldPath } from './treeRules';
import type { Worktree } from './worktree';

/** A file that agents may not change, as it was sealed. */
export interface GovernedFile {
  /** From the open folder's root. */
  path: string;
  /** Git's mode: `100644`, `100755` or `120000`. */
  mode: string;
  /** Id of the content. */
  blob: string;
}

/** Governed files of the sealed commit in memory, so that comparing costs no process. */
interface GovernedSeal {
  matches(file: string, isLink: boolean): boolean;
  files: ReadonlyMap<string, { mode: string; data: Buffer }>;
}

/**
 * Tells whether a path is governed, whatever its case or composition. A link is governed also where a pattern passes
 * through it: a link `.github` would stand for all that `.github/workflows/*` means.
 */
export function governedMatcher(patterns: readonly string[]): (file: string, isLink?: boolean) => boolean {
  const folded = patterns.map(foldPath);
  const governed = oneOf(folded);
  const passed = oneOf(folded.flatMap(passages));
  return (file, isLink = false) => {
    const name = foldPath(file);
    return governed.test(name) || (isLink && passed.test(name));
  };
}

/** Many patterns as one expression: every file of a worktree is tried after each round. */
function oneOf(patterns: readonly string[]): RegExp {
  const sources = patterns.map((pattern) => picomatch.makeRe(pattern, { dot: true, nocase: true }).source);
  return new RegExp(sources.join('|') || '(?!)', 'i');
}

/** The folders that a pattern names on its way; what `**` stands for is matched where it really lies. */
function passages(pattern: string): string[] {
  const names = pattern.split('/');
  return names
    .map((_, end) => names.slice(0, end))
    .filter((part) => part.length > 0 && part.at(-1) !== '**')
    .map((part) => part.join('/'));
}

/** The governed files of a commit. */
export async function governedFiles(
  repo: FactoryRepo,
  commit: string,
  patterns: readonly string[],
): Promise<GovernedFile[]> {
  const matches = governedMatcher(patterns);
  const lines = splitNul(
    await git(['ls-tree', '-r', '-z', folderTree(repo, commit)], { gitDir: repo.gitDir }),
  );
  return lines
    .map((line) => {
      const [head = '', file = ''] = [line.slice(0, line.indexOf('\t')), line.slice(line.indexOf('\t') + 1)];
      const [mode = '', , blob = ''] = head.split(' ');
      return { path: file, mode, blob };
    })
    .filter(({ path: file, mode }) => matches(file, mode === '120000'));
}

async function readSeal(
  repo: FactoryRepo,
  commit: string,
  patterns: readonly string[],
): Promise<GovernedSeal> {
  const files = await governedFiles(repo, commit, patterns);
  const contents = await readBlobs(
    repo,
    files.map(({ blob }) => blob),
  );
  return {
    matches: governedMatcher(patterns),
    files: new Map(
      files.map(({ path: file, mode }, at) => [file, { mode, data: contents[at] ?? Buffer.alloc(0) }]),
    ),
  };
}

/**
 * Puts every governed path of a worktree back to its sealed state, and removes governed paths that were not sealed.
 * Returns the paths, in order. Folders that tools fill and that are never committed (`node_modules` and the like)
 * are not searched.
 * @param plain what `plainFiles` said of the files that may have changed: where none of them is governed, nothing is
 */
export async function restoreGoverned(
  worktree: Worktree,
  sealCommit: string,
  patterns: readonly string[],
  plain: readonly string[] | null = null,
): Promise<string[]> {
  const seal = await sealOf(worktree.repo, sealCommit, patterns);
  if (plain && !plain.some((file) => seal.matches(file, false))) return [];
  try {
    return putBack(worktree.path, seal);
  } catch (error) {
    throw fileError(error, worktree.path);
  }
}

function putBack(root: string, seal: GovernedSeal): string[] {
  const foreign = foreignPaths(root, seal);
  for (const file of foreign) removeEntry(root, file);
  const changed = [...seal.files].filter(([file, sealed]) => !isSealed(root, file, sealed));
  for (const [file, sealed] of changed) writeEntry(root, file, sealed);
  return [...new Set([...foreign, ...changed.map(([file]) => file)])].sort();
}

/** Seals by repository, commit and patterns; a commit never changes, so neither do they. */
const seals = new WeakMap<FactoryRepo, Map<string, Promise<GovernedSeal>>>();

function sealOf(repo: FactoryRepo, commit: string, patterns: readonly string[]): Promise<GovernedSeal> {
  const known = seals.get(repo) ?? new Map<string, Promise<GovernedSeal>>();
  seals.set(repo, known);
  const key = JSON.stringify([commit, patterns]);
  const seal = known.get(key) ?? readSeal(repo, commit, patterns);
  known.set(key, seal);
  // What failed once, for example for a full disk, may be read the next time.
  seal.catch(() => known.delete(key));
  return seal;
}

/** Governed names in the folder that the seal does not know, or knows as something else than they are. */
function foreignPaths(root: string, seal: GovernedSeal): string[] {
  const foreign: string[] = [];
  walkTree(root, '', (file, entry) => {
    if (entry.isDirectory()) return file !== '.git' && !toolFolders.includes(entry.name);
    const isLink = entry.isSymbolicLink();
    if (!seal.files.has(file) && seal.matches(file, isLink)) foreign.push(file);
    return false;
  });
  return foreign;
}

function isSealed(root: string, file: string, sealed: { mode: string; data: Buffer }): boolean {
  const entry = readEntry(root, file, sealed.data.length);
  if (entry?.kind === 'link')
    return sealed.mode === '120000' && sealed.data.equals(Buffer.from(entry.target));
  if (entry?.kind !== 'file' || !entry.data.equals(sealed.data)) return false;
  return sealed.mode === (entry.executable ? '100755' : '100644');
}

/** Sizes of blobs in bytes, in the order of their ids. */
export async function blobSizes(repo: FactoryRepo, ids: readonly string[]): Promise<number[]> {
  const answer = await git(['cat-file', '--batch-check=%(objectsize)'], {
    gitDir: repo.gitDir,
    input: ids.map((id) => `${id}\n`).join(''),
  });
  return answer.split('\n', ids.length).map(Number);
}

/** Contents of blobs, in the order of their ids. */
export async function readBlobs(
  repo: FactoryRepo,
  ids: string[],
  env: Record<string, string> = {},
): Promise<Buffer[]> {
  if (!ids.length) return [];
  const { stdout } = await gitAnswer(['cat-file', '--batch'], {
    gitDir: repo.gitDir,
    env,
    input: ids.map((id) => `${id}\n`).join(''),
  });
  let at = 0;
  return ids.map(() => {
    const start = stdout.indexOf('\n', at) + 1;
    const size = Number(stdout.toString('latin1', at, start - 1).split(' ')[2]);
    at = start + size + 1;
    return stdout.subarray(start, start + size);
  });
}
