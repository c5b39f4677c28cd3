import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { LostVaultKey } from '../../../src/editor/vaultKeys';
import { openVaults } from '../../../src/editor/vaults';
import { fileAnchor } from '../../../src/factory/vaultAnchor';
import { UnanchoredVault } from '../../../src/holdouts/unanchored';
import { FactoryError } from '../../../src/shared/errors';
import { useTemp } from '../../support/temp';

describe('vaults in the editor', () => {
  const temp = useTemp();
  const at = (...names: string[]) => path.join(temp(), ...names);
  const store = () => at('store');
  let key: Uint8Array;
  let keyOf: () => Promise<Uint8Array>;
  /** Whether each key that was wanted could be asked for. */
  let wanted: (boolean | undefined)[];
  const vaults = () =>
    openVaults((asking) => ({
      store: store(),
      programs: '',
      limits: { usd: 1, minutes: 1, network: [], scripts: false },
      vaultKey: () => (wanted.push(asking), keyOf()),
      vaultAnchor: (id, root) => fileAnchor(root, id),
      recordKey: () => Promise.resolve(new Uint8Array(32)),
      sameProject: () => Promise.resolve(true),
    }));
  const vaultDir = () => {
    const [id = ''] = readdirSync(at('store', 'workspaces')).filter((name) => /^[0-9a-f]{16}$/.test(name));
    return at('store', 'workspaces', id, 'vault');
  };
  const importing = (ask = {}) =>
    vaults().importFrom(at('project'), at('given'), [], { userData: [], ...ask });

  beforeEach(async () => {
    key = randomBytes(32);
    wanted = [];
    keyOf = () => Promise.resolve(key);
    for (const name of ['project', 'given', 'out']) mkdirSync(at(name));
    writeFileSync(at('given', 'a.scenario.yaml'), 'id: a\ncovers: [R1]\nsteps: [{ run: ["x"] }]\n');
    await importing();
  });

  it('take a vault that is gone for a new one only when a person says so', async () => {
    rmSync(vaultDir(), { recursive: true });
    await assert.rejects(vaults().list(at('project')), { code: 'failed', message: /gone or empty/ });
    await assert.rejects(importing(), { code: 'failed' });
    const asked: string[] = [];
    const answer = (yes: boolean) => (reason: string) => Promise.resolve((asked.push(reason), yes));
    await assert.rejects(importing({ accept: answer(false) }), { code: 'failed' });
    assert.equal((await importing({ accept: answer(true) })).imported.length, 1);
    assert.match(asked.join(), /gone or empty/);
    assert.equal((await vaults().list(at('project'))).length, 1);
  });

  it('say how an unexpected vault is taken as it is, for whoever shows the error', async () => {
    rmSync(vaultDir(), { recursive: true });
    const error = await vaults()
      .exportTo(at('project'), at('out'))
      .catch((caught: unknown) => caught);
    assert.ok(error instanceof UnanchoredVault);
    assert.ok(error.hint.endsWith(`say so with "dark-factory holdouts accept --store ${store()}".`));
    await error.accept();
    assert.deepEqual(await vaults().list(at('project')), []);
    assert.equal((await importing()).imported.length, 1);
  });

  it('are listed without asking for a key, unless a person waits for it', async () => {
    wanted = [];
    await vaults().list(at('project'));
    await vaults().list(at('project'), true);
    assert.deepEqual(wanted, [false, true]);
  });

  it('have what was imported, also when plain copies could not be searched for', async () => {
    writeFileSync(at('given', 'b.scenario.yaml'), 'id: b\ncovers: [R1]\nsteps: [{ run: ["y"] }]\n');
    symlinkSync('loop', at('loop'));
    const { imported, copies, unsearched } = await importing({ userData: [at('loop')] });
    assert.deepEqual([imported.length, copies], [1, []]);
    assert.match(unsearched ?? '', /loop/);
  });

  it('are supplied with what is always at hand when they are empty or their key is lost', async () => {
    const supplied = () => vaults().supply(at('project'), at('given'));
    assert.equal(await supplied(), false);
    rmSync(vaultDir(), { recursive: true });
    await fileAnchor(store(), path.basename(path.dirname(vaultDir()))).write(undefined);
    assert.equal(await supplied(), true);
    const lost = new LostVaultKey('environment', 'lost', { hint: '' });
    const keys: (() => Promise<Uint8Array>)[] = [
      () => Promise.reject(lost),
      () => Promise.resolve((key = randomBytes(32))),
    ];
    keyOf = () => keys.shift()!();
    assert.equal(await supplied(), true);
    keyOf = () => Promise.resolve(key);
    assert.equal((await vaults().list(at('project'))).length, 1);
    keyOf = () => Promise.reject(new FactoryError('environment', 'declined', { hint: '' }));
    await assert.rejects(supplied(), { message: 'declined' });
    keyOf = () => Promise.resolve(key);
    assert.equal(await supplied(), false);
  });

  it('ask for a passphrase before anything new is sealed, once', async () => {
    const before = await vaults().list(at('project'));
    writeFileSync(at('given', 'b.scenario.yaml'), 'id: b\ncovers: [R1]\nsteps: [{ run: ["y"] }]\n');
    const declined = new Error('declined');
    await assert.rejects(importing({ passphrase: () => Promise.reject(declined) }), declined);
    assert.deepEqual(await vaults().list(at('project')), before);
    await importing({ passphrase: () => Promise.resolve('correct horse battery') });
    await importing({ passphrase: () => Promise.reject(new Error('asked again')) });
    assert.equal((await vaults().list(at('project'))).length, 2);
  });

  it('export where no agent works, and go on under a new key', async () => {
    await assert.rejects(vaults().exportTo(at('project'), at('project', 'out')), { code: 'bad-input' });
    await vaults().changeKey(at('project'), async (_id, use) => {
      const next = randomBytes(32);
      await use(next);
      key = next;
    });
    assert.equal(await vaults().exportTo(at('project'), at('out')), 1);
    assert.deepEqual(readdirSync(at('out')), ['a.scenario.yaml']);
    await assert.rejects(vaults().exportTo(at('project'), at('out')), { message: /a\.scenario\.yaml/ });
  });
});
