import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { openVault } from '../../../src/holdouts/vault';
import { useTemp } from '../../support/temp';
import { writeOldVault } from './oldVault';

const textOf = (own: string, word = own): string =>
  `id: ${own}\ncovers: [R1]\nsteps: [{ run: ["${word}"] }]\n`;
const allowance = { bits: 10, attempts: 3 };

describe('a vault of format 1', () => {
  const temp = useTemp();
  const key = randomBytes(32);
  const dir = () => path.join(temp(), 'vault');
  const open = () => openVault({ dir: dir(), key, workspaceId: 'w1' });
  const newest = () => {
    const name =
      readdirSync(dir())
        .filter((one) => one.startsWith('manifest-'))
        .sort()
        .at(-1) ?? '';
    const { manifest } = JSON.parse(readFileSync(path.join(dir(), name), 'utf8')) as { manifest: string };
    return JSON.parse(manifest) as { format: number };
  };
  beforeEach(() => {
    writeOldVault(dir(), key, 'w1', [
      { id: 'H-aaaaaa', own: 'first', text: textOf('first'), bits: 7 },
      { id: 'H-bbbbbb', own: 'second', text: textOf('second'), bits: 0 },
    ]);
  });

  it('opens and gives back what it holds, without being written', async () => {
    const vault = await open();
    assert.deepEqual(
      vault.list().map(({ id }) => id),
      ['H-aaaaaa', 'H-bbbbbb'],
    );
    assert.equal((await vault.scenario('H-aaaaaa')).scenario.id, 'first');
    assert.equal(vault.left('feedback', ['H-aaaaaa'], allowance), 3);
    assert.equal(newest().format, 1);
  });

  it('has the new format after the next write, the same digest, and everything in it', async () => {
    const digest = (await open()).digest();
    await (await open()).debit('feedback', 1, ['H-bbbbbb'], allowance);
    assert.equal(newest().format, 2);
    const vault = await open();
    assert.equal(vault.digest(), digest);
    assert.equal((await vault.scenario('H-bbbbbb')).scenario.id, 'second');
    assert.equal(vault.left('feedback', ['H-aaaaaa'], allowance), 3);
    assert.equal(vault.left('feedback', ['H-bbbbbb'], allowance), 9);
  });

  it('knows its scenarios again when they are imported', async () => {
    const folder = path.join(temp(), 'scenarios');
    mkdirSync(folder);
    writeFileSync(path.join(folder, 'first.scenario.yaml'), textOf('first'));
    writeFileSync(path.join(folder, 'second.scenario.yaml'), textOf('second', 'changed'));
    const vault = await open();
    const { unchanged, updated, imported } = await vault.importFolder(folder);
    assert.deepEqual(
      [unchanged, updated, imported].map((list) => list.map(({ id }) => id)),
      [['H-aaaaaa'], ['H-bbbbbb'], []],
    );
    assert.equal((await (await open()).scenario('H-bbbbbb')).scenario.steps.length, 1);
  });

  it('knows them again under new names, with what was told about them', async () => {
    const folder = path.join(temp(), 'scenarios');
    mkdirSync(folder);
    for (const own of ['first', 'second']) {
      writeFileSync(path.join(folder, `${own}.scenario.yaml`), textOf(`renamed-${own}`, own));
    }
    const vault = await open();
    const { updated, imported } = await vault.importFolder(folder);
    assert.deepEqual([updated.length, imported.length], [2, 0]);
    assert.equal(vault.left('feedback', ['H-aaaaaa'], allowance), 3);
  });

  it('of a later version than this is refused and left alone', async () => {
    const name = path.join(dir(), 'manifest-000000001.json');
    const manifest = JSON.stringify({ format: 3, more: true });
    rmSync(name);
    writeFileSync(name, JSON.stringify({ manifest, mac: '00' }));
    await assert.rejects(open(), { code: 'bad-input', message: /format 3/ });
  });
});

