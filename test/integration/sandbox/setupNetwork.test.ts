import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, mkdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { Run } from '../../../src/factory/run';
import { runSetup } from '../../../src/factory/setup';
import { openResponseCache } from '../../../src/sandbox/setupCache';
import { openSetupNetwork, type SetupNetwork } from '../../../src/sandbox/setupNetwork';
import { longestPath, mostMisses, type PassedRequest } from '../../../src/sandbox/setupProxy';
import type { Mount, Pod, Sandbox } from '../../../src/sandbox/types';
import { startRegistry, type TestRegistry } from '../../support/registry';
import { buildPrograms, openSandbox, openTestPod, temporaryFolder } from '../../support/sandbox';

describe('the way of a setup to the registries', () => {
  let registry: TestRegistry;
  let pod: Pod;
  let network: SetupNetwork;
  let passed: PassedRequest[];
  let refused: string[];
  const cacheDir = temporaryFolder('registry-cache');

  /** Another server on this machine that nobody allowed. */
  const evil = createServer((_request, response) => response.end('evil'));
  let evilOrigin: string;
  let evilAsked = 0;

  async function open(options: { inner?: boolean; authorization?: string } = {}): Promise<void> {
    [passed, refused] = [[], []];
    ({ pod } = await openTestPod());
    network = await openSetupNetwork(await openSandbox(), pod, {
      relay: path.join(await buildPrograms(), 'relay.js'),
      allowed: new Set([registry.origin]),
      inner: new Set(options.inner === false ? [] : [registry.origin]),
      cache: await openResponseCache(cacheDir),
      authorize: (url) => (url.pathname.startsWith('/tiny-dep') ? options.authorization : undefined),
      trust: [registry.certificate],
      onPassed: (request) => passed.push(request),
      onRefused: (target) => refused.push(target),
    });
  }

  async function close(): Promise<void> {
    await pod.close();
    await network.close();
  }

  async function run(script: string): Promise<string> {
    const { stdout, stderr } = await pod.run({
      argv: ['bash', '-c', script],
      cwd: '/workspace',
      env: network.env,
      mounts: network.mounts,
      timeoutMs: 20_000,
    });
    return (stdout + stderr).trim();
  }

  /** Status of a request by curl, which trusts what the environment says. */
  const status = (args: string) => run(`curl -s -o /dev/null -w '%{http_code} %{http_connect}' ${args}`);

  before(async () => {
    registry = await startRegistry({ tls: true });
    evil.on('connection', () => (evilAsked += 1));
    evil.listen(0, '127.0.0.1');
    await once(evil, 'listening');
    evilOrigin = `http://127.0.0.1:${(evil.address() as AddressInfo).port}`;
  });
  after(async () => {
    evil.close();
    await registry.close();
  });
  afterEach(close);

  it('lets a GET pass to an allowed host, by TLS that it ends itself, and writes it down', async () => {
    await open();
    assert.match(await run(`curl -s ${registry.origin}/tiny-dep`), /"name":"tiny-dep"/);
    const host = new URL(registry.origin).host;
    const bytes = passed[0]?.bytes ?? 0;
    assert.deepEqual(passed, [{ method: 'GET', host, path: '/tiny-dep', status: 200, bytes }]);
    assert.ok(bytes > 100);
    assert.deepEqual(refused, []);
  });

  it('is trusted by Node and Python as well', async () => {
    await open();
    const url = `${registry.origin}/tiny-dep`;
    const { node } = await openSandbox();
    assert.equal(await run(`${node} -e "fetch('${url}').then(r => console.log(r.status))"`), '200');
    const python = `import urllib.request as u; print(u.urlopen('${url}').status)`;
    assert.equal(await run(`/usr/bin/python3 -c "${python}"`), '200');
  });

  it('refuses every other host, by tunnel and by name', async () => {
    await open();
    assert.equal(await status('https://evil.example/x'), '000 403');
    assert.equal(await status(`${evilOrigin}/x`), '403 000');
    assert.equal(await status(`https://${new URL(evilOrigin).host}/x`), '000 403');
    assert.equal(evilAsked, 0);
    assert.equal(refused.length, 3);
    assert.match(refused[0] ?? '', /^evil\.example:443: it is not one of the project's registries$/);
  });

  it('leaves no other way out', async () => {
    await open();
    const direct = await run(`curl -s -m 2 --noproxy '*' ${evilOrigin}; echo $?`);
    assert.equal(direct, '7');
    assert.equal(await run("cut -d: -f1 /proc/net/dev | tail -n +3 | tr -d ' '"), 'lo');
    assert.equal(await run('ls /setup'), 'ca.jks\nca.pem');
  });

  it('says what to do instead of loading a git repository', async () => {
    await open();
    await run(`git clone -q https://git.example.org/x.git`);
    const upload = `-A git/2.39.5 -d want ${registry.origin}/x.git/git-upload-pack`;
    assert.match(
      await run(`curl -s ${upload}`),
      /only GET and HEAD may pass; git repositories cannot be loaded/,
    );
    assert.equal(refused.length, 2);
    for (const one of refused) assert.match(one, /depend on a published package, or on its archive by https/);
  });

  it('refuses to publish, and to carry a body', async () => {
    await open();
    const before = registry.asked.length;
    for (const method of ['PUT', 'POST', 'DELETE', 'PATCH'])
      assert.equal(await status(`-X ${method} -d secret ${registry.origin}/tiny-dep`), '405 200');
    assert.equal(registry.asked.length, before);
    assert.match(refused[0] ?? '', /^PUT https:\/\/127.0.0.1:\d+\/tiny-dep: only GET and HEAD may pass$/);
  });

  it('passes no headers that could carry something, and takes none for credentials', async () => {
    await open({ authorization: 'Bearer from-the-host' });
    await status(`-H 'Authorization: Bearer x' -H 'X-Out: secret' -A secret ${registry.origin}/tiny-dep`);
    const { authorization, 'user-agent': agent, ...rest } = registry.asked.at(-1)?.headers ?? {};
    assert.deepEqual(
      [authorization, agent, rest['x-out']],
      ['Bearer from-the-host', 'dark-factory', undefined],
    );
    await status(`-H 'Authorization: Bearer x' ${registry.origin}/other`);
    assert.equal(registry.asked.at(-1)?.headers.authorization, undefined);
  });

  it('caps what a path can carry and never writes data in one down', async () => {
    await open();
    const hex = 'deadbeef'.repeat(8);
    assert.equal(await status(`${registry.origin}/${hex}`), '404 200');
    assert.equal(passed.at(-1)?.path, '/*');
    assert.equal(await status(`${registry.origin}/${'a/'.repeat(longestPath)}`), '414 200');
    const many = `curl -s -o /dev/null -w '%{http_code}\\n' '${registry.origin}/${hex}[1-${mostMisses + 50}]'`;
    const answers = (await run(`${many} | sort | uniq -c`)).split('\n').map((line) => line.trim());
    assert.deepEqual(answers, [`${mostMisses - 1} 404`, '51 429']);
    assert.ok(!JSON.stringify([passed, refused]).includes('deadbeef'));
  });

  it('leads nowhere into this machine or its network unless a person named the host', async () => {
    await open({ inner: false });
    assert.equal(await status(`${registry.origin}/tiny-dep`), '403 200');
    assert.match(refused[0] ?? '', /is an address of this machine or its network$/);
  });

  it('answers with what was kept when the registry cannot be reached, and says so when nothing was', async () => {
    const gone = await startRegistry({ tls: true });
    const here = registry;
    registry = gone;
    try {
      await open();
      assert.equal(await status(`${gone.origin}/tiny-dep`), '200 200');
      await close();
      await gone.close();
      await open();
      assert.equal(await status(`${gone.origin}/tiny-dep`), '200 200');
      assert.deepEqual(network.unreachable(), []);
      assert.equal(await status(`${gone.origin}/other`), '504 200');
      assert.deepEqual(network.unreachable(), [new URL(gone.origin).host]);
    } finally {
      registry = here;
    }
  });

  it('keeps nothing that took credentials to see', async () => {
    const gone = await startRegistry({ tls: true });
    const here = registry;
    registry = gone;
    try {
      await open({ authorization: 'Bearer secret' });
      assert.equal(await status(`${gone.origin}/tiny-dep`), '200 200');
      await close();
      await gone.close();
      await open();
      assert.equal(await status(`${gone.origin}/tiny-dep`), '504 200');
    } finally {
      registry = here;
    }
  });
});

describe('a setup whose pod does not close', () => {
  it('leaves nothing of its network', async () => {
    const sandbox = await openSandbox();
    const folder = temporaryFolder('setup');
    let mounts: readonly Mount[] = [];
    const stuck: Sandbox = {
      ...sandbox,
      async openPod(options) {
        const pod = await sandbox.openPod(options);
        return {
          ...pod,
          run(request) {
            mounts = request.mounts ?? [];
            return pod.run(request);
          },
          close: () => pod.close().then(() => Promise.reject(new Error('stuck'))),
        };
      },
    };
    const run = {
      engine: { signal: new AbortController().signal },
      sandbox: stuck,
      setup: {
        ...{ allowed: new Set(), inner: new Set(), scripts: false, trust: [], authorize: () => undefined },
        relay: path.join(await buildPrograms(), 'relay.js'),
        cache: path.join(folder, 'cache'),
      },
      toolchains: { mounts: [], path: '/usr/bin:/bin' },
      spec: { path: 'x.spec.md', env: {} },
    } as unknown as Run;
    mkdirSync(path.join(folder, 'tree'));
    const place = {
      folder: path.join(folder, 'tree'),
      home: path.join(folder, 'home'),
      scope: { span: 's', parent: null },
    };
    await assert.rejects(runSetup(run, 'true', place), /stuck/);
    const [{ host }] = mounts as [Mount];
    assert.ok(!existsSync(path.dirname(host)), host);
  });
});
