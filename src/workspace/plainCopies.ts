import { createHash } from 'node:crypto';
import { open, readdir, readFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { codeOf, fileError } from './files';
import { git, gitAnswer } from './git';
import { findUserRepository, type UserRepository } from './userRepository';

/** Where copies of files were found, as a person would name it, and how many. */
export interface CopyPlace {
  place: string;
  count: number;
}

/**
 * Copies of files that outlive the files: in the git repositories of folders, in editors' local history and
 * backups, and in what editors leave beside them.
 * @param files absolute paths of files that are still there
 * @param folders whose repositories are searched
 * @param userData folders that editors keep their data in
 */
export async function plainCopies(
  files: readonly string[],
  folders: readonly string[],
  userData: readonly string[] = editorFolders(),
): Promise<CopyPlace[]> {
  const repositories = new Map<string, UserRepository>();
  for (const folder of folders) {
    const repository = await findUserRepository(folder);
    if (repository) repositories.set(repository.objects, repository);
  }
  const places = [
    ...(await Promise.all([...repositories.values()].map((one) => inRepository(one, files)))).flat(),
    ...(await Promise.all(userData.map((dir) => inEditor(dir, new Set(files))))).flat(),
    await besides(files),
  ];
  return places.filter(({ count }) => count > 0);
}

/** Where the editors of this user keep their data, local or served. */
export function editorFolders(home = os.homedir()): string[] {
  const names = ['Code', 'Code - Insiders', 'VSCodium', 'Cursor'];
  const parents = [
    path.join(home, '.config'),
    path.join(home, 'Library', 'Application Support'),
    path.join(home, 'AppData', 'Roaming'),
  ];
  return [
    ...parents.flatMap((parent) => names.map((name) => path.join(parent, name))),
    path.join(home, '.local', 'share', 'code-server'),
    path.join(home, '.vscode-server', 'data'),
  ];
}

const searchMs = 10_000;

async function inRepository(repository: UserRepository, files: readonly string[]): Promise<CopyPlace[]> {
  const { gitDir, topLevel, objectFormat } = repository;
  const ids = (await Promise.all(files.map((file) => blobIds(file, objectFormat)))).flat();
  if (ids.length === 0) return [];
  const known = await git(['cat-file', '--batch-check=%(objectname)'], { gitDir, input: ids.join('\n') });
  const found = known.split('\n').filter((line) => line && !line.endsWith(' missing'));
  const [first] = found;
  if (first === undefined) return [];
  return [{ place: `${await whereIn(gitDir, first)} of ${topLevel}`, count: found.length }];
}

/** By what an object is still referred to; searching a long history is given up after a while. */
async function whereIn(gitDir: string, id: string): Promise<string> {
  const commitWith = async (...revisions: string[]): Promise<string> => {
    const signal = AbortSignal.timeout(searchMs);
    const args = ['log', '-m', '-1', '--format=%h', `--find-object=${id}`, ...revisions, '--'];
    const { stdout } = await gitAnswer(args, { gitDir, answers: [128], signal });
    return stdout.toString().trim();
  };
  try {
    const commit = await commitWith('--branches', '--tags', '--remotes');
    if (commit) return `the git history (commit ${commit})`;
    if (await commitWith('--all', '--reflog')) return 'a stash or the reflog';
    return 'the index or loose git objects';
  } catch (error) {
    if (codeOf(error) !== 'ABORT_ERR' && !(error instanceof Error && error.name === 'AbortError'))
      throw error;
    return 'the git objects';
  }
}

/** Ids of a file's content as git may hold it: as it is, and with the line ends that git keeps. */
async function blobIds(file: string, format: 'sha1' | 'sha256'): Promise<string[]> {
  const content = await readFile(file);
  const plain = Buffer.from(content.toString('latin1').replaceAll('\r\n', '\n'), 'latin1');
  const idOf = (blob: Buffer) =>
    createHash(format).update(`blob ${blob.length}\0`).update(blob).digest('hex');
  return [...new Set([idOf(content), idOf(plain)])];
}

/** One file after the other: an editor may keep thousands. */
async function inEditor(dir: string, files: ReadonlySet<string>): Promise<CopyPlace[]> {
  const history = path.join(dir, 'User', 'History');
  let kept = 0;
  for (const name of await names(history)) {
    const text = await readIfThere(path.join(history, name, 'entries.json'));
    if (files.has(pathOf(/"resource"\s*:\s*"([^"]+)"/.exec(text)?.[1] ?? ''))) kept += 1;
  }
  const backups = path.join(dir, 'Backups');
  let backedUp = 0;
  for (const window of await names(backups)) {
    const folder = path.join(backups, window, 'file');
    for (const name of await names(folder)) {
      const [uri = ''] = (await firstLine(path.join(folder, name))).split(' ');
      if (files.has(pathOf(uri))) backedUp += 1;
    }
  }
  return [
    { place: `the editor's local history in ${history}`, count: kept },
    { place: `the editor's backups in ${backups}`, count: backedUp },
  ];
}

/** What `vim`, `emacs`, `patch` and people leave beside a file. */
async function besides(files: readonly string[]): Promise<CopyPlace> {
  const there = await Promise.all(
    [...new Set(files.map((file) => path.dirname(file)))].map(async (dir) => {
      const beside = new Set(await names(dir));
      const own = files.filter((file) => path.dirname(file) === dir).map((file) => path.basename(file));
      return own
        .flatMap((name) => [`${name}~`, `.${name}.swp`, `#${name}#`, `${name}.bak`, `${name}.orig`])
        .filter((name) => beside.has(name)).length;
    }),
  );
  return { place: 'backup files beside them', count: there.reduce((sum, one) => sum + one, 0) };
}

function pathOf(uri: string): string {
  try {
    return decodeURIComponent(new URL(uri).pathname);
  } catch {
    return '';
  }
}

async function names(dir: string): Promise<string[]> {
  return readdir(dir).catch((error: unknown) => nothing(error, dir, []));
}

async function readIfThere(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: unknown) => nothing(error, file, ''));
}

async function firstLine(file: string): Promise<string> {
  try {
    const handle = await open(file);
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(4096));
      return buffer.toString('utf8', 0, bytesRead).split('\n', 1)[0] ?? '';
    } finally {
      await handle.close();
    }
  } catch (error) {
    return nothing(error, file, '');
  }
}

/** What is not there, or is no folder, holds no copy. */
function nothing<T>(error: unknown, file: string, none: T): T {
  if (['ENOENT', 'ENOTDIR', 'EISDIR'].includes(codeOf(error) ?? '')) return none;
  throw fileError(error, file);
}
