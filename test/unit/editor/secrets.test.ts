import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Memento, SecretStorage } from 'vscode';
import { createSecrets, type SecretsOptions } from '../../../src/editor/secrets';
import { openVault, type Vault } from '../../../src/holdouts/vault';
import { useTemp } from '../../support/temp';

/** What VS Code keeps, in memory. */
function storageIn(kept: Map<string, string>): SecretStorage {
  return {
    get: (name) => Promise.resolve(kept.get(name)),
    store: (name, value) => Promise.resolve(void kept.set(name, value)),
    delete: (name) => Promise.resolve(void kept.delete(name)),
    keys: () => Promise.resolve([...kept.keys()]),
    onDidChange: () => ({ dispose: () => undefined }),
  };
}

function stateIn(kept: Map<string, unknown>): Memento {
  return {
    keys: () => [...kept.keys()],
    get: <T>(name: string, otherwise?: T) => (kept.get(name) as T | undefined) ?? otherwise,
    update: (name: string, value: unknown) => Promise.resolve(void kept.set(name, value)),
  };
}

describe('the editor', () => {
  const temp = useTemp();
  const id = 'w1';
  let kept: Map<string, string>;
  let state: Map<string, unknown>;
  beforeEach(() => {
    kept = new Map();
    state = new Map();
  });
  const secretsWith = (more: Partial<SecretsOptions> = {}) =>
    createSecrets({
      storage: storageIn(kept),
      state: stateIn(state),
      store: temp(),
      isWeb: false,
      askPassphrase: () => Promise.reject(new Error('nobody should be asked')),
      ...more,
    });
  const open = async (secrets = secretsWith()): Promise<Vault> =>
    openVault({
      dir: path.join(temp(), 'workspaces', id, 'vault'),
      key: await secrets.vaultKey(id),
      workspaceId: id,
      anchor: secrets.vaultAnchor(id),
    });

  async function filled(): Promise<Vault> {
    const folder = path.join(temp(), 'scenarios');
    mkdirSync(folder);
    mkdirSync(path.join(temp(), 'workspaces', id), { recursive: true });
    writeFileSync(path.join(folder, 'a.scenario.yaml'), 'id: a\ncovers: [R1]\nsteps: [{ run: ["x"] }]\n');
    const vault = await open();
    await vault.importFolder(folder);
    return vault;
  }

  it('makes the key of a vault once and keeps it', async () => {
    const first = await secretsWith().vaultKey(id);
    assert.deepEqual(await secretsWith().vaultKey(id), first);
    assert.equal(first.length, 32);
  });

  it('changes the key so that whichever the vault needs after a crash is kept', async () => {
    const vault = await filled();
    const crash = new Error('killed');
    const secrets = secretsWith();
    // Before the vault was written, and after it.
    for (const use of [
      () => Promise.reject(crash),
      (key: Uint8Array) => vault.rotate(key).then(() => Promise.reject(crash)),
    ]) {
      await assert.rejects(secrets.changeVaultKey(id, use), crash);
      assert.equal((await open()).list().length, 1);
      await assert.rejects(
        secrets.changeVaultKey(id, () => Promise.reject(crash)),
        crash,
      );
      assert.equal((await open()).list().length, 1);
    }
    await secrets.changeVaultKey(id, (key) => vault.rotate(key));
    assert.equal((await open()).list().length, 1);
    assert.equal([...kept.keys()].filter((name) => name.startsWith('vaultKey')).length, 1);
  });

  it('names the key that is lost, and asks for the passphrase where there is one', async () => {
    const vault = await filled();
    kept.clear();
    await assert.rejects(secretsWith().vaultKey(id), {
      code: 'environment',
      message: /[0-9a-f]{16}/,
      hint: /1 scenarios in the vault are lost; specs, runs, .+ are not/,
    });
    await vault.setPassphrase('correct horse battery');
    await assert.rejects(secretsWith({ askPassphrase: () => Promise.resolve(undefined) }).vaultKey(id), {
      code: 'environment',
    });
    const asking = secretsWith({ askPassphrase: () => Promise.resolve('correct horse battery') });
    assert.equal((await open(asking)).list().length, 1);
    assert.equal((await open()).list().length, 1);
  });

  it('knows where keys may be forgotten: in a browser, and where a mark was gone once', async () => {
    assert.equal(secretsWith({ isWeb: true }).mayForget(), true);
    const secrets = secretsWith();
    await secrets.watchForgetting();
    await secrets.watchForgetting();
    assert.equal(secrets.mayForget(), false);
    kept.clear();
    await secretsWith().watchForgetting();
    assert.equal(secretsWith().mayForget(), true);
  });
});
