import assert from 'node:assert/strict';
import { createHash, createHmac } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { FactoryError } from '../../../src/shared/errors';
import { type Journal, openJournal, readText } from '../../../src/trace/journal';
import { openAnchor, type Seal, sign } from '../../../src/trace/seal';
import { verifyRun } from '../../../src/trace/verify';
import { useTemp } from '../../support/temp';

const scope = { span: '0123456789abcdef', parent: null };

describe('a sealed journal', () => {
  const temp = useTemp();
  const key = Buffer.alloc(32, 7);
  const run = (name = 'run'): string => path.join(temp(), name);
  const sealOf = (name = 'run'): Seal => ({ key, anchor: path.join(temp(), 'anchors', name) });
  const file = (name = 'run'): string => path.join(run(name), 'journal.jsonl');
  const lines = (): string[] => fs.readFileSync(file(), 'utf8').split('\n').slice(0, -1);
  const put = (kept: string[], name = 'run'): void =>
    fs.writeFileSync(file(name), kept.map((line) => `${line}\n`).join(''));

  function open(name = 'run', seal = sealOf(name)): Journal {
    fs.mkdirSync(run(name), { recursive: true });
    return openJournal(run(name), { seal });
  }

  async function write(count: number, name = 'run'): Promise<void> {
    const journal = open(name);
    for (let i = 0; i < count; i++) journal.append('run.resumed', { pid: i, host: name }, scope);
    await journal.close();
  }

  function refuses(says: RegExp, what = ''): void {
    assert.throws(
      () => open(),
      (error) => error instanceof FactoryError && says.test(error.message),
      what,
    );
  }

  it('signs with HMAC-SHA-256, as everyone else computes it', () => {
    for (const key of [Buffer.alloc(32, 7), Buffer.from('one key of a run'), createHash('sha256').digest()]) {
      const digest = createHash('sha256').update(key).digest('hex');
      const expected = createHmac('sha256', key).update(Buffer.from(digest, 'hex')).digest('hex');
      assert.equal(sign({ key }, digest), expected.slice(0, 32));
    }
  });

  it('is opened by its key, and goes on', async () => {
    await write(3);
    const journal = open();
    assert.equal(journal.events.length, 3);
    assert.ok(!('mac' in journal.events[0]!), 'signatures are no part of events');
    journal.append('run.resumed', { pid: 3, host: 'here' }, scope);
    await journal.close();
    assert.deepEqual(
      (await verifyRun(run(), sealOf())).map(({ name, ok }) => [name, ok]),
      [
        ['chain', true],
        ['anchor', true],
        ['blobs', true],
      ],
    );
  });

  it('is refused when any number of lines at its end is gone', async () => {
    await write(6);
    const all = lines();
    for (let n = 1; n <= all.length; n++) {
      put(all.slice(0, -n));
      refuses(new RegExp(`was tampered with: ${n} lines at its end are missing`));
      const [, anchor] = await verifyRun(run(), sealOf());
      assert.equal(anchor?.ok, false);
    }
  });

  it('is refused when it is another run’s, its anchor is gone or forged, or its key another', async () => {
    await write(2);
    await write(2, 'other');
    fs.copyFileSync(file('other'), file());
    refuses(/it is not the one its anchor knows/);
    fs.copyFileSync(sealOf('other').anchor, sealOf().anchor);
    assert.throws(() => open('run', { ...sealOf(), key: Buffer.alloc(32, 8) }), /not signed with the key/);
    fs.writeFileSync(sealOf().anchor, JSON.stringify({ count: 0, head: '', mac: '0'.repeat(32) }));
    refuses(/anchor .* is not signed with the key of this store/);
    fs.rmSync(sealOf().anchor);
    refuses(/it has no anchor/);
  });

  it('keeps what was written after the anchor when only the process died', async () => {
    const journal = open();
    journal.append('run.resumed', { pid: 0, host: 'here' }, scope);
    await journal.flush();
    journal.append('run.resumed', { pid: 1, host: 'here' }, scope);
    assert.equal(open().events.length, 2);
    await journal.close();
  });

  it('has a new anchor and its folders on the disk before anything is written', () => {
    const real = fs.fsyncSync;
    const synced: number[] = [];
    fs.fsyncSync = (fd) => void synced.push(fs.fstatSync(fd).ino);
    try {
      for (let n = 0; n < 2; n++) openAnchor(sealOf()).close();
    } finally {
      fs.fsyncSync = real;
    }
    const { anchor } = sealOf();
    const expected = [anchor, path.dirname(anchor), temp()].map((file) => fs.statSync(file).ino);
    assert.deepEqual(synced, expected);
  });

  it('is closed after a flush that is under way, not before', async () => {
    const journal = open();
    journal.append('run.resumed', { pid: 0, host: 'here' }, scope);
    const flushed = journal.flush();
    await journal.close();
    // The next files get the descriptors that were closed.
    const others = [1, 2].map((n) => fs.openSync(path.join(temp(), `other${n}`), 'w+'));
    await flushed;
    assert.deepEqual(
      others.map((fd) => fs.fstatSync(fd).size),
      [0, 0],
    );
    for (const fd of others) fs.closeSync(fd);
    assert.match(fs.readFileSync(sealOf().anchor, 'utf8'), /"count":1,/);
  });

  it('takes no line that brings a key of every object, however it is spelt', async () => {
    fs.mkdirSync(run());
    const unsealed = openJournal(run());
    unsealed.append('run.resumed', { pid: 0, host: '"__proto__": as a text is fine' }, scope);
    await unsealed.close();
    await openJournal(run()).close();
    const [line = ''] = lines();
    for (const key of ['__proto__', '\\u005f_proto__', '__pr\\u006fto__']) {
      const body = line.slice(0, line.lastIndexOf(',"hash"')).replace('"pid"', `"${key}"`) + '}';
      const hash = createHash('sha256').update(body).digest('hex');
      put([`${body.slice(0, -1)},"hash":"${hash}"}`]);
      assert.throws(() => openJournal(run()), /line 1: not an event of a run\./, key);
    }
  });

  it('reads no payload by a name that leads elsewhere', () => {
    fs.mkdirSync(path.join(run(), 'blobs'), { recursive: true });
    fs.writeFileSync(path.join(temp(), 'secret'), 'secret');
    for (const blob of ['../../secret', path.join(temp(), 'secret'), '..', '']) {
      assert.throws(() => readText(run(), { text: '', blob, bytes: 6 }), /is missing or was changed/, blob);
    }
  });
});
