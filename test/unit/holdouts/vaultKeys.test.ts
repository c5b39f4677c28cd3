import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Decryption, decryptionsFile } from '../../../src/holdouts/decryptions';
import { unlockVault } from '../../../src/holdouts/passphrase';
import { openVault, type Vault } from '../../../src/holdouts/vault';
import { useTemp } from '../../support/temp';
import { writeOldVault } from './oldVault';

const allowance = { bits: 10, attempts: 3 };
const textOf = (own: string) => `id: ${own}\ncovers: [R1]\nsteps: [{ run: ["{{canary.id}}", "${own}"] }]\n`;

describe('the key of a vault', () => {
  const temp = useTemp();
  const dir = () => path.join(temp(), 'vault');
  const folder = () => path.join(temp(), 'scenarios');
  let key: Buffer;
  const open = (more: { key?: Uint8Array; purpose?: string } = {}): Promise<Vault> =>
    openVault({ dir: dir(), key, workspaceId: 'w1', ...more });
  const bodies = () =>
    readdirSync(dir())
      .filter((name) => name.endsWith('.sealed'))
      .map((name) => [name, readFileSync(path.join(dir(), name), 'base64')]);

  async function filled(): Promise<{ vault: Vault; ids: string[] }> {
    const vault = await open();
    await vault.importFolder(folder());
    return { vault, ids: vault.list().map(({ id }) => id) };
  }

  beforeEach(() => {
    key = randomBytes(32);
    mkdirSync(folder());
    for (const own of ['one', 'two']) {
      writeFileSync(path.join(folder(), `${own}.scenario.yaml`), textOf(own));
    }
  });

  describe('changed for a new one', () => {
    it('leaves bodies, digest, canaries, halves and spending as they are, and shuts out the old key', async () => {
      const { vault, ids } = await filled();
      await vault.debit('feedback', 4, [ids[0]!], allowance);
      const before = { bodies: bodies(), digest: vault.digest(), list: vault.list() };
      const canaries = await vault.canaries();
      const next = randomBytes(32);
      await vault.rotate(next);
      for (const one of [vault, await open({ key: next })]) {
        assert.deepEqual({ bodies: bodies(), digest: one.digest(), list: one.list() }, before);
        assert.deepEqual(await one.canaries(), canaries);
        assert.equal(one.left('feedback', [ids[0]!], allowance), 6);
      }
      await assert.rejects(open(), { code: 'bad-input', message: /another key/ });
    });

    it('still knows scenarios again, removed ones too', async () => {
      const { vault, ids } = await filled();
      await vault.debit('feedback', 9, ids, allowance);
      await vault.remove(ids[0]!);
      await vault.rotate(randomBytes(32));
      const { imported, unchanged } = await vault.importFolder(folder());
      assert.deepEqual([...imported, ...unchanged].map(({ id }) => id).sort(), [...ids].sort());
      assert.equal(vault.left('feedback', ids, allowance), 1);
    });

    it('stops windows that still have the old one', async () => {
      const { vault, ids } = await filled();
      const other = await open();
      await vault.rotate(randomBytes(32));
      for (const use of [() => other.scenario(ids[0]!), () => other.debit('feedback', 1, ids, allowance)]) {
        await assert.rejects(use(), { code: 'bad-input', message: /another key/ });
      }
    });

    it('takes scenarios of format 1 along', async () => {
      writeOldVault(dir(), key, 'w1', [{ id: 'H-aaaaaa', own: 'old', text: textOf('old'), bits: 3 }]);
      const next = randomBytes(32);
      await (await open()).rotate(next);
      const vault = await open({ key: next });
      assert.equal((await vault.scenario('H-aaaaaa')).scenario.id, 'old');
      assert.equal(vault.left('feedback', ['H-aaaaaa'], allowance), 7);
    });
  });

  describe('lost', () => {
    it('is named, with what is lost and what is not', async () => {
      await filled();
      const error = await open({ key: randomBytes(32) }).catch((reason: unknown) => reason as Error);
      assert.match(
        (error as Error & { hint: string }).hint,
        /Give the key [0-9a-f]{16}.+2 scenarios.+lost.+are not/,
      );
    });
  });

  describe('behind a passphrase', () => {
    it('is found with it, and with no other', async () => {
      const { vault } = await filled();
      await vault.setPassphrase('correct horse battery');
      assert.deepEqual(Buffer.from(await unlockVault(dir(), 'w1', 'correct horse battery')), key);
      await assert.rejects(unlockVault(dir(), 'w1', 'correct horse batteru'), { code: 'bad-input' });
    });

    it('stays through other writes, and gives way to a new one when the key is changed', async () => {
      const { vault, ids } = await filled();
      await vault.setPassphrase('correct horse battery');
      await vault.debit('feedback', 1, ids, allowance);
      await unlockVault(dir(), 'w1', 'correct horse battery');
      const next = randomBytes(32);
      for (const words of [undefined, 'short']) {
        await assert.rejects(vault.rotate(next, words), { code: 'bad-input', message: /passphrase/ });
      }
      assert.deepEqual(Buffer.from(await unlockVault(dir(), 'w1', 'correct horse battery')), key);
      await vault.rotate(next, 'another horse battery');
      assert.deepEqual(Buffer.from(await unlockVault(dir(), 'w1', 'another horse battery')), next);
      await assert.rejects(unlockVault(dir(), 'w1', 'correct horse battery'), /not the passphrase/);
    });

    it('refuses one that is easily guessed, and parameters that would stall the machine', async () => {
      const { vault } = await filled();
      await assert.rejects(vault.setPassphrase('short'), { code: 'bad-input' });
      await vault.setPassphrase('correct horse battery');
      const name =
        readdirSync(dir())
          .filter((one) => one.startsWith('manifest-'))
          .sort()
          .at(-1) ?? '';
      const file = path.join(dir(), name);
      const good = readFileSync(file, 'utf8');
      for (const n of [2 ** 40, 3, 0, 1]) {
        const bad = good.replace(/(\\"n\\":)\d+/, `$1${n}`);
        assert.notEqual(bad, good);
        writeFileSync(file, bad);
        await assert.rejects(unlockVault(dir(), 'w1', 'correct horse battery'), { code: 'failed' });
      }
    });
  });

  it('opens nothing that is not on record: who, when, why, which; not what', async () => {
    const { ids } = await filled();
    const vault = await open({ purpose: 'judging run ab12' });
    await vault.scenario(ids[0]!);
    await vault.canaries();
    const text = readFileSync(decryptionsFile(dir()), 'utf8');
    const lines = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Decryption);
    assert.deepEqual(
      lines.map(({ why, scenarios }) => [why, scenarios]),
      [
        ['judging run ab12', [ids[0]]],
        ['judging run ab12', ids],
      ],
    );
    for (const { at, user, pid } of lines) {
      assert.ok(Date.parse(at) > 0 && user !== '' && pid === process.pid);
    }
    assert.doesNotMatch(text, /one|two/);
  });

  it('gives a person back the files as they were', async () => {
    const { vault } = await filled();
    const texts = (await vault.texts()).map(({ own, text }) => [own, text]).sort();
    assert.deepEqual(texts, [
      ['one', textOf('one')],
      ['two', textOf('two')],
    ]);
  });
});
