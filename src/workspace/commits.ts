import path from 'node:path';
import { gitLine, gitList, git, gitAnswer, splitNul } from './git';
import { folderTree, type FactoryRepo } from './repository';

/** The last lines of a commit message, which say where the commit comes from. */
export function trailers(origin: {
  run: string;
  requirements?: readonly string[];
  journal?: string;
}): string {
  const { run, requirements = [], journal } = origin;
  return [
    `Factory-Run: ${run}`,
    ...(requirements.length ? [`Factory-Requirements: ${requirements.join(', ')}`] : []),
    ...(journal ? [`Factory-Journal: ${journal}`] : []),
  ].join('\n');
}

/** What a delivered commit says of itself: its tree, and the event of the journal in its trailer. */
export async function originOf(
  repo: FactoryRepo,
  commit: string,
): Promise<{ tree: string; journal: string | undefined }> {
  const text = await git(['cat-file', 'commit', commit], { gitDir: repo.gitDir });
  const [, tree = ''] = /^tree ([0-9a-f]+)$/m.exec(text) ?? [];
  return { tree, journal: /^Factory-Journal: ([0-9a-f]+)$/m.exec(text.slice(text.lastIndexOf('\n\n')))?.[1] };
}

/** A message as git keeps it: without control characters, for agents write some of it. */
export function commitMessage(message: string): string {
  return `${visible(message).trim() || 'Checkpoint'}\n`;
}

function visible(text: string): string {
  return text.replace(/[\p{Cc}\p{Bidi_Control}]/gu, (character) => (character === '\n' ? '\n' : ''));
}

/**
 * Makes a commit of a whole tree and returns its id. `env` names more object folders.
 */
export async function commitTree(
  repo: FactoryRepo,
  tree: string,
  parents: readonly string[],
  message: string,
  env: Record<string, string> = {},
): Promise<string> {
  const parentOptions = parents.flatMap((parent) => ['-p', parent]);
  return gitLine(['commit-tree', ...parentOptions, '-F', '-', tree], {
    gitDir: repo.gitDir,
    input: commitMessage(message),
    env,
  });
}

/** Id of the whole tree of a commit. */
export async function treeOf(repo: FactoryRepo, commit: string): Promise<string> {
  return gitLine(['rev-parse', '--verify', `${commit}^{tree}`], { gitDir: repo.gitDir });
}

/** Paths of files that differ between two commits, in order; a rename is two. `env` names more object folders. */
export async function changedFiles(
  repo: FactoryRepo,
  from: string,
  to: string,
  env: Record<string, string> = {},
): Promise<string[]> {
  return gitList(
    ['diff-tree', '-r', '-z', '--no-renames', '--name-only', folderTree(repo, from), folderTree(repo, to)],
    { gitDir: repo.gitDir, env },
  );
}

/** A file that differs between two commits; ids are null where there is none. */
export interface ChangedEntry {
  path: string;
  /** Git's mode afterwards, before when it is gone. */
  mode: string;
  before: string | null;
  after: string | null;
}

/** Like {@link changedFiles}, with what the files were and are. */
export async function changedEntries(
  repo: FactoryRepo,
  from: string,
  to: string,
  env: Record<string, string> = {},
): Promise<ChangedEntry[]> {
  const parts = await gitList(
    [
      'diff-tree',
      '-r',
      '-z',
      '--no-renames',
      '--raw',
      '--no-abbrev',
      folderTree(repo, from),
      folderTree(repo, to),
    ],
    { gitDir: repo.gitDir, env },
  );
  const entries: ChangedEntry[] = [];
  for (let at = 0; at + 1 < parts.length; at += 2) {
    const [oldMode = '', newMode = '', before = '', after = ''] = parts[at]!.slice(1).split(' ');
    const idOrNull = (id: string): string | null => (/^0+$/.test(id) ? null : id);
    const mode = newMode === '000000' ? oldMode : newMode;
    entries.push({ path: parts[at + 1]!, mode, before: idOrNull(before), after: idOrNull(after) });
  }
  return entries;
}

