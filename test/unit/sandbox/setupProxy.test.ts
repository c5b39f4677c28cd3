import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdirSync, rmSync } from 'node:fs';
import { createServer, request, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import path from 'node:path';
import { type Duplex, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { createAuthority } from '../../../src/sandbox/authority';
import { openResponseCache } from '../../../src/sandbox/setupCache';
import {
  longestPath,
  mostConnections,
  mostMisses,
  openSetupProxy,
  type PassedRequest,
  type SetupProxy,
  type SetupProxyOptions,
} from '../../../src/sandbox/setupProxy';
import { useTemp } from '../../support/temp';

describe('the proxy of a setup', () => {
  const temp = useTemp();
  const servers: Server[] = [];
  let proxy: SetupProxy;
  let passed: PassedRequest[];
  let refused: string[];
  const socketPath = () => path.join(temp(), 'proxy');

  async function startUpstream(answer: RequestListener): Promise<string> {
    const server = createServer(answer);
    servers.push(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  async function open(...origins: string[]): Promise<void> {
    return openBy({}, ...origins);
  }

  async function openBy(by: Partial<SetupProxyOptions>, ...origins: string[]): Promise<void> {
    [passed, refused] = [[], []];
    proxy = await openSetupProxy({
      socket: socketPath(),
      authority: createAuthority(),
      allowed: new Set(origins),
      inner: new Set(origins),
      cache: await openResponseCache(path.join(temp(), 'cache')),
      authorize: () => undefined,
      trust: [],
      onPassed: (one) => passed.push(one),
      onRefused: (target) => refused.push(target),
      ...by,
    });
  }

  /** A proxy that wants credentials, passes plain requests on and grants no tunnel. */
  async function startCorporateProxy(credentials: string) {
    const asked: string[] = [];
    const wanted = `Basic ${Buffer.from(credentials).toString('base64')}`;
    const isFrom = ({ headers }: IncomingMessage) => headers['proxy-authorization'] === wanted;
    const origin = await startUpstream((asking, response) => {
      asked.push(`${asking.method} ${asking.url}`);
      if (isFrom(asking)) request(asking.url ?? '', (answer) => answer.pipe(response)).end();
      else response.writeHead(407).end();
    });
    servers.at(-1)?.on('connect', (asking: IncomingMessage, socket: Duplex) => {
      if (isFrom(asking)) asked.push(`CONNECT ${asking.url}`);
      socket.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n');
    });
    return { asked, address: (user: string) => origin.replace('http://', `http://${user}@`) };
  }

  /** Asks the proxy as a package manager does. */
  async function ask(url: string): Promise<IncomingMessage> {
    const asked = request({ socketPath: socketPath(), path: url, headers: { host: new URL(url).host } });
    asked.end();
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    return answer;
  }

  async function status(url: string): Promise<number | undefined> {
    const answer = await ask(url);
    await text(answer);
    return answer.statusCode;
  }

  afterEach(async () => {
    await proxy.close();
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
  });

  it('lets nothing go out after it was closed, and writes down what had gone', async () => {
    const asked: string[] = [];
    const { promise: isBusy, resolve } = Promise.withResolvers<void>();
    const origin = await startUpstream(({ url = '' }) => {
      asked.push(url);
      if (asked.length === 16) resolve();
    });
    await open(origin);
    for (let at = 0; at < 40; at++) ask(`${origin}/${at}`).catch(() => undefined);
    await isBusy;
    await pause(100); // The others are waiting for a connection then.
    await proxy.close();
    const noted = passed.length;
    assert.ok(noted >= asked.length, String(noted));
    await assert.rejects(status(`${origin}/late`));
    await pause(100);
    assert.deepEqual([asked.length, passed.length], [16, noted]);
  });

  it('reads an answer to its end when whoever asked is gone', async () => {
    const size = 4 * 1024 ** 2;
    const { promise: isAsked, resolve: tell } = Promise.withResolvers<void>();
    const { promise: mayAnswer, resolve: answer } = Promise.withResolvers<void>();
    const origin = await startUpstream((_request, response) => {
      tell();
      void mayAnswer.then(() => response.end(Buffer.alloc(size)));
    });
    await open(origin);
    const asked = request({ socketPath: socketPath(), path: `${origin}/x` });
    asked.on('error', () => undefined);
    asked.end();
    await isAsked;
    asked.destroy();
    await pause(50);
    answer();
    while (passed.length === 0) await pause(10);
    assert.equal(passed[0]?.bytes, size);
  });

  it('takes no more connections than package managers open', async () => {
    await open();
    const sockets = Array.from({ length: mostConnections + 20 }, () => connect(socketPath()));
    const ends = sockets.map((socket) => once(socket.on('error', () => undefined).resume(), 'close'));
    let dropped = 0;
    for (const end of ends) void end.then(() => (dropped += 1));
    while (dropped < 20) await pause(10);
    for (const socket of sockets) socket.destroy();
    await Promise.all(ends);
  });

  it('lets a long path pass only where an allowed host redirected to it', async () => {
    const signed = `/signed?signature=${'a%2Fb~'.repeat(longestPath / 2)}`;
    const origin = await startUpstream(({ url }, response) => {
      if (url === '/package') response.writeHead(302, { location: signed });
      response.end('archive');
    });
    await open(origin);
    assert.equal(await status(`${origin}${signed}`), 414);
    const { headers } = await ask(`${origin}/package`);
    assert.equal(headers.location, signed);
    assert.equal(await status(`${origin}${signed.replaceAll('~', '%7E')}`), 200);
    assert.equal(await status(`${origin}${signed}x`), 414);
  });

  it('counts what is not there once, for each registry', async () => {
    const missing: RequestListener = (_request, response) => {
      response.statusCode = 404;
      response.end();
    };
    const [one, other] = [await startUpstream(missing), await startUpstream(missing)];
    await open(one, other);
    for (let at = 0; at < 3; at++) assert.equal(await status(`${one}/same`), 404);
    for (let at = 1; at < mostMisses; at++) assert.equal(await status(`${one}/${at}`), 404);
    assert.equal(await status(`${one}/more`), 429);
    assert.equal(await status(`${one}/same`), 404);
    assert.equal(await status(`${other}/more`), 404);
    assert.equal(refused.length, 1);
  });

  it('goes by the person’s own proxy, with credentials that nobody else sees', async () => {
    const origin = await startUpstream((_request, response) => response.end('by proxy'));
    const corporate = await startCorporateProxy('u:p');
    await openBy({ proxyFor: () => corporate.address('u:p') }, origin, 'https://npm.example.com');
    assert.equal(await text(await ask(`${origin}/a`)), 'by proxy');
    // By TLS it asks for a tunnel, which this proxy grants to nobody.
    assert.equal(await status('https://npm.example.com/a'), 504);
    assert.deepEqual(corporate.asked, [`GET ${origin}/a`, 'CONNECT npm.example.com:443']);
    assert.deepEqual(proxy.unreachable(), ['npm.example.com']);
    assert.ok(!JSON.stringify([passed, refused]).includes('u:p'));
  });

  it('leads by no proxy of the person’s to what the machine itself knows as a part of its network', async () => {
    const corporate = await startCorporateProxy('u:p');
    const inner = 'http://localhost:9';
    await openBy({ proxyFor: () => corporate.address('u:p'), inner: new Set() }, inner);
    assert.equal(await status(`${inner}/a`), 403);
    assert.deepEqual(corporate.asked, []);
    assert.match(refused[0] ?? '', /localhost leads to/);
  });

  it('keeps nothing that came without TLS', async () => {
    const origin = await startUpstream((_request, response) => response.end('anybody wrote this'));
    await open(origin);
    assert.equal(await status(`${origin}/x`), 200);
    await proxy.close();
    assert.deepEqual(readdirSync(path.join(temp(), 'cache')), []);
  });
});

describe('the cache of what registries answered', () => {
  const temp = useTemp();

  it('gives an answer that is thinned out before it is read', async () => {
    const cache = await openResponseCache(temp());
    cache.keep('x', { status: 200, headers: {}, body: Readable.from(['kept']) });
    await cache.settled();
    const kept = await cache.find('x');
    for (const file of readdirSync(temp())) rmSync(path.join(temp(), file));
    await new Promise((done) => setImmediate(done));
    assert.equal(await text(kept!.answer.body), 'kept');
    assert.equal(await cache.find('x'), undefined);
  });
});
