import assert from 'node:assert/strict';
import { mkdirSync, readdirSync } from 'node:fs';
import { FactoryError } from '../../../src/shared/errors';
import { startTwin } from '../../../src/twins/start';
import type { TwinCall, TwinHandle } from '../../../src/twins/types';
import { openTestPod, temporaryFolder, type TestPod } from '../../support/sandbox';

/** Posts to a method from inside the pod and prints status, `Retry-After` and body. */
const poster = `
const [url, token, body] = process.argv.slice(1);
fetch(url, { method: 'POST', headers: { authorization: 'Bearer ' + token, 'content-type': 'application/json; charset=utf-8' }, body })
  .then(async (answer) => console.log(JSON.stringify({ status: answer.status, retryAfter: answer.headers.get('retry-after'), body: await answer.json() })));`;

interface Reply {
  status: number;
  retryAfter: string | null;
  body: { ok: boolean; error?: string; ts?: string };
}

describe('twin in a pod', () => {
  let test: TestPod;
  let sockets: string;
  let twin: TwinHandle;
  const heard: TwinCall[] = [];

  beforeEach(async () => {
    test = await openTestPod();
    sockets = temporaryFolder('twins');
    heard.length = 0;
    const faults = [{ on: 'chat.postMessage', reply: 'ratelimited', retryAfter: 2 }];
    const seed = { channels: [{ id: 'C00000001', name: 'releases' }] };
    twin = await startTwin(
      test.pod,
      { name: 'slack', seed, faults, onCall: (call) => heard.push(call) },
      sockets,
    );
  });
  afterEach(() => test.pod.close());

  const inPod = (argv: string[]) => test.pod.run({ argv, cwd: '/workspace', env: {}, timeoutMs: 10_000 });
  const post = async (method: string, body: object): Promise<Reply> => {
    const { url, token } = twin.values;
    const argv = ['node', '-e', poster, `${url}${method}`, token ?? '', JSON.stringify(body)];
    const { stdout, stderr } = await inPod(argv);
    assert.equal(stderr, '');
    return JSON.parse(stdout) as Reply;
  };

  it('serves programs of the pod and tells the host of every call', async () => {
    const message = { channel: 'C00000001', text: 'v1.0.0' };
    const limited = await post('chat.postMessage', message);
    assert.deepEqual([limited.status, limited.retryAfter], [429, '2']);
    assert.equal((await post('chat.postMessage', message)).body.ok, true);
    const calls = await twin.calls();
    assert.deepEqual(
      calls.map(({ answered, args }) => [answered, args]),
      [
        ['ratelimited', message],
        ['ok', message],
      ],
    );
    assert.deepEqual(heard, calls);
    const state = (await twin.state()) as { messages: { channel: string; text: string }[] };
    assert.deepEqual(
      state.messages.map(({ channel, text }) => ({ channel, text })),
      [message],
    );
  });

  it('goes back to a snapshot and to its beginning', async () => {
    await post('chat.postMessage', { channel: 'C00000001', text: 'limited' });
    await post('chat.postMessage', { channel: 'C00000001', text: 'one' });
    const snapshot = await twin.snapshot();
    await post('chat.postMessage', { channel: 'C00000001', text: 'two' });
    await twin.restore(snapshot);
    const texts = async () =>
      ((await twin.state()) as { messages: { text: string }[] }).messages.map(({ text }) => text);
    assert.deepEqual(await texts(), ['one']);
    await twin.reset();
    assert.deepEqual([await texts(), await twin.calls()], [[], []]);
    assert.equal((await post('chat.postMessage', { channel: 'C00000001', text: 'x' })).status, 429);
  });

  it('takes further faults while it runs, and refuses bad ones with the reason', async () => {
    await twin.addFaults([{ on: 'auth.test', reply: 'account_inactive' }]);
    assert.equal((await post('auth.test', {})).body.error, 'account_inactive');
    await assert.rejects(twin.addFaults([{ on: 'auth.tset', reply: 'x' }]), (error) => {
      assert.ok(error instanceof FactoryError && error.code === 'bad-input');
      assert.match(error.message, /auth\.tset/);
      return true;
    });
    await assert.rejects(twin.restore('{}'), FactoryError);
  });

  it('cannot be controlled or seen from inside the pod', async () => {
    const { port } = new URL(twin.values.url ?? '');
    const script = `
      curl -s -o /dev/null -w '%{http_code}\\n' -X POST http://127.0.0.1:${port}/_twin/reset
      curl -s -o /dev/null -w '%{http_code}\\n' http://127.0.0.1:${port}/state
      ls /control ${sockets} 2>&1 | grep -c 'No such file'
      find / -xdev -type s 2>/dev/null | wc -l
      curl -s --unix-socket /control/twin http://x/state; echo $?
      pgrep -x node | wc -l`;
    const { stdout } = await inPod(['bash', '-cu', script]);
    assert.deepEqual(stdout.trim().split('\n'), ['404', '404', '2', '0', '7', '0']);
  });

  it('sees nothing of the work: no worktree, no home of the task, no other folder of the host', async () => {
    // The twin's own process cannot be asked, but a program started just like it can.
    const { stdout } = await test.pod.run({
      argv: [
        'bash',
        '-cu',
        'ls /workspace 2>&1; ls -A /home/agent; touch /probe 2>&1; cat /proc/self/mountinfo',
      ],
      cwd: '/',
      env: {},
      isolated: true,
      timeoutMs: 10_000,
    });
    assert.match(stdout, /cannot access '\/workspace'/);
    assert.ok(!stdout.includes(test.worktree) && !stdout.includes(test.home), stdout);
  });

  it('is gone when stopped, and says so when asked afterwards', async () => {
    await twin.stop();
    assert.deepEqual(readdirSync(sockets), []);
    const { stdout } = await inPod(['bash', '-cu', `curl -s ${twin.values.url}api.test; echo $?`]);
    assert.equal(stdout.trim(), '7');
    await assert.rejects(
      twin.calls(),
      (error) => error instanceof FactoryError && /slack twin does not answer/.test(error.message),
    );
  });

  it('has neighbours: two twins in one pod keep apart', async () => {
    const other = await startTwin(test.pod, { name: 'slack' }, sockets);
    assert.notEqual(other.values.url, twin.values.url);
    const { stdout } = await inPod(['curl', '-s', `${other.values.url}auth.test?token=${twin.values.token}`]);
    assert.equal((JSON.parse(stdout) as Reply['body']).error, 'invalid_auth');
    assert.deepEqual([(await twin.calls()).length, (await other.calls()).length], [0, 1]);
  });
});

