import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { FactoryError } from '../shared/errors';
import { codeOf, fileError } from './files';
import { git, gitLine, gitList, type GitOptions } from './git';
import { alwaysIgnored, type FactoryRepo } from './repository';
import { readEntry } from './safeFiles';
import { bareLayouts, refusedLink } from './treeRules';
import { userSettings } from './userRepository';

/**
 * How the person's own git would read and write the open folder, without its hooks, filters and monitors: a git
 * directory of ours with their line-end settings, ignore rules and a copy of their index. Objects go to the factory's
 * repository. Nothing of theirs is written.
 */

interface FolderOptions extends GitOptions {
  gitDir: string;
  workTree: string;
  indexFile: string;
  env: Record<string, string>;
}

/** Options for git commands on the open folder. */
export function folderOptions(repo: FactoryRepo): FolderOptions {
  const gitDir = path.join(repo.dir, 'folder.git');
  const workTree = repo.user?.topLevel ?? repo.folder;
  const objects = repo.user?.objects;
  return {
    gitDir,
    workTree,
    cwd: workTree,
    indexFile: path.join(gitDir, 'index'),
    env: {
      GIT_OBJECT_DIRECTORY: path.join(repo.gitDir, 'objects'),
      ...(objects ? { GIT_ALTERNATE_OBJECT_DIRECTORIES: JSON.stringify(objects) } : {}),
    },
  };
}

/** Makes the git directory that {@link folderOptions} names. */
export async function prepareFolderView(repo: FactoryRepo): Promise<void> {
  const { gitDir } = folderOptions(repo);
  const format = repo.user?.objectFormat ?? 'sha1';
  await git(['init', '-q', '--bare', '--template=', `--object-format=${format}`, gitDir]);
  const settings = await userSettings(repo.folder, repo.user?.gitDir);
  const personalIgnore = settings.get('core.excludesfile') ?? defaultIgnoreFile();
  settings.delete('core.excludesfile');
  for (const [key, value] of settings) await git(['config', key, value], { gitDir });
  const rules = [
    ...alwaysIgnored,
    await textOf(personalIgnore.replace(/^~(?=\/)/, homedir())),
    repo.user ? await textOf(repo.user.exclude) : '',
  ];
  await mkdir(path.join(gitDir, 'info'), { recursive: true });
  await writeFile(path.join(gitDir, 'info/exclude'), rules.join('\n') + '\n');
}

function defaultIgnoreFile(): string {
  const config = process.env['XDG_CONFIG_HOME'] ?? path.join(homedir(), '.config');
  return path.join(config, 'git/ignore');
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return '';
    throw fileError(error, file);
  }
}

/**
 * Reads the folder as it is now into a tree of the factory's repository (outside of `prefix`: HEAD's) and returns the
 * tree's id. The folder's index then matches that tree. Throws when the folder holds what no run can carry.
 */
export async function snapshotFolder(
  repo: FactoryRepo,
  head: string | null,
  signal?: AbortSignal,
): Promise<string> {
  const options = { ...folderOptions(repo), ...(signal ? { signal } : {}) };
  const below = repo.prefix || '.';
  // Only this run uses the index, so a lock on it was left by a git that was killed.
  await rm(`${options.indexFile}.lock`, { force: true });
  await copyIndex(repo, options.indexFile);
  if (repo.prefix && head) await git(['read-tree', '--reset', head], options);
  refuseNested(repo, await gitList(['ls-files', '-s', '-z', '--', below], options));
  refuseUntrackedRepositories(
    repo,
    await gitList(['ls-files', '-o', '-z', '--exclude-standard', '--', below], options),
  );
  await git(['add', '-A', '--', below], options);
  refuseLinks(repo, await gitList(['ls-files', '-s', '-z', '--', below], options));
  return gitLine(['write-tree'], options);
}

/** Starts from the person's index, so that files git knows to be unchanged are not even read. */
async function copyIndex(repo: FactoryRepo, to: string): Promise<void> {
  if (!repo.user) return;
  const { index } = repo.user;
  try {
    await rm(to, { force: true });
    await cp(index, to);
    const dir = path.dirname(index);
    const shared = (await readdir(dir)).filter((name) => name.startsWith('sharedindex.'));
    for (const name of shared) await cp(path.join(dir, name), path.join(path.dirname(to), name));
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw fileError(error, index);
  }
}

interface IndexEntry {
  mode: string;
  /** From the open folder's root. */
  path: string;
}

function parseEntry(repo: FactoryRepo, line: string): IndexEntry {
  const [head = '', file = ''] = split(line, '\t');
  return { mode: head.slice(0, 6), path: file.slice(repo.prefix.length) };
}

function split(text: string, by: string): [string, string] {
  const at = text.indexOf(by);
  return [text.slice(0, at), text.slice(at + by.length)];
}

function refuseNested(repo: FactoryRepo, lines: string[]): void {
  const gitlink = lines.map((line) => parseEntry(repo, line)).find(({ mode }) => mode === '160000');
  if (gitlink) throw nestedRepository(repo, gitlink.path, 'is a submodule');
}

function refuseUntrackedRepositories(repo: FactoryRepo, files: string[]): void {
  const nested = files.find((file) => file.endsWith('/'));
  if (nested)
    throw nestedRepository(repo, nested.slice(repo.prefix.length, -1), 'is a git repository of its own');
}

function refuseLinks(repo: FactoryRepo, lines: string[]): void {
  const entries = lines.map((line) => parseEntry(repo, line));
  const [layout] = bareLayouts(entries.map((entry) => entry.path));
  if (layout !== undefined) throw nestedRepository(repo, layout || '.', 'looks like a bare git repository');
  for (const { mode, path: file } of entries) {
    if (mode !== '120000') continue;
    const entry = readEntry(repo.folder, file, 0);
    const reason = entry?.kind === 'link' ? refusedLink(file, entry.target) : null;
    if (reason) {
      throw new FactoryError(
        'bad-input',
        `${path.join(repo.folder, file)} can not be part of a run: ${reason}.`,
        {
          hint: 'Remove the link, replace it by what it points to, or add it to .gitignore.',
        },
      );
    }
  }
}

function nestedRepository(repo: FactoryRepo, file: string, what: string): FactoryError {
  return new FactoryError(
    'bad-input',
    `${path.join(repo.folder, file)} ${what}, which a run can not carry.`,
    {
      hint: 'Add it to .gitignore or move it out of the folder, or open it as a folder of its own.',
    },
  );
}
