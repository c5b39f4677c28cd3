import { constants } from 'node:fs';
import { chmod, lstat, readdir, rm } from 'node:fs/promises';
import path from 'node:path';

/** Removes a folder and all below it, folders without write permission included; never follows a link. */
export async function removeTree(dir: string): Promise<void> {
  try {
    await rm(dir, { recursive: true, force: true });
  } catch (error) {
    if (!['EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    await unlockTree(dir);
    await rm(dir, { recursive: true, force: true });
  }
}

/** Gives this user full rights on every folder below `dir`, without following links. */
export async function unlockTree(dir: string): Promise<void> {
  const { mode } = await lstat(dir);
  if ((mode & constants.S_IFMT) !== constants.S_IFDIR) return;
  if ((mode & 0o700) !== 0o700) await chmod(dir, (mode & 0o777) | 0o700);
  for (const entry of await readdir(dir, { withFileTypes: true })) {
    if (entry.isDirectory()) await unlockTree(path.join(dir, entry.name));
  }
}
