import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type {
  BetaContentBlock,
  BetaMessage,
  BetaRawMessageStreamEvent,
  BetaStopReason,
  BetaUsage,
  MessageCreateParams,
} from '@anthropic-ai/sdk/resources/beta';
import { encodeEvent, messageEvents } from '../../src/models/sse';

/** A content block in the short form that scripts write. */
export type ScriptBlock =
  | { type: 'text'; text: string }
  | { type: 'thinking'; thinking: string; signature?: string }
  | { type: 'tool_use'; name: string; input: unknown; id?: string };

/** What the endpoint says to one request. */
export type Answer =
  /** A message. A string is one text block; `stopReason` follows from the blocks when absent. */
  | { content: string | ScriptBlock[]; stopReason?: BetaStopReason; usage?: Partial<BetaUsage> }
  /** An HTTP answer. An object is sent as the service's error; a string is the body as it is. */
  | { status: number; error?: { type: string; message: string } | string; headers?: Record<string, string> }
  /** A stream whose connection breaks after this many events (or, without streaming, half a body). */
  | { cut: number; usage?: Partial<BetaUsage> }
  /** A stream that ends with an `error` event after its first events, as an overloaded service does. */
  | { streamError: { type: string; message: string } }
  /** A call of `bash` whose input is this text instead of JSON. Streaming only. */
  | { malformed: string }
  /** No answer until the endpoint closes. */
  | { hang: true };

export interface ScriptedRequest {
  /** Counts requests from 1, retries included. */
  n: number;
  body: MessageCreateParams;
  headers: IncomingHttpHeaders;
  /** From `Agent: <name>`, the first line of the system prompt or of the first message. */
  agent: string | undefined;
  /** How many answers the conversation already holds: 0 for the first turn. */
  turn: number;
}

export type Script = (request: ScriptedRequest) => Answer | Promise<Answer>;

export interface ScriptedModel {
  baseUrl: string;
  /** Every request heard so far, in order. */
  requests: ScriptedRequest[];
  /** Drops open connections too. */
  close(): Promise<void>;
}

/**
 * Starts a Messages API endpoint on a loopback port that answers as the script says, streaming or not.
 * @param at port to listen on; default any that is free
 */
