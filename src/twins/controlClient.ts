import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { Transform } from 'node:stream';
import * as z from 'zod/mini';
import { FactoryError, messageOf } from '../shared/errors';
import { checkedJson, type Complaint } from './check';
import { attemptSchema } from './deliveries';
import { callSchema, failureSchema } from './protocol';
import type { TwinHandle } from './types';

/** Bytes of an answer that are read; state and call log of a full twin fit. */
const maxAnswer = 128 * 1024 * 1024;
const patienceMs = 10_000;

const doneSchema = z.object({ done: z.optional(z.unknown()) });
const stateSchema = z.record(z.string(), z.unknown());

/** What a running twin can be asked from the host. */
export type TwinControl = Omit<TwinHandle, 'name' | 'values' | 'stop'>;

function limited(): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      done(bytes > maxAnswer ? new Error('the answer is too long') : null, chunk);
    },
  });
}

function exchange(
  socketPath: string,
  method: string,
  path: string,
  body?: string,
): Promise<{ status: number; answer: string }> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(patienceMs);
    const sent = request({ socketPath, method, path, signal, agent: false }, (response) => {
      const answer = response.pipe(limited());
      response.once('error', reject);
      text(answer).then((words) => resolve({ status: response.statusCode ?? 0, answer: words }), reject);
    });
    sent.once('error', reject);
    sent.end(body);
  });
}

/** Talks to the control socket of a twin. What comes back is checked: the twin's process may have been misled. */
export function connectControl(name: string, socketPath: string): TwinControl {
  const garbled = (what: string): Complaint => ({
    what: `${what} of the ${name} twin`,
    code: 'failed',
    hint: 'The twin was disturbed; start it again.',
  });
  const ask = async (method: string, path: string, body?: string): Promise<string> => {
    const { status, answer } = await exchange(socketPath, method, path, body).catch((cause: unknown) => {
      throw new FactoryError('failed', `The ${name} twin does not answer: ${messageOf(cause)}.`, {
        hint: 'It may have ended with its pod; start it again.',
        cause,
      });
    });
    if (status === 200) return answer;
    const failure = checkedJson(failureSchema, answer, garbled('answer'));
    throw new FactoryError(failure.code, failure.message, { hint: failure.hint });
  };
  return {
    calls: async () => checkedJson(z.array(callSchema), await ask('GET', '/calls'), garbled('call log')),
    state: async () => checkedJson(stateSchema, await ask('GET', '/state'), garbled('state')),
    snapshot: () => ask('GET', '/snapshot'),
    restore: async (snapshot) => void (await ask('POST', '/restore', snapshot)),
    reset: async () => void (await ask('POST', '/reset')),
    addFaults: async (faults) => void (await ask('POST', '/faults', JSON.stringify(faults))),
    changeClock: async (change) => void (await ask('POST', '/clock', JSON.stringify(change))),
    setLatency: async (latency) => void (await ask('POST', '/latency', JSON.stringify(latency))),
    act: async (action) =>
      checkedJson(doneSchema, await ask('POST', '/act', JSON.stringify(action)), garbled('answer')).done,
    deliveries: async () =>
      checkedJson(z.array(attemptSchema), await ask('GET', '/deliveries'), garbled('log of webhooks')),
  };
}
