import { existsSync, lstatSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { removeTree } from '../files/tree';

const prefix = 'df-';

/**
 * Makes a folder for as long as this process needs it. Its name says whose it is, so that the next process can remove
 * what a killed one left, and is short: sockets lie in some of them, and the address of a socket has 107 bytes.
 */
export function temporaryFolder(): string {
  return mkdtempSync(path.join(tmpdir(), `${prefix}${process.pid}-`));
}

/** Removes the temporary folders of processes that were killed before they could. Never throws. */
export async function sweepTemporaryFolders(): Promise<void> {
  const parent = tmpdir();
  const folders = abandoned(parent, prefix).map((name) => path.join(parent, name));
  // What cannot be removed harms nobody, and the next process tries again.
  await Promise.allSettled(folders.filter(isOwn).map(removeTree));
}

/** Others may make folders of that name in a folder that everybody may write. */
function isOwn(folder: string): boolean {
  const found = lstatSync(folder, { throwIfNoEntry: false });
  return found?.isDirectory() === true && found.uid === process.getuid?.();
}

/** Entries of a folder whose name is `prefix`, the id of a process that is gone, a hyphen, and more. */
export function abandoned(parent: string, prefix: string): string[] {
  return readdirSync(parent).filter((name) => {
    const owner = name.startsWith(prefix) ? /^(\d+)-/.exec(name.slice(prefix.length))?.[1] : undefined;
    return owner !== undefined && !existsSync(`/proc/${owner}`);
  });
}
