import type { Middleware } from '@anthropic-ai/sdk';
import { FactoryError, messageOf } from '../shared/errors';
import { hear } from './hear';
import { appendTurn } from './recording';
import type { Standing } from './replay';
import { Stopped } from './stopped';

/** Keeps what is heard, turn by turn; only the answers, never a header or key. */
export function record(dir: string, standing: () => Standing): Middleware {
  return async (request, next, ctx) => {
    const { agent, turn, since } = standing();
    const response = await next(request);
    if (!response.ok) return response;
    const message = await hear(response, ctx);
    const happened = await since;
    await appendTurn(dir, agent, { turn, since: [...happened], message }).catch((error: unknown) => {
      throw new Stopped(
        new FactoryError('environment', `The recording in ${dir} cannot be written: ${messageOf(error)}.`, {
          hint: 'Free space or choose another folder for --source record:DIR, then resume the run.',
          cause: error,
        }),
      );
    });
    return response;
  };
}
