import { createHash } from 'node:crypto';
import { existsSync, lstatSync, mkdtempSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { removeTree } from '../files/tree';

const prefix = 'df-';
/** A folder of a factory that cannot be asked about is taken for abandoned when nobody touched it for so long. */
const foreignForMs = 7 * 24 * 60 * 60 * 1000;

/** In the folder's name: whose it is. */
const ownerPattern = /^([0-9a-f]{4})-(\d+)-/;

let place: string | undefined;

/**
 * Where ids of processes mean what they mean here: this boot of this machine, and this pid namespace. Containers may
 * share a temporary folder, and each counts its processes from 1.
 */
function placeOfPids(): string {
  const seen = (read: () => string): string => {
    try {
      return read();
    } catch {
      return ''; // No Linux: there are no such namespaces.
    }
  };
  place ??= createHash('sha256')
    .update(seen(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8')))
    .update(seen(() => readlinkSync('/proc/self/ns/pid')))
    .digest('hex')
    .slice(0, 4);
  return place;
}

/** Names this process among all that may use the same folder; begins the names of what it will remove again. */
export function ownerName(): string {
  return `${placeOfPids()}-${process.pid}-`;
}

/**
 * Makes a folder for as long as this process needs it. Its name says whose it is, so that the next process can remove
 * what a killed one left, and is short: sockets lie in some of them, and the address of a socket has 107 bytes.
 */
export function temporaryFolder(): string {
  return mkdtempSync(path.join(tmpdir(), `${prefix}${ownerName()}`));
}

/** Removes the temporary folders of processes that were killed before they could. Never throws. */
export async function sweepTemporaryFolders(): Promise<void> {
  const parent = tmpdir();
  const names = [...abandoned(parent, prefix), ...foreign(parent).filter((name) => isOld(parent, name))];
  const folders = names.map((name) => path.join(parent, name));
  // What cannot be removed harms nobody, and the next process tries again.
  await Promise.allSettled(folders.filter(isOwn).map(removeTree));
}

/** Others may make folders of that name in a folder that everybody may write. */
function isOwn(folder: string): boolean {
  const found = lstatSync(folder, { throwIfNoEntry: false });
  return found?.isDirectory() === true && found.uid === process.getuid?.();
}

/** Whether nothing was put into or taken out of a folder for long; before the last start of the machine, for example. */
function isOld(parent: string, name: string): boolean {
  const found = lstatSync(path.join(parent, name), { throwIfNoEntry: false });
  return found !== undefined && Date.now() - found.mtimeMs > foreignForMs;
}

/** Entries of a folder whose name is `prefix`, the name of an owner that is gone, and more. */
export function abandoned(parent: string, prefix: string): string[] {
  return ownedIn(parent, prefix)
    .filter(({ where, pid }) => where === placeOfPids() && !existsSync(`/proc/${pid}`))
    .map(({ name }) => name);
}

/** Temporary folders of processes that this one cannot ask about. */
function foreign(parent: string): string[] {
  return ownedIn(parent, prefix)
    .filter(({ where }) => where !== placeOfPids())
    .map(({ name }) => name);
}

function ownedIn(parent: string, prefix: string) {
  return readdirSync(parent).flatMap((name) => {
    const owner = name.startsWith(prefix) ? ownerPattern.exec(name.slice(prefix.length)) : null;
    return owner ? [{ name, where: owner[1], pid: owner[2] }] : [];
  });
}
