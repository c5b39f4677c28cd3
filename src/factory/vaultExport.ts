import { lstat, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { refuseInside } from '../holdouts/scenarioFolder';
import type { PlainScenario, Vault } from '../holdouts/vault';
import { FactoryError } from '../shared/errors';
import { codeOf, fileError } from '../workspace/files';

/**
 * Makes the folder that scenarios are to be exported to.
 * @throws FactoryError where agents could come across them; nothing is made then
 */
export async function exportFolder(folder: string, workspace: string): Promise<void> {
  await refuseInside(folder, workspace, { exists: false });
  await mkdir(folder, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
    throw fileError(error, folder);
  });
  // A link that pointed nowhere until now.
  await refuseInside(folder, workspace);
}

/**
 * Writes every scenario in plain text, for a person who was asked before; never over a file that is there.
 * @returns how many
 * @throws FactoryError when a file of one of the names is there; none is written then
 */
export async function exportVault(vault: Vault, folder: string): Promise<number> {
  const texts = await vault.texts();
  const files = texts.map(({ id, own, text }) => {
    return { file: path.join(folder, `${plainName(own, id)}.scenario.yaml`), text };
  });
  for (const { file } of files) await refuseThere(file);
  for (const { file, text } of files) {
    await writeFile(file, text, { flag: 'wx', mode: 0o600 }).catch((error: unknown) => {
      throw fileError(error, file);
    });
  }
  return texts.length;
}

/** Writes a burnt scenario to the visible tests of a workspace, never over a file that is there. @returns the file */
export async function writeRevealed({ id, own, text }: PlainScenario, workspace: string): Promise<string> {
  const file = path.join(revealedFolder(workspace), `${plainName(own, id)}.scenario.yaml`);
  try {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text, { flag: 'wx' });
  } catch (error) {
    throw fileError(error, file);
  }
  return file;
}

async function refuseThere(file: string): Promise<void> {
  const info = await lstat(file).catch((error: unknown) => {
    if (codeOf(error) !== 'ENOENT') throw fileError(error, file);
  });
  if (!info) return;
  throw new FactoryError('failed', `${file} is there already; nothing was exported.`, {
    hint: 'Export to another folder, or move the file away.',
  });
}

/** Where scenarios go that hide nothing any more. */
export function revealedFolder(workspace: string): string {
  return path.join(workspace, 'holdouts-revealed');
}

/** A file's name that an author's id makes; never a path. */
function plainName(own: string, id: string): string {
  return /^[\w-][\w.-]{0,99}$/.test(own) ? own : id;
}
