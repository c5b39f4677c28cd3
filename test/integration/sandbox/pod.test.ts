import assert from 'node:assert/strict';
import { openTestPod, type TestPod } from '../../support/sandbox';

describe('pod', () => {
  let test: TestPod;
  before(async () => {
    test = await openTestPod();
  });
  after(() => test.pod.close());

  const bash = (script: string, more = {}) =>
    test.pod.run({ argv: ['bash', '-ceu', script], cwd: '/workspace', env: {}, timeoutMs: 10_000, ...more });

  it('runs a command and reports its output and status', async () => {
    const result = await bash('echo out; echo err >&2; exit 3');
    assert.deepEqual([result.stdout, result.stderr, result.exit], ['out\n', 'err\n', 3]);
  });
});
