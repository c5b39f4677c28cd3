import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { FactoryError, messageOf } from '../shared/errors';
import { diffText } from './commits';
import { atomicWrite, codeOf, fileError, removeTree } from './files';
import { git, gitAnswer } from './git';
import type { FactoryRepo } from './repository';
import { refuseFaults } from './treeCheck';
import { findUserRepository, type UserRepository } from './userRepository';

export interface Delivery {
  repo: FactoryRepo;
  /** Id of the commit to deliver. */
  commit: string;
  /** The person's folder. */
  folder: string;
  /** For example `factory/offboarding-1a2b`. */
  branch: string;
  /** Folder of the run, where the patch is written when there is no git. */
  dir: string;
  signal?: AbortSignal;
}

export interface Delivered {
  /** The branch as it is named in the person's repository; the wished name when there is no git. */
  branch: string;
  /** The patch file, when the folder is in no git repository. */
  patch?: string;
}

const mostNames = 50;

/**
 * Hands over a commit as a new branch of the person's repository, by one fetch that adds objects and one reference:
 * no checkout, HEAD, index, configuration, hook or other reference is touched, and the branch is there whole or not
 * at all. A branch of that name with other content is left alone and a number is added. Delivering again changes
 * nothing. Without git the difference to the snapshot is written to `result.patch` in the run's folder.
 * @throws FactoryError 'needs-human' when the tree holds what must not reach a person's repository
 */
export async function deliverBranch(delivery: Delivery): Promise<Delivered> {
  const { repo, commit, folder, branch, dir } = delivery;
  await refuseFaults(repo, commit);
  const user = repo.user && (await findUserRepository(folder));
  if (!user) {
    const patch = path.join(dir, 'result.patch');
    await atomicWrite(patch, await diffText(repo, repo.snapshot, commit, { binary: true }));
    return { branch, patch };
  }
  for (let number = 1; number <= mostNames; number += 1) {
    const name = number === 1 ? branch : `${branch}-${number}`;
    const there = await branchCommit(user, name);
    if (there === null) await fetchBranch(delivery, user, name);
    if (there === null || there === commit) return { branch: name };
  }
  throw new FactoryError('environment', `${folder} has ${mostNames} branches named ${branch} already.`, {
    hint: 'Delete those you no longer need with `git branch -D`, then resume the run.',
  });
}

async function branchCommit(user: UserRepository, branch: string): Promise<string | null> {
  const answer = await gitAnswer(['rev-parse', '-q', '--verify', `refs/heads/${branch}`], {
    gitDir: user.gitDir,
    answers: [1],
  });
  return answer.exit === 0 ? answer.stdout.toString().trim() : null;
}

async function fetchBranch(
  { repo, commit, signal, folder }: Delivery,
  user: UserRepository,
  branch: string,
): Promise<void> {
  const ref = `refs/heads/${branch}`;
  const source = path.join(repo.dir, 'deliver.git');
  try {
    await prepareSource(source, repo, user);
    await git(['update-ref', ref, commit], { gitDir: source });
    await git([...quietFetch, source, `${ref}:${ref}`], {
      gitDir: user.gitDir,
      ...(signal ? { signal } : {}),
    });
  } catch (error) {
    if (error instanceof FactoryError && error.code !== 'failed') throw error;
    throw new FactoryError(
      'failed',
      `The branch ${branch} could not be made in ${folder}: ${messageOf(error)}`,
      {
        hint: 'Mend that in the repository, then resume the run; the result is kept.',
        cause: error,
      },
    );
  } finally {
    await removeTree(source);
  }
  if ((await branchCommit(user, branch)) === commit) return;
  throw new FactoryError('failed', `The branch ${branch} in ${folder} is not the commit that was judged.`, {
    hint: 'Another program made a branch of that name meanwhile: resume the run to deliver under another name.',
  });
}

/**
 * Makes a repository that sees the factory's objects and the person's, so that the branch comes with the whole
 * history of the person's HEAD, of which the factory holds one commit.
 */
async function prepareSource(source: string, repo: FactoryRepo, user: UserRepository): Promise<void> {
  await removeTree(source);
  await git(['init', '-q', '--bare', '--template=', `--object-format=${user.objectFormat}`, source]);
  const objects = [path.join(repo.gitDir, 'objects'), user.objects];
  await mkdir(path.join(source, 'objects/info'), { recursive: true });
  await writeFile(path.join(source, 'objects/info/alternates'), objects.join('\n') + '\n');
  const shallow = path.join(path.dirname(user.objects), 'shallow');
  await copyFile(shallow, path.join(source, 'shallow')).catch((error: unknown) => {
    if (codeOf(error) !== 'ENOENT') throw fileError(error, shallow);
  });
}

/** A fetch that leaves nothing behind but objects and the one reference, whatever the repository's settings say. */
const quietFetch = [
  'fetch',
  '--quiet',
  '--no-tags',
  '--no-prune',
  '--no-write-fetch-head',
  '--no-write-commit-graph',
  '--no-auto-maintenance',
  '--no-recurse-submodules',
  '--refmap=',
];
