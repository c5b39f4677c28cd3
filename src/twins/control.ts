import { Hono } from 'hono';
import { FactoryError } from '../shared/errors';
import type { Twin, TwinEnv } from './twin';

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

/** The control plane of a twin. It is only ever served on a unix socket that the twin's clients cannot reach. */
export function controlApp(twin: Twin<unknown>): Hono<TwinEnv> {
  const app = new Hono<TwinEnv>();
  app.get('/calls', (c) => c.json(twin.calls()));
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
    twin.addFaults(await c.req.json());
    return c.json({});
  });
  app.onError((error, c) => c.json(failureOf(error), error instanceof FactoryError ? 400 : 500));
  return app;
}
