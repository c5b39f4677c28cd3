import type { Middleware } from '@anthropic-ai/sdk';
import type { BetaMessage } from '@anthropic-ai/sdk/resources/beta';
import { messageResponse } from './sse';

/** Answers a turn that the journal already holds from it: nothing is sent and nothing is spent. */
export function answeredBefore(answered: () => BetaMessage | undefined): Middleware {
  return async (request, next, ctx) => {
    const message = answered();
    return message ? messageResponse(message, ctx.options?.stream === true) : next(request);
  };
}
