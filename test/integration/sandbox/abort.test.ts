import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createSandbox } from '../../../src/sandbox/sandbox';
import { dist } from '../../support/cli';
import { useTemp } from '../../support/temp';

describe('abort at any moment', function () {
  this.timeout(60_000);
  const temp = useTemp();
  it('ends a command whenever the signal comes', async () => {
    const sandbox = await createSandbox({ programs: dist });
    mkdirSync(path.join(temp(), 'home'));
    const pod = await sandbox.openPod({ home: path.join(temp(), 'home'), mounts: [], env: {} });
    for (let i = 0; i < 60; i++) {
      const abort = new AbortController();
      const run = pod
        .run({ argv: ['sleep', '4243'], cwd: '/', env: {}, timeoutMs: 60_000, signal: abort.signal })
        .then(
          () => 'ended',
          () => 'ended',
        );
      await sleep(i / 2);
      abort.abort();
      const how = await Promise.race([run, sleep(5000, 'stuck')]);
      assert.equal(how, 'ended', `after ${i / 2} ms`);
    }
    await pod.close();
  });
});
