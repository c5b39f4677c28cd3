import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openProcessGroup } from '../../../src/sandbox/limits';
import { createSandbox } from '../../../src/sandbox/sandbox';
import { ownerName, temporaryFolder } from '../../../src/sandbox/temporary';
import { buildPrograms } from '../../support/sandbox';

/** The id of a process that is gone. */
const gone = () => spawnSync('true').pid;

describe('what a killed factory left', function () {
  this.timeout(20_000);

  it('is removed when the next one begins: its temporary folders, and nobody else’s', async () => {
    const own = temporaryFolder();
    const of = (owner: string) => path.join(tmpdir(), path.basename(own).replace(ownerName(), owner));
    const left = of(ownerName().replace(`-${process.pid}-`, `-${gone()}-`));
    const other = path.join(tmpdir(), `df-other-${process.pid}`);
    // Of another pid namespace, where that process may well be alive.
    const elsewhere = ['0000', '1111'].map((where) => of(`${where}-${gone()}-`)) as [string, string];
    const [foreign, forgotten] = elsewhere;
    for (const dir of [left, other, ...elsewhere]) mkdirSync(path.join(dir, 'locked'), { recursive: true });
    writeFileSync(path.join(left, 'locked', 'file'), '');
    const long = Date.now() / 1000 - 30 * 24 * 60 * 60;
    utimesSync(forgotten, long, long);
    try {
      await createSandbox({ programs: await buildPrograms() });
      assert.deepEqual([own, left, other, foreign, forgotten].map(existsSync), [
        true,
        false,
        true,
        true,
        false,
      ]);
    } finally {
      for (const dir of [own, left, other, ...elsewhere]) rmSync(dir, { recursive: true, force: true });
    }
  });

  it('does not keep the next one from beginning when it cannot be removed', async function () {
    const group = openProcessGroup('a');
    if (!group) return this.skip();
    await group.remove();
    const left = path.join(
      path.dirname(group.dir),
      path.basename(group.dir).replace(`-${process.pid}-`, `-${gone()}-`),
    );
    // The kernel removes no group that has one below it, as none whose processes do not end.
    mkdirSync(path.join(left, 'below'), { recursive: true });
    try {
      await createSandbox({ programs: await buildPrograms() });
      assert.ok(existsSync(left));
    } finally {
      for (const dir of [path.join(left, 'below'), left]) rmdirSync(dir);
    }
  });
});
