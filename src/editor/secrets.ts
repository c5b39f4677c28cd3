import { randomBytes } from 'node:crypto';
import path from 'node:path';
import type * as vscode from 'vscode';
import type { Anchor } from '../holdouts/anchor';
import type { ChangeKey } from './vaults';

const apiKeyName = 'apiKey';
const sentinelName = 'sentinel';
const forgetfulName = 'secretsWereForgotten';
const vaultKeyName = (workspaceId: string) => `vaultKey/${workspaceId}`;
const nextKeyName = (workspaceId: string) => `vaultKey/${workspaceId}/next`;
const vaultAnchorName = (workspaceId: string) => `vaultAnchor/${workspaceId}`;
const vaultKeyBytes = 32;

/** What lives in the editor's secret storage. */
export interface Secrets {
  /** The person's model key: from secret storage, else from the environment VS Code was started with. */
  apiKey(): Promise<string | undefined>;
  /** Keeps a key; an empty one removes it. */
  setApiKey(key: string): Promise<void>;
  /**
   * The key of a workspace's vault: made on first use, asked for by its passphrase where it is not kept any more.
   * @throws FactoryError when the vault exists and its key does not.
   */
  vaultKey(workspaceId: string): Promise<Uint8Array>;
  changeVaultKey: ChangeKey;
  /** What is known of a workspace's vault outside of its folder. */
  vaultAnchor(workspaceId: string): Anchor;
  /** Leaves a mark that the next activation looks for. */
  watchForgetting(): Promise<void>;
  /** Whether keys may be gone after a reload: in a browser, and where a mark was gone once. */
  mayForget(): boolean;
}

export interface SecretsOptions {
  storage: vscode.SecretStorage;
  /** Outlives reloads where `storage` may not. */
  state: vscode.Memento;
  /** Root of the store that the vaults are in. */
  store: string;
  isWeb: boolean;
  /** Asks for the passphrase of a vault whose key is not kept; undefined when the person declines. */
  askPassphrase: () => Promise<string | undefined>;
}

export function createSecrets({ storage, state, store, isWeb, askPassphrase }: SecretsOptions): Secrets {
  const keep = (name: string, key: Uint8Array) => storage.store(name, Buffer.from(key).toString('base64'));
  async function kept(name: string): Promise<Buffer | undefined> {
    const text = await storage.get(name);
    return text === undefined ? undefined : Buffer.from(text, 'base64');
  }
  return {
    apiKey: async () => (await storage.get(apiKeyName)) ?? process.env['ANTHROPIC_API_KEY'],
    async setApiKey(key) {
      await (key === '' ? storage.delete(apiKeyName) : storage.store(apiKeyName, key));
    },
    async vaultKey(workspaceId) {
      const dir = path.join(store, 'workspaces', workspaceId, 'vault');
      const { findVaultKey } = await import('./vaultKeys');
      const current = await kept(vaultKeyName(workspaceId));
      const next = await kept(nextKeyName(workspaceId));
      const known = [current, next].filter((key) => key !== undefined);
      const key =
        (await findVaultKey({ dir, workspaceId }, known, askPassphrase)) ?? randomBytes(vaultKeyBytes);
      if (!current?.equals(key)) await keep(vaultKeyName(workspaceId), key);
      return key;
    },
    async changeVaultKey(workspaceId, use) {
      const key = randomBytes(vaultKeyBytes);
      // Both are kept until the vault has the new one: whichever it needs after a crash is there.
      await keep(nextKeyName(workspaceId), key);
      await use(key);
      await keep(vaultKeyName(workspaceId), key);
      await storage.delete(nextKeyName(workspaceId));
    },
    vaultAnchor(workspaceId) {
      const name = vaultAnchorName(workspaceId);
      return {
        read: async () => storage.get(name),
        write: async (text) => (text === undefined ? storage.delete(name) : storage.store(name, text)),
      };
    },
    async watchForgetting() {
      const isGone = state.get(sentinelName) === true && (await storage.get(sentinelName)) === undefined;
      if (isGone) await state.update(forgetfulName, true);
      await storage.store(sentinelName, 'kept');
      await state.update(sentinelName, true);
    },
    mayForget: () => isWeb || state.get(forgetfulName) === true,
  };
}