describe('twin that cannot start', () => {
  let test: TestPod;
  before(async () => (test = await openTestPod()));
  after(() => test.pod.close());

  const failing = async (setup: { name: string; seed?: unknown }, sockets = temporaryFolder('twins')) => {
    const error: unknown = await startTwin(test.pod, setup, sockets).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof FactoryError, String(error));
    assert.deepEqual(readdirSync(sockets), []);
    return error;
  };

  it('names an unknown twin and what is wrong with a seed', async () => {
    assert.match((await failing({ name: 'slak' })).message, /no twin of "slak"/);
    const error = await failing({ name: 'slack', seed: { channels: [{ nam: 'x' }] } });
    assert.equal(error.code, 'bad-input');
    assert.match(error.message, /at channels\[0\]/);
  });

  it('says that the folder for sockets is too deep', async () => {
    const deep = `${temporaryFolder('twins')}/${'d'.repeat(100)}`;
    mkdirSync(deep);
    const error = await failing({ name: 'slack' }, deep);
    assert.equal(error.code, 'environment');
    assert.match(error.hint, /TMPDIR/);
  });

  it('leaves a closed pod with a sentence', async () => {
    const closed = await openTestPod();
    await closed.pod.close();
    await assert.rejects(startTwin(closed.pod, { name: 'slack' }, temporaryFolder('twins')), FactoryError);
  });
});
