import type { UserRepository } from './userRepository';

/**
 * The factory's own repository of one run. Its commits hold the whole tree of the person's repository, so that they
 * are at home there; `prefix` says where in that tree the open folder lies.
 */
export interface FactoryRepo {
  /** Folder of everything below; only this user may enter it. */
  dir: string;
  /** The bare repository. */
  gitDir: string;
  /** Real path of the open folder. */
  folder: string;
  /** `''`, or the folder's path in the person's repository with a slash at its end. */
  prefix: string;
  /** The person's repository, or null when the folder is in none. */
  user: UserRepository | null;
  /** The first commit: the folder as it was when the run began. */
  snapshot: string;
}

/** Never part of the work, whatever the project's own ignore files say: things that tools put beside sources. */
export const toolFolders: readonly string[] = [
  'node_modules',
  '.venv',
  '__pycache__',
  '.pytest_cache',
  '.mypy_cache',
  '.gradle',
];
/** The same and what operating systems leave behind, as lines of an ignore file. */
export const alwaysIgnored: readonly string[] = [
  ...toolFolders.map((name) => `${name}/`),
  '*.pyc',
  '.DS_Store',
  'Thumbs.db',
];

/** The open folder's own tree in a commit, as git names it. */
export function folderTree(repo: FactoryRepo, commit: string): string {
  return repo.prefix ? `${commit}:${repo.prefix.slice(0, -1)}` : `${commit}^{tree}`;
}
