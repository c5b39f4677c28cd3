import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { knownGiven, openRunVault } from '../../../src/factory/holdouts';
import { defaultPolicy } from '../../../src/factory/policy';
import type { FactoryHost } from '../../../src/factory/types';
import { fileAnchor } from '../../../src/factory/vaultAnchor';
import { openVault } from '../../../src/holdouts/vault';
import { parseSpec } from '../../../src/spec/parse';
import { useTemp } from '../../support/temp';

describe('the vault of a run that another store holds', () => {
  const temp = useTemp();
  const at = (...names: string[]) => path.join(temp(), ...names);
  const root = () => at('terminal');
  const workspaceId = '0123456789abcdef';
  const key = randomBytes(32);
  const { spec } = parseSpec('# Greeter\n\n- R1: It MUST greet.\n', 'greet.spec.md');
  const host = (): FactoryHost => ({
    store: at('editor'),
    programs: '',
    limits: { usd: 1, minutes: 1, network: [], scripts: false },
    vaultKey: (_id, store) => Promise.resolve(store === root() ? key : randomBytes(32)),
    vaultAnchor: (id, store) => fileAnchor(store, id),
    recordKey: () => Promise.reject(new Error('nothing is signed')),
    sameProject: () => Promise.resolve(true),
  });
  const run = () => ({
    run: '7f3a',
    dir: at('terminal', 'workspaces', workspaceId, 'runs', 'greet-7f3a'),
    vaultDir: at('terminal', 'workspaces', workspaceId, 'vault'),
    workspaceId,
    workspace: at('project'),
  });

  beforeEach(() => {
    for (const dir of [run().dir, at('project'), at('given')]) mkdirSync(dir, { recursive: true });
    writeFileSync(at('given', 'a.scenario.yaml'), 'id: a\ncovers: [R1]\nsteps: [{ run: ["x"] }]\n');
  });

  it('is opened with that store’s key and anchor', async () => {
    const { vaultDir: dir } = run();
    const anchor = fileAnchor(root(), workspaceId);
    await (await openVault({ dir, key, workspaceId, anchor })).importFolder(at('given'));
    const vault = await openRunVault(host(), run(), spec, defaultPolicy);
    assert.equal(vault?.list().length, 1);
    await vault?.witness({ run: '7f3a', seq: 0, hash: '0' });
    assert.match((await anchor.read()) ?? '', new RegExp(`"sequence":${String(vault?.sequence)},`));
    assert.ok(!existsSync(at('editor')));
  });

  it('spends what that store has left of given scenarios', async () => {
    const vault = await openRunVault(host(), { ...run(), holdouts: at('given') }, spec, defaultPolicy);
    assert.equal(vault?.list().length, 1);
    assert.ok(existsSync(path.join(root(), 'given')));
    assert.ok(!existsSync(at('editor')));
  });

  describe('and what is told about one scenario, in the vault and from a folder', () => {
    const allowance = { bits: 10, attempts: 3 };
    let runs = 0;
    beforeEach(() => (runs = 0));
    const own = () =>
      openVault({ dir: run().vaultDir, key, workspaceId, anchor: fileAnchor(root(), workspaceId) });
    const imported = async () =>
      (await own()).importFolder(at('given'), { known: knownGiven(root(), workspaceId) });
    /** Asks the sealed question once, as a run with the vault or with `--holdouts` does. */
    const asking = async (from?: 'given') => {
      const dir = path.join(path.dirname(run().dir), `greet-a00${String((runs += 1))}`);
      mkdirSync(dir);
      const given = from === undefined ? {} : { holdouts: at(from) };
      const vault = await openRunVault(host(), { ...run(), dir, ...given }, spec, defaultPolicy);
      const ids = vault!.list().map(({ id }) => id);
      await vault!.debit('sealed', 1, ids, allowance);
      return { vault: vault!, ids };
    };
    const spent = { code: 'needs-human' };

    it('is one account, whichever came first', async () => {
      await imported();
      const first = await asking();
      assert.deepEqual((await asking('given')).ids, first.ids, 'it is one scenario');
      await asking();
      await assert.rejects(asking('given'), spent);
      await assert.rejects(asking(), spent);
    });

    it('is taken along into a vault that is made later, with its half', async () => {
      const { vault, ids } = await asking('given');
      await asking('given');
      await imported();
      const here = (await own()).list();
      assert.deepEqual(here, vault.list());
      assert.equal((await own()).left('sealed', ids, allowance), 1);
      await asking();
      await assert.rejects(asking('given'), spent);
      await assert.rejects(asking(), spent);
    });

    it('is known by what it asks, under whatever name', async () => {
      await imported();
      await asking();
      await asking('given');
      const text = 'id: other\ncovers: [R1]\nwhy: another\nsteps: [{ run: ["x"] }]\n';
      writeFileSync(at('given', 'a.scenario.yaml'), text);
      await asking('given');
      await assert.rejects(asking('given'), spent);
      await imported();
      await assert.rejects(asking(), spent);
    });

    it('is added up where two accounts were kept of it, once', async () => {
      // As earlier versions imported: without asking what was told before.
      await asking('given');
      await (await own()).importFolder(at('given'));
      const [one] = (await own()).list();
      await (await own()).debit('sealed', 1, [one!.id], allowance);
      await asking();
      assert.equal((await own()).left('sealed', [one!.id], allowance), 0);
      await assert.rejects(asking(), spent);
      await assert.rejects(asking('given'), spent);
    });

    it('is kept in the vault’s ledger also for scenarios that the vault does not hold', async () => {
      await imported();
      writeFileSync(at('given', 'b.scenario.yaml'), 'id: b\ncovers: [R1]\nsteps: [{ run: ["y"] }]\n');
      const { vault, ids } = await asking('given');
      assert.equal(ids.length, 2);
      assert.equal((await own()).list().length, 1);
      await imported();
      assert.deepEqual(
        (await own()).list().sort((a, b) => (a.id < b.id ? -1 : 1)),
        vault.list().sort((a, b) => (a.id < b.id ? -1 : 1)),
      );
      assert.equal((await own()).left('sealed', ids, allowance), 2);
    });

    it('goes on in a resumed run when the vault came in between', async () => {
      const { vault } = await asking('given');
      await imported();
      const again = { ...run(), dir: path.dirname(vault.access.dir), holdouts: at('given') };
      const resumed = await openRunVault(host(), again, spec, defaultPolicy);
      const ids = vault.list().map(({ id }) => id);
      await resumed!.debit('sealed', 1, ids, allowance);
      assert.equal((await own()).left('sealed', ids, allowance), 1);
      await resumed!.settlePass(ids);
      assert.equal((await own()).left('sealed', ids, allowance), 2);
      assert.deepEqual([resumed!.asked(ids), (await own()).asked(ids)], [2, 2]);
    });

    it('costs nothing where the other account refuses', async () => {
      await imported();
      const { vault, ids } = await asking('given');
      await asking();
      await asking();
      await assert.rejects(vault.debit('sealed', 1, ids, allowance), spent);
      rmSync(run().vaultDir, { recursive: true });
      await fileAnchor(root(), workspaceId).write(undefined);
      assert.equal(
        (await openRunVault(host(), { ...run(), holdouts: at('given') }, spec, defaultPolicy))!.left(
          'sealed',
          ids,
          allowance,
        ),
        2,
      );
    });
  });
});
