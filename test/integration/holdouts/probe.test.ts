import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { json } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import type { ProbeAnswer, ProbeRequest } from '../../../src/sandbox/probeProtocol';
import { buildPrograms, temporaryFolder } from '../../support/sandbox';

describe('the probe', () => {
  let program: string;
  before(async () => {
    program = path.join(await buildPrograms(), 'probe.js');
  });

  async function ask(request: ProbeRequest): Promise<ProbeAnswer> {
    const child = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'inherit'], timeout: 20_000 });
    child.stdin.end(JSON.stringify(request));
    return (await json(child.stdout)) as ProbeAnswer;
  }

  describe('reading files', () => {
    let root: string;
    const read = (name: string) => ask({ op: 'file', root, path: name, maxBytes: 100 });
    before(() => {
      root = path.join(temporaryFolder('probe'), 'root');
      mkdirSync(path.join(root, 'folder'), { recursive: true });
      writeFileSync(path.join(root, 'small'), 'x'.repeat(100));
      writeFileSync(path.join(root, 'large'), 'x'.repeat(101));
      writeFileSync(path.join(root, '..', 'outside'), 'x');
      symlinkSync('small', path.join(root, 'inner-link'));
      symlinkSync('../outside', path.join(root, 'outer-link'));
      execFileSync('mkfifo', [path.join(root, 'pipe')]);
    });

    it('gives the text of a regular file, through a link inside too', async () => {
      const expected = { ok: true, op: 'file', text: 'x'.repeat(100) };
      assert.deepEqual(await read('small'), expected);
      assert.deepEqual(await read('inner-link'), expected);
      assert.deepEqual(await read(path.join(root, 'small')), expected);
    });

    for (const [name, reason] of [
      ['large', 'too-large'],
      ['missing', 'absent'],
      ['small/below', 'absent'],
      ['folder', 'not-a-file'],
      ['pipe', 'not-a-file'],
      ['outer-link', 'outside'],
      ['../outside', 'outside'],
      ['/etc/passwd', 'outside'],
      ['.', 'outside'],
    ] as const) {
      it(`refuses ${name}: ${reason}`, async () => {
        assert.deepEqual(await read(name), { ok: false, reason });
      });
    }
  });

  describe('writing files', () => {
    it('makes files and folders below its root and nowhere else', async () => {
      const root = path.join(temporaryFolder('probe'), 'root');
      mkdirSync(root);
      const write = (files: Record<string, string>) => ask({ op: 'write', root, files });
      assert.deepEqual(await write({ 'a/b': 'grüße', c: '' }), { ok: true, op: 'write' });
      assert.deepEqual(readFileSync(path.join(root, 'a/b'), 'utf8'), 'grüße');
      assert.deepEqual(await write({ '../d': 'x' }), { ok: false, reason: 'outside' });
      assert.deepEqual(readdirSync(path.dirname(root)), ['root']);
    });
  });

  describe('speaking HTTP', () => {
    let server: Server | undefined;
    afterEach(() => {
      server?.closeAllConnections();
      server?.close();
    });

    async function serve(listener: RequestListener): Promise<string> {
      server = createServer(listener);
      await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    }
    const http = (url: string, more = {}) =>
      ask({ op: 'http', method: 'GET', url, headers: {}, withinMs: 10_000, maxBytes: 1000, ...more });

    it('sends what it is told and gives the answer', async () => {
      const url = await serve((request, response) => {
        let body = '';
        request.on('data', (chunk) => (body += String(chunk)));
        request.on('end', () => {
          response.writeHead(418, {
            'x-seen': `${request.method} ${String(request.headers['x-a'])}`,
            'set-cookie': ['a', 'b'],
          });
          response.end(body);
        });
      });
      const answer = await http(url, { method: 'PUT', headers: { 'x-a': 'b' }, body: 'grüße' });
      assert.ok(answer.ok && answer.op === 'http');
      assert.deepEqual([answer.status, answer.body], [418, 'grüße']);
      assert.deepEqual([answer.headers['x-seen'], answer.headers['set-cookie']], ['PUT b', 'a, b']);
    });

    it('does not follow redirects', async () => {
      const paths: (string | undefined)[] = [];
      const url = await serve((request, response) => {
        paths.push(request.url);
        response.writeHead(302, { location: '/elsewhere' }).end();
      });
      const answer = await http(url);
      assert.ok(answer.ok && answer.op === 'http' && answer.status === 302);
      assert.deepEqual(paths, ['/']);
    });

    it('gives a body up to the limit and nothing of a longer one', async () => {
      const url = await serve((request, response) => response.end('x'.repeat(Number(request.url?.slice(1)))));
      const fitting = await http(`${url}1000`);
      assert.ok(fitting.ok && fitting.op === 'http' && fitting.body.length === 1000);
      assert.deepEqual(await http(`${url}1001`), { ok: false, reason: 'too-large' });
    });

    it('stops at an endless answer and at one that never comes', async () => {
      const endless = await serve((_, response) => {
        const more = () => response.write('x'.repeat(500), (error) => error ?? setImmediate(more));
        more();
      });
      assert.deepEqual(await http(endless), { ok: false, reason: 'too-large' });
      server?.closeAllConnections();
      server?.close();
      const silent = await serve(() => undefined);
      assert.deepEqual(await http(silent, { withinMs: 200 }), { ok: false, reason: 'timeout' });
    });

    it('stops at an answer that trickles', async () => {
      const trickling = await serve((_, response) => {
        const timer = setInterval(() => response.write('x'), 20);
        response.once('close', () => clearInterval(timer));
      });
      assert.deepEqual(await http(trickling, { withinMs: 300 }), { ok: false, reason: 'failed' });
    });

    it('unpacks nothing', async () => {
      const bomb = gzipSync(Buffer.alloc(10_000_000));
      const url = await serve((_, response) =>
        response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb),
      );
      const answer = await http(url, { maxBytes: 20_000 });
      assert.ok(answer.ok && answer.op === 'http' && answer.body.length < 20_000);
    });

    it('speaks to the loopback only', async () => {
      for (const url of [
        'http://example.com/',
        'https://127.0.0.1/',
        'file:///etc/passwd',
        'http://127.0.0.1.example.com/',
      ]) {
        assert.deepEqual(await http(url), { ok: false, reason: 'outside' });
      }
    });

    it('names what went wrong', async () => {
      assert.deepEqual(await http('http://127.0.0.1:1/'), { ok: false, reason: 'refused' });
      assert.deepEqual(await http('not a url'), { ok: false, reason: 'bad-request' });
      const url = await serve((_, response) => response.socket?.destroy());
      assert.deepEqual(await http(url), { ok: false, reason: 'failed' });
    });

    it('waits for a port', async () => {
      const url = await serve(() => undefined);
      const port = Number(new URL(url).port);
      assert.deepEqual(await ask({ op: 'connect', port, withinMs: 10_000 }), { ok: true, op: 'connect' });
      assert.deepEqual(await ask({ op: 'connect', port: 1, withinMs: 50 }), { ok: false, reason: 'timeout' });
    });
  });
});