export async function startScriptedModel(script: Script, at = 0): Promise<ScriptedModel> {
  const requests: ScriptedRequest[] = [];
  const server = createServer((incoming, response) => {
    respond(incoming, response).catch((error: unknown) => {
      send(response, {
        status: 500,
        error: { type: 'api_error', message: `scripted model: ${String(error)}` },
      });
    });
  });

  async function respond(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(incoming.url ?? '/', 'http://localhost');
    if (incoming.method !== 'POST' || pathname !== '/v1/messages') {
      return send(response, { status: 404, error: { type: 'not_found_error', message: `no ${pathname}` } });
    }
    const body = JSON.parse(await text(incoming)) as MessageCreateParams;
    const request = describe(body, incoming.headers, requests.length + 1);
    requests.push(request);
    play(response, request, await script(request));
  }

  server.listen(at, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}`,
    requests,
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/**
 * A script for several agents, each with its answers in order of turns. Failures (errors, cuts, hangs, malformed
 * calls) belong to the turn of the answer after them and are given once each, so that a retry or a resumed run gets
 * what follows. The turn is read from the conversation itself: a turn asked again is answered the same.
 */
export function byAgent(answers: Record<string, Answer[]>): Script {
  const turns = new Map(Object.entries(answers).map(([agent, list]) => [agent, groupByTurn(list)]));
  const asked = new Map<string, number>();
  return ({ agent = '', turn }) => {
    const attempts = turns.get(agent)?.[turn];
    if (!attempts) return badRequest(`the script has no answer for agent "${agent}" at turn ${turn + 1}`);
    const key = `${agent} ${turn}`;
    const before = asked.get(key) ?? 0;
    asked.set(key, before + 1);
    return attempts[Math.min(before, attempts.length - 1)] ?? badRequest('empty turn');
  };
}

function groupByTurn(answers: Answer[]): Answer[][] {
  const turns: Answer[][] = [[]];
  for (const answer of answers) {
    turns.at(-1)?.push(answer);
    if ('content' in answer) turns.push([]);
  }
  return turns.filter((turn) => turn.length > 0);
}

function badRequest(message: string): Answer {
  return { status: 400, error: { type: 'invalid_request_error', message } };
}

function describe(body: MessageCreateParams, headers: IncomingHttpHeaders, n: number): ScriptedRequest {
  const system = typeof body.system === 'string' ? body.system : (body.system?.[0]?.text ?? '');
  const first = body.messages[0]?.content ?? '';
  const opening =
    typeof first === 'string' ? first : first.map((block) => ('text' in block ? block.text : '')).join('');
  const agent = /^Agent: (.+)/.exec(system)?.[1]?.trim() ?? /^Agent: (.+)/.exec(opening)?.[1]?.trim();
  const turn = body.messages.filter((message) => message.role === 'assistant').length;
  return { n, body, headers, agent, turn };
}

function play(response: ServerResponse, request: ScriptedRequest, answer: Answer): void {
  if ('hang' in answer) return;
  if ('status' in answer) return send(response, answer);
  if ('streamError' in answer) {
    const events = messageEvents(message(request, { content: 'Half an ans' })).slice(0, 3);
    stream(response, [...events.map(encodeEvent), encodeError(answer.streamError)]);
    response.end();
    return;
  }
  const whole = message(request, wholeAnswer(answer));
  if (!request.body.stream) return sendJson(response, whole, 'cut' in answer);
  const events = messageEvents(whole).map(
    'malformed' in answer ? garble(answer.malformed) : (event) => event,
  );
  stream(response, events.slice(0, 'cut' in answer ? answer.cut : undefined).map(encodeEvent));
  // The written events leave before the connection does.
  if ('cut' in answer) setImmediate(() => response.destroy());
  else response.end();
}

function wholeAnswer(
  answer: Extract<Answer, { content: unknown } | { cut: number } | { malformed: string }>,
) {
  if ('content' in answer) return answer;
  if ('cut' in answer) return { ...answer, content: 'This answer breaks off half-way.' };
  return { content: [{ type: 'tool_use' as const, name: 'bash', input: {} }] };
}

function garble(input: string): (event: BetaRawMessageStreamEvent) => BetaRawMessageStreamEvent {
  return (event) =>
    event.type === 'content_block_delta'
      ? { ...event, delta: { type: 'input_json_delta', partial_json: input } }
      : event;
}

/** Small chunks, so that events and characters are split across reads as on a real network. */
function stream(response: ServerResponse, events: string[]): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'request-id': 'req_scripted' });
  response.flushHeaders();
  const bytes = Buffer.from(events.join(''));
  const size = Math.max(61, Math.ceil(bytes.length / 50));
  for (let at = 0; at < bytes.length; at += size) response.write(bytes.subarray(at, at + size));
}

function sendJson(response: ServerResponse, body: unknown, cut: boolean): void {
  const bytes = Buffer.from(JSON.stringify(body));
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': bytes.length });
  if (!cut) response.end(bytes);
  else response.write(bytes.subarray(0, bytes.length / 2), () => response.destroy());
}

function send(response: ServerResponse, answer: Extract<Answer, { status: number }>): void {
  const { status, error = { type: 'api_error', message: `scripted ${status}` }, headers = {} } = answer;
  const plain = typeof error === 'string';
  // Unless the script sets a wait of its own, retries follow at once.
  const wait = 'retry-after' in headers ? {} : { 'retry-after-ms': '1' };
  response.writeHead(status, {
    'content-type': plain ? 'text/plain' : 'application/json',
    ...wait,
    ...headers,
  });
  response.end(plain ? error : JSON.stringify({ type: 'error', error }));
}

function encodeError(error: { type: string; message: string }): string {
  return `event: error\ndata: ${JSON.stringify({ type: 'error', error })}\n\n`;
}

function message(request: ScriptedRequest, answer: Extract<Answer, { content: unknown }>): BetaMessage {
  const content = blocks(answer.content, request);
  const calls = content.some((block) => block.type === 'tool_use');
  return {
    id: `msg_${request.agent ?? 'agent'}_${request.turn + 1}`,
    type: 'message',
    role: 'assistant',
    model: request.body.model,
    content,
    container: null,
    context_management: null,
    diagnostics: null,
    stop_reason: answer.stopReason ?? (calls ? 'tool_use' : 'end_turn'),
    stop_sequence: null,
    stop_details: null,
    usage: { ...noUsage, input_tokens: 100, output_tokens: 20, ...answer.usage },
  };
}

/** Ids follow from agent and turn alone, so that a turn asked again gets the very same answer. */
function blocks(
  content: string | ScriptBlock[],
  { agent = 'agent', turn }: ScriptedRequest,
): BetaContentBlock[] {
  const place = `${agent.replace(/\W/g, '-')}_${turn + 1}`;
  const list: ScriptBlock[] = typeof content === 'string' ? [{ type: 'text', text: content }] : content;
  return list.map((block, index) => {
    switch (block.type) {
      case 'text':
        return { citations: null, ...block };
      case 'thinking':
        return { signature: `signature_${place}_${index}`, ...block };
      case 'tool_use':
        return { id: `toolu_${place}_${index}`, ...block };
    }
  });
}

const noUsage: BetaUsage = {
  input_tokens: 0,
  output_tokens: 0,
  cache_creation: null,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 0,
  fallback_credit: null,
  inference_geo: null,
  iterations: null,
  output_tokens_details: null,
  server_tool_use: null,
  service_tier: null,
  speed: null,
};
