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
  for (const plain of texts) await refuseThere(placeOf(plain, folder).first);
  for (const plain of texts) await writePlain(plain, folder);
  return texts.length;
}

/** Writes a burnt scenario to the visible tests of a workspace, never over a file that is there. @returns the file */
export async function writeRevealed(plain: PlainScenario, workspace: string): Promise<string> {
  await refuseThere(placeOf(plain, revealedFolder(workspace)).first);
  return writePlain(plain, revealedFolder(workspace));
}

/**
 * Where a scenario is written to, and what is first of it there. One with a suite has a folder of its own, in which
 * the suite has the name that the scenario calls it by.
 */
function placeOf({ id, own, suite }: PlainScenario, folder: string): { first: string; file: string } {
  const name = plainName(own, id);
  const inside = suite ? path.join(folder, name) : folder;
  const file = path.join(inside, `${name}.scenario.yaml`);
  return { first: suite ? inside : file, file };
}

/** @returns the scenario's file */
async function writePlain(plain: PlainScenario, folder: string): Promise<string> {
  const { file } = placeOf(plain, folder);
  const { folder: name = '', files = {} } = plain.suite ?? {};
  const suite = Object.entries(files).map(([inside, { data, executable }]) => ({
    at: path.join(path.dirname(file), name, inside),
    data: Buffer.from(data, 'base64'),
    mode: executable ? 0o700 : 0o600,
  }));
  for (const { at, data, mode } of [{ at: file, data: plain.text, mode: 0o600 }, ...suite]) {
    try {
      await mkdir(path.dirname(at), { recursive: true, mode: 0o700 });
      await writeFile(at, data, { flag: 'wx', mode });
    } catch (error) {
      throw fileError(error, at);
    }
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
