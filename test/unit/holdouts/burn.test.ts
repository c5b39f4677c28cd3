import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { openVault, type Vault } from '../../../src/holdouts/vault';
import { useTemp } from '../../support/temp';
import { writeOldVault } from './oldVault';

describe('a burnt scenario', () => {
  const temp = useTemp();
  let scenarios: string;
  let open: () => Promise<Vault>;
  const write = (id: string, why = id) =>
    writeFileSync(
      path.join(scenarios, `${id}.scenario.yaml`),
      `id: ${id}\ncovers: [R1]\nwhy: ${why}\nsteps: [{ run: ["{{program}}", "{{canary.name}}", ${why}] }]\n`,
    );

  beforeEach(() => {
    scenarios = path.join(temp(), 'scenarios');
    mkdirSync(scenarios);
    const key = randomBytes(32);
    const dir = path.join(temp(), 'vault');
    open = () => openVault({ dir, key, workspaceId: 'w1' });
  });

  async function filled(...ids: string[]): Promise<Vault> {
    for (const id of ids) write(id);
    const vault = await open();
    await vault.importFolder(scenarios);
    return vault;
  }

  it('is given in plain text and leaves the vault for good', async () => {
    const vault = await filled('one', 'two');
    const digest = vault.digest();
    const [{ id } = { id: '' }, other] = vault.list();
    const { own, text } = await vault.burn(id);
    assert.match(text, new RegExp(`^id: ${own}$`, 'm'));
    for (const seen of [vault, await open()]) {
      assert.deepEqual(seen.list(), [other]);
      assert.notEqual(seen.digest(), digest);
      assert.deepEqual(
        new Set((await seen.canaries()).map(({ scenario }) => scenario)),
        new Set([other?.id]),
      );
      assert.deepEqual(
        (await seen.texts()).map((one) => one.id),
        [other?.id],
      );
      await assert.rejects(seen.scenario(id), { message: new RegExp(`no scenario ${id}`) });
      await assert.rejects(seen.remove(id), { message: new RegExp(`no scenario ${id}`) });
    }
  });

  it('is given again when it is asked for again', async () => {
    const vault = await filled('one');
    const [{ id } = { id: '' }] = vault.list();
    assert.deepEqual(await vault.burn(id), await (await open()).burn(id));
    await assert.rejects(vault.burn('H-nobody'), { message: /no scenario H-nobody/ });
  });

  it('does not come back by an import, under its own id or a new one', async () => {
    const vault = await filled('one');
    const [{ id } = { id: '' }] = vault.list();
    await vault.burn(id);
    assert.match(
      (await vault.importFolder(scenarios)).refused[0]?.problems[0]?.message ?? '',
      /was revealed/,
    );
    rmSync(path.join(scenarios, 'one.scenario.yaml'));
    write('renamed', 'one');
    const { imported, refused } = await vault.importFolder(scenarios);
    assert.deepEqual(imported, []);
    assert.match(refused[0]?.problems[0]?.message ?? '', /was revealed/);
    assert.deepEqual(vault.list(), []);
  });

  it('takes along every other one that asks the same', async () => {
    const key = randomBytes(32);
    const dir = path.join(temp(), 'old');
    // Vaults of before copies were refused hold them; one of format 1 does not note what its scenarios ask.
    const text = (own: string, word: string) => `id: ${own}\ncovers: [R1]\nsteps: [{ run: [${word}] }]\n`;
    writeOldVault(dir, key, 'w1', [
      { id: 'H-aaaaaa', own: 'first', text: text('first', 'same'), bits: 0 },
      { id: 'H-bbbbbb', own: 'copy', text: text('copy', 'same'), bits: 0 },
      { id: 'H-cccccc', own: 'other', text: text('other', 'else'), bits: 0 },
    ]);
    const vault = await openVault({ dir, key, workspaceId: 'w1' });
    await vault.burn('H-aaaaaa');
    assert.deepEqual(
      vault.list().map(({ id }) => id),
      ['H-cccccc'],
    );
  });

  it('makes room in its half', async () => {
    const vault = await filled('one', 'two', 'three', 'four');
    const sealed = vault.list().filter(({ half }) => half === 'sealed');
    for (const { id } of sealed) await vault.burn(id);
    write('five');
    write('six');
    await vault.importFolder(scenarios);
    assert.equal(vault.list().filter(({ half }) => half === 'sealed').length, 2);
  });

  it('never turns a sealed scenario into a feedback one: 100 edits leave every half as it was', async () => {
    const vault = await filled('one', 'two', 'three', 'four');
    const halves = () => Object.fromEntries(vault.list().map(({ id, half }) => [id, half]));
    const before = halves();
    for (let edit = 0; edit < 25; edit += 1) {
      for (const id of ['one', 'two', 'three', 'four']) write(id, `edit${edit}${id}`);
      await vault.importFolder(scenarios);
    }
    assert.deepEqual(halves(), before);
  });
});
