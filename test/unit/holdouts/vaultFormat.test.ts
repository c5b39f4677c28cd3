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

  it('and beside the old one has at most what the old one has left, in the same half', async () => {
    write('a', 'first', 'word');
    const vault = await open();
    await vault.importFolder(folder());
    const [before] = vault.list();
    await vault.debit('sealed', 1, [before!.id], allowance);
    write('b', 'another-name', 'word');
    await vault.importFolder(folder());
    const added = vault.list().find(({ id }) => id !== before!.id);
    assert.equal(added?.half, before!.half);
    assert.equal(vault.left('sealed', [added.id], allowance), 2);
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
