import { rm } from 'node:fs/promises';
import path from 'node:path';
import { git, gitList } from './git';
import { alwaysIgnored, folderTree, type FactoryRepo } from './repository';

/**
 * What lies in a checkout of a commit without being part of the work, such as installed packages: outermost folders
 * and files, from the checkout's root. Nothing of it is committed when it lies in a worktree.
 */
export async function ignoredEntries(repo: FactoryRepo, commit: string, dir: string): Promise<string[]> {
  const indexFile = path.join(repo.gitDir, `ignored-${path.basename(dir)}-${process.hrtime.bigint()}`);
  const options = { gitDir: repo.gitDir, workTree: dir, indexFile };
  try {
    await git(['-c', 'core.sparseCheckout=false', 'read-tree', folderTree(repo, commit)], options);
    const listed = await gitList(
      [
        ...['ls-files', '-z', '--others', '--ignored', '--exclude-per-directory=.gitignore', '--directory'],
        ...alwaysIgnored.map((line) => `--exclude=${line}`),
      ],
      { ...options, cwd: dir },
    );
    return listed.map((entry) => entry.replace(/\/$/, ''));
  } finally {
    await rm(indexFile, { force: true });
  }
}
