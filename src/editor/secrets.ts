import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type * as vscode from 'vscode';
import type { Anchor } from '../holdouts/anchor';
import { FactoryError } from '../shared/errors';

const apiKeyName = 'apiKey';
const vaultKeyName = (workspaceId: string) => `vaultKey/${workspaceId}`;
const vaultAnchorName = (workspaceId: string) => `vaultAnchor/${workspaceId}`;
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
  /** What is known of a workspace's vault outside of its folder. */
  vaultAnchor(workspaceId: string): Anchor;
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
    vaultAnchor(workspaceId) {
      const name = vaultAnchorName(workspaceId);
      return {
        read: async () => storage.get(name),
        write: async (text) => (text === undefined ? storage.delete(name) : storage.store(name, text)),
      };
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
