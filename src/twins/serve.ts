import { createServer, type IncomingMessage, type Server, type ServerOptions } from 'node:http';
import type { AddressInfo, ListenOptions } from 'node:net';
import { Hono } from 'hono';
import type { WebSocketServer } from 'ws';
import { FactoryError, messageOf } from '../shared/errors';
import { controlApp } from './control';
import { portOf } from './redirect/hosts';
import { openTwin, type OpenedTwin } from './services';
import type { Twin, TwinEnv, TwinOptions } from './contract';
import type { TwinHandle } from './types';

const isWebSocket = ({ headers }: IncomingMessage): boolean => headers.upgrade?.toLowerCase() === 'websocket';

/** What answers the requests of a server. */
type Fetch = Hono<TwinEnv>['fetch'];

/** What requests need and a server that waits for them does not: Node's own fetch comes with it. */
export const loadAdaptor = () => import('@hono/node-server');

async function answering(fetch: Fetch) {
  const { getRequestListener } = await loadAdaptor();
  return getRequestListener(fetch, { overrideGlobalObjects: false });
}

/** Serves requests. Throws `environment` when the port or path cannot be had. */
export function listen({ fetch }: { fetch: Fetch }, where: ListenOptions): Promise<Server> {
  let listener: ReturnType<typeof answering> | undefined;
  // Clients that offer HTTP/2 (`Upgrade: h2c`) are answered as those that do not.
  const options: ServerOptions = { shouldUpgradeCallback: isWebSocket };
  const server = createServer(options, (incoming, outgoing) => {
    listener ??= answering(fetch);
    void listener.then((answer) => answer(incoming, outgoing));
  });
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      const place = where.path ?? `port ${where.port}`;
      const problem = `The twin cannot listen on ${place}: ${messageOf(cause)}.`;
      reject(
        new FactoryError('environment', problem, {
          hint: 'Choose another port, or 0 for a free one.',
          cause,
        }),
      );
    });
    server.listen(where, () => resolve(server));
  });
}

/** Ends a server and every connection it has, also those that wait for an answer that never comes. */
function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
    server.emit('ending');
  });
}

/** Serves the control plane on a port of 127.0.0.1 (0: a free one), below a path that only those know who were told. */
export async function serveControl(
  twin: Twin<unknown>,
  { port, secret }: { port: number; secret: string },
): Promise<{ server: Server; url: string }> {
  const app = new Hono<TwinEnv>().route(`/${secret}`, controlApp(twin));
  const server = await listen(app, { host: '127.0.0.1', port });
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/${secret}` };
}

/** Names of this machine that a request may be meant for; a web page that had its name resolved to 127.0.0.1 uses another. */
const ownNames = ['127.0.0.1', 'localhost', '[::1]'];

/** The application, for requests that are meant for it. */
function guarded({ app, hosts }: OpenedTwin): { fetch: Fetch } {
  const patterns = [...ownNames, ...hosts].map((name) => [name, 0] as const);
  const fetch: Fetch = (request, env) => {
    const name = (request.headers.get('host') ?? '').replace(/:\d+$/, '');
    if (portOf(patterns, name) !== undefined) return app.fetch(request, env);
    return new Response('This twin answers only to names of the service and of this machine.', {
      status: 421,
    });
  };
  return { fetch };
}

/** Puts a twin's service on a port of 127.0.0.1 (0: a free one). */
export async function serveService(
  opened: OpenedTwin,
  port: number,
): Promise<{ server: Server; values: Record<string, string> }> {
  const server = await listen(guarded(opened), { host: '127.0.0.1', port });
  const { port: taken } = server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${taken}`;
  opened.twin.origin = origin;
  acceptSockets(server, opened);
  return { server, values: opened.values(origin) };
}

/** Bytes of one WebSocket message. */
const maxMessage = 1024 * 1024;

/** Lets the service have the WebSockets that clients open; without `socket` every one is refused. */
function acceptSockets(server: Server, { socket }: OpenedTwin): void {
  if (!socket) return;
  // Loaded with the first WebSocket, for most twins never see one.
  let sockets: Promise<WebSocketServer> | undefined;
  const load = async () => {
    const { WebSocketServer } = await import('ws');
    return new WebSocketServer({ noServer: true, maxPayload: maxMessage });
  };
  const clients = new Set<{ terminate(): void }>();
  server.on('upgrade', (request, stream, head) => {
    stream.on('error', () => stream.destroy());
    sockets ??= load();
    void sockets.then((accepting) =>
      accepting.handleUpgrade(request, stream, head, (client) => {
        clients.add(client);
        client.on('close', () => clients.delete(client));
        client.on('error', () => client.terminate());
        socket(client, URL.parse(request.url ?? '/', 'ws://localhost') ?? new URL('ws://localhost/'));
      }),
    );
  });
  // A server waits for its connections, and these are not among those it ends.
  server.on('ending', () => {
    for (const client of clients) client.terminate();
  });
}

/**
 * A twin in this process on a loopback port, for people who try one.
 * Throws `bad-input` for an unknown name, seed or fault, `environment` for a port that is taken.
 */
export async function serveTwin(name: string, options: TwinOptions & { port: number }): Promise<TwinHandle> {
  const opened = await openTwin(name, options);
  const { server, values } = await serveService(opened, options.port);
  const { twin } = opened;
  return {
    name,
    values,
    calls: async () => Promise.resolve([...twin.calls()]),
    state: async () => Promise.resolve(structuredClone(twin.state)),
    snapshot: async () => Promise.resolve(twin.snapshot()),
    restore: async (snapshot) => Promise.resolve(twin.restore(snapshot)),
    reset: async () => Promise.resolve(twin.reset()),
    addFaults: async (faults) => Promise.resolve(twin.addFaults(faults)),
    changeClock: (change) => twin.changeClock(change),
    act: async (action) => Promise.resolve(twin.act(action)),
    setLatency: async (latency) => Promise.resolve(twin.setLatency(latency)),
    deliveries: async () => Promise.resolve([...twin.deliveries()]),
    stop: () => {
      twin.close();
      return closeServer(server);
    },
  };
}
