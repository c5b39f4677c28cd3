import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { keysOf } from '../holdouts/identity';
import { refuseInside } from '../holdouts/scenarioFolder';
import { type Received, shareEnding, shareName, type Team } from '../holdouts/team';
import { FactoryError } from '../shared/errors';
import { atomicWrite, fileError } from '../workspace/files';
import { exportFolder } from './vaultExport';

/** More than any vault makes. */
const maxBytes = 64 * 1024 * 1024;

/** What became of the files of a folder. */
export interface ReceivedFolder {
  taken: Received[];
  refused: { file: string; error: FactoryError }[];
}

/**
 * Writes what a vault holds, for its members alone, to a folder that they share. Each of them has a file of their own
 * there.
 * @throws FactoryError where agents could come across it
 */
export async function shareInto(
  team: Team,
  identity: string,
  folder: string,
  workspace: string,
): Promise<string> {
  const { name, file } = await team.share(identity);
  await exportFolder(folder, workspace);
  const target = path.join(folder, name);
  await atomicWrite(target, file);
  return target;
}

/** Takes what other members wrote to a shared folder; what is refused leaves the rest alone. */
export async function receiveFrom(
  team: Team,
  identity: string,
  folder: string,
  workspace: string,
): Promise<ReceivedFolder> {
  await refuseInside(folder, workspace);
  const own = shareName(await keysOf(identity));
  const names = (await readdir(folder)).filter((name) => name.endsWith(shareEnding) && name !== own);
  const done: ReceivedFolder = { taken: [], refused: [] };
  for (const name of names.sort()) {
    const file = path.join(folder, name);
    try {
      done.taken.push(await team.receive(await readShare(file), identity));
    } catch (error) {
      if (!(error instanceof FactoryError)) throw error;
      done.refused.push({ file, error });
    }
  }
  if (names.length > 0) return done;
  throw new FactoryError('bad-input', `Nobody else has shared anything in ${folder}.`, {
    hint: `Files of other members end in ${shareEnding}.`,
  });
}

async function readShare(file: string): Promise<Buffer> {
  try {
    const { size } = await stat(file);
    if (size <= maxBytes) return await readFile(file);
  } catch (error) {
    throw fileError(error, file);
  }
  throw new FactoryError('bad-input', `${file} is larger than anything that members share.`, {
    hint: 'Somebody else put it there: remove it.',
  });
}

/** What a person is told about one member's file. */
export function receivedSentence({ from, added, updated, retired, strangers }: Received): string {
  const counts = `From ${from.name}: ${added.length} new, ${updated.length} updated, ${retired.length} retired.`;
  if (strangers.length === 0) return counts;
  const names = strangers.map(({ name }) => name).join(', ');
  return `${counts} ${from.name} shares with ${names} as well, who can read all of it and is no member here.`;
}
