import { Hono } from 'hono';
import { FactoryError } from '../shared/errors';
import type { Twin, TwinEnv } from './contract';

/** What a failure looks like outside of the process in which it happened. */
export function failureOf(error: unknown): Pick<FactoryError, 'code' | 'message' | 'hint'> {
  if (error instanceof FactoryError) {
    return { code: error.code, message: error.message, hint: error.hint };
  }
  const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return {
    code: 'failed',
    message: `The twin failed: ${reason}`,
    hint: 'This is a defect of the twin; please report it with this text.',
  };
}

/**
 * The control plane of a twin. It is served on a unix socket that the twin's clients cannot reach, and behind a
 * secret path to visible tests and to people who started the twin by hand.
 */
export function controlApp(twin: Twin<unknown>): Hono<TwinEnv> {
  const app = new Hono<TwinEnv>();
  app.get('/calls', (c) => c.json(twin.calls()));
  app.get('/deliveries', (c) => c.json(twin.deliveries()));
  app.get('/state', (c) => c.json(twin.state));
  app.get('/snapshot', (c) => c.text(twin.snapshot()));
  app.post('/restore', async (c) => {
    twin.restore(await c.req.text());
    return c.json({});
  });
  app.post('/reset', (c) => {
    twin.reset();
    return c.json({});
  });
  app.post('/faults', async (c) => {
    twin.addFaults(await jsonOf(c.req.raw));
    return c.json({});
  });
  app.post('/act', async (c) => c.json({ done: await twin.act(await jsonOf(c.req.raw)) }));
  app.post('/clock', async (c) => {
    await twin.changeClock(await jsonOf(c.req.raw));
    return c.json({ now: twin.now() });
  });
  app.post('/latency', async (c) => {
    twin.setLatency(await jsonOf(c.req.raw));
    return c.json({});
  });
  app.onError((error, c) => c.json(failureOf(error), error instanceof FactoryError ? 400 : 500));
  return app;
}

/** The JSON of a request; text that is none is handed on as text, for the twin to refuse with a sentence. */
async function jsonOf(request: Request): Promise<unknown> {
  const text = await request.text();
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
