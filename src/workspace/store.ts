import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { FactoryError } from '../shared/errors';
import { atomicWrite, codeOf, fileError, privateDirectory } from './files';
import { acquireRunLock, type RunLock } from './lock';
import { remoteOf } from './userRepository';

/** A workspace's place in the store. */
export interface Workspace {
  id: string;
  dir: string;
  vaultDir: string;
  runsDir: string;
  /** Real path of the open folder. */
  folder: string;
  /**
   * Where the project was when it was last seen, if that is no longer there and the same git remote says that this
   * is it. Ask before use, then call {@link adoptWorkspace} or {@link createWorkspace}.
   */
  movedFrom?: string;
}

/** A run's place in the store. */
export interface StoredRun {
  /** 4 to 6 hexadecimal digits, unique in the store. */
  id: string;
  /** `<spec>-<id>`, as in the delivered branch's name. */
  name: string;
  dir: string;
  /** Id of the workspace. */
  workspace: string;
  /** Milliseconds since the epoch. */
  createdAt: number;
}

interface WorkspaceRecord {
  folder: string;
  /** Digest of the remote's address, which may be private. */
  remote: string | null;
}

const record = 'workspace.json';
const runName = /^(?<spec>.+)-(?<id>[0-9a-f]{4,6})$/;

/**
 * Finds a folder's workspace by its real path, else by its git remote when the folder seems to have moved
 * (`movedFrom`), else makes one.
 */
export async function workspaceFor(root: string, folder: string): Promise<Workspace> {
  const real = await realFolder(folder);
  const remote = await remoteDigest(real);
  return exclusively(root, async () => {
    const known = await readWorkspaces(root);
    const same = known.find((one) => one.folder === real);
    if (same) return describe(root, same.id, real);
    for (const one of known) {
      if (!remote || one.remote !== remote || (await exists(one.folder))) continue;
      return { ...describe(root, one.id, real), movedFrom: one.folder };
    }
    return write(root, { folder: real, remote });
  });
}

/** Makes a new workspace for a folder, for the answer "no" to "is this the same project?". */
export async function createWorkspace(root: string, folder: string): Promise<Workspace> {
  const real = await realFolder(folder);
  const remote = await remoteDigest(real);
  return exclusively(root, () => write(root, { folder: real, remote }));
}

/** Records that a moved workspace is where {@link workspaceFor} found it: the answer "yes". */
export async function adoptWorkspace(workspace: Workspace): Promise<Workspace> {
  const remote = await remoteDigest(workspace.folder);
  await writeRecord(workspace.dir, { folder: workspace.folder, remote });
  const { id, dir, vaultDir, runsDir, folder } = workspace;
  return { id, dir, vaultDir, runsDir, folder };
}

/** Makes the folder of a new run of a spec. */
export async function createRun(workspace: Workspace, specPath: string): Promise<StoredRun> {
  const root = path.dirname(path.dirname(workspace.dir));
  const slug = slugOf(specPath);
  return exclusively(root, async () => {
    const used = new Set((await listRuns(root)).map((run) => run.id));
    // Two bytes read and type well; three when a store holds so many runs that two begin to collide.
    const sizes = [2, 2, 2, 2, 3, 3, 3, 3];
    const id = sizes.map((bytes) => randomBytes(bytes).toString('hex')).find((one) => !used.has(one));
    if (!id) {
      throw new FactoryError('environment', `The store ${root} holds too many runs to name another.`, {
        hint: 'Delete runs you no longer need.',
      });
    }
    const dir = path.join(workspace.runsDir, `${slug}-${id}`);
    await privateDirectory(workspace.runsDir);
    try {
      await mkdir(dir, { mode: 0o700 });
    } catch (error) {
      throw fileError(error, dir);
    }
    return readRun(workspace.id, dir);
  });
}

/** All runs of the store, the newest first. */
export async function listRuns(root: string): Promise<StoredRun[]> {
  const runs: StoredRun[] = [];
  for (const { id } of await readWorkspaces(root)) {
    const dir = describe(root, id, '').runsDir;
    for (const name of await names(dir)) {
      if (runName.test(name)) runs.push(await readRun(id, path.join(dir, name)));
    }
  }
  return runs.sort((a, b) => b.createdAt - a.createdAt);
}

