import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import {
  cpSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openVault, type Vault } from '../../../src/holdouts/vault';

const allowance = { bits: 10, attempts: 3 };

describe('the vault', () => {
  let folder: string;
  let dir: string;
  let scenarios: string;
  let key: Buffer;
  const open = (more = {}): Promise<Vault> => openVault({ dir, key, workspaceId: 'w1', ...more });
  const write = (name: string, why = 'why', id = name): void =>
    writeFileSync(
      path.join(scenarios, `${name}.scenario.yaml`),
      `id: ${id}\ncovers: [R1, R2]\nwhy: ${why}\nsteps: [{ run: ["{{canary.email}}", ${id}] }]\n`,
    );
  const sealedFiles = () => readdirSync(dir).filter((name) => name.endsWith('.sealed'));
  const manifests = () =>
    readdirSync(dir)
      .filter((name) => name.startsWith('manifest-'))
      .sort();
  const failing = { name: 'FactoryError', code: 'failed' };

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'dark-factory-vault-'));
    dir = path.join(folder, 'vault');
    scenarios = path.join(folder, 'scenarios');
    mkdirSync(scenarios);
    key = randomBytes(32);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** A vault with `count` scenarios, and one of its ids. */
  async function filled(count: number): Promise<{ vault: Vault; ids: string[] }> {
    for (let index = 0; index < count; index++) write(`scenario${index}`);
    const vault = await open();
    await vault.importFolder(scenarios);
    return { vault, ids: vault.list().map(({ id }) => id) };
  }

  describe('import', () => {
    it('gives opaque ids and tells the person which file became which', async () => {
      write('one');
      write('two');
      const vault = await open();
      const result = await vault.importFolder(scenarios);
      assert.deepEqual(result.imported.map(({ file }) => file).sort(), [
        'one.scenario.yaml',
        'two.scenario.yaml',
      ]);
      for (const { id } of result.imported) assert.match(id, /^H-[a-z2-9]{6}$/);
      assert.deepEqual(
        vault.list().map(({ covers, weight }) => ({ covers, weight })),
        [
          { covers: ['R1', 'R2'], weight: 1 },
          { covers: ['R1', 'R2'], weight: 1 },
        ],
      );
    });

    it('gives back what it took, after opening again too', async () => {
      const { ids } = await filled(1);
      const { scenario, sealed } = await (await open()).scenario(ids[0]!);
      assert.equal(scenario.id, 'scenario0');
      assert.deepEqual(scenario.steps, [{ run: ['{{canary.email}}', 'scenario0'] }]);
      assert.equal(sealed.id, ids[0]);
    });

    it('updates by the own id of a scenario, keeping its id, half, canaries and spending', async () => {
      const { vault, ids } = await filled(4);
      await vault.debit('feedback', 4, [ids[0]!], allowance);
      const canaries = await vault.canaries();
      const halves = vault.list();
      for (let round = 0; round < 25; round++) {
        for (let index = 0; index < 4; index++) write(`scenario${index}`, `round ${round}`);
        const { updated } = await vault.importFolder(scenarios);
        assert.equal(updated.length, 4);
      }
      const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);
      assert.deepEqual(vault.list().sort(byId), halves.sort(byId));
      assert.equal(vault.left('feedback', [ids[0]!], allowance), 6);
      assert.deepEqual(
        new Set((await vault.canaries()).map(({ value }) => value)),
        new Set(canaries.map(({ value }) => value)),
      );
      assert.equal(sealedFiles().length, 4);
    });

    it('leaves what did not change', async () => {
      const { vault } = await filled(2);
      const before = vault.sequence;
      const { unchanged, updated, imported } = await vault.importFolder(scenarios);
      assert.deepEqual([unchanged.length, updated.length, imported.length], [2, 0, 0]);
      assert.equal(vault.sequence, before);
    });

    it('refuses files one by one, saying where', async () => {
      write('good');
      write('same', 'why', 'good');
      writeFileSync(path.join(scenarios, 'bad.scenario.yaml'), 'id: bad\ncovers: [R1]\nsteps: []\n');
      const vault = await open();
      const { imported, refused } = await vault.importFolder(scenarios);
      assert.equal(imported.length, 1);
      assert.deepEqual(
        refused.map(({ problems }) => problems.length),
        [1, 1],
      );
      assert.equal(refused.find(({ file }) => file === 'bad.scenario.yaml')?.problems[0]?.line, 3);
    });

    it('refuses what the spec does not have', async () => {
      write('one');
      const { refused } = await (await open()).importFolder(scenarios, { requirementIds: ['R1'] });
      assert.match(refused[0]?.problems[0]?.message ?? '', /not in the spec/);
    });

    it('splits into halves by the share that is asked for', async () => {
      const { vault } = await filled(9);
      assert.equal(vault.list().filter(({ half }) => half === 'sealed').length, 5);
      for (const [share, sealed] of [
        [0, 0],
        [1, 9],
        [0.25, 2],
      ] as const) {
        const other = await openVault({ dir: path.join(folder, `v${share}`), key, workspaceId: 'w' });
        await other.importFolder(scenarios, { sealed: share });
        assert.equal(other.list().filter(({ half }) => half === 'sealed').length, sealed);
      }
    });

    it('says so when a folder holds nothing or is not there', async () => {
      const vault = await open();
      await assert.rejects(vault.importFolder(scenarios), {
        code: 'bad-input',
        message: /holds no scenarios/,
      });
      await assert.rejects(vault.importFolder(path.join(folder, 'no')), { code: 'bad-input' });
    });
  });

  describe('at rest', () => {
    it('shows no text, name or exact size of a scenario', async () => {
      write('visible-name', 'hiddenwords');
      const vault = await open();
      await vault.importFolder(scenarios);
      const canary = (await vault.canaries())[0]?.value ?? '';
      for (const name of readdirSync(dir)) {
        const content = readFileSync(path.join(dir, name));
        for (const secret of [
          'hiddenwords',
          'visible-name',
          canary,
          key.toString('hex'),
          key.toString('base64'),
        ]) {
          assert.ok(!content.includes(secret) && !name.includes(secret));
        }
      }
      const sizes = sealedFiles().map((name) => readFileSync(path.join(dir, name)).length % 4096);
      write('visible-name', 'x'.repeat(50));
      await vault.importFolder(scenarios);
      assert.deepEqual(
        sealedFiles().map((name) => readFileSync(path.join(dir, name)).length % 4096),
        sizes,
      );
    });

    it('notices a changed bit anywhere in a sealed file', async () => {
      const { vault, ids } = await filled(1);
      const file = path.join(dir, sealedFiles()[0]!);
      const good = readFileSync(file);
      // Magic, nonce, key, tag of the wrapped key; nonce, text, padding, tag of the body.
      for (const at of [0, 4, 20, 50, 64, 76, 100, 3000, good.length - 1]) {
        const bad = Buffer.from(good);
        bad[at]! ^= 1;
        writeFileSync(file, bad);
        await assert.rejects(vault.scenario(ids[0]!), failing, `byte ${at}`);
      }
      for (const bad of [Buffer.alloc(0), good.subarray(0, 100), Buffer.concat([good, Buffer.alloc(1)])]) {
        writeFileSync(file, bad);
        await assert.rejects(vault.scenario(ids[0]!), failing);
      }
      writeFileSync(file, good);
      assert.equal((await vault.scenario(ids[0]!)).scenario.id, 'scenario0');
    });

    it('notices swapped, missing and foreign files', async () => {
      const { vault, ids } = await filled(2);
      const [one, two] = sealedFiles().map((name) => path.join(dir, name)) as [string, string];
      const [first, second] = [readFileSync(one), readFileSync(two)];
      writeFileSync(one, second);
      writeFileSync(two, first);
      for (const id of ids) await assert.rejects(vault.scenario(id), failing);
      writeFileSync(one, first);
      rmSync(two);
      const results = await Promise.allSettled(ids.map((id) => vault.scenario(id)));
      assert.deepEqual(results.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
      writeFileSync(two, second);
      writeFileSync(path.join(dir, `${'0'.repeat(32)}.sealed`), first);
      await assert.rejects(open(), failing);
    });

    it('notices an earlier version of a scenario', async () => {
      const { vault, ids } = await filled(1);
      const old = readFileSync(path.join(dir, sealedFiles()[0]!));
      write('scenario0', 'newer');
      await vault.importFolder(scenarios);
      writeFileSync(path.join(dir, sealedFiles()[0]!), old);
      await assert.rejects(vault.scenario(ids[0]!), failing);
    });

    it('notices the same version from a copy of the vault', async () => {
      const { vault, ids } = await filled(1);
      const copy = path.join(folder, 'copy');
      cpSync(dir, copy, { recursive: true });
      write('scenario0', 'in the copy');
      await (await open({ dir: copy })).importFolder(scenarios);
      write('scenario0', 'in the vault');
      await vault.importFolder(scenarios);
      const [foreign] = readdirSync(copy).filter((name) => name.endsWith('.sealed'));
      cpSync(path.join(copy, foreign!), path.join(dir, sealedFiles()[0]!));
      await assert.rejects(vault.scenario(ids[0]!), failing);
    });

    it('notices a changed, deleted or foreign manifest', async () => {
      const { vault } = await filled(1);
      await vault.settlePass([]);
      const newest = path.join(dir, manifests().at(-1)!);
      const good = readFileSync(newest, 'utf8');
      const otherHalf = good.includes('half\\":\\"sealed') ? 'feedback' : 'sealed';
      const swapped = good.replace(/(half\\":\\")[a-z]+/, `$1${otherHalf}`);
      for (const bad of [good.replace('R1', 'R3'), swapped, good.slice(0, -3), '', '{}']) {
        assert.notEqual(bad, good);
        writeFileSync(newest, bad);
        await assert.rejects(open(), failing, bad.slice(0, 80));
      }
      rmSync(newest);
      await assert.rejects(open(), failing);
      for (const name of manifests()) rmSync(path.join(dir, name));
      await assert.rejects(open(), failing);
    });

    it('notices a manifest put under a later number', async () => {
      await filled(1);
      linkSync(path.join(dir, manifests().at(-1)!), path.join(dir, 'manifest-000000099.json'));
      await assert.rejects(open(), failing);
    });

    it('notices that the whole folder is older than last seen, when told what was seen', async () => {
      const { vault, ids } = await filled(1);
      const backup = path.join(folder, 'backup');
      cpSync(dir, backup, { recursive: true });
      await vault.debit('feedback', 1, ids, allowance);
      rmSync(dir, { recursive: true });
      cpSync(backup, dir, { recursive: true });
      await assert.rejects(open({ atLeast: vault.sequence }), failing);
    });

    it('names the key it needs when given another', async () => {
      await filled(1);
      await assert.rejects(
        openVault({ dir, key: randomBytes(32), workspaceId: 'w1' }),
        (error: Error & { hint: string; code: string }) =>
          error.code === 'bad-input' &&
          /another key/.test(error.message) &&
          /Give the key [0-9a-f]{16}/.test(error.hint),
      );
    });

    it('is bound to its workspace', async () => {
      await filled(1);
      await assert.rejects(openVault({ dir, key, workspaceId: 'w2' }), failing);
    });
  });

  describe('after a crash', () => {
    it('before the commit, is as it was and clears up when the time comes', async () => {
      const { vault, ids } = await filled(1);
      writeFileSync(path.join(dir, `${'a'.repeat(32)}.sealed.new`), 'half');
      writeFileSync(path.join(dir, 'abc.tmp'), 'half');
      const again = await open();
      assert.deepEqual(again.list(), vault.list());
      assert.equal((await again.scenario(ids[0]!)).scenario.id, 'scenario0');
      const abandoned = () => readdirSync(dir).filter((name) => /\.(new|tmp)$/.test(name)).length;
      await again.debit('feedback', 1, ids, allowance);
      assert.equal(abandoned(), 2);
      const longAgo = new Date(Date.now() - 2 * 60 * 60 * 1000);
      for (const name of readdirSync(dir)) utimesSync(path.join(dir, name), longAgo, longAgo);
      await again.debit('feedback', 1, ids, allowance);
      assert.equal(abandoned(), 0);
    });

    it('right after the commit, reads files that still have their first name', async () => {
      const { ids } = await filled(1);
      const file = path.join(dir, sealedFiles()[0]!);
      writeFileSync(`${file}.new`, readFileSync(file));
      rmSync(file);
      assert.equal((await (await open()).scenario(ids[0]!)).scenario.id, 'scenario0');
    });

    it('before old files are gone, takes them for what they are', async () => {
      const { vault, ids } = await filled(1);
      const old = path.join(dir, sealedFiles()[0]!);
      const content = readFileSync(old);
      await vault.remove(ids[0]!);
      writeFileSync(old, content);
      const again = await open();
      assert.deepEqual(again.list(), []);
      await again.importFolder(scenarios);
      assert.equal(sealedFiles().length, 1);
    });
  });

  describe('the ledger', () => {
    it('debits every scenario that an answer is about, and refuses what no longer fits', async () => {
      const { vault, ids } = await filled(3);
      const [one, two, three] = ids as [string, string, string];
      assert.equal(await vault.debit('feedback', 4, [one, two], allowance), 6);
      assert.equal(await vault.debit('feedback', 6, [one], allowance), 0);
      await assert.rejects(vault.debit('feedback', 4, ids, allowance), { code: 'needs-human' });
      assert.equal(vault.left('feedback', [two], allowance), 6);
      assert.equal(vault.left('feedback', [three], allowance), 10);
      assert.deepEqual(vault.affordable('feedback', 4, ids, allowance), [two, three]);
      assert.equal(vault.left('sealed', [], allowance), 3);
    });

    it('allows three failed sealed questions about the same scenarios, whatever was opened between', async () => {
      const { ids } = await filled(2);
      for (const left of [2, 1, 0]) {
        assert.equal(await (await open()).debit('sealed', 1, ids, allowance), left);
      }
      await assert.rejects((await open()).debit('sealed', 1, [ids[0]!], allowance), { code: 'needs-human' });
      assert.equal((await open()).asked(ids), 3);
    });

    it('takes no attempt for a pass, but counts the question', async () => {
      const { vault, ids } = await filled(1);
      await vault.debit('sealed', 1, ids, allowance);
      await vault.settlePass(ids);
      assert.equal(vault.left('sealed', ids, allowance), 3);
      assert.equal(vault.asked(ids), 1);
      await vault.settlePass(ids);
      assert.equal(vault.left('sealed', ids, allowance), 3);
    });

    it('is not refilled by removing a scenario and importing it again', async () => {
      const { vault, ids } = await filled(1);
      await vault.debit('feedback', 9, ids, allowance);
      await vault.remove(ids[0]!);
      await vault.importFolder(scenarios);
      assert.deepEqual(
        vault.list().map(({ id }) => id),
        ids,
      );
      assert.equal(vault.left('feedback', ids, allowance), 1);
    });

    it('loses nothing when several write at once', async () => {
      const { ids } = await filled(1);
      const vaults = await Promise.all(Array.from({ length: 8 }, () => open()));
      await Promise.all(
        vaults.flatMap((vault) =>
          [1, 2, 3, 4, 5].map(() => vault.debit('feedback', 1, ids, { bits: 1000, attempts: 0 })),
        ),
      );
      assert.equal((await open()).left('feedback', ids, { bits: 1000, attempts: 0 }), 960);
    });

    it('reads whole scenarios while another writer replaces them', async () => {
      const { vault, ids } = await filled(2);
      const other = await open();
      let done = false;
      const writing = (async () => {
        for (let round = 0; round < 15; round++) {
          for (const name of ['scenario0', 'scenario1']) write(name, `round ${round}`);
          await other.importFolder(scenarios);
        }
        done = true;
      })();
      while (!done) {
        const read = await Promise.all(ids.map((id) => vault.scenario(id)));
        assert.equal(read.length, 2);
      }
      await writing;
      assert.equal((await vault.scenario(ids[0]!)).scenario.why, 'round 14');
    });

    it('gives no more than is allowed when several ask at once', async () => {
      const { ids } = await filled(1);
      const vaults = await Promise.all(Array.from({ length: 6 }, () => open()));
      const answers = await Promise.allSettled(
        vaults.map((vault) => vault.debit('sealed', 1, ids, allowance)),
      );
      assert.equal(answers.filter(({ status }) => status === 'fulfilled').length, 3);
    });
  });

  it('commits to scenarios and halves, not to spending', async () => {
    const { vault, ids } = await filled(2);
    const digest = vault.digest();
    await vault.debit('feedback', 1, ids, allowance);
    assert.equal(vault.digest(), digest);
    write('scenario0', 'changed');
    await vault.importFolder(scenarios);
    assert.notEqual(vault.digest(), digest);
  });

  it('forgets a removed scenario', async () => {
    const { vault, ids } = await filled(2);
    await vault.remove(ids[0]!);
    assert.deepEqual(
      vault.list().map(({ id }) => id),
      [ids[1]],
    );
    assert.equal(sealedFiles().length, 1);
    await assert.rejects(vault.scenario(ids[0]!), { code: 'bad-input' });
    await assert.rejects(vault.remove(ids[0]!), { code: 'bad-input' });
  });

  it('names the folder when the disk refuses', async () => {
    writeFileSync(path.join(folder, 'file'), '');
    await assert.rejects(openVault({ dir: path.join(folder, 'file', 'vault'), key, workspaceId: 'w' }), {
      code: 'environment',
      message: /ENOTDIR/,
    });
  });
});
