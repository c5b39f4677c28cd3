import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { refuseInside } from '../holdouts/scenarioFolder';
import type { PlainScenario, Vault } from '../holdouts/vault';
import { fileError } from '../workspace/files';

/** Makes the folder that scenarios are to be exported to. @throws FactoryError where agents could come across them */
export async function exportFolder(folder: string, workspace: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
    throw fileError(error, folder);
  });
  await refuseInside(folder, workspace);
}

/**
 * Writes every scenario in plain text, for a person who was asked before; never over a file that is there.
 * @returns how many
 */
export async function exportVault(vault: Vault, folder: string): Promise<number> {
  const texts = await vault.texts();
  for (const { id, own, text } of texts) {
    const file = path.join(folder, `${plainName(own, id)}.scenario.yaml`);
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

/** Where scenarios go that hide nothing any more. */
export function revealedFolder(workspace: string): string {
  return path.join(workspace, 'holdouts-revealed');
}

/** A file's name that an author's id makes; never a path. */
function plainName(own: string, id: string): string {
  return /^[\w-][\w.-]{0,99}$/.test(own) ? own : id;
}