/** The run with an id, the beginning of one, or a name. Throws when there is none or more than one. */
export async function findRun(root: string, idOrPrefix: string): Promise<StoredRun> {
  const runs = await listRuns(root);
  const exact = runs.filter((run) => run.id === idOrPrefix || run.name === idOrPrefix);
  const found = exact.length ? exact : runs.filter((run) => idOrPrefix && run.id.startsWith(idOrPrefix));
  const [run] = found;
  if (run && found.length === 1) return run;
  if (!run) {
    throw new FactoryError('bad-input', `There is no run ${idOrPrefix || 'with an empty id'} in ${root}.`, {
      hint: 'List the runs with `dark-factory runs`; another store is chosen with --store.',
    });
  }
  const list = found.map((one) => one.name).join(', ');
  throw new FactoryError('bad-input', `${idOrPrefix} may be any of these runs: ${list}.`, {
    hint: 'Give more digits of the id.',
  });
}

async function readRun(workspace: string, dir: string): Promise<StoredRun> {
  const name = path.basename(dir);
  const { birthtimeMs } = await stat(dir);
  return { id: runName.exec(name)?.groups?.['id'] ?? '', name, dir, workspace, createdAt: birthtimeMs };
}

/** The spec's name as part of a folder's and a branch's name. */
function slugOf(specPath: string): string {
  const plain = path
    .basename(specPath)
    .replace(/(\.spec)?\.md$/i, '')
    .normalize('NFKD')
    .toLowerCase();
  const slug = plain.replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '');
  return slug.slice(0, 40).replace(/-+$/, '') || 'spec';
}

/** Folder of the vault of a workspace. */
export function vaultDirOf(root: string, id: string): string {
  return path.join(root, 'workspaces', id, 'vault');
}

function describe(root: string, id: string, folder: string): Workspace {
  const dir = path.join(root, 'workspaces', id);
  return { id, dir, vaultDir: vaultDirOf(root, id), runsDir: path.join(dir, 'runs'), folder };
}

async function write(root: string, data: WorkspaceRecord): Promise<Workspace> {
  const workspace = describe(root, randomBytes(8).toString('hex'), data.folder);
  await privateDirectory(workspace.vaultDir);
  await privateDirectory(workspace.runsDir);
  await writeRecord(workspace.dir, data);
  return workspace;
}

function writeRecord(dir: string, data: WorkspaceRecord): Promise<void> {
  return atomicWrite(path.join(dir, record), JSON.stringify(data, null, 2));
}

async function readWorkspaces(root: string): Promise<(WorkspaceRecord & { id: string })[]> {
  const dir = path.join(root, 'workspaces');
  const found = await Promise.all(
    (await names(dir)).map(async (id) => {
      const file = path.join(dir, id, record);
      try {
        return [{ id, ...(JSON.parse(await readFile(file, 'utf8')) as WorkspaceRecord) }];
      } catch (error) {
        // A crash before the record was written leaves an empty folder, which is nobody's.
        if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return [];
        throw fileError(error, file);
      }
    }),
  );
  return found.flat();
}

async function names(dir: string): Promise<string[]> {
  try {
    return await readdir(dir);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw fileError(error, dir);
  }
}

async function realFolder(folder: string): Promise<string> {
  try {
    return await realpath(folder);
  } catch (error) {
    throw fileError(error, folder);
  }
}

async function exists(folder: string): Promise<boolean> {
  return stat(folder).then(
    () => true,
    () => false,
  );
}

async function remoteDigest(folder: string): Promise<string | null> {
  const remote = await remoteOf(folder);
  return remote && createHash('sha256').update(remote).digest('hex');
}

/** Lets one process at a time make or find things in the store; that takes milliseconds, so others wait. */
async function exclusively<T>(root: string, act: () => Promise<T>): Promise<T> {
  const dir = path.join(root, 'workspaces');
  await privateDirectory(dir);
  const lock = await acquireWithin(dir, 5000);
  try {
    return await act();
  } finally {
    await lock.release();
  }
}

async function acquireWithin(dir: string, ms: number): Promise<RunLock> {
  const end = Date.now() + ms;
  for (;;) {
    try {
      return await acquireRunLock(dir);
    } catch (error) {
      if (!(error instanceof FactoryError) || error.code !== 'bad-input' || Date.now() > end) throw error;
      await delay(20);
    }
  }
}
