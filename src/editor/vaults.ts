import path from 'node:path';
import { settlePolicy } from '../factory/policyOf';
import type { FactoryHost } from '../factory/types';
import { exportFolder, exportVault } from '../factory/vaultExport';
import { settleWorkspace } from '../factory/workspace';
import { UnanchoredVault } from '../holdouts/anchor';
import { refuseInside } from '../holdouts/scenarioFolder';
import type { SealedScenario } from '../holdouts/types';
import { openVault, vaultIsThere, type ImportResult, type Vault } from '../holdouts/vault';
import { FactoryError } from '../shared/errors';
import { type CopyPlace, plainCopies } from '../workspace/plainCopies';

/** What an import did, and where else the plain text lies. */
export type Imported = ImportResult & { copies: CopyPlace[] };

/** What a person may be asked while scenarios are imported. */
export interface ImportQuestions {
  /** Whether a vault that is not as it was noted shall be taken as it is. */
  accept?: (reason: string) => Promise<boolean>;
  /** A passphrase for a vault that has none, where its key may be lost. */
  passphrase?: () => Promise<string | undefined>;
  /** Folders that editors keep their data in. */
  userData?: string[];
}

/** What the editor does with the vaults of folders. */
export interface Vaults {
  list(folder: string): Promise<SealedScenario[]>;
  importFrom(
    folder: string,
    from: string,
    requirementIds: readonly string[],
    ask: ImportQuestions,
  ): Promise<Imported>;
  exportTo(folder: string, to: string): Promise<number>;
  changeKey(folder: string, change: ChangeKey, passphrase: NewPassphrase): Promise<void>;
  /** Takes a scenario out for good. @returns its text */
  burn(folder: string, id: string): Promise<string>;
}

/** Makes a new key for a workspace's vault and keeps it, if `use` does not fail with it. */
export type ChangeKey = (workspaceId: string, use: (key: Uint8Array) => Promise<void>) => Promise<void>;

/** How a vault gets a passphrase together with a new key: always, or where it has one already. */
export interface NewPassphrase {
  always: boolean;
  /** Rejects when the person declines. */
  ask: () => Promise<string>;
}

export function openVaults(host: () => FactoryHost): Vaults {
  const placeOf = async (folder: string) => {
    const { vaultDir: dir, id: workspaceId } = await settleWorkspace(host(), folder);
    return { dir, workspaceId, anchor: host().vaultAnchor(workspaceId) };
  };
  type Place = Awaited<ReturnType<typeof placeOf>>;
  const open = async (place: Place, purpose: string): Promise<Vault> =>
    openVault({ ...place, key: await host().vaultKey(place.workspaceId), purpose });
  const openExisting = async (folder: string, purpose: string): Promise<{ place: Place; vault: Vault }> => {
    const place = await placeOf(folder);
    // Asking for the key of a vault that does not exist would make one.
    if (await vaultIsThere(place.dir, place.anchor)) return { place, vault: await open(place, purpose) };
    throw new FactoryError('bad-input', `${folder} has no hidden scenarios.`, {
      hint: 'Import some with "Dark Factory: Import Holdouts".',
    });
  };
  const openForImport = async (place: Place, ask: ImportQuestions): Promise<Vault> => {
    try {
      await vaultIsThere(place.dir, place.anchor);
      return await open(place, 'comparing with an import');
    } catch (error) {
      if (!(error instanceof UnanchoredVault) || !(await ask.accept?.(error.message))) throw error;
      await place.anchor.write(undefined);
      return open(place, 'comparing with an import');
    }
  };
  return {
    async list(folder) {
      const { dir, anchor } = await placeOf(folder);
      if (!(await vaultIsThere(dir, anchor))) return [];
      return (await openExisting(folder, 'listing')).vault.list();
    },
    async importFrom(folder, from, requirementIds, ask) {
      await refuseInside(from, folder);
      const vault = await openForImport(await placeOf(folder), ask);
      if (!vault.hasPassphrase()) {
        const passphrase = await ask.passphrase?.();
        if (passphrase !== undefined) await vault.setPassphrase(passphrase);
      }
      const { policy } = await settlePolicy({ workspace: folder }, host().limits);
      const result = await vault.importFolder(from, {
        sealed: policy.holdouts.sealed,
        ...(requirementIds.length > 0 ? { requirementIds } : {}),
      });
      const taken = [...result.imported, ...result.updated, ...result.unchanged];
      const files = taken.map(({ file }) => path.join(from, file));
      return { ...result, copies: await plainCopies(files, [from, folder], ask.userData) };
    },
    async exportTo(folder, to) {
      await exportFolder(to, folder);
      return exportVault((await openExisting(folder, 'exporting')).vault, to);
    },
    async changeKey(folder, change, { always, ask }) {
      const { place, vault } = await openExisting(folder, 'changing the key');
      const passphrase = always || vault.hasPassphrase() ? await ask() : undefined;
      await change(place.workspaceId, (key) => vault.rotate(key, passphrase));
    },
    async burn(folder, id) {
      const { vault } = await openExisting(folder, 'revealing');
      return (await vault.burn(id)).text;
    },
  };
}
