import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { FactoryError } from '../../../src/shared/errors';
import type { CommandRequest } from '../../../src/sandbox/types';
import { eventually, openSandbox, openTestPod, temporaryFolder, type TestPod } from '../../support/sandbox';

describe('pod', () => {
  let test: TestPod;
  before(async () => {
    test = await openTestPod({ env: { OF_POD: 'pod', BOTH: 'pod', HOME: '/elsewhere' } });
  });
  after(() => test.pod.close());

  const bash = (script: string, more: Partial<CommandRequest> = {}) =>
    test.pod.run({ argv: ['bash', '-ceu', script], cwd: '/workspace', env: {}, timeoutMs: 10_000, ...more });

  it('runs a command and reports its output and status', async () => {
    const result = await bash('echo out; echo err >&2; exit 3');
    assert.deepEqual([result.stdout, result.stderr, result.exit], ['out\n', 'err\n', 3]);
    assert.deepEqual([result.timedOut, result.dropped, result.report], [false, 0, undefined]);
  });

  it('takes argv as it is', async () => {
    const odd = ['', ' a  b', '$HOME; `id`', '--args', 'ü\n"\''];
    const { stdout } = await test.pod.run({
      ...{ argv: ['printf', '%s|', ...odd], cwd: '/', env: {}, timeoutMs: 5000 },
    });
    assert.equal(stdout, odd.map((one) => `${one}|`).join(''));
  });

  it('gives standard streams that scripts can open again', async () => {
    const input = 'line\n'.repeat(100_000);
    const { stdout, stderr } = await bash('cat /dev/stdin; echo seen > /dev/stderr', { stdin: input });
    assert.equal(stdout.length, input.length);
    assert.equal(stderr, 'seen\n');
    assert.equal((await bash('cat')).stdout, '');
  });

  it('bears a command that does not read its input', async () => {
    assert.equal((await bash('exit 0', { stdin: 'x'.repeat(1_000_000) })).exit, 0);
  });

  it('starts commands with the environment of the pod and their own, and its own home', async () => {
    const { stdout } = await bash('echo $OF_POD $BOTH $OWN $HOME $TMPDIR; pwd', {
      env: { OWN: 'own', BOTH: 'own' },
    });
    assert.equal(stdout, 'pod own own /home/agent /tmp\n/workspace\n');
  });

  it('brings back what a command writes to descriptor 3', async () => {
    const { report, stdout } = await bash('echo told >&3; echo out', { report: true });
    assert.deepEqual([report, stdout], ['told\n', 'out\n']);
  });

  it('tells a command that cannot be found from a sandbox that cannot be built', async () => {
    const absent = await test.pod.run({ argv: ['no-such-program'], cwd: '/', env: {}, timeoutMs: 5000 });
    assert.equal(absent.exit, 127);
    await assert.rejects(bash('true', { cwd: '/no/such/folder' }), (error) => {
      assert.ok(error instanceof FactoryError);
      assert.equal(error.code, 'environment');
      assert.match(error.message, /\/no\/such\/folder/);
      return true;
    });
  });

  it('refuses a NUL byte wherever it could become an option of its own', async () => {
    for (const more of [{ env: { A: 'x\0--bind\0/\0/host' } }, { cwd: '/\0--bind\0/\0/host' }])
      await assert.rejects(bash('true', more), /NUL/);
  });

  it('refuses a command that is too long for the system', async () => {
    await assert.rejects(bash(`: ${'x'.repeat(200_000)}`), (error) => {
      assert.ok(error instanceof FactoryError);
      assert.equal(error.code, 'bad-input');
      return true;
    });
  });

  it('follows a program line by line until it is stopped', async () => {
    const lines: string[] = [];
    const program = await test.pod.spawn({
      argv: ['bash', '-c', 'trap "echo bye; exit" TERM; read x; echo got $x; echo bad >&2; sleep 600 & wait'],
      cwd: '/workspace',
      env: {},
      stdin: 'word\n',
      onLine: (line) => lines.push(line),
    });
    await eventually(() => lines.length === 2);
    await program.stop();
    assert.equal(await program.exited, null);
    assert.deepEqual(lines.toSorted(), ['bad', 'bye', 'got word']);
    await program.stop();
  });

  it('reports the status of a program that ends by itself', async () => {
    const program = await test.pod.spawn({ argv: ['bash', '-c', 'exit 7'], cwd: '/', env: {} });
    assert.equal(await program.exited, 7);
  });

  it('runs the host Node and our programs inside', async () => {
    const sandbox = await openSandbox();
    const script = `process.stdout.write(process.version + require('fs').existsSync('${sandbox.programs}/worker.js'))`;
    const { stdout } = await test.pod.run({
      ...{ argv: [sandbox.node, '-e', script], cwd: '/', env: {}, timeoutMs: 10_000, isolated: true },
    });
    assert.equal(stdout, `${process.version}true`);
  });

  it('refuses mounts that agents could lead astray', async () => {
    const host = temporaryFolder('mount');
    for (const mount of [
      { host, inside: '/workspace/below', writable: false },
      { host, inside: '/home/agent/below', writable: false },
      { host: test.worktree, inside: '/workspace', writable: false },
      { host: path.join(test.worktree, 'planted'), inside: '/data', writable: false },
    ])
      for (const isolated of mount.inside === '/data' ? [true, false] : [false]) {
        writeFileSync(path.join(test.worktree, 'planted'), '');
        await assert.rejects(
          bash('true', { mounts: [mount], isolated }),
          /cannot mount/,
          JSON.stringify(mount),
        );
      }
  });
});
