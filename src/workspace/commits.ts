import { gitLine, gitList, git, gitAnswer, splitNul } from './git';
import { folderTree, type FactoryRepo } from './repository';

/** Trailers of a commit by name, for example `Factory-Run`. */
export type Trailers = Readonly<Record<string, string>>;

/** The trailers that say which run made a commit, and what for. */
export function runTrailers(run: string, requirements: readonly string[] = []): Trailers {
  return {
    'Factory-Run': run,
    ...(requirements.length ? { 'Factory-Requirements': requirements.join(', ') } : {}),
  };
}

/** A commit message: one subject line, text, trailers; without control characters, for agents write some of it. */
export function commitMessage(message: string, trailers: Trailers = {}): string {
  const text = visible(message).trim() || 'Checkpoint';
  const lines = Object.entries(trailers).map(([key, value]) => `${key}: ${visible(value).replace(/\s+/g, ' ').trim()}`);
  return lines.length ? `${text}\n\n${lines.join('\n')}\n` : `${text}\n`;
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
  trailers: Trailers = {},
  env: Record<string, string> = {},
): Promise<string> {
  const parentOptions = parents.flatMap((parent) => ['-p', parent]);
  return gitLine(['commit-tree', ...parentOptions, '-F', '-', tree], {
    gitDir: repo.gitDir,
    input: commitMessage(message, trailers),
    env,
  });
}

/** Id of the whole tree of a commit. */
export async function treeOf(repo: FactoryRepo, commit: string): Promise<string> {
  return gitLine(['rev-parse', '--verify', `${commit}^{tree}`], { gitDir: repo.gitDir });
}

export interface ChangedFile {
  /** From the open folder's root. */
  path: string;
  change: 'added' | 'modified' | 'deleted';
}

const changes: Readonly<Record<string, ChangedFile['change']>> = { A: 'added', D: 'deleted' };

/** Files that differ between two commits, by path; a rename is one deleted and one added. */
export async function changedFiles(repo: FactoryRepo, from: string, to: string): Promise<ChangedFile[]> {
  const fields = await gitList(
    ['diff-tree', '-r', '-z', '--no-renames', '--name-status', folderTree(repo, from), folderTree(repo, to)],
    { gitDir: repo.gitDir },
  );
  return fields.flatMap((status, at) =>
    at % 2 === 0 ? [{ path: fields[at + 1] ?? '', change: changes[status] ?? 'modified' }] : [],
  );
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
    ['diff', '--no-ext-diff', '--no-textconv', '--no-color', ...form, folderTree(repo, from), folderTree(repo, to)],
    { gitDir: repo.gitDir },
  );
}

/** Content of one file in a commit; null when there is none of that path. */
export async function fileAt(repo: FactoryRepo, commit: string, file: string): Promise<Buffer | null> {
  const answer = await gitAnswer(['cat-file', 'blob', `${commit}:${repo.prefix}${file}`], {
    gitDir: repo.gitDir,
    answers: [128],
  });
  return answer.exit === 0 ? answer.stdout : null;
}

export type Merged =
  | { commit: string }
  /** `tree` is the whole tree with conflict markers in the files of `conflicts`; commit it with {@link commitTree}. */
  | { conflicts: string[]; tree: string };

/**
 * Merges two commits without a working tree. Where one contains the other no commit is made.
 */
export async function mergeCommits(
  repo: FactoryRepo,
  ours: string,
  theirs: string,
  message: string,
  trailers: Trailers = {},
): Promise<Merged> {
  if (await contains(repo, theirs, ours)) return { commit: theirs };
  if (await contains(repo, ours, theirs)) return { commit: ours };
  const merged = await mergeTrees(repo, ours, theirs);
  if (merged.conflicts.length) return merged;
  return { commit: await commitTree(repo, merged.tree, [ours, theirs], message, trailers) };
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
