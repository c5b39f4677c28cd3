import * as vscode from 'vscode';
import type { SealedScenario } from '../holdouts/types';
import { messageOf } from '../shared/errors';
import type { Core } from './core';

/** How many scenarios there are for a folder, and for each requirement. */
export interface Covering {
  total: number;
  byRequirement: Record<string, number>;
}

/** What may be shown of the vaults of the open folders: opaque ids and what they cover. */
export interface Holdouts extends vscode.Disposable {
  /** Scenarios of the folder that a file belongs to; empty until they have been read. */
  of(file: vscode.Uri): readonly SealedScenario[];
  covering(file: vscode.Uri): Covering;
  /**
   * Reads the vault of a folder again.
   * @param asking whether a person waits for it, who may be asked for the key; by default nobody is
   */
  refresh(folder: string, asking?: boolean): Promise<void>;
  readonly onDidChange: vscode.Event<void>;
}

export function createHoldouts(core: () => Promise<Core>, log: vscode.LogOutputChannel): Holdouts {
  const byFolder = new Map<string, SealedScenario[]>();
  const changed = new vscode.EventEmitter<void>();

  async function refresh(folder: string, asking = false): Promise<void> {
    byFolder.set(folder, await (await core()).holdouts(folder, asking));
    changed.fire();
  }
  function of(file: vscode.Uri): readonly SealedScenario[] {
    const folder = vscode.workspace.getWorkspaceFolder(file)?.uri.fsPath;
    if (folder === undefined) return [];
    const known = byFolder.get(folder);
    if (known) return known;
    byFolder.set(folder, []);
    refresh(folder).catch((error: unknown) => log.error(messageOf(error)));
    return [];
  }
  return {
    of,
    covering(file) {
      const scenarios = of(file);
      const byRequirement: Record<string, number> = {};
      for (const id of scenarios.flatMap(({ covers }) => covers)) {
        byRequirement[id] = (byRequirement[id] ?? 0) + 1;
      }
      return { total: scenarios.length, byRequirement };
    },
    refresh,
    onDidChange: changed.event,
    dispose: () => changed.dispose(),
  };
}
