import { gitAnswer, splitNul } from './git';
import { objectId, writeObject } from './objects';
import type { FactoryRepo } from './repository';

/** A file, link or submodule of a tree. */
export interface Leaf {
  /** Git's mode, for example `100644`. */
  mode: string;
  id: string;
}

/** A tree object; `id` is null while it differs from the object that was kept last. */
interface Folder {
  id: string | null;
  entries: Map<string, Leaf | Folder>;
}

/**
 * The tree of a commit in memory, to make the next one from. Names are bytes as Latin-1 text, so that none is lost
 * and their order is git's.
 */
export interface TreeModel {
  /** The file or link at a path, if there is one. */
  get(file: string): Leaf | undefined;
  /** Paths of all files and links, in no order. */
  files(): string[];
  /** Puts a file or link at a path from the root of the tree; null removes what is there. */
  set(file: string, leaf: Leaf | null): void;
  /** Keeps every tree object that changed and returns the root's id. */
  write(): Promise<string>;
}

/** Reads the whole tree of a commit. */
export async function readTree(repo: FactoryRepo, commit: string): Promise<TreeModel> {
  const { stdout } = await gitAnswer(['ls-tree', '-r', '-t', '-z', '--full-tree', commit], {
    gitDir: repo.gitDir,
  });
  const root: Folder = { id: null, entries: new Map() };
  for (const line of splitNul(stdout.toString('latin1'))) {
    const tab = line.indexOf('\t');
    const [mode = '', kind = '', id = ''] = line.slice(0, tab).split(' ');
    put(root, line.slice(tab + 1), kind === 'tree' ? { id, entries: new Map() } : { mode, id });
  }
  root.id = objectId(repo, 'tree', encode(root));
  return {
    get: (file) => find(root, bytes(file)),
    files: () => listFiles(root, '').map((file) => Buffer.from(file, 'latin1').toString()),
    set(file, leaf) {
      const touched = leaf ? put(root, bytes(file), leaf) : remove(root, bytes(file));
      for (const folder of touched) folder.id = null;
    },
    write: () => keep(repo, root),
  };
}

const isFolder = (entry: Leaf | Folder | undefined): entry is Folder =>
  entry !== undefined && 'entries' in entry;

const bytes = (file: string): string => Buffer.from(file).toString('latin1');

function find(root: Folder, file: string): Leaf | undefined {
  let entry: Leaf | Folder | undefined = root;
  for (const name of file.split('/')) entry = isFolder(entry) ? entry.entries.get(name) : undefined;
  return isFolder(entry) ? undefined : entry;
}

function listFiles(folder: Folder, prefix: string): string[] {
  return [...folder.entries].flatMap(([name, entry]) =>
    isFolder(entry) ? listFiles(entry, `${prefix}${name}/`) : [prefix + name],
  );
}

/** Puts an entry in its place, whatever is there or on the way; returns the folders on the way. */
function put(root: Folder, file: string, entry: Leaf | Folder): Folder[] {
  const names = file.split('/');
  const last = names.pop() ?? '';
  let folder = root;
  const way = [root];
  for (const name of names) {
    const found = folder.entries.get(name);
    const next: Folder = isFolder(found) ? found : { id: null, entries: new Map() };
    folder.entries.set(name, next);
    way.push((folder = next));
  }
  folder.entries.set(last, entry);
  return way;
}

/** Removes an entry and the folders it leaves empty; returns the folders on the way, none when there is no such entry. */
function remove(folder: Folder, file: string): Folder[] {
  const [name = '', ...below] = file.split('/');
  const entry = folder.entries.get(name);
  if (entry === undefined) return [];
  const way = below.length && isFolder(entry) ? remove(entry, below.join('/')) : [];
  if (below.length && !way.length) return [];
  if (!isFolder(entry) || !below.length || entry.entries.size === 0) folder.entries.delete(name);
  return [folder, ...way];
}

function encode(folder: Folder): Buffer {
  const sorted = [...folder.entries]
    .map(([name, entry]) => ({ name, entry, order: isFolder(entry) ? `${name}/` : name }))
    .sort((a, b) => (a.order < b.order ? -1 : 1));
  return Buffer.concat(
    sorted.flatMap(({ name, entry }) => [
      Buffer.from(`${isFolder(entry) ? '40000' : entry.mode} ${name}\0`, 'latin1'),
      Buffer.from(entry.id ?? '', 'hex'),
    ]),
  );
}

async function keep(repo: FactoryRepo, folder: Folder): Promise<string> {
  if (folder.id !== null) return folder.id;
  for (const entry of folder.entries.values()) if (isFolder(entry)) await keep(repo, entry);
  return (folder.id = await writeObject(repo, 'tree', encode(folder)));
}
