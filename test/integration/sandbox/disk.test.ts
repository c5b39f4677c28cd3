import assert from 'node:assert/strict';
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { watchDisk } from '../../../src/sandbox/disk';
import { eventually, temporaryFolder } from '../../support/sandbox';
import { useDisks } from '../../support/smallDisk';

const mebibyte = 1024 ** 2;

describe('the watch over a disk', () => {
  const disks = useDisks();

  it('measures a pod once for what somebody else took, and still stops the pod for what it takes', async () => {
    const disk = disks(path.join(temporaryFolder('disk'), 'disk'), '256m');
    disk.change('strictatime');
    const folder = path.join(disk.dir, 'pod');
    mkdirSync(folder);
    const reasons: string[] = [];
    const limits = { file: 256 * mebibyte, pod: 8 * mebibyte };
    const watch = watchDisk([folder], limits, (reason) => Promise.resolve(reasons.push(reason)));
    const seen = () => statSync(folder).atimeMs;
    const atFirst = seen();
    watch.begin();
    try {
      writeFileSync(path.join(folder, 'own'), Buffer.alloc(3 * mebibyte));
      writeFileSync(path.join(disk.dir, 'foreign'), Buffer.alloc(16 * mebibyte));
      await eventually(() => seen() > atFirst);
      const measured = seen();
      await sleep(1000); // Five looks.
      assert.equal(seen(), measured);
      assert.deepEqual(reasons, []);
      writeFileSync(path.join(folder, 'more'), Buffer.alloc(6 * mebibyte));
      await eventually(() => reasons.length > 0);
      assert.match(reasons[0] ?? '', /grew by more than the 8 MiB/);
    } finally {
      watch.end();
    }
  });
});