/** The difference of two commits as a patch a person can read, or with `binary` one that a program can apply. */
export async function diffText(
  repo: FactoryRepo,
  from: string,
  to: string,
  options: { binary?: boolean } = {},
): Promise<string> {
  const form = options.binary ? ['--binary', '--full-index', '--no-renames'] : ['--find-renames'];
  return git(
    [
      'diff',
      '--no-ext-diff',
      '--no-textconv',
      '--no-color',
      ...form,
      folderTree(repo, from),
      folderTree(repo, to),
    ],
    { gitDir: repo.gitDir },
  );
}

/** Text of one file in a commit; undefined when there is none of that path. */
export async function readAt(repo: FactoryRepo, commit: string, file: string): Promise<string | undefined> {
  const answer = await gitAnswer(['cat-file', 'blob', `${commit}:${repo.prefix}${file}`], {
    gitDir: repo.gitDir,
    answers: [128],
  });
  return answer.exit === 0 ? answer.stdout.toString('utf8') : undefined;
}

const mostLinks = 8;

/**
 * Like {@link readAt} from the open folder's root, following links within the tree as a checkout would; undefined
 * where they lead out of the folder, or to no file.
 */
export async function readFileAt(
  repo: FactoryRepo,
  commit: string,
  file: string,
): Promise<string | undefined> {
  let place = file;
  for (let links = 0; links <= mostLinks; links += 1) {
    const [entry = ''] = await gitList(['ls-tree', '-z', folderTree(repo, commit), '--', place], {
      gitDir: repo.gitDir,
    });
    const [mode = '', kind] = entry.split(' ');
    if (kind !== 'blob') return undefined;
    const text = await readAt(repo, commit, place);
    if (mode !== '120000' || text === undefined) return text;
    place = path.posix.normalize(path.posix.join(path.posix.dirname(place), text));
    if (text.startsWith('/') || place === '..' || place.startsWith('../')) return undefined;
  }
  return undefined;
}

/** Paths of the files of a commit that have a word, in any case, within a line. */
export async function filesWith(repo: FactoryRepo, commit: string, word: string): Promise<string[]> {
  const tree = folderTree(repo, commit);
  const args = ['grep', '-l', '-z', '-i', '-I', '-F', '-e', word, tree];
  const { stdout } = await gitAnswer(args, { gitDir: repo.gitDir, answers: [1] });
  // Git names them as tree:file, or tree/file where the tree is a folder of a commit.
  return splitNul(stdout.toString()).map((name) => name.slice(tree.length + 1));
}

export type Merged =
  | { commit: string }
  /** `marked` is a merge commit with conflict markers in the files of `conflicts`. */
  | { conflicts: string[]; marked: string };

/**
 * Merges two commits without a working tree. Where one contains the other no commit is made.
 */
export async function mergeCommits(
  repo: FactoryRepo,
  ours: string,
  theirs: string,
  message: string,
): Promise<Merged> {
  if (await contains(repo, theirs, ours)) return { commit: theirs };
  if (await contains(repo, ours, theirs)) return { commit: ours };
  const { tree, conflicts } = await mergeTrees(repo, ours, theirs);
  const commit = await commitTree(repo, tree, [ours, theirs], message);
  return conflicts.length ? { conflicts, marked: commit } : { commit };
}

/** Three-way merge of two commits into a tree, with the paths that need a decision. */
export async function mergeTrees(
  repo: FactoryRepo,
  ours: string,
  theirs: string,
  env: Record<string, string> = {},
): Promise<{ tree: string; conflicts: string[] }> {
  const { stdout } = await gitAnswer(
    ['merge-tree', '--write-tree', '-z', '--name-only', '--no-messages', ours, theirs],
    { gitDir: repo.gitDir, env, answers: [1] },
  );
  const [tree = '', ...conflicts] = splitNul(stdout.toString());
  return { tree, conflicts: conflicts.map((file) => withoutPrefix(repo, file)) };
}

async function contains(repo: FactoryRepo, commit: string, ancestor: string): Promise<boolean> {
  const { exit } = await gitAnswer(['merge-base', '--is-ancestor', ancestor, commit], {
    gitDir: repo.gitDir,
    answers: [1],
  });
  return exit === 0;
}

function withoutPrefix(repo: FactoryRepo, file: string): string {
  return file.startsWith(repo.prefix) ? file.slice(repo.prefix.length) : file;
}
