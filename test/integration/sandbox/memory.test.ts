import assert from 'node:assert/strict';
import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { openTestPod, temporaryFolder } from '../../support/sandbox';

describe('a folder of a pod that is in memory', () => {
  it('may be named by a link, as temporary folders are on some machines', async () => {
    const folder = temporaryFolder('memory');
    mkdirSync(path.join(folder, 'real', 'm', 'work'), { recursive: true });
    symlinkSync(path.join(folder, 'real'), path.join(folder, 'link'));
    const memory = path.join(folder, 'link', 'm');
    const worktree = { host: path.join(memory, 'work'), inside: '/workspace', writable: true };
    const { pod } = await openTestPod({ memory, worktree });
    try {
      const argv = ['bash', '-ceu', 'echo secret > file; cat file'];
      const { stdout, stderr } = await pod.run({ argv, cwd: '/workspace', env: {}, timeoutMs: 20_000 });
      assert.equal(stdout, 'secret\n', stderr);
      assert.ok(!existsSync(path.join(folder, 'real', 'm', 'work', 'file')));
    } finally {
      await pod.close();
    }
  });
});
