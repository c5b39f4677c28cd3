import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Memento, SecretStorage } from 'vscode';
import { createSecrets, type SecretsOptions } from '../../../src/editor/secrets';
import { fileAnchor } from '../../../src/factory/vaultAnchor';
import { newIdentity } from '../../../src/holdouts/age';
import { keysOf, memberNamed } from '../../../src/holdouts/identity';
import { openTeam } from '../../../src/holdouts/team';
import { openVault, type Vault } from '../../../src/holdouts/vault';
import { deriveKeys } from '../../../src/holdouts/vaultCrypto';
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
      key: await secrets.vaultKey(id, temp()),
      workspaceId: id,
      anchor: secrets.vaultAnchor(id, temp()),
    });

  function scenarios(name = 'a'): string {
    const folder = path.join(temp(), 'scenarios');
    mkdirSync(folder, { recursive: true });
    const text = `id: ${name}\ncovers: [R1]\nsteps: [{ run: ["${name}"] }]\n`;
    writeFileSync(path.join(folder, `${name}.scenario.yaml`), text);
    return folder;
  }

  async function filled(): Promise<Vault> {
    const vault = await open();
    await vault.importFolder(scenarios());
    return vault;
  }

  it('keeps the key of a vault that is made', async () => {
    await filled();
    assert.equal((await open()).list().length, 1);
  });

  it('keeps the key of whichever window makes the vault first', async () => {
    const [first, second] = [await open(), await open()];
    const folder = scenarios();
    await first.importFolder(folder);
    await assert.rejects(second.importFolder(folder), { message: /made with another key/ });
    assert.equal((await open()).list().length, 1);
  });

  it('finds a key where it was kept before keys went by their own names', async () => {
    await filled();
    const [[name = '', key = ''] = []] = [...kept].filter(([name]) => name.startsWith('vaultKey'));
    for (const earlier of [`vaultKey/${id}`, `vaultKey/${id}/next`]) {
      kept.delete(name);
      kept.set(earlier, key);
      assert.equal((await open()).list().length, 1);
      kept.delete(earlier);
    }
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
    await assert.rejects(secretsWith().vaultKey(id, temp()), {
      code: 'environment',
      message: /[0-9a-f]{16}/,
      hint: /1 scenarios in the vault are lost; specs, runs, .+ are not/,
    });
    await vault.setPassphrase('correct horse battery');
    await assert.rejects(
      secretsWith({ askPassphrase: () => Promise.resolve(undefined) }).vaultKey(id, temp()),
      {
        code: 'environment',
      },
    );
    await assert.rejects(secretsWith().vaultKey(id, temp(), false), { code: 'environment' });
    let asked = 0;
    const asking = secretsWith({ askPassphrase: () => Promise.resolve((asked++, 'correct horse battery')) });
    await Promise.all([open(asking), open(asking)]);
    assert.equal(asked, 1);
    assert.equal((await open()).list().length, 1);
  });

  it('asks for the key of a terminal’s vault, which it never makes one for', async () => {
    const root = path.join(temp(), 'terminal');
    const vault = await openVault({
      dir: path.join(root, 'workspaces', id, 'vault'),
      key: randomBytes(32),
      workspaceId: id,
      anchor: fileAnchor(root, id),
    });
    await vault.importFolder(scenarios());
    await assert.rejects(secretsWith().vaultKey(id, root), {
      message: new RegExp(deriveKeys(vault.access.key).kid),
      hint: /dark-factory resume/,
    });
    assert.deepEqual([...kept], []);
    await vault.setPassphrase('correct horse battery');
    const asking = secretsWith({ askPassphrase: () => Promise.resolve('correct horse battery') });
    assert.deepEqual(Buffer.from(await asking.vaultKey(id, root)), Buffer.from(vault.access.key));
    assert.equal(await secretsWith().vaultAnchor(id, root).read(), await fileAnchor(root, id).read());
  });

  it('refuses a vault that went back, whichever of its notes went back as well or was forgotten', async () => {
    const dir = path.join(temp(), 'workspaces', id, 'vault');
    const file = path.join(temp(), 'anchors', `${id}.json`);
    const name = `vaultAnchor/${id}`;
    const vault = await filled();
    const [oldFile, oldNote = ''] = [readFileSync(file), kept.get(name)];
    cpSync(dir, path.join(temp(), 'backup'), { recursive: true });
    await vault.importFolder(scenarios('b'));
    const [newFile, newNote = ''] = [readFileSync(file), kept.get(name)];
    rmSync(dir, { recursive: true });
    cpSync(path.join(temp(), 'backup'), dir, { recursive: true });
    const losses = [
      () => kept.delete(name),
      () => kept.set(name, oldNote),
      () => rmSync(file),
      () => writeFileSync(file, oldFile),
      () => writeFileSync(file, 'rubbish'),
    ];
    for (const lose of losses) {
      kept.set(name, newNote);
      writeFileSync(file, newFile);
      lose();
      await assert.rejects(open(), { code: 'failed', hint: /Take It As It Is/ }, lose.toString());
    }
    await secretsWith().vaultAnchor(id, temp()).write(undefined);
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

  it('opens a vault whose key it forgot by the identity of a member, which it keeps', async () => {
    const secrets = secretsWith();
    const vault = await open(secrets);
    await vault.importFolder(scenarios());
    const identity = await secrets.identity();
    assert.equal(await secrets.identity(), identity);
    const team = await openTeam({ ...vault.access, anchor: secrets.vaultAnchor(id, temp()) });
    await team.admit(memberNamed('me', await keysOf(identity)));
    kept.clear();
    await assert.rejects(open(), { code: 'environment' });
    kept.set('identity', identity);
    assert.equal((await open()).list().length, 1);
    kept.set('identity', await newIdentity());
    await assert.rejects(open(), { code: 'environment' });
  });
});
