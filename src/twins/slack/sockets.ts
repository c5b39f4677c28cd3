import { randomBytes } from 'node:crypto';
import type { WebSocket } from 'ws';
import type { Handler } from './call';
import { connections } from './notify';
import type { SlackTwin } from './state';
import { hearEnvelope } from './transport';

/** Connections an app may have at once. */
const maxSockets = 10;
/** Tickets that may wait to be used. */
const maxTickets = 100;
/** Clients give up when they hear no ping for 30 seconds. */
const pingMs = 10_000;
const live = new WeakMap<SlackTwin, Set<WebSocket>>();

export const openConnection: Handler = ({ twin, state }) => {
  const ticket = randomBytes(16).toString('hex');
  state.tickets = [...state.tickets, ticket].slice(-maxTickets);
  const origin = twin.origin.replace(/^http/, 'ws');
  return { url: `${origin}/link/?ticket=${ticket}&app_id=${state.bot.app_id}` };
};

function say(socket: WebSocket, message: Record<string, unknown>): void {
  socket.send(JSON.stringify(message));
}

const debugInfo = { host: 'applink-1', build_number: 1, approximate_connection_time: 18_060 };

/** Takes the ticket away, for it is good once. @returns why the connection is refused, or `ok` */
function admission(twin: SlackTwin, url: URL): string {
  const { tickets } = twin.state;
  const index = tickets.indexOf(url.searchParams.get('ticket') ?? '');
  if (!/^\/link\/?$/.test(url.pathname)) return 'not_found';
  if (index < 0) return 'invalid_ticket';
  tickets.splice(index, 1);
  return (live.get(twin)?.size ?? 0) >= maxSockets ? 'too_many_websockets' : 'ok';
}

/** Socket Mode: events and interactions over a connection that the app opened itself. */
export function acceptSocket(twin: SlackTwin, socket: WebSocket, url: URL): void {
  const answered = admission(twin, url);
  const { app_id } = twin.state.bot;
  twin.record({ method: 'GET /link/', status: answered === 'ok' ? 101 : 400, answered, args: {} });
  if (answered !== 'ok') {
    if (answered === 'too_many_websockets') {
      say(socket, { type: 'disconnect', reason: answered, debug_info: { host: debugInfo.host } });
    }
    socket.close(1008, answered);
    return;
  }
  const sockets = live.get(twin) ?? new Set();
  live.set(twin, sockets.add(socket));
  const listener = { send: (text: string) => socket.send(text) };
  const listeners = connections.get(twin) ?? new Set();
  connections.set(twin, listeners.add(listener));
  const ping = setInterval(() => socket.ping(), pingMs).unref();
  socket.on('message', (data) => {
    try {
      hearEnvelope(twin, Buffer.from(data as Buffer).toString());
    } catch (error) {
      // A defect of the twin must not end it for everybody else.
      console.error(error);
    }
  });
  socket.on('close', () => {
    clearInterval(ping);
    sockets.delete(socket);
    listeners.delete(listener);
  });
  const num_connections = sockets.size;
  say(socket, { type: 'hello', num_connections, debug_info: debugInfo, connection_info: { app_id } });
}

export type DisconnectReason = 'warning' | 'refresh_requested' | 'link_disabled';

/** Announces the end of every connection, and ends those that are not only warned. */
export function disconnect(twin: SlackTwin, reason: DisconnectReason): void {
  for (const socket of live.get(twin) ?? []) {
    say(socket, { type: 'disconnect', reason, debug_info: { host: debugInfo.host } });
    if (reason !== 'warning') socket.close(1000);
  }
}
