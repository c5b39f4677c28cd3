import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Anchor } from '../../../src/holdouts/anchor';
import { openVault, vaultIsThere } from '../../../src/holdouts/vault';
import { useTemp } from '../../support/temp';

const allowance = { bits: 10, attempts: 3 };

/** An anchor in memory: what a secret storage or a file elsewhere is to the vault. */
function memoryAnchor(): Anchor & { text: string | undefined } {
  return {
    text: undefined,
    accepting: 'here',
    read() {
      return Promise.resolve(this.text);
    },
    write(text) {
      this.text = text;
      return Promise.resolve();
    },
  };
}

describe('the anchor of a vault', () => {
  const temp = useTemp();
  const key = randomBytes(32);
  const dir = () => path.join(temp(), 'vault');
  let anchor: ReturnType<typeof memoryAnchor>;
  const open = () => openVault({ dir: dir(), key, workspaceId: 'w1', anchor });
  const notAsLeft = { name: 'FactoryError', code: 'failed', hint: /say so here\.$/ };

  beforeEach(async () => {
    anchor = memoryAnchor();
    const scenarios = path.join(temp(), 'scenarios');
    mkdirSync(scenarios);
    writeFileSync(path.join(scenarios, 'a.scenario.yaml'), 'id: a\ncovers: [R1]\nsteps: [{ run: ["x"] }]\n');
    await (await open()).importFolder(scenarios);
    cpSync(dir(), path.join(temp(), 'backup'), { recursive: true });
  });

  async function spendOne(): Promise<void> {
    const vault = await open();
    await vault.debit('feedback', 1, [vault.list()[0]!.id], allowance);
  }

  it('refuses an older copy of the whole folder', async () => {
    await spendOne();
    rmSync(dir(), { recursive: true });
    cpSync(path.join(temp(), 'backup'), dir(), { recursive: true });
    await assert.rejects(open(), { ...notAsLeft, message: /older/ });
  });

  it('refuses a folder that is gone or empty', async () => {
    rmSync(dir(), { recursive: true });
    await assert.rejects(vaultIsThere(dir(), anchor), { ...notAsLeft, message: /gone or empty/ });
    await assert.rejects(open(), notAsLeft);
    mkdirSync(dir(), { recursive: true });
    await assert.rejects(vaultIsThere(dir(), anchor), notAsLeft);
  });

  it('refuses a note that was written for another state, vault or workspace', async () => {
    const note = JSON.parse(anchor.text ?? '') as { sequence: number; mac: string };
    for (const text of [
      JSON.stringify({ ...note, sequence: note.sequence - 1 }),
      JSON.stringify({ ...note, mac: '' }),
      '{}',
      'x',
    ]) {
      anchor.text = text;
      await assert.rejects(open(), { ...notAsLeft, message: /outside of its folder/ }, text);
    }
  });

  it('moves on with every change, and catches up after a crash between a change and its note', async () => {
    const before = anchor.text;
    await spendOne();
    const after = anchor.text;
    assert.notEqual(after, before);
    anchor.text = before;
    await open();
    assert.equal(anchor.text, after);
  });

  it('is made at first sight of a vault that has none', async () => {
    const note = anchor.text;
    anchor.text = undefined;
    await open();
    assert.equal(anchor.text, note);
  });

  it('never moves back when two windows write at once', async () => {
    const vaults = await Promise.all([open(), open(), open()]);
    const [{ id } = { id: '' }] = vaults[0].list();
    await Promise.all(vaults.map((vault) => vault.debit('feedback', 1, [id], allowance)));
    const { sequence } = await open();
    assert.equal((JSON.parse(anchor.text ?? '') as { sequence: number }).sequence, sequence);
  });

  it('says nothing of a vault that never was', async () => {
    assert.equal(await vaultIsThere(path.join(temp(), 'none'), memoryAnchor()), false);
    assert.equal(await vaultIsThere(dir(), anchor), true);
  });
});

describe('an open vault', () => {
  const temp = useTemp();
  it('notices that its folder went back or away under it', async () => {
    const dir = path.join(temp(), 'vault');
    const vault = await openVault({ dir, key: randomBytes(32), workspaceId: 'w1' });
    await vault.settlePass([]);
    cpSync(dir, path.join(temp(), 'backup'), { recursive: true });
    await vault.settlePass([]);
    rmSync(dir, { recursive: true });
    await assert.rejects(vault.canaries(), { code: 'failed', message: /older/ });
    cpSync(path.join(temp(), 'backup'), dir, { recursive: true });
    await assert.rejects(vault.settlePass([]), { code: 'failed', message: /older/ });
  });
});
