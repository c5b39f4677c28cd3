import { hkdfSync } from 'node:crypto';
import { lstat } from 'node:fs/promises';
import path from 'node:path';
import { FactoryError } from '../shared/errors';
import type { Seal } from '../trace/seal';

/** Where a run lies in its store. */
interface Place {
  root: string;
  workspace: string;
  name: string;
}

/** @throws FactoryError 'bad-input' when a folder is not that of a run in a store. */
export function placeOfRun(dir: string): Place {
  const parts = path.resolve(dir).split(path.sep);
  const [workspaces, workspace = '', runs, name = ''] = parts.slice(-4);
  const safe = /^[0-9a-f]{16}$/.test(workspace) && /^[a-z0-9-]+-[0-9a-f]{4,6}$/.test(name);
  if (workspaces === 'workspaces' && runs === 'runs' && safe) {
    return { root: parts.slice(0, -4).join(path.sep) || path.sep, workspace, name };
  }
  throw new FactoryError('bad-input', `${dir} is not the folder of a run.`, {
    hint: 'List the runs of a store with `dark-factory runs`.',
  });
}

/** The seal of a run, from the key of its store. */
export function sealOf(dir: string, storeKey: Uint8Array): Seal {
  const { root, workspace, name } = placeOfRun(dir);
  const info = `dark-factory record ${workspace}/${name}`;
  return {
    key: new Uint8Array(hkdfSync('sha256', storeKey, '', info, 32)),
    anchor: path.join(root, 'anchors', workspace, name),
  };
}

/** What a run is resumed from; other files of its folder are bound by what these say. */
const trusted = ['.', 'journal.jsonl', 'blobs', 'request.json', 'request.mac', 'spec.md', 'policy.json'];

/**
 * Refuses to go on with a run that was not made here: its files must be this user's own, and no links.
 * @throws FactoryError 'failed'
 */
export async function refuseForeign(dir: string): Promise<void> {
  for (const name of trusted) {
    const file = path.join(dir, name);
    const info = await lstat(file).catch(() => undefined);
    if (!info) continue;
    const own = process.getuid === undefined || info.uid === process.getuid();
    if (own && (info.isFile() || info.isDirectory())) continue;
    const why = own ? 'is a link' : 'belongs to another user';
    throw new FactoryError('failed', `${file} ${why}: this run was not made here.`, {
      hint: 'Start a new run on the spec instead.',
    });
  }
}
