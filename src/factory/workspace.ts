import { adoptWorkspace, createWorkspace, type Workspace, workspaceFor } from '../workspace/store';
import type { FactoryHost } from './types';

/**
 * The workspace a folder belongs to. A folder that moved is only taken for the same project, with its vault and its
 * runs, when a person says so.
 */
export async function settleWorkspace(
  host: Pick<FactoryHost, 'store' | 'sameProject'>,
  folder: string,
): Promise<Workspace> {
  const found = await workspaceFor(host.store, folder);
  if (found.movedFrom === undefined) return found;
  const same = await host.sameProject(found.movedFrom, found.folder);
  return same ? adoptWorkspace(found) : createWorkspace(host.store, folder);
}
