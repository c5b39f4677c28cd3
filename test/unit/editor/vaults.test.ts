import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { LostVaultKey } from '../../../src/editor/vaultKeys';
import { type ChangeKey, openVaults } from '../../../src/editor/vaults';
import { fileAnchor } from '../../../src/factory/vaultAnchor';
import { unlockVault } from '../../../src/holdouts/passphrase';
import { UnanchoredVault } from '../../../src/holdouts/unanchored';
import { FactoryError } from '../../../src/shared/errors';
import { personGit } from '../../support/gitRepo';
import { useTemp } from '../../support/temp';

describe('vaults in the editor', () => {
  const temp = useTemp();
  const at = (...names: string[]) => path.join(temp(), ...names);
  const store = () => at('store');
  let key: Uint8Array;
  let keyOf: () => Promise<Uint8Array>;
  /** Whether each key that was wanted could be asked for. */
  let wanted: (boolean | undefined)[];
  let questions = 0;
  const vaults = () =>
    openVaults((asking) => ({
      store: store(),
      programs: '',
      limits: { usd: 1, minutes: 1, network: [], scripts: false },
      vaultKey: () => (wanted.push(asking), keyOf()),
      vaultAnchor: (id, root) => fileAnchor(root, id),
      recordKey: () => Promise.resolve(new Uint8Array(32)),
      sameProject: () => ((questions += 1), Promise.resolve(true)),
    }));
  const vaultDir = () => {
    const [id = ''] = readdirSync(at('store', 'workspaces')).filter((name) => /^[0-9a-f]{16}$/.test(name));
    return at('store', 'workspaces', id, 'vault');
  };
  const importing = (ask = {}) =>
    vaults().importFrom(at('project'), at('given'), [], { userData: [], ...ask });

  const changing: ChangeKey = async (_id, use) => {
    const next = randomBytes(32);
    await use(next);
    key = next;
  };
  const neverAsked = { always: false, ask: () => Promise.reject(new Error('asked')) };

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

  it('seal the share of the scenarios that the policy of the folder says', async () => {
    mkdirSync(at('project', '.factory'));
    writeFileSync(at('project', '.factory', 'policy.yaml'), 'version: 1\nholdouts: { sealed: 1 }\n');
    for (const own of ['b', 'c', 'd', 'e']) {
      const text = `id: ${own}\ncovers: [R1]\nsteps: [{ run: [${own}] }]\n`;
      writeFileSync(at('given', `${own}.scenario.yaml`), text);
    }
    const { imported } = await importing();
    const ids = new Set(imported.map(({ id }) => id));
    const added = (await vaults().list(at('project'))).filter(({ id }) => ids.has(id));
    assert.deepEqual(
      added.map(({ half }) => half),
      ['sealed', 'sealed', 'sealed', 'sealed'],
    );
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

  it('of a moved folder are told only when a person waits, who is asked whether it is the same project', async () => {
    personGit(at('project'), 'init', '-q');
    personGit(at('project'), 'remote', 'add', 'origin', 'https://git.example/p.git');
    rmSync(at('store'), { recursive: true });
    await importing();
    renameSync(at('project'), at('moved'));
    questions = 0;
    assert.deepEqual(await vaults().list(at('moved')), []);
    assert.equal(questions, 0);
    assert.equal((await vaults().list(at('moved'), true)).length, 1);
    assert.equal(questions, 1);
    assert.equal((await vaults().list(at('moved'))).length, 1);
  });

  it('have what was imported, also when plain copies could not be searched for', async () => {
    writeFileSync(at('given', 'b.scenario.yaml'), 'id: b\ncovers: [R1]\nsteps: [{ run: ["y"] }]\n');
    symlinkSync('loop', at('loop'));
    const { imported, copies, unsearched } = await importing({ userData: [at('loop')] });
    assert.deepEqual([imported.length, copies], [1, []]);
    assert.match(unsearched ?? '', /loop/);
  });

  it('are supplied with what is always at hand when they are empty or their key is lost', async () => {
    mkdirSync(at('project', '.factory'));
    writeFileSync(at('project', '.factory', 'policy.yaml'), 'version: 1\nholdouts: { sealed: 1 }\n');
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
    const supplies = await vaults().list(at('project'));
    assert.deepEqual(
      supplies.map(({ half }) => half),
      ['sealed'],
      'as the policy says',
    );
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

  it('never have a new key without a passphrase where it may be all that opens them', async () => {
    const id = path.basename(path.dirname(vaultDir()));
    const words = (text: string, always = false) => ({ always, ask: () => Promise.resolve(text) });
    await assert.rejects(
      vaults().changeKey(at('project'), changing, { ...neverAsked, always: true }),
      /asked/,
    );
    await vaults().changeKey(at('project'), changing, words('correct horse battery', true));
    assert.deepEqual(Buffer.from(await unlockVault(vaultDir(), id, 'correct horse battery')), key);
    await assert.rejects(vaults().changeKey(at('project'), changing, neverAsked), /asked/);
    await vaults().changeKey(at('project'), changing, words('another horse battery'));
    assert.deepEqual(Buffer.from(await unlockVault(vaultDir(), id, 'another horse battery')), key);
  });

  it('export where no agent works, and go on under a new key', async () => {
    for (const inside of [at('project', 'out'), at('project', 'deep', 'out')]) {
      await assert.rejects(vaults().exportTo(at('project'), inside), { code: 'bad-input' });
    }
    assert.deepEqual(readdirSync(at('project')), []);
    await vaults().changeKey(at('project'), changing, neverAsked);
    assert.equal(await vaults().exportTo(at('project'), at('out')), 1);
    assert.deepEqual(readdirSync(at('out')), ['a.scenario.yaml']);
    writeFileSync(at('given', 'b.scenario.yaml'), 'id: b\ncovers: [R1]\nsteps: [{ run: ["y"] }]\n');
    await importing();
    await assert.rejects(vaults().exportTo(at('project'), at('out')), { message: /a\.scenario\.yaml/ });
    assert.deepEqual(readdirSync(at('out')), ['a.scenario.yaml']);
    // Of two names in order, the second one is there.
    mkdirSync(at('half'));
    writeFileSync(at('half', 'b.scenario.yaml'), '');
    await assert.rejects(vaults().exportTo(at('project'), at('half')), { message: /nothing was exported/ });
    assert.deepEqual(readdirSync(at('half')), ['b.scenario.yaml']);
    assert.equal(await vaults().exportTo(at('project'), at('new', 'deep')), 2);
  });
});
