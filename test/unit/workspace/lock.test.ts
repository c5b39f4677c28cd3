import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { FactoryError } from '../../../src/shared/errors';
import { acquireRunLock, lockHolder, type LockHolder } from '../../../src/workspace/lock';
import { removeFolders, temporaryFolder } from '../../support/gitRepo';

/** A lock file as another process would have written it. */
function lockOf(dir: string, holder: Partial<LockHolder>): void {
  const base = { pid: 1, host: hostname(), started: 'never', at: 0 };
  writeFileSync(path.join(dir, 'lock'), JSON.stringify({ ...base, ...holder }));
}

describe('the lock of a run', () => {
  after(removeFolders);

  it('keeps a second writer out, says who holds it, and is free after release', async () => {
    const dir = temporaryFolder();
    const lock = await acquireRunLock(dir);
    assert.equal((await lockHolder(dir))?.pid, process.pid);
    await assert.rejects(acquireRunLock(dir), (error: FactoryError) => {
      assert.match(error.message, new RegExp(`process ${process.pid} on ${hostname()}`));
      return error.code === 'bad-input' && error.hint.length > 0;
    });
    await lock.release();
    assert.equal(await lockHolder(dir), undefined);
    await (await acquireRunLock(dir)).release();
    assert.deepEqual(readdirSync(dir), []);
  });

  it('is taken over from a process that was killed', async () => {
    const dir = temporaryFolder();
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    await once(child, 'spawn');
    const stat = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[19];
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    lockOf(dir, { pid: child.pid!, started: `${boot} ${stat}` });
    assert.equal((await lockHolder(dir))?.pid, child.pid);
    await assert.rejects(acquireRunLock(dir), FactoryError);
    child.kill('SIGKILL');
    await once(child, 'exit');
    assert.equal(await lockHolder(dir), undefined);
    const lock = await acquireRunLock(dir);
    assert.equal((await lockHolder(dir))?.pid, process.pid);
    await lock.release();
  });

  it('is taken over when the pid now belongs to another process', async () => {
    const dir = temporaryFolder();
    lockOf(dir, { pid: process.pid, started: 'an earlier boot 1' });
    assert.equal(await lockHolder(dir), undefined);
    await (await acquireRunLock(dir)).release();
  });

  it('of another machine counts as held', async () => {
    const dir = temporaryFolder();
    lockOf(dir, { host: 'elsewhere' });
    await assert.rejects(acquireRunLock(dir), /on elsewhere/);
  });

  it('of a dead process goes to exactly one of many that want it', async () => {
    const dir = temporaryFolder();
    lockOf(dir, { pid: process.pid, started: 'an earlier boot 1' });
    const tries = await Promise.allSettled(Array.from({ length: 20 }, () => acquireRunLock(dir)));
    assert.equal(tries.filter(({ status }) => status === 'fulfilled').length, 1);
    assert.deepEqual(readdirSync(dir), ['lock']);
  });

  it('is taken over although an earlier take-over died half-way', async () => {
    const dir = temporaryFolder();
    lockOf(dir, { started: 'dead' });
    writeFileSync(path.join(dir, 'lock.next'), readFileSync(path.join(dir, 'lock')));
    const lock = await acquireRunLock(dir);
    assert.deepEqual(readdirSync(dir), ['lock']);
    await lock.release();
  });

  it('that is not readable is reported, not taken', async () => {
    const dir = temporaryFolder();
    writeFileSync(path.join(dir, 'lock'), 'nonsense');
    await assert.rejects(acquireRunLock(dir), /can not be read/);
    assert.equal(readFileSync(path.join(dir, 'lock'), 'utf8'), 'nonsense');
  });
});
