import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { access, mkdir, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { removeTree as removeFolder } from '../files/tree';
import { FactoryError, messageOf } from '../shared/errors';

interface Advice {
  says: string;
  hint: string;
}

const diskFull: Advice = {
  says: 'the disk is full',
  hint: 'Free some space on that disk, then try again; nothing of the run is lost.',
};
const denied: Advice = {
  says: 'permission was denied',
  hint: 'Give your user the right to read and write there, or choose another folder.',
};

const adviceByCode: Readonly<Record<string, Advice>> = {
  ENOSPC: diskFull,
  EDQUOT: { ...diskFull, says: 'your disk quota is used up' },
  EACCES: denied,
  EPERM: denied,
  ENOTDIR: { says: 'a part of its path is not a folder', hint: 'Choose another folder.' },
  EROFS: { says: 'the file system is read-only', hint: 'Choose a folder on a writable disk.' },
  EMFILE: { says: 'too many files are open', hint: 'Raise the limit with `ulimit -n 4096`, then try again.' },
};

const adviceByWords: readonly (readonly [RegExp, Advice])[] = [
  // The last is all that git says when a configuration file, already open, does not fit.
  [
    /no space left on device|out of diskspace|disk quota exceeded|failed to write new configuration file/i,
    diskFull,
  ],
  [/read-only file system/i, denied],
  [/permission denied|operation not permitted/i, denied],
];

/** Turns a failed file operation into one sentence that names the path; other errors keep their own words. */
export function fileError(error: unknown, file: string): FactoryError {
  if (error instanceof FactoryError) return error;
  const advice = adviceByCode[codeOf(error) ?? ''];
  if (!advice) {
    return new FactoryError('failed', `The file ${file} could not be used: ${messageOf(error)}.`, {
      hint: 'Check that the file and its folder exist and are what they should be, then try again.',
      cause: error,
    });
  }
  return new FactoryError('environment', `The file ${file} could not be used: ${advice.says}.`, {
    hint: advice.hint,
    cause: error,
  });
}

/** The same for a system call that failed for a reason a person can mend; undefined for any other error. */
export function machineTrouble(error: unknown): FactoryError | undefined {
  if (!(error instanceof Error) || !((codeOf(error) ?? '') in adviceByCode)) return undefined;
  return fileError(error, 'path' in error && typeof error.path === 'string' ? error.path : 'being written');
}

/** What a program's error output says about disk or permission trouble, if it is about that. */
export function adviceFor(stderr: string): Advice | undefined {
  return adviceByWords.find(([words]) => words.test(stderr))?.[1];
}

/** The `code` of a Node error, for example `ENOENT`. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** Makes a folder, with its parents, that only this user may enter. */
export async function privateDirectory(dir: string): Promise<void> {
  try {
    await mkdir(dir, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw fileError(codeOf(error) === 'ENOENT' ? await whyNotBelow(path.dirname(dir), error) : error, dir);
  }
}

/** On a read-only disk Node says that there is no such folder; the nearest one that is there tells why. */
async function whyNotBelow(dir: string, error: unknown): Promise<unknown> {
  try {
    await access(dir, constants.W_OK);
    return error;
  } catch (reason) {
    return codeOf(reason) === 'ENOENT' ? whyNotBelow(path.dirname(dir), error) : reason;
  }
}

/**
 * Writes a file that only this user may read, so that a reader sees the old content or the new one and a crash
 * leaves either. Throws a {@link FactoryError} that names the file when disk or rights do not allow it.
 */
export async function atomicWrite(file: string, data: string | Uint8Array): Promise<void> {
  const draft = path.join(path.dirname(file), `.${path.basename(file)}.${randomBytes(6).toString('hex')}`);
  try {
    const handle = await open(draft, 'wx', 0o600);
    try {
      await handle.writeFile(data);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw fileError(error, file);
  }
}

/** {@link removeFolder}, with a {@link FactoryError} that names the folder when disk or rights do not allow it. */
export async function removeTree(dir: string): Promise<void> {
  try {
    await removeFolder(dir);
  } catch (error) {
    throw fileError(error, dir);
  }
}
