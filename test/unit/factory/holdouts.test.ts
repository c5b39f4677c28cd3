import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { openRunVault } from '../../../src/factory/holdouts';
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
});
