import {
  chmodSync,
  closeSync,
  constants,
  type Dirent,
  fchmodSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { codeOf } from './files';

/**
 * File operations in a tree that an agent may change at the same moment. Every folder on the way is opened without
 * following links and the next name is looked up in what was opened, so that no swapped link leads elsewhere.
 * Synchronous on purpose: the operations take microseconds and nothing of ours runs in between.
 */

/** What a name in a tree holds. */
export type TreeEntry =
  | { kind: 'file'; executable: boolean; data: Buffer }
  | { kind: 'link'; target: string }
  | { kind: 'too-large' };

const { O_RDONLY, O_WRONLY, O_CREAT, O_EXCL, O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK } = constants;
/** Linux's flag for a descriptor that only names what it opens, which takes no permission on it. */
const O_PATH = 0o10000000;
const absent = new Set(['ENOENT', 'ENOTDIR', 'ELOOP']);

/** Elsewhere than on Linux a folder can not be named by its descriptor, so it is only checked. */
const namesByDescriptor = process.platform === 'linux';

/** An open folder; `name(child)` is a path that leads to that child and nowhere else. */
interface OpenFolder {
  name(child: string): string;
  close(): void;
}

/** Reads a regular file or a link; null when there is neither. Files over `limit` bytes are not read. */
export function readEntry(root: string, file: string, limit: number): TreeEntry | null {
  const folder = openFolder(root, path.posix.dirname(file));
  if (!folder) return null;
  try {
    const name = folder.name(path.posix.basename(file));
    const stat = lstatSync(name, { throwIfNoEntry: false });
    if (stat?.isSymbolicLink()) return { kind: 'link', target: readlinkSync(name) };
    return stat?.isFile() ? readRegular(name, limit) : null;
  } catch (error) {
    if (absent.has(codeOf(error) ?? '')) return null;
    throw error;
  } finally {
    folder.close();
  }
}

function readRegular(name: string, limit: number): TreeEntry | null {
  const file = openToRead(name, O_NONBLOCK, 0o600);
  try {
    const stat = fstatSync(file);
    if (!stat.isFile()) return null;
    if (stat.size > limit) return { kind: 'too-large' };
    return { kind: 'file', executable: (stat.mode & 0o100) !== 0, data: readFileSync(file) };
  } finally {
    closeSync(file);
  }
}

/**
 * True for a regular file that is reached without following a link and has no second name: whatever was written to it
 * by this name changed nothing else.
 */
export function isPlainFile(root: string, file: string): boolean {
  let folder: OpenFolder | null = null;
  try {
    folder = openFolder(root, path.posix.dirname(file));
    const stat = folder && lstatSync(folder.name(path.posix.basename(file)), { throwIfNoEntry: false });
    return stat?.isFile() === true && stat.nlink === 1;
  } catch {
    return false; // A name that the system does not take, for example one that is too long.
  } finally {
    folder?.close();
  }
}

/** Puts a file or link in place, whatever was there or on the way before. */
export function writeEntry(root: string, file: string, entry: { mode: string; data: Buffer }): void {
  const folder = openFolder(root, path.posix.dirname(file), true);
  if (!folder) throw new Error(`The folder of ${file} could not be made.`);
  const draft = folder.name('.dark-factory-restore');
  const target = folder.name(path.posix.basename(file));
  try {
    discard(draft);
    if (entry.mode === '120000') symlinkSync(entry.data, draft);
    else writeRegular(draft, entry.data, entry.mode === '100755' ? 0o755 : 0o644);
    if (lstatSync(target, { throwIfNoEntry: false })?.isDirectory()) discard(target);
    renameSync(draft, target);
  } finally {
    folder.close();
  }
}

function writeRegular(name: string, data: Buffer, mode: number): void {
  const file = openSync(name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  try {
    writeFileSync(file, data);
    fchmodSync(file, mode);
  } finally {
    closeSync(file);
  }
}

/** Removes a file, link or whole folder; fine when there is none. */
export function removeEntry(root: string, file: string): void {
  const folder = openFolder(root, path.posix.dirname(file));
  if (!folder) return;
  try {
    discard(folder.name(path.posix.basename(file)));
  } finally {
    folder.close();
  }
}

/** Removes whatever a name holds, folders without permissions included. */
function discard(place: string): void {
  const remove = () => rmSync(place, { recursive: true, force: true });
  try {
    remove();
  } catch (error) {
    if (codeOf(error) !== 'EACCES') throw error;
    // Whatever folder is entered gets its permissions back.
    walkTree(place, '', () => true);
    remove();
  }
}

/**
 * Calls `visit` for every entry below `dir`, folders included, in no order. A folder is entered unless `visit`
 * answers false for it. Links are entries and are never followed.
 */
export function walkTree(
  root: string,
  dir: string,
  visit: (file: string, entry: Dirent) => boolean | void,
): void {
  const folder = openFolder(root, dir || '.');
  if (!folder) return;
  try {
    for (const entry of readdirSync(folder.name('.'), { withFileTypes: true })) {
      const file = dir ? `${dir}/${entry.name}` : entry.name;
      if (visit(file, entry) !== false && entry.isDirectory()) walkTree(root, file, visit);
    }
  } catch (error) {
    if (!absent.has(codeOf(error) ?? '')) throw error;
  } finally {
    folder.close();
  }
}

/** Opens a folder below `root`. With `make`, whatever stands in the way is replaced by folders. */
function openFolder(root: string, dir: string, make = false): OpenFolder | null {
  let folder = enter(root);
  for (const name of dir === '.' ? [] : dir.split('/')) {
    const above: OpenFolder | null = folder;
    try {
      folder = above && (step(above, name) ?? (make ? replaceByFolder(above, name) : null));
    } finally {
      above?.close();
    }
  }
  return folder;
}

function step(folder: OpenFolder, name: string): OpenFolder | null {
  return enter(folder.name(name));
}

function replaceByFolder(folder: OpenFolder, name: string): OpenFolder | null {
  const place = folder.name(name);
  if (lstatSync(place, { throwIfNoEntry: false })) unlinkSync(place);
  mkdirSync(place);
  return enter(place);
}

/** Opens one folder without following a link; null when it is not a folder. */
function enter(dir: string): OpenFolder | null {
  try {
    const handle = openToRead(dir, O_DIRECTORY, 0o700);
    // A folder that may be read and not entered would hide what is in it.
    const { mode } = fstatSync(handle);
    if ((mode & 0o700) !== 0o700) fchmodSync(handle, (mode & 0o777) | 0o700);
    const base = namesByDescriptor ? `/proc/self/fd/${handle}` : dir;
    return { name: (child) => `${base}/${child}`, close: () => closeSync(handle) };
  } catch (error) {
    if (absent.has(codeOf(error) ?? '')) return null;
    throw error;
  }
}

/**
 * Opens a file or folder without following a link. An agent may have taken the permissions away to be left alone; the
 * tree is the factory's, so they are given back.
 */
function openToRead(name: string, flags: number, rights: number): number {
  const open = () => openSync(name, O_RDONLY | O_NOFOLLOW | flags);
  try {
    return open();
  } catch (error) {
    if (codeOf(error) !== 'EACCES' || !namesByDescriptor) throw error;
    const handle = openSync(name, O_PATH | O_NOFOLLOW);
    try {
      chmodSync(`/proc/self/fd/${handle}`, rights);
    } finally {
      closeSync(handle);
    }
    return open();
  }
}