describe('a scenario under a new name', () => {
  const temp = useTemp();
  const key = randomBytes(32);
  const folder = () => path.join(temp(), 'scenarios');
  const open = () => openVault({ dir: path.join(temp(), 'vault'), key, workspaceId: 'w1' });
  const write = (file: string, own: string, word: string) =>
    writeFileSync(path.join(folder(), `${file}.scenario.yaml`), textOf(own, word));
  beforeEach(() => mkdirSync(folder()));

  it('keeps its id, its half and what was told about it', async () => {
    write('a', 'first', 'word');
    const vault = await open();
    await vault.importFolder(folder());
    const [before] = vault.list();
    await vault.debit('feedback', 4, [before!.id], allowance);
    write('a', 'another-name', 'word');
    const { updated } = await vault.importFolder(folder());
    assert.deepEqual(
      updated.map(({ id }) => id),
      [before!.id],
    );
    assert.deepEqual(vault.list(), [before]);
    assert.equal(vault.left('feedback', [before!.id], allowance), 6);
  });

  it('is refused beside the old one, in one folder or later: a copy shows nothing more', async () => {
    write('a', 'first', 'word');
    write('b', 'another-name', 'word');
    write('c', 'third', 'else');
    const vault = await open();
    const { imported, refused } = await vault.importFolder(folder());
    assert.equal(imported.length, 2);
    assert.deepEqual(
      refused.map(({ file, problems }) => [file, problems[0]?.message]),
      [['b.scenario.yaml', 'Another file gives and asks the same.']],
    );
    rmSync(folder(), { recursive: true });
    mkdirSync(folder());
    write('c', 'third', 'word');
    const later = await vault.importFolder(folder());
    assert.deepEqual(
      later.refused.map(({ problems }) => problems[0]?.message),
      ['A scenario in the vault gives and asks the same.'],
    );
    assert.equal(vault.list().length, 2);
    write('a', 'first', 'moved on');
    assert.equal((await vault.importFolder(folder())).refused.length, 0);
  });

  it('has at most what the old one had left when it was told about, in the same half', async () => {
    write('a', 'first', 'word');
    const vault = await open();
    await vault.importFolder(folder());
    const [before] = vault.list();
    await vault.debit('sealed', 1, [before!.id], allowance);
    write('a', 'first', 'moved on');
    write('b', 'another-name', 'word');
    await vault.importFolder(folder());
    const added = vault.list().find(({ id }) => id !== before!.id);
    assert.equal(added?.half, before!.half);
    assert.equal(vault.left('sealed', [added.id], allowance), 2);
  });

  it('has the tightest allowance of all that asked the same when they were told about', async () => {
    const vault = await open();
    const tell = async (own: string, bits: number) => {
      write(own, own, 'told');
      const { imported } = await vault.importFolder(folder());
      await vault.debit('feedback', 1, [imported[0]!.id], { bits, attempts: 3 });
      write(own, own, `${own} moved on`);
      await vault.importFolder(folder());
      return imported[0]!.id;
    };
    const ids = [await tell('first', 10), await tell('second', 4)];
    // Both were told about with the same text: what is new and asks it again has the least of both.
    write('third', 'third', 'told');
    await vault.importFolder(folder());
    const added = vault.list().find(({ id }) => !ids.includes(id));
    assert.equal(vault.left('feedback', [added!.id], allowance), 2);
  });

  it('is known by what it asked when it was told about, whatever it asked later', async () => {
    write('a', 'first', 'told');
    const vault = await open();
    await vault.importFolder(folder());
    const [{ id } = { id: '' }] = vault.list();
    await vault.debit('feedback', 10, [id], allowance);
    write('a', 'first', 'later');
    await vault.importFolder(folder());
    write('b', 'fresh-name', 'told');
    await vault.importFolder(folder());
    const added = vault.list().find((one) => one.id !== id);
    assert.equal(vault.left('feedback', [added!.id], allowance), 0);
  });
});
