import { createInterface } from 'node:readline';
import { FactoryError } from '../shared/errors';
import { createCapture } from './capture';
import type { Launched } from './launch';
import type { WorkerAnswer, WorkerCall, WorkerCancel } from './workerProtocol';

/** The host's end of the file-tool worker. */
export interface WorkerClient {
  call(name: string, input: unknown, signal?: AbortSignal): Promise<ToolAnswer>;
}

export interface ToolAnswer {
  text: string;
  isError: boolean;
}

interface Waiting {
  resolve(answer: ToolAnswer): void;
  reject(error: Error): void;
}

/**
 * Talks to a worker that `start` launches. What the worker says is agent output: it can answer calls, nothing else.
 * @param onEnd called once when the worker is gone, so that the next call can start another.
 */
export function connectWorker(start: () => Launched, onEnd: () => void): WorkerClient {
  const launched = start();
  const waiting = new Map<number, Waiting>();
  const complaints = createCapture(4096);
  let lastId = 0;

  const send = (message: WorkerCall | WorkerCancel) => launched.stdin?.write(`${JSON.stringify(message)}\n`);
  launched.stderr.on('data', (chunk: Buffer) => complaints.push(chunk));
  createInterface({ input: launched.stdout }).on('line', (line) => {
    const reply = parseAnswer(line);
    if (reply) waiting.get(reply.id)?.resolve({ text: reply.text, isError: reply.isError });
  });
  const gone = () => {
    onEnd();
    for (const call of waiting.values()) call.reject(workerGone(complaints.text()));
  };
  launched.ended.then(gone, gone);

  return {
    async call(name, input, signal) {
      const id = ++lastId;
      const cancel = () => {
        send({ cancel: id });
        waiting.get(id)?.reject(cancelled());
      };
      try {
        return await new Promise<ToolAnswer>((resolve, reject) => {
          waiting.set(id, { resolve, reject });
          signal?.addEventListener('abort', cancel, { once: true });
          if (signal?.aborted) cancel();
          else send({ id, name, input });
        });
      } finally {
        waiting.delete(id);
        signal?.removeEventListener('abort', cancel);
      }
    },
  };
}

function parseAnswer(line: string): WorkerAnswer | undefined {
  try {
    const { id, text, isError } = JSON.parse(line) as Partial<WorkerAnswer>;
    const valid = typeof id === 'number' && typeof text === 'string' && typeof isError === 'boolean';
    return valid ? { id, text, isError } : undefined;
  } catch {
    return undefined; // Not an answer: a killed worker may leave half a line.
  }
}

function workerGone(complaint: string): FactoryError {
  return new FactoryError('failed', `The file-tool worker ended before it answered: ${complaint.trim()}`, {
    hint: 'Try the call again; the worker is started anew.',
  });
}

const cancelled = () =>
  new FactoryError('cancelled', 'The file tool was cancelled.', { hint: 'Resume the run to go on.' });
