import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface Received {
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

export interface Reply {
  status?: number;
  body?: string;
  type?: string;
  headers?: Record<string, string>;
}

/** A program that Slack sends events and interactions to, on a loopback port. */
export interface Receiver {
  url: string;
  received: Received[];
  /** Resolves once this many requests came. */
  until(count: number): Promise<Received[]>;
  stop(): Promise<void>;
}

/** @param reply what is answered to each request; 200 and nothing when left out */
export async function startReceiver(reply: (request: Received) => Reply = () => ({})): Promise<Receiver> {
  const received: Received[] = [];
  let heard: () => void = () => undefined;
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const one = { headers: request.headers, body };
      const { status = 200, body: answer = '', type = 'text/plain', headers = {} } = reply(one);
      response.writeHead(status, { 'content-type': type, ...headers }).end(answer);
      received.push(one);
      heard();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/slack/events`,
    received,
    async until(count) {
      while (received.length < count) await new Promise<void>((resolve) => (heard = resolve));
      return received;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The event in an `event_callback`. */
export function eventIn({ body }: Received): Record<string, unknown> {
  return (JSON.parse(body) as { event: Record<string, unknown> }).event;
}

/** The fields of a form. */
export function formIn({ body }: Received): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(body));
}

/** The interaction in a form. */
export function payloadIn(request: Received): Record<string, unknown> {
  return JSON.parse(formIn(request)['payload'] ?? '{}') as Record<string, unknown>;
}
