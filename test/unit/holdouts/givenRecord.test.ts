import assert from 'node:assert/strict';
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileAnchor } from '../../../src/factory/vaultAnchor';
import { openGivenRecord } from '../../../src/holdouts/givenRecord';
import { useTemp } from '../../support/temp';

const allowance = { bits: 10, attempts: 3 };
const [a, b] = [
  { own: 'alpha-name', content: 'asks alpha' },
  { own: 'beta-name', content: 'asks beta' },
];

describe('the record of given scenarios', () => {
  const temp = useTemp();
  const dir = () => path.join(temp(), 'given');
  const anchor = () => fileAnchor(temp(), 'given');
  const open = () => openGivenRecord(dir(), anchor());

  it('gives the same scenario the same id and half, in every run and in a copy of the project', async () => {
    const first = await (await open()).place('w1', [a, b], 0.5);
    assert.deepEqual(first.map(({ half }) => half).sort(), ['feedback', 'sealed']);
    assert.deepEqual(await (await open()).place('w1', [b, a], 0.5), first.toReversed());
    assert.deepEqual(await (await open()).place('w2', [a, b], 1), first);
  });

  it('knows a scenario by its own id or by what it asks, and takes both new for a new one', async () => {
    const [known] = await (await open()).place('w1', [a], 0.5);
    await (await open()).meter.debit('sealed', 1, [known!.id], allowance);
    const edited = { ...a, content: 'asks something else' };
    assert.deepEqual(await (await open()).place('w1', [edited], 0.5), [known]);
    const renamed = { ...a, own: 'gamma-name' };
    assert.deepEqual(await (await open()).place('w1', [renamed], 0.5), [known]);
    const [fresh] = await (await open()).place('w1', [{ own: 'delta', content: 'asks delta' }], 0.5);
    assert.notEqual(fresh!.id, known!.id);
    assert.equal((await open()).meter.left('sealed', [fresh!.id], allowance), 3);
  });

  it('keeps what was spent, also when many processes make it and spend at once', async () => {
    const records = await Promise.all(Array.from({ length: 6 }, open));
    const places = await Promise.all(records.map((record) => record.place('w1', [a, b], 0.5)));
    for (const place of places) assert.deepEqual(place, places[0]);
    const ids = places[0]!.map(({ id }) => id);
    const asked = await Promise.allSettled(
      records.map((one) => one.meter.debit('sealed', 1, ids, allowance)),
    );
    assert.equal(asked.filter(({ status }) => status === 'fulfilled').length, 3);
    await assert.rejects((await open()).meter.debit('sealed', 1, [ids[0]!], allowance), {
      code: 'needs-human',
    });
  });

  it('holds no text', async () => {
    await (await open()).place('w1', [a, b], 0.5);
    for (const name of readdirSync(dir())) {
      assert.doesNotMatch(readFileSync(path.join(dir(), name), 'latin1'), /alpha|beta/);
    }
  });

  it('is missed when it is gone or an older copy of it is there, until a person accepts that', async () => {
    const record = await open();
    const [place] = await record.place('w1', [a], 1);
    cpSync(dir(), `${dir()}.older`, { recursive: true });
    await record.meter.debit('sealed', 1, [place!.id], allowance);
    rmSync(dir(), { recursive: true });
    await assert.rejects(open(), { code: 'failed', message: /gone or empty/ });
    assert.deepEqual(readdirSync(temp()).sort(), ['anchors', 'given.older']);
    cpSync(`${dir()}.older`, dir(), { recursive: true });
    await assert.rejects(open(), { code: 'failed', message: /older than when it was last used/ });
    await anchor().write(undefined);
    assert.equal((await open()).meter.left('sealed', [place!.id], allowance), 3);
  });

  it('keeps the runs of one name of two workspaces apart', async () => {
    const record = await open();
    const head = { run: 'r1', seq: 4, hash: 'ab' };
    await record.witness('w1').witness(head);
    await record.witness('w2').forget('r1');
    assert.deepEqual(record.witness('w1').witnessed('r1'), head);
    assert.equal(record.witness('w2').witnessed('r1'), undefined);
  });

  it('refuses to go on without what it knew', async () => {
    const places = await (await open()).place('w1', [a, b], 0.5);
    const ids = places.map(({ id }) => id);
    (await open()).require(ids);
    const key = path.join(dir(), 'key');
    writeFileSync(key, 'short');
    await assert.rejects(open(), { code: 'failed', message: /is not a key/ });
    rmSync(dir(), { recursive: true });
    await anchor().write(undefined);
    const record = await open();
    assert.throws(() => record.require(ids), { code: 'failed', message: /does not tell/ });
  });
});
