import { mkdir, readFile, realpath, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { commitTree } from './commits';
import { atomicWrite, codeOf, fileError, privateDirectory, removeTree } from './files';
import { git } from './git';
import { folderOptions, prepareFolderView, snapshotFolder } from './folderView';
import { alwaysIgnored, type FactoryRepo } from './repository';
import { findUserRepository } from './userRepository';

const record = 'repo.json';

/**
 * Makes a repository in `dir` whose first commit is the folder as it is now: uncommitted and new files included,
 * deleted and ignored ones not. In a git repository that commit is a child of HEAD. One that is complete already is
 * opened as it is; half of one, left by a crash, is made anew. Refuses folders with submodules, nested repositories or links that leave the folder.
 */
export async function createFactoryRepo(
  dir: string,
  workspaceFolder: string,
  signal?: AbortSignal,
): Promise<FactoryRepo> {
  const existing = await readRecord(dir);
  if (existing) return existing;
  await removeTree(dir);
  await privateDirectory(dir);
  const folder = await realpath(workspaceFolder).catch((error: unknown) => {
    throw fileError(error, workspaceFolder);
  });
  const user = await findUserRepository(folder);
  const repo: FactoryRepo = {
    dir,
    gitDir: gitDirOf(dir),
    folder,
    prefix: user?.prefix ?? '',
    user,
    snapshot: '',
  };
  await initialise(repo);
  await prepareFolderView(repo);
  const tree = await snapshotFolder(repo, user?.head ?? null, signal);
  const parents = user?.head ? [user.head] : [];
  repo.snapshot = await commitTree(repo, tree, parents, 'Snapshot of the workspace', folderOptions(repo).env);
  await collectObjects(repo, signal);
  await git(['update-ref', 'refs/factory/snapshot', repo.snapshot], { gitDir: repo.gitDir });
  await atomicWrite(path.join(dir, record), JSON.stringify(repo, null, 2));
  return repo;
}

function gitDirOf(dir: string): string {
  return path.join(dir, 'factory.git');
}

async function readRecord(dir: string): Promise<FactoryRepo | null> {
  const file = path.join(dir, record);
  try {
    const kept = JSON.parse(await readFile(file, 'utf8')) as FactoryRepo;
    // The store itself may have moved.
    return { ...kept, dir, gitDir: gitDirOf(dir) };
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw fileError(error, file);
  }
}

async function initialise({ gitDir, prefix, user }: FactoryRepo): Promise<void> {
  const format = user?.objectFormat ?? 'sha1';
  await git(['init', '-q', '--bare', '--template=', `--object-format=${format}`, gitDir]);
  const info = path.join(gitDir, 'info');
  await mkdir(info, { recursive: true });
  await writeFile(path.join(info, 'exclude'), alwaysIgnored.join('\n') + '\n');
  // Bytes are kept as they are: what agents write into .gitattributes changes nothing in their tree.
  await writeFile(
    path.join(info, 'attributes'),
    '* -text -eol -ident -filter -working-tree-encoding -export-ignore\n',
  );
  // Waiting for the disk at every checkpoint would only matter when the machine itself dies.
  await git(['config', 'core.fsync', 'none'], { gitDir });
  if (prefix) await git(['config', 'core.sparseCheckout', 'true'], { gitDir });
  // Only HEAD's own tree is copied, not its history; a file of this name is how git knows.
  if (user?.head) await writeFile(path.join(gitDir, 'shallow'), `${user.head}\n`);
}

/** Copies what the snapshot needs from the person's objects, so that the run no longer depends on them. */
async function collectObjects(repo: FactoryRepo, signal?: AbortSignal): Promise<void> {
  await git(['pack-objects', '--revs', '-q', '--window=0', path.join(repo.gitDir, 'objects/pack/pack')], {
    gitDir: repo.gitDir,
    input: `${repo.snapshot}\n`,
    env: folderOptions(repo).env,
    ...(signal ? { signal } : {}),
  });
}
