import { APIError, RetryableError, type MiddlewareContext } from '@anthropic-ai/sdk';
import type { Stream } from '@anthropic-ai/sdk/core/streaming';
import { BetaMessageStream } from '@anthropic-ai/sdk/lib/BetaMessageStream';
import type { BetaMessage, BetaRawMessageStreamEvent, BetaUsage } from '@anthropic-ai/sdk/resources/beta';
import { FactoryError, messageOf } from '../shared/errors';
import { Stopped } from './stopped';

/** A successful answer that broke off or cannot be used; the SDK asks again, as for any lost connection. */
export class BrokenAnswer extends RetryableError {
  constructor(
    cause: unknown,
    /** Usage as far as the endpoint told it before the break. */
    readonly usage: BetaUsage | undefined,
  ) {
    super(`The answer broke off: ${messageOf(cause)}`, { cause });
  }
}

/** Errors in the middle of a stream that another attempt may not meet. */
const passing = new Set<string | null>([
  'overloaded_error',
  'api_error',
  'rate_limit_error',
  'timeout_error',
]);

/**
 * Reads a successful answer to its end, streaming or not, and leaves the response itself unread.
 * @throws BrokenAnswer (retried by the SDK) when it breaks off or holds a malformed tool call; APIError when the
 * service reports another error half-way; Stopped when this is no Messages API at all.
 */
export async function hear(response: Response, ctx: MiddlewareContext): Promise<BetaMessage> {
  const type = response.headers.get('content-type') ?? 'no content type';
  const streams = ctx.options?.stream === true;
  if (!type.includes(streams ? 'text/event-stream' : 'json')) throw notTheApi(type);
  return streams ? hearStream(response, ctx) : hearWhole(response, ctx);
}

async function hearWhole(response: Response, ctx: MiddlewareContext): Promise<BetaMessage> {
  const message = await ctx.parse<BetaMessage>(response).catch((error: unknown) => {
    throw new BrokenAnswer(error, undefined);
  });
  if (message.type !== 'message') throw notTheApi(`a "${String(message.type)}" object`);
  return message;
}

async function hearStream(response: Response, ctx: MiddlewareContext): Promise<BetaMessage> {
  const { bytes, broken } = await readAll(response.clone());
  const heard = new Response(bytes, { headers: response.headers });
  const events = await ctx.parse<Stream<BetaRawMessageStreamEvent>>(heard);
  // The parser reads a copy. Leaving that early waits until the original is given up as well.
  void heard.body?.cancel();
  const stream = BetaMessageStream.fromReadableStream(events.toReadableStream());
  let usage: BetaUsage | undefined;
  stream.once('streamEvent', (_event, message) => {
    usage = message.usage;
  });
  const inputs = new Map<number, string>();
  stream.on('streamEvent', (event) => {
    if (event.type !== 'content_block_delta' || event.delta.type !== 'input_json_delta') return;
    inputs.set(event.index, (inputs.get(event.index) ?? '') + event.delta.partial_json);
  });
  try {
    const message: BetaMessage & { parsed_output?: unknown } = await stream.finalMessage();
    if (message.stop_reason === 'tool_use') for (const input of inputs.values()) requireWhole(input);
    // The SDK's own, for structured output; a message as the service made it does not have it.
    delete message.parsed_output;
    return message;
  } catch (error) {
    if (error instanceof APIError && !passing.has(error.type)) throw error;
    throw new BrokenAnswer(broken ?? error, usage);
  }
}

/**
 * The SDK reads the beginning of a JSON text as if the rest had followed; half of a file would be written as a whole.
 * No text at all is a call without input.
 */
function requireWhole(input: string): void {
  try {
    JSON.parse(input || '{}');
  } catch (cause) {
    throw new Error('The tool parameter JSON is not whole.', { cause });
  }
}

/** What arrives of a body, and why it did not end well if it did not. */
async function readAll(response: Response): Promise<{ bytes: Uint8Array<ArrayBuffer>; broken?: unknown }> {
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) chunks.push(chunk);
    return { bytes: Buffer.concat(chunks) };
  } catch (broken) {
    return { bytes: Buffer.concat(chunks), broken };
  }
}

function notTheApi(found: string): Stopped {
  return new Stopped(
    new FactoryError('environment', `The model endpoint answered with ${found} instead of a message.`, {
      hint: 'Check that --base-url (darkFactory.model.baseUrl) is the address of a Messages API, without /v1.',
    }),
  );
}
