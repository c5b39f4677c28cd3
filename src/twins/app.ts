import { setTimeout as wait } from 'node:timers/promises';
import { Hono } from 'hono';
import type { TwinContext } from './answer';
import type { Service, Twin, TwinEnv } from './contract';

/** Bytes of a request body where the service does not say otherwise. */
const maxBody = 1024 * 1024;

/**
 * The request with its body read, or null when that is over `limit` bytes. Hono's own `bodyLimit` fails on bodies
 * without a length, because it hands node-server's request to the constructor of another class.
 */
async function limitBody({ req }: TwinContext, limit: number): Promise<Request | null> {
  const { raw } = req;
  if (raw.method === 'GET' || raw.method === 'HEAD') return raw; // The platform’s requests of these have no body.
  const length = raw.headers.get('content-length');
  if (length !== null && !raw.headers.has('transfer-encoding')) return Number(length) > limit ? null : raw;
  if (!raw.body) return raw;
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of raw.body) {
    const bytes = part as Uint8Array;
    size += bytes.length;
    if (size > limit) return null;
    parts.push(bytes);
  }
  const { method, headers, signal } = raw;
  return new Request(raw.url, { method, headers, signal, body: Buffer.concat(parts) });
}

/** The HTTP interface of a twin: what every twin does with a request, around the service's own routes. */
export function twinApp<Seed, State extends Seed>(
  service: Service<Seed, State>,
  twin: Twin<State>,
): Hono<TwinEnv> {
  const app = new Hono<TwinEnv>();
  app.use(async (c, next) => {
    // A full log would let calls go unseen, so nothing more is answered.
    if (twin.isFull()) return c.text('The call log of the twin is full.', 503);
    await twin.runDue();
    const { min, max } = twin.latency();
    if (max > 0) await wait(min + (max - min) * twin.random());
    return next();
  });
  const named = (path: string, method: string) =>
    service.operationName?.(method, path) ?? `${method} ${path}`;
  app.use(async (c, next) => {
    const most = typeof service.maxBody === 'function' ? service.maxBody(c.req.path) : service.maxBody;
    const request = await limitBody(c, most ?? maxBody);
    if (request) {
      c.req.raw = request;
      return next();
    }
    twin.record({ method: named(c.req.path, c.req.method), status: 413, answered: 'http_413', args: {} });
    return c.text('Request Entity Too Large', 413);
  });
  service.routes(app, twin);
  app.onError((error, c) => {
    // A defect of the twin, not of the program: it shows on the log and on standard error, never as an answer of the service.
    console.error(error);
    twin.record({
      method: named(c.req.path, c.req.method),
      status: 500,
      answered: 'twin_defect',
      args: {},
    });
    return c.text('The twin failed.', 500);
  });
  return app;
}
