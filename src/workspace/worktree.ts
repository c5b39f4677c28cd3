import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { FactoryError } from '../shared/errors';
import { unlockTree } from '../files/tree';
import { atomicWrite, fileError, removeTree } from './files';
import { git, gitAnswer, gitLine, type GitOptions } from './git';
import { alwaysIgnored, folderTree, type FactoryRepo } from './repository';

/**
 * A folder that agents work in. The factory's git directory for it lies in the store, out of their reach; the `.git`
 * in the folder is a throw-away of theirs with one commit, which the host never reads.
 */
export interface Worktree {
  readonly repo: FactoryRepo;
  readonly name: string;
  /** The open folder's counterpart: what agents see as the project. */
  readonly path: string;
  /** The factory's git directory of this worktree. */
  readonly gitDir: string;
  /** The commit it began with. */
  readonly base: string;
  /** The commit that the last checkpoint or restore left. */
  head: string;
}

/** Options for git commands of the factory on a worktree. */
export function worktreeOptions(worktree: Worktree): GitOptions & { gitDir: string; workTree: string } {
  const { gitDir, repo } = worktree;
  return { gitDir, workTree: rootOf(repo, worktree.name), indexFile: path.join(gitDir, 'index') };
}

function rootOf(repo: FactoryRepo, name: string): string {
  return path.join(repo.dir, 'trees', name);
}

function describe(repo: FactoryRepo, name: string, base: string): Worktree {
  return {
    repo,
    name,
    path: path.join(rootOf(repo, name), repo.prefix.slice(0, -1)),
    gitDir: path.join(repo.gitDir, 'worktrees', name),
    base,
    head: base,
  };
}

/** Makes a worktree at a commit. One of the same name is replaced. */
export async function addWorktree(repo: FactoryRepo, name: string, commit: string): Promise<Worktree> {
  if (!/^\w[\w.-]*$/.test(name)) {
    throw new FactoryError('failed', `A worktree can not be named ${JSON.stringify(name)}.`, {
      hint: 'Names of tasks are letters, digits, dots and dashes.',
    });
  }
  const worktree = describe(repo, name, commit);
  await removeWorktree(worktree);
  try {
    await mkdir(path.join(worktree.gitDir, 'info'), { recursive: true, mode: 0o700 });
    await mkdir(worktree.path, { recursive: true, mode: 0o700 });
    await writeFile(path.join(worktree.gitDir, 'commondir'), '../..\n');
    await writeFile(path.join(worktree.gitDir, 'HEAD'), `${commit}\n`);
    if (repo.prefix) {
      const pattern = repo.prefix.replace(/[\\*?[\]]/g, '\\$&');
      await writeFile(path.join(worktree.gitDir, 'info/sparse-checkout'), `/${pattern}\n`);
    }
  } catch (error) {
    throw fileError(error, worktree.path);
  }
  await git(['read-tree', '--reset', '-u', commit], worktreeOptions(worktree));
  await addAgentGit(repo, commit, worktree.path, worktree.gitDir);
  return worktree;
}

/**
 * Makes the worktree exactly what the commit says: changes undone, new files removed, ignored ones too. Only the
 * agents' `.git` stays. Call it while no process of an agent lives.
 */
export async function restore(worktree: Worktree, commit: string): Promise<void> {
  const options = worktreeOptions(worktree);
  const below = worktree.repo.prefix || '.';
  try {
    await unlockTree(worktree.path);
    // Without an index git trusts no time stamp and writes every file anew.
    await rm(path.join(worktree.gitDir, 'index'), { force: true });
    await rm(path.join(worktree.gitDir, 'index.lock'), { force: true });
  } catch (error) {
    throw fileError(error, worktree.path);
  }
  await git(['read-tree', '--reset', '-u', commit], options);
  await git(['clean', '-ffdxq', '--', below], options);
  await atomicWrite(path.join(worktree.gitDir, 'HEAD'), `${commit}\n`);
  worktree.head = commit;
}

/** Removes a worktree with all that is in it. Idempotent. */
export async function removeWorktree(worktree: Worktree): Promise<void> {
  await removeTree(rootOf(worktree.repo, worktree.name));
  await removeTree(worktree.gitDir);
}

/**
 * Writes the open folder's tree at a commit into `dir`, which is made and must be empty, with a `.git` like the agents',
 * so that a program cannot tell by one where it runs.
 */
export async function checkout(repo: FactoryRepo, commit: string, dir: string): Promise<void> {
  const indexFile = path.join(repo.gitDir, `checkout-${path.basename(dir)}-${process.hrtime.bigint()}`);
  const drafts = `${indexFile}.drafts`;
  try {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    await git(['-c', 'core.sparseCheckout=false', 'read-tree', '--reset', '-u', folderTree(repo, commit)], {
      gitDir: repo.gitDir,
      workTree: dir,
      indexFile,
    });
    await mkdir(drafts);
    await addAgentGit(repo, commit, dir, drafts);
  } catch (error) {
    throw fileError(error, dir);
  } finally {
    await rm(indexFile, { force: true });
    await rm(drafts, { recursive: true, force: true });
  }
}

/**
 * Gives a folder a repository of its own: new objects, one commit, nothing that leads back here. The commit has the
 * time of the snapshot, so that it tells nothing of when this was done.
 * @param drafts folder on the same disk in which it is put together
 */
async function addAgentGit(repo: FactoryRepo, head: string, folder: string, drafts: string): Promise<void> {
  const draft = path.join(drafts, 'agent.git');
  const { gitDir } = repo;
  const tree = await gitLine(['rev-parse', folderTree(repo, head)], { gitDir });
  const time = await gitLine(['show', '-s', '--format=%cI', repo.snapshot], { gitDir });
  const env = { GIT_AUTHOR_DATE: time, GIT_COMMITTER_DATE: time };
  const commit = await gitLine(['commit-tree', '-m', 'Start', tree], { gitDir, env });
  const format = repo.user?.objectFormat ?? 'sha1';
  await git(['init', '-q', '--bare', '--template=', '-b', 'main', `--object-format=${format}`, draft]);
  await git(['pack-objects', '--revs', '-q', '--window=0', path.join(draft, 'objects/pack/pack')], {
    gitDir,
    input: `${commit}\n`,
  });
  const options = { gitDir: draft, workTree: folder };
  await git(['update-ref', 'refs/heads/main', commit], options);
  await git(['read-tree', commit], options);
  await gitAnswer(['update-index', '-q', '--refresh'], { ...options, answers: [1] });
  const config = await readFile(path.join(draft, 'config'), 'utf8');
  const identity = '[user]\n\tname = Agent\n\temail = agent@localhost\n';
  await writeFile(path.join(draft, 'config'), config.replace('bare = true', 'bare = false') + identity);
  await mkdir(path.join(draft, 'info'), { recursive: true });
  await writeFile(path.join(draft, 'info/exclude'), alwaysIgnored.join('\n') + '\n');
  await rename(draft, path.join(folder, '.git'));
}
