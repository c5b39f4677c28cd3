import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { FactoryError } from '../../../src/shared/errors';
import { eventually, openTestPod, processesWith, type TestPod } from '../../support/sandbox';

describe('file tools', () => {
  let test: TestPod;
  before(async () => {
    test = await openTestPod();
  });
  after(() => test.pod.close());

  const call = (name: string, input: Record<string, unknown>, signal?: AbortSignal) =>
    test.pod.tool(name, input, signal);

  it('write, read, edit, find and search files of the worktree', async () => {
    const written = await call('write', { file_path: 'src/a.txt', content: 'one\ntwo\nthree\n' });
    assert.deepEqual(written, { text: 'wrote 14 bytes to src/a.txt', isError: false });
    assert.equal(readFileSync(path.join(test.worktree, 'src/a.txt'), 'utf8'), 'one\ntwo\nthree\n');
    const edited = await call('edit', { file_path: 'src/a.txt', old_string: 'two', new_string: '2' });
    assert.equal(edited.isError, false);
    assert.match((await call('read', { file_path: '/workspace/src/a.txt' })).text, /one\n2\nthree/);
    assert.equal((await call('glob', { pattern: '**/*.txt' })).text, '/workspace/src/a.txt');
    assert.match((await call('grep', { pattern: 'thr..' })).text, /a\.txt.*three/);
  });

  it('answer mistakes as errors', async () => {
    for (const [name, input] of [
      ['read', { file_path: 'absent.txt' }],
      ['read', {}],
      ['write', { file_path: '/etc/passwd', content: 'x' }],
      ['write', { file_path: '/tmp/x', content: 'x' }],
      ['edit', { file_path: '../../etc/passwd', old_string: 'root', new_string: 'x' }],
      ['bash', { command: 'id' }],
    ] as const) {
      const { isError, text } = await call(name, input);
      assert.deepEqual([isError, text.length > 0], [true, true], name);
    }
  });

  it('answer calls made at once, each its own', async () => {
    const names = Array.from({ length: 20 }, (_, at) => `many/${at}.txt`);
    await Promise.all(names.map((name) => call('write', { file_path: name, content: name })));
    const texts = await Promise.all(names.map((name) => call('read', { file_path: name })));
    texts.forEach(({ text }, at) => assert.ok(text.includes(names[at] ?? '?')));
  });

  it('see what commands write and the other way round', async () => {
    mkdirSync(path.join(test.worktree, 'shared'), { recursive: true });
    const request = { cwd: '/workspace/shared', env: {}, timeoutMs: 5000 };
    await test.pod.run({ ...request, argv: ['sh', '-c', 'echo by command > note'] });
    assert.match((await call('read', { file_path: 'shared/note' })).text, /by command/);
    await call('write', { file_path: 'shared/note', content: 'by tool' });
    assert.equal((await test.pod.run({ ...request, argv: ['cat', 'note'] })).stdout, 'by tool');
  });

  it('cannot be reached from a command', async () => {
    await call('glob', { pattern: '*' });
    const { stdout } = await test.pod.run({
      ...{ argv: ['sh', '-c', 'cat /proc/[0-9]*/cmdline'], cwd: '/', env: {}, timeoutMs: 5000 },
    });
    assert.ok(stdout.includes('cmdline') && !stdout.includes('worker.js'));
  });

  it('are cancelled with their signal', async () => {
    const aborter = new AbortController();
    const pending = call('grep', { pattern: 'x' }, aborter.signal);
    aborter.abort();
    await assert.rejects(pending, (error) => error instanceof FactoryError && error.code === 'cancelled');
    assert.equal((await call('read', { file_path: 'src/a.txt' })).isError, false);
  });

  it('come back after their worker was killed', async () => {
    const own = await openTestPod();
    await own.pod.tool('write', { file_path: 'kept.txt', content: 'kept' });
    writeFileSync(path.join(own.worktree, 'big.txt'), '(a+)+$\n'.repeat(1000) + 'a'.repeat(5_000_000));
    const pending = own.pod.tool('grep', { pattern: '(a+)+$' });
    const ours = (pid: number) => readFileSync(`/proc/${pid}/environ`, 'utf8').includes('HOME=/home/agent');
    const workers = () =>
      processesWith('/opt/factory/worker.js').filter((pid) => ours(pid) && cwdOf(pid, own));
    await eventually(() => workers().length > 0);
    for (const pid of workers()) process.kill(pid, 'SIGKILL');
    await assert.rejects(pending, /worker ended/);
    assert.match((await own.pod.tool('read', { file_path: 'kept.txt' })).text, /kept/);
    await own.pod.close();
  });
});

/** True when the process stands in the worktree of this pod. */
function cwdOf(pid: number, { worktree }: TestPod): boolean {
  return readFileSync(`/proc/${pid}/mountinfo`, 'utf8').includes(path.basename(path.dirname(worktree)));
}
