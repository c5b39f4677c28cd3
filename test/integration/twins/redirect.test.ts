import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { planTwins } from '../../../src/twins/plan';
import { serveTwin } from '../../../src/twins/serve';
import type { PodTwins, TwinHandle } from '../../../src/twins/types';
import { buildPrograms, openTestPod, temporaryFolder, type TestPod } from '../../support/sandbox';

const run = promisify(execFile);

/** A program that knows only the real host, and prints what it was answered. */
const inNode = {
  fetch: `
    const answer = await fetch('https://slack.com/api/auth.test', { method: 'POST', headers: { authorization: 'Bearer ' + token } });
    console.log((await answer.json()).team_id);`,
  https: `
    import https from 'node:https';
    https.get('https://slack.com/api/auth.test?token=' + token, async (answer) => {
      let text = ''; for await (const part of answer) text += part;
      console.log(JSON.parse(text).team_id);
    });`,
  'a named import of tls': `
    import { connect } from 'node:tls';
    const socket = connect(443, 'slack.com', () => socket.write('GET /api/auth.test?token=' + token + ' HTTP/1.1\\r\\nhost: slack.com\\r\\nconnection: close\\r\\n\\r\\n'));
    let text = ''; for await (const part of socket) text += part;
    console.log(JSON.parse(text.slice(text.indexOf('{'))).team_id);`,
};

const options = async (control: boolean) => ({
  folder: temporaryFolder('twins'),
  programs: await buildPrograms(),
  control,
});

describe('redirect of real hosts to twins, in a pod', function () {
  let test: TestPod;
  let started: PodTwins;
  let slack: TwinHandle;
  const refused: string[] = [];

  before(async () => {
    const plan = await planTwins(['slack'], await options(true));
    test = await openTestPod({ mounts: plan.mounts });
    started = await plan.start(test.pod, [{ name: 'slack' }], (host) => refused.push(host));
    slack = started.twins[0]!;
  });
  beforeEach(() => slack.reset());
  after(() => test.pod.close());

  const inPod = (argv: string[], env: Record<string, string> = {}) =>
    test.pod.run({ argv, cwd: '/workspace', env: { ...started.env, ...env }, timeoutMs: 20_000 });
  const token = () => slack.values['token'] ?? '';
  const team = 'T012AB3C4';

  for (const [name, program] of Object.entries(inNode)) {
    it(`leads Node’s ${name} there`, async () => {
      const script = `const token = process.argv[1];${program}`;
      const { stdout, stderr } = await inPod(['node', '--input-type=module', '-e', script, token()]);
      assert.deepEqual([stdout.trim(), stderr], [team, '']);
      assert.deepEqual(
        (await slack.calls()).map(({ method, answered }) => [method, answered]),
        [['auth.test', 'ok']],
      );
    });
  }

  it('leads programs in other languages there, through the proxy that they know by its variables', async () => {
    const header = `authorization: Bearer ${token()}`;
    const curl = await inPod(['curl', '-sS', '-H', header, 'https://slack.com/api/auth.test']);
    assert.equal((JSON.parse(curl.stdout) as { team_id: string }).team_id, team, curl.stderr);
    const script = `
import json, sys, urllib.request
request = urllib.request.Request('https://slack.com/api/auth.test', headers={'authorization': 'Bearer ' + sys.argv[1]})
print(json.load(urllib.request.urlopen(request))['team_id'])`;
    if (!existsSync('/usr/bin/python3')) return;
    const python = await inPod(['/usr/bin/python3', '-c', script, token()]);
    assert.deepEqual([python.stdout.trim(), python.stderr], [team, '']);
  });

  it('leads a client there that asks a proxy for https without a tunnel', async () => {
    const script = `
      const { hostname, port } = new URL(process.env.HTTPS_PROXY);
      const request = require('node:http').get({ hostname, port, path: 'https://slack.com/api/auth.test?token=' + process.argv[1] });
      request.on('response', async (answer) => { let text = ''; for await (const part of answer) text += part; console.log(JSON.parse(text).team_id); });`;
    assert.equal((await inPod(['node', '-e', script, token()])).stdout.trim(), team);
  });

  it('refuses a host that no twin stands for, and tells of it', async () => {
    refused.length = 0;
    const { stdout, exit } = await inPod([
      'curl',
      '-s',
      '-w',
      '%{http_connect}',
      'https://api.example.com/x',
    ]);
    assert.deepEqual([stdout, exit], ['403', 56]);
    assert.deepEqual(refused, ['api.example.com']);
    await inPod(['curl', '-s', 'https://api.example.com/y']);
    assert.deepEqual(refused, ['api.example.com'], 'a host is told of once');
  });

  it('outlives requests that no proxy can hand on', async () => {
    const script = `
      const { hostname, port } = new URL(process.env.HTTPS_PROXY);
      const lines = ['GET http://slack.com/api/api.test HTTP/1.1', 'Host: slack.com', 'Trailer: x', 'Expect: 100-continue', 'Connection: close', '', ''];
      const socket = require('node:net').connect(port, hostname, () => socket.write(lines.join('\\r\\n')));
      socket.on('close', () => console.log('closed')).resume();`;
    assert.equal((await inPod(['node', '-e', script])).stdout.trim(), 'closed');
    const { stdout } = await inPod(['curl', '-sS', 'https://slack.com/api/api.test']);
    assert.deepEqual(JSON.parse(stdout), { ok: true });
  });

  it('lets visible tests control the twin, by a path that only they were told', async () => {
    const url = started.control['SLACK_TWIN_CONTROL'] ?? '';
    const post = (path: string, body: string) =>
      inPod(['curl', '-sS', '--noproxy', '*', '-d', body, `${url}/${path}`]);
    await post('faults', '[{"on":"auth.test","reply":"ratelimited","retryAfter":7}]');
    await post('clock', '{"freeze":1700000000000}');
    const limited = await inPod(['curl', '-sSi', `https://slack.com/api/auth.test?token=${token()}`]);
    assert.match(limited.stdout, /^retry-after: 7\r$/im);
    const calls = await inPod(['curl', '-sS', '--noproxy', '*', `${url}/calls`]);
    assert.deepEqual(
      (JSON.parse(calls.stdout) as { at: number; answered: string }[]).map((call) => [
        call.at,
        call.answered,
      ]),
      [[1_700_000_000_000, 'ratelimited']],
    );
    const { origin } = new URL(url);
    const guessed = await inPod(['curl', '-sS', '--noproxy', '*', '-w', '%{http_code}', `${origin}/calls`]);
    assert.match(guessed.stdout, /404$/);
  });
});

