import { createServer, type IncomingMessage, request as httpRequest, type Server } from 'node:http';
import { connect as connectNet } from 'node:net';
import type { Duplex } from 'node:stream';
import { createSecureContext, TLSSocket } from 'node:tls';
import { portOf, type HostMap } from './hosts';

export interface RedirectOptions {
  hosts: HostMap;
  /** Key and certificate (PEM) for all the hosts. */
  key: string;
  cert: string;
  /** Told of hosts that lead to no twin. */
  onRefused(this: void, host: string): void;
}

const loopback = '127.0.0.1';
/** Different hosts that are told of; programs that try again and again must not fill the record. */
const mostTold = 50;
/** Characters of a host name. */
const longestHost = 255;
/** What concerns only the connection to this proxy, and what an agent could use to break the one to the twin. */
const hopByHop = [
  'connection',
  'expect',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'upgrade',
];
const refusal = 'No twin stands for this host, and nothing else can be reached.\n';

/**
 * A proxy for programs in any language that know HTTPS_PROXY: connections to the real hosts of twins end at the twins.
 * It only carries bytes; what matches no twin is refused.
 */
export function createRedirect({ hosts, key, cert, onRefused }: RedirectOptions): Server {
  // Made at the first connection: most programs have none.
  let context: ReturnType<typeof createSecureContext> | undefined;
  const told = new Set<string>();
  const tell = (host: string): void => {
    const name = host.slice(0, longestHost);
    if (told.has(name) || told.size >= mostTold) return;
    told.add(name);
    onRefused(name);
  };

  const server = createServer((request, response) => {
    // Some clients ask a proxy for `https://` URLs without a tunnel.
    const url = URL.parse(request.url ?? '');
    const port = url ? portOf(hosts, url.hostname) : undefined;
    if (!url || port === undefined) {
      tell(url?.host ?? request.headers.host ?? 'unknown');
      response.writeHead(403, { 'content-type': 'text/plain' }).end(refusal);
      return;
    }
    const { method } = request;
    const headers = Object.fromEntries(
      Object.entries(request.headers).filter(([name]) => !hopByHop.includes(name)),
    );
    const path = `${url.pathname}${url.search}`;
    const sent = httpRequest(
      { host: loopback, port, method, path, headers: { ...headers, host: url.host } },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    sent.on('error', () => response.destroy());
    response.on('close', () => sent.destroy());
    request.pipe(sent);
  });

  server.on('connect', (request: IncomingMessage, client: Duplex, head: Buffer) => {
    client.on('error', () => client.destroy());
    const [host = ''] = (request.url ?? '').split(':');
    const port = portOf(hosts, host);
    if (port === undefined) {
      tell(host);
      client.end(`HTTP/1.1 403 Forbidden\r\ncontent-length: ${refusal.length}\r\n\r\n${refusal}`);
      return;
    }
    client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    client.unshift(head);
    context ??= createSecureContext({ key, cert });
    const secure = new TLSSocket(client, {
      isServer: true,
      secureContext: context,
      ALPNProtocols: ['http/1.1'],
    });
    const twin = connectNet({ host: loopback, port });
    secure.pipe(twin).pipe(secure);
    secure.on('error', () => twin.destroy());
    twin.on('error', () => secure.destroy());
    secure.on('close', () => twin.destroy());
    twin.on('close', () => secure.destroy());
  });
  return server;
}
