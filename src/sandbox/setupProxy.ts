import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { isInner } from './setupAddresses';
import type { Authority } from './authority';
import type { Answer } from './setupCache';
import { longestRedirect, openUpstream, type UpstreamOptions } from './setupUpstream';

/** One request that passed, without anything of it that could carry more than it must. */
export interface PassedRequest {
  method: string;
  /** `host` or `host:port`. */
  host: string;
  /** The path with long or random parts replaced by `*`. */
  path: string;
  /** Of the answer; 0 when there was none. */
  status: number;
  /** Of the answer's body. */
  bytes: number;
}

export interface SetupProxyOptions extends UpstreamOptions {
  /** Unix socket to listen on. */
  socket: string;
  authority: Authority;
  /** Origins that may be asked, such as `https://npm.example.com`. */
  allowed: ReadonlySet<string>;
  onPassed(this: void, request: PassedRequest): void;
  /** `target` says what was asked for and why it did not pass. */
  onRefused(this: void, target: string): void;
}

export interface SetupProxy {
  /** Hosts that could not be reached and of which nothing was kept. */
  unreachable(): string[];
  close(): Promise<void>;
}

/** Git says who it is, also to a proxy that it wants a tunnel from; what it sends cannot pass, being no GET. */
const isGit = ({ headers }: IncomingMessage) => /^git\//.test(headers['user-agent'] ?? '');
const gitCure =
  'git repositories cannot be loaded, so depend on a published package, or on its archive by https from a host of `network.allow`';

/** What one setup may ask for in all. */
const mostRequests = 10_000;
const mostBytes = 8 * 1024 ** 3;
/** Enough for every package manager's paths, little for anybody's secrets. */
export const longestPath = 400;
/** Paths of one origin that were answered by 4xx or 5xx: package managers try a few, a channel tries many. */
export const mostMisses = 500;
/** More than any package manager opens. */
export const mostConnections = 256;

/**
 * The only way out of a setup's pod. It ends TLS itself, lets GET and HEAD pass to the allowed origins, adds the
 * credentials and keeps count.
 */