it('a pod where scenarios are judged has no way to control its twins', async () => {
  const plan = await planTwins(['slack'], await options(false));
  const test = await openTestPod({ mounts: plan.mounts });
  try {
    const { control, env } = await plan.start(test.pod, [{ name: 'slack' }]);
    assert.deepEqual(control, {});
    const script = `for port in $(seq 10000 19999); do (exec 3<>/dev/tcp/127.0.0.1/$port) 2>/dev/null && echo $port; done`;
    const { stdout } = await test.pod.run({
      argv: ['bash', '-c', script],
      cwd: '/workspace',
      env,
      timeoutMs: 60_000,
    });
    // The service and the proxy.
    assert.equal(stdout.trim().split('\n').length, 2);
  } finally {
    await test.pod.close();
  }
});

describe('redirect outside of a pod', () => {
  it('lets the unmodified official client, which names its own hosts, work with a twin', async () => {
    const twin = await serveTwin('slack', { port: 0 });
    try {
      const port = new URL(twin.values['url'] ?? '').port;
      const script = `
        const { WebClient } = require('@slack/web-api');
        new WebClient(process.argv[1]).auth.test().then((answer) => console.log(answer.team_id));`;
      const { stdout } = await run(process.execPath, ['-e', script, twin.values['token'] ?? ''], {
        env: {
          ...process.env,
          NODE_OPTIONS: `--require=${path.join(await buildPrograms(), 'redirect.js')}`,
          DARK_FACTORY_HOSTS: `slack.com=${port}`,
        },
      });
      assert.equal(stdout.trim(), 'T012AB3C4');
      assert.equal((await twin.calls()).length, 1);
    } finally {
      await twin.stop();
    }
  });

  it('answers clients that offer HTTP/2 as those that do not', async () => {
    const twin = await serveTwin('slack', { port: 0 });
    try {
      const { stdout } = await run('curl', ['-sS', '--http2', `${twin.values['url']}api.test`]);
      assert.deepEqual(JSON.parse(stdout), { ok: true });
    } finally {
      await twin.stop();
    }
  });

  it('answers only requests that are meant for the service or this machine', async () => {
    const twin = await serveTwin('slack', { port: 0 });
    try {
      const url = new URL('auth.test', twin.values['url']);
      const { stdout } = await run('curl', [
        '-sS',
        '-w',
        '%{http_code}',
        '-H',
        'host: evil.example',
        url.href,
      ]);
      assert.match(stdout, /421$/);
      assert.deepEqual(await twin.calls(), []);
    } finally {
      await twin.stop();
    }
  });
});
