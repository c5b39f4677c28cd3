import { setTimeout as wait } from 'node:timers/promises';
import type { Context } from 'hono';
import type { Twin, TwinEnv } from './contract';
import type { Fault } from './types';

export type TwinContext = Context<TwinEnv>;

/** What a service answers to one request, and how the call log names it. */
export interface Answer {
  /** HTTP status. */
  status: number;
  /** `ok`, or the service's own name for the error. */
  answered: string;
  /** Sent as it is when text or bytes, as JSON when an object or array; nothing when left out. */
  body?: string | Uint8Array | object | null;
  /** Pairs, because some services send a header more than once. */
  headers?: readonly (readonly [string, string])[];
  /** The twin does not model what was asked; the answer is the service's own for what it does not know. */
  unmodelled?: true;
}

/** One request that was understood as an operation of the service. */
export interface OperationCall {
  /** The name that faults and scenarios use: `chat.postMessage`, `GET /api/v1/users/{userId}`. */
  operation: string;
  /** Arguments as the service understood them, for the call log; never credentials. */
  args: Record<string, unknown>;
  /** An answer given before any fault is used up: no credentials, a request nobody can read. */
  refused?: Answer | undefined;
  /** The answer a fault names with `reply`. */
  fault: (reply: string, fault: Fault) => Answer;
  work: () => Answer | Promise<Answer>;
}

/** Waits until the client gives up, is cut off, or the twin ends. */
async function sendNothing(c: TwinContext, reset: boolean): Promise<Response> {
  const { signal } = c.req.raw;
  const gone = new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  if (reset) c.env.incoming?.socket.resetAndDestroy();
  if (!signal.aborted) await gone;
  return c.body(null);
}

const bodyless = [101, 204, 205, 304];

/** Half of an answer under its whole type: what a program gets when a server dies while it writes. */
function garble(text: string): string {
  return text.slice(0, Math.max(1, Math.floor(text.length / 2)));
}

function send(answer: Answer, malformed: boolean): Response {
  const { body } = answer;
  const headers = new Headers();
  const isJson = typeof body === 'object' && !(body instanceof Uint8Array);
  if (isJson) headers.set('content-type', 'application/json; charset=utf-8');
  const seen = new Set<string>();
  for (const [name, value] of answer.headers ?? []) {
    if (seen.has(name)) headers.append(name, value);
    else headers.set(name, value);
    seen.add(name);
  }
  if (body === undefined || body === null || bodyless.includes(answer.status)) {
    return new Response(null, { status: answer.status, headers });
  }
  if (body instanceof Uint8Array) {
    return new Response(new Uint8Array(body), { status: answer.status, headers });
  }
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return new Response(malformed ? garble(text) : text, { status: answer.status, headers });
}

/**
 * Answers one operation: what the service refuses outright, then the fault armed for it, then its own work; each is
 * in the call log. Faults come after credentials, so that a program without any does not use them up.
 */
export async function answerOperation<State>(
  twin: Twin<State>,
  c: TwinContext,
  { operation, args, refused, fault, work }: OperationCall,
): Promise<Response> {
  const began = twin.now();
  const record = ({ status, answered, unmodelled }: Answer): void => {
    twin.record({
      method: operation,
      status,
      answered,
      args,
      ms: twin.now() - began,
      ...(unmodelled ? { unmodelled } : {}),
    });
  };
  const armed = refused ? null : twin.takeFault(operation);
  if (armed?.delay) await wait(armed.delay, undefined, { signal: c.req.raw.signal }).catch(() => undefined);
  const cut = armed?.drop === 'before' || armed?.reply === 'connection_reset';
  if (cut || armed?.reply === 'timeout') {
    record({ status: 0, answered: cut ? 'connection_reset' : 'timeout' });
    return sendNothing(c, cut);
  }
  const answer = refused ?? (armed?.reply === undefined ? await work() : fault(armed.reply, armed));
  record(answer);
  if (armed?.drop === 'after') return sendNothing(c, true);
  return send(answer, armed?.malformed === true);
}
