import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type * as vscode from 'vscode';
import { FactoryError } from '../shared/errors';
import { storeKey } from '../workspace/storeKey';

const apiKeyName = 'apiKey';
const vaultKeyName = (workspaceId: string) => `vaultKey/${workspaceId}`;
const recordKeyName = 'recordKey';
const vaultKeyBytes = 32;

/** What lives in the editor's secret storage. */
export interface Secrets {
  /** The person's model key: from secret storage, else from the environment VS Code was started with. */
  apiKey(): Promise<string | undefined>;
  /** Keeps a key; an empty one removes it. */
  setApiKey(key: string): Promise<void>;
  /**
   * The key of a workspace's vault; made on first use.
   * @throws FactoryError when the vault exists and its key does not.
   */
  vaultKey(workspaceId: string): Promise<Uint8Array>;
  /** The key that signs the records of a store's runs: this editor's own, or the one a terminal's store holds. */
  recordKey(root: string): Promise<Uint8Array>;
}

/** `store` is the root of the store that the vaults are in. */
export function createSecrets(storage: vscode.SecretStorage, store: string): Secrets {
  return {
    apiKey: async () => (await storage.get(apiKeyName)) ?? process.env['ANTHROPIC_API_KEY'],
    async setApiKey(key) {
      await (key === '' ? storage.delete(apiKeyName) : storage.store(apiKeyName, key));
    },
    async vaultKey(workspaceId) {
      const kept = await storage.get(vaultKeyName(workspaceId));
      if (kept !== undefined) return Buffer.from(kept, 'base64');
      const vault = path.join(store, 'workspaces', workspaceId, 'vault');
      if (existsSync(vault) && readdirSync(vault).length > 0) throw lostKey(vault);
      const key = randomBytes(vaultKeyBytes);
      await storage.store(vaultKeyName(workspaceId), key.toString('base64'));
      return key;
    },
    async recordKey(root) {
      if (path.resolve(root) !== path.resolve(store)) return storeKey(root);
      const kept = await storage.get(recordKeyName);
      if (kept !== undefined) return Buffer.from(kept, 'base64');
      const key = randomBytes(vaultKeyBytes);
      await storage.store(recordKeyName, key.toString('base64'));
      return key;
    },
  };
}

function lostKey(vault: string): FactoryError {
  return new FactoryError(
    'environment',
    `The key of the vault ${vault} is not in the secret storage any more.`,
    {
      hint: 'Without it its scenarios cannot be read: restore the secret storage, or move that folder away and import the holdouts again.',
    },
  );
}
