import { mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Anchor } from '../holdouts/anchor';
import { atomicWrite, codeOf, fileError } from '../workspace/files';

/** A vault's anchor in the store, beside the workspaces: for where no secret storage keeps it. */
export function fileAnchor(store: string, workspaceId: string): Anchor {
  const file = path.join(store, 'anchors', `${workspaceId}.json`);
  const trying = <T>(work: Promise<T>): Promise<T | undefined> =>
    work.catch((error: unknown) => {
      if (codeOf(error) === 'ENOENT') return undefined;
      throw fileError(error, file);
    });
  return {
    accepting: `with "dark-factory holdouts accept --store ${store}"`,
    read: () => trying(readFile(file, 'utf8')),
    async write(text) {
      if (text === undefined) return void (await trying(rm(file)));
      await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
      await atomicWrite(file, text);
    },
  };
}
