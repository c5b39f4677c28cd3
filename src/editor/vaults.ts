import { rm } from 'node:fs/promises';
import path from 'node:path';
import { knownGiven } from '../factory/holdouts';
import { settlePolicy } from '../factory/policyOf';
import type { FactoryHost } from '../factory/types';
import { exportFolder, exportVault } from '../factory/vaultExport';
import { settleWorkspace } from '../factory/workspace';
import { wrapKey } from '../holdouts/identity';
import { refuseInside } from '../holdouts/scenarioFolder';
import type { SealedScenario } from '../holdouts/types';
import { filesTaken } from '../holdouts/filesTaken';
import { UnanchoredVault } from '../holdouts/unanchored';
import { openVault, vaultIsThere, type ImportResult, type Vault } from '../holdouts/vault';
import { FactoryError, messageOf } from '../shared/errors';
import { type CopyPlace, plainCopies } from '../workspace/plainCopies';
import { workspaceFor } from '../workspace/store';
import { LostVaultKey } from './vaultKeys';

/** What an import did, and where else the plain text lies; `unsearched` says why that could not be found out. */
export type Imported = ImportResult & { copies: CopyPlace[]; unsearched?: string };

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
  /**
   * @param asking whether a person waits for it, who may be asked for the key and whether a moved folder is the same
   * project; by default nobody is, and such a folder has none
   */
  list(folder: string, asking?: boolean): Promise<SealedScenario[]>;
  importFrom(
    folder: string,
    from: string,
    requirementIds: readonly string[],
    ask: ImportQuestions,
  ): Promise<Imported>;
  /**
   * Imports scenarios that are always at hand into a vault that holds none, or whose key is lost.
   * @returns whether it had to
   */
  supply(folder: string, from: string): Promise<boolean>;
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

/** @param host that asks a person for what it does not know, but for where `asking` is false */
export function openVaults(host: (asking?: boolean) => FactoryHost): Vaults {
  const placeOf = async (folder: string) => {
    const here = host();
    const { vaultDir: dir, id: workspaceId } = await settleWorkspace(here, folder);
    return { dir, workspaceId, anchor: here.vaultAnchor(workspaceId, here.store) };
  };
  type Place = Awaited<ReturnType<typeof placeOf>>;
  const open = async (place: Place, purpose: string, asking = true): Promise<Vault> => {
    const here = host(asking);
    return openVault({ ...place, key: await here.vaultKey(place.workspaceId, here.store), purpose });
  };
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
      await error.accept();
      return open(place, 'comparing with an import');
    }
  };
  const fill = async (vault: Vault, folder: string, from: string, requirementIds: readonly string[]) => {
    const { policy } = await settlePolicy({ workspace: folder }, host().limits);
    return vault.importFolder(from, {
      known: knownGiven(host().store, vault.access.workspaceId),
      sealed: policy.holdouts.sealed,
      ...(requirementIds.length > 0 ? { requirementIds } : {}),
    });
  };
  return {
    async list(folder, asking = false) {
      // Only a person can say whose the vault of a moved folder is.
      if (!asking && (await workspaceFor(host().store, folder)).movedFrom !== undefined) return [];
      const place = await placeOf(folder);
      if (!(await vaultIsThere(place.dir, place.anchor))) return [];
      return (await open(place, 'listing', asking)).list();
    },
    async importFrom(folder, from, requirementIds, ask) {
      await refuseInside(from, folder);
      const vault = await openForImport(await placeOf(folder), ask);
      if (!vault.hasPassphrase()) {
        const passphrase = await ask.passphrase?.();
        if (passphrase !== undefined) await vault.setPassphrase(passphrase);
      }
      const result = await fill(vault, folder, from, requirementIds);
      const files = filesTaken(result).map((file) => path.join(from, file));
      // The scenarios are in the vault, whatever becomes of this search.
      const copies = await plainCopies(files, [from, folder], ask.userData).catch(messageOf);
      return typeof copies === 'string'
        ? { ...result, copies: [], unsearched: copies }
        : { ...result, copies };
    },
    async supply(folder, from) {
      const place = await placeOf(folder);
      try {
        const isThere = await vaultIsThere(place.dir, place.anchor);
        if (isThere && (await open(place, 'listing')).list().length > 0) return false;
      } catch (error) {
        if (!(error instanceof LostVaultKey)) throw error;
        await place.anchor.write(undefined);
        await rm(place.dir, { recursive: true });
      }
      await fill(await open(place, 'comparing with an import'), folder, from, []);
      return true;
    },
    async exportTo(folder, to) {
      await exportFolder(to, folder);
      return exportVault((await openExisting(folder, 'exporting')).vault, to);
    },
    async changeKey(folder, change, { always, ask }) {
      const { place, vault } = await openExisting(folder, 'changing the key');
      const passphrase = always || vault.hasPassphrase() ? await ask() : undefined;
      await change(place.workspaceId, (key) => vault.rotate(key, passphrase, wrapKey));
    },
    async burn(folder, id) {
      const { vault } = await openExisting(folder, 'revealing');
      return (await vault.burn(id)).text;
    },
  };
}
