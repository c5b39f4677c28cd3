import path from 'node:path';
import type * as vscode from 'vscode';
import type { Anchor } from '../holdouts/anchor';
import { acceptVault } from './buttons';
import type { KeptKeys } from './vaultKeys';
import type { ChangeKey } from './vaults';

const apiKeyName = 'apiKey';
const identityName = 'identity';
const sentinelName = 'sentinel';
const forgetfulName = 'secretsWereForgotten';
const vaultKeyName = (workspaceId: string, kid: string) => `vaultKey/${workspaceId}/${kid}`;
/** Where the key of a vault was kept before keys went by their own names, and where while it was changed. */
const earlierKeyNames = (workspaceId: string) => [`vaultKey/${workspaceId}`, `vaultKey/${workspaceId}/next`];
const elsewhere =
  'A terminal has it: go on there, with "dark-factory resume", or give the vault a passphrase there, with "dark-factory holdouts passphrase".';
const vaultAnchorName = (workspaceId: string) => `vaultAnchor/${workspaceId}`;

/** What lives in the editor's secret storage. */
export interface Secrets {
  /** The person's model key: from secret storage, else from the environment VS Code was started with. */
  apiKey(): Promise<string | undefined>;
  /** Keeps a key; an empty one removes it. */
  setApiKey(key: string): Promise<void>;
  /**
   * The key of a workspace's vault in a store: made for a new vault, asked for by its passphrase where it is not kept.
   * @param asking false where nobody waits for it: then nobody is asked
   * @throws FactoryError when the vault exists and its key does not.
   */
  vaultKey(workspaceId: string, root: string, asking?: boolean): Promise<Uint8Array>;
  changeVaultKey: ChangeKey;
  /** The person's own identity in teams; made and kept on first use. */
  identity(): Promise<string>;
  /** What is known of a workspace's vault in a store, outside of the vault's folder. */
  vaultAnchor(workspaceId: string, root: string): Anchor;
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
  const isOwn = (root: string) => path.resolve(root) === path.resolve(store);
  const dirOf = (workspaceId: string, root = store) => path.join(root, 'workspaces', workspaceId, 'vault');
  const vaultAnchor = (workspaceId: string, root: string): Anchor => {
    const name = vaultAnchorName(workspaceId);
    const file = async () => (await import('../factory/vaultAnchor')).fileAnchor(root, workspaceId);
    return {
      accepting: `with "${acceptVault}"`,
      async read() {
        const { furthest } = await import('../holdouts/anchor');
        // Secret storage may have forgotten it, or gone back to what it was.
        const noted = isOwn(root) ? await storage.get(name) : undefined;
        return furthest([noted, await (await file()).read()]);
      },
      async write(text) {
        if (isOwn(root)) await (text === undefined ? storage.delete(name) : storage.store(name, text));
        await (await file()).write(text);
      },
    };
  };
  /** Keys that are looked for or asked for now: whoever wants the same one waits for the same answer. */
  const finding = new Map<string, Promise<Uint8Array>>();
  return {
    apiKey: async () => (await storage.get(apiKeyName)) ?? process.env['ANTHROPIC_API_KEY'],
    async setApiKey(key) {
      await (key === '' ? storage.delete(apiKeyName) : storage.store(apiKeyName, key));
    },
    vaultKey(workspaceId, root, asking = true) {
      const wanted = JSON.stringify([root, workspaceId, asking]);
      const found = finding.get(wanted) ?? find();
      finding.set(wanted, found);
      return found;

      async function find(): Promise<Uint8Array> {
        try {
          const { findVaultKey } = await import('./vaultKeys');
          const vault = {
            dir: dirOf(workspaceId, root),
            workspaceId,
            anchor: vaultAnchor(workspaceId, root),
            identity: async () => storage.get(identityName),
            ...(isOwn(root) ? {} : { elsewhere }),
          };
          const ask = asking ? askPassphrase : () => Promise.resolve(undefined);
          return await findVaultKey(vault, keptKeys(storage, workspaceId), ask);
        } finally {
          finding.delete(wanted);
        }
      }
    },
    async changeVaultKey(workspaceId, use) {
      const { replaceVaultKey } = await import('./vaultKeys');
      await replaceVaultKey(dirOf(workspaceId), keptKeys(storage, workspaceId), use);
    },
    async identity() {
      const known = await storage.get(identityName);
      if (known !== undefined) return known;
      const made = await (await import('../holdouts/age')).newIdentity();
      await storage.store(identityName, made);
      return made;
    },
    vaultAnchor,
    async watchForgetting() {
      const isGone = state.get(sentinelName) === true && (await storage.get(sentinelName)) === undefined;
      if (isGone) await state.update(forgetfulName, true);
      await storage.store(sentinelName, 'kept');
      await state.update(sentinelName, true);
    },
    mayForget: () => isWeb || state.get(forgetfulName) === true,
  };
}

function keptKeys(storage: vscode.SecretStorage, workspaceId: string): KeptKeys {
  const read = async (name: string) => {
    const text = await storage.get(name);
    return text === undefined ? undefined : Buffer.from(text, 'base64');
  };
  /** Names that a key is kept by. */
  const namesOf = async (kid: string) => {
    const { isKey } = await import('./vaultKeys');
    const names = [];
    for (const name of earlierKeyNames(workspaceId)) {
      const key = await read(name);
      if (key && isKey(key, kid)) names.push(name);
    }
    return [vaultKeyName(workspaceId, kid), ...names];
  };
  return {
    async get(kid) {
      for (const name of await namesOf(kid)) {
        const key = await read(name);
        if (key) return key;
      }
      return undefined;
    },
    keep: async (kid, key) =>
      storage.store(vaultKeyName(workspaceId, kid), Buffer.from(key).toString('base64')),
    async forget(kid) {
      for (const name of await namesOf(kid)) await storage.delete(name);
    },
  };
}