export async function openSetupProxy(options: SetupProxyOptions): Promise<SetupProxy> {
  const { allowed, authority } = options;
  const counts = { requests: 0, bytes: 0 };
  const misses = new Map<string, Set<string>>();
  const redirects = new Set<string>();
  const underway = new Set<Promise<void>>();
  let closed = false;
  const unreachable = new Set<string>();
  const sockets = new Set<Duplex>();
  const tlsServers = new Map<string, Server>();
  const upstream = openUpstream(options);

  function onRefused(target: string): void {
    if (!closed) options.onRefused(target);
  }

  function refuse(response: ServerResponse, status: number, target: string, reason: string): void {
    onRefused(`${target}: ${reason}`);
    response.writeHead(status, { 'content-type': 'text/plain', connection: 'close' });
    response.end(`Dark Factory lets no setup do this: ${target}: ${reason}.\n`);
  }

  /** Why a request may not pass, if it may not. */
  function objection(method: string, url: URL): [status: number, reason: string] | undefined {
    const { host } = url;
    if (!allowed.has(url.origin)) return [403, `${host} is not one of the project's registries`];
    if (!options.inner.has(url.origin) && isInner(bare(url.hostname)))
      return [403, `${host} is an address of this machine or its network`];
    if (method !== 'GET' && method !== 'HEAD') return [405, 'only GET and HEAD may pass'];
    if (lengthOf(url) > longestPath && !redirects.has(decoded(url)))
      return [414, `a path may have ${longestPath} characters`];
    if (counts.requests >= mostRequests) return [429, `a setup may ask ${mostRequests} times`];
    const missed = misses.get(url.origin);
    if (missed && missed.size >= mostMisses && !missed.has(url.href))
      return [429, `a setup may ask ${host} for ${mostMisses} things that are not there`];
    if (counts.bytes >= mostBytes) return [429, `a setup may load ${mostBytes} bytes`];
    return undefined;
  }

  async function pass(url: URL, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '' } = request;
    const no = objection(method, url);
    if (no) {
      const reason = isGit(request) ? `${no[1]}; ${gitCure}` : no[1];
      return refuse(response, no[0], `${method} ${url.origin}${pathShape(url)}`, reason);
    }
    counts.requests += 1;
    const found = await upstream.ask(url, request);
    if ('error' in found) {
      if (found.inner) return refuse(response, 403, `${method} ${url.origin}`, found.error);
      unreachable.add(url.host);
      note(url, method, 0, 0);
      response.writeHead(504, { 'content-type': 'text/plain' });
      response.end(`Dark Factory could not reach ${url.host}: ${found.error}.\n`);
      return;
    }
    await send(url, method, found, response);
  }

  /** Resolves when the body came to its end, one way or another, and was written down. */
  function send(
    url: URL,
    method: string,
    { status, headers, body }: Answer,
    response: ServerResponse,
  ): Promise<void> {
    let bytes = 0;
    if (status >= 400) misses.set(url.origin, (misses.get(url.origin) ?? new Set()).add(url.href));
    const next = headers['location'] === undefined ? null : URL.parse(headers['location'], url.href);
    if (next && lengthOf(next) <= longestRedirect) redirects.add(decoded(next));
    body.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      counts.bytes += chunk.length;
      if (counts.bytes >= mostBytes) body.destroy(new Error('too much'));
    });
    const { promise, resolve } = Promise.withResolvers<void>();
    body.once('close', () => {
      note(url, method, status, bytes);
      resolve();
    });
    body.once('error', () => response.destroy());
    response.once('close', () => body.resume());
    response.writeHead(status, headers);
    // Whoever asked may be gone already; a body that nobody reads would hold its connection for ever.
    if (response.destroyed) body.resume();
    else body.pipe(response);
    return promise;
  }

  function note(url: URL, method: string, status: number, bytes: number): void {
    if (!closed) options.onPassed({ method, host: url.host, path: pathShape(url), status, bytes });
  }

  function handle(request: IncomingMessage, response: ServerResponse, base?: string): void {
    const url = urlOf(request.url ?? '', base);
    if (!url)
      return refuse(
        response,
        400,
        `${request.method ?? ''} without a host`,
        'the address is not one of a registry',
      );
    const passing = pass(url, request, response)
      .catch((error: unknown) => void response.destroy(error as Error))
      .finally(() => underway.delete(passing));
    underway.add(passing);
  }

  /** Ends TLS for one origin in the origin's own name. */
  function tlsServer(origin: string): Server {
    const known = tlsServers.get(origin);
    if (known) return known;
    const server = createTlsServer(
      { ...authority.serverOf(bare(new URL(origin).hostname)), ALPNProtocols: ['http/1.1'] },
      (request, response) => handle(request, response, origin),
    );
    server.on('tlsClientError', (_error, socket) => socket.destroy());
    tlsServers.set(origin, server);
    return server;
  }

  const server = createServer((request, response) => handle(request, response));
  server.maxConnections = mostConnections;
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('connect', (request, socket, head) => {
    const url = urlOf(`https://${request.url ?? ''}`);
    if (!url || !allowed.has(url.origin)) {
      const cure = isGit(request) ? `; ${gitCure}` : '';
      onRefused(`${(request.url ?? '').slice(0, 100)}: it is not one of the project's registries${cure}`);
      socket.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n');
      return;
    }
    socket.write('HTTP/1.1 200 OK\r\n\r\n');
    if (head.length > 0) socket.unshift(head);
    tlsServer(url.origin).emit('connection', socket);
  });
  server.listen(options.socket);
  await once(server, 'listening');

  return {
    unreachable: () => [...unreachable],
    async close() {
      for (const socket of sockets) socket.destroy();
      upstream.close();
      if (server.listening) {
        server.close();
        await once(server, 'close');
      }
      // What was on its way is broken off, and written down before whoever closes goes on.
      await Promise.all(underway);
      closed = true;
      await options.cache.settled();
    },
  };
}

function urlOf(text: string, base?: string): URL | undefined {
  const url = URL.parse(text, base);
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') return undefined;
  return base === undefined || url.origin === base ? url : undefined;
}

const lengthOf = (url: URL) => url.pathname.length + url.search.length;

/** An address whatever its writer escaped: clients write what they are redirected to in their own way. */
function decoded({ href }: URL): string {
  try {
    return decodeURIComponent(href);
  } catch {
    return href;
  }
}

/** A host name as sockets take it: an IPv6 address without brackets. */
const bare = (hostname: string) => hostname.replace(/^\[|\]$/g, '');

/** A path as it may be written down: what looks like data in it is left out, and so is the query. */
function pathShape(url: URL): string {
  return url.pathname
    .split('/')
    .map((part) => (part.length > 80 || /[0-9a-f]{16,}/i.test(part) ? '*' : part))
    .join('/');
}
