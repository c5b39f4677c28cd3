import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { openTeams } from '../../../src/editor/teams';
import { type ChangeKey, openVaults } from '../../../src/editor/vaults';
import type { FactoryHost } from '../../../src/factory/types';
import { fileAnchor } from '../../../src/factory/vaultAnchor';
import { newIdentity } from '../../../src/holdouts/age';
import { useTemp } from '../../support/temp';

describe('teams in the editor', () => {
  const temp = useTemp();
  const at = (...names: string[]) => path.join(temp(), ...names);
  let key: Uint8Array;
  const host = (): FactoryHost => ({
    store: at('store'),
    programs: '',
    limits: { usd: 1, minutes: 1, network: [], scripts: false },
    vaultKey: () => Promise.resolve(key),
    vaultAnchor: (id, root) => fileAnchor(root, id),
    recordKey: () => Promise.resolve(new Uint8Array(32)),
    sameProject: () => Promise.resolve(true),
  });
  const change: ChangeKey = async (_id, use) => {
    const next = randomBytes(32);
    await use(next);
    key = next;
  };
  const passphrase = { always: false, ask: () => Promise.reject(new Error('asked')) };

  it('share with whom a person admitted, between two projects, until they are dismissed', async () => {
    key = randomBytes(32);
    for (const name of ['project', 'other', 'given', 'team']) mkdirSync(at(name));
    writeFileSync(at('given', 'a.scenario.yaml'), 'id: a\ncovers: [R1]\nsteps: [{ run: ["x"] }]\n');
    const [teams, vaults, identity] = [openTeams(host), openVaults(host), await newIdentity()];
    const stranger = await newIdentity();
    await vaults.importFrom(at('project'), at('given'), [], { userData: [] });
    const card = await teams.card(identity);
    await teams.admit(at('project'), card);
    const theirs = (await teams.card(stranger)).replace(/^(\S+) \S+/, '$1 bob');
    await teams.admit(at('project'), theirs);
    const members = await teams.members(at('project'));
    assert.deepEqual(members, [teams.read(card), teams.read(theirs)]);
    await teams.share(at('project'), identity, at('team'));

    await assert.rejects(teams.receive(at('other'), identity, at('team')), { message: /Nobody else/ });
    await teams.admit(at('other'), theirs);
    const unknown = await teams.receive(at('other'), stranger, at('team'));
    assert.match(unknown.refused[0]?.error.message ?? '', /no member here/);
    await teams.admit(at('other'), card);
    const { taken, refused } = await teams.receive(at('other'), stranger, at('team'));
    assert.deepEqual([taken[0]?.added.length, refused], [1, []]);
    assert.deepEqual(await vaults.list(at('other')), await vaults.list(at('project')));

    const next = { keep: true, change, passphrase };
    assert.equal(await teams.dismiss(at('project'), teams.read(theirs), next), 0);
    assert.deepEqual(await teams.members(at('project')), [teams.read(card)]);
    assert.equal((await vaults.list(at('project'))).length, 1);
  });
});
