import type { Service, Twin } from './contract';
import type { Delivery, DeliveryAttempt, DeliveryFailure } from './deliveries';

/** The kind of job that is an attempt to deliver. */
export const deliveryJob = 'deliver';
/** Bytes of a receiver's answer that are read. */
const maxAnswer = 256 * 1024;

/** Twins speak to nobody but programs on their own machine or in their own pod. */
function isLoopback(url: string): boolean {
  const { hostname, protocol } = URL.parse(url) ?? { hostname: '', protocol: '' };
  const local = hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
  return local && (protocol === 'http:' || protocol === 'https:');
}

async function readSome(response: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of response.body ?? []) {
    parts.push(part as Uint8Array);
    bytes += (part as Uint8Array).length;
    if (bytes > maxAnswer) break;
  }
  return Buffer.concat(parts).toString();
}

interface Outcome {
  status: number;
  answered: string;
  failure?: DeliveryFailure;
  headers: Headers;
  text: string;
}

/** What is sent to a receiver. */
interface Letter {
  url: string;
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  headers: Record<string, string>;
  body?: string;
}

/** Asks a receiver on this machine and waits for its answer; never throws. */
export async function exchange({ url, ...init }: Letter, timeoutMs: number): Promise<Outcome> {
  const nothing = { status: 0, headers: new Headers(), text: '' };
  if (!isLoopback(url)) return { ...nothing, answered: 'not_local' };
  try {
    const response = await fetch(url, {
      ...init,
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await readSome(response);
    const { status } = response;
    const failed = status < 200 || status > 299;
    return {
      status,
      headers: response.headers,
      text,
      ...(failed ? { answered: `http_${status}`, failure: 'http_error' } : { answered: 'ok' }),
    };
  } catch (error) {
    const late = error instanceof DOMException && error.name === 'TimeoutError';
    const failure = late ? 'timeout' : 'connection_failed';
    return { ...nothing, answered: failure, failure };
  }
}

function post(delivery: Delivery, headers: Record<string, string>, timeoutMs: number): Promise<Outcome> {
  const { url, method = 'POST', body } = delivery;
  const bodiless = method === 'GET' || method === 'DELETE';
  const letter: Letter = { url, method, headers: { ...delivery.headers, ...headers } };
  return exchange(bodiless ? letter : { ...letter, body }, timeoutMs);
}

/** Makes one attempt and arranges the next one where the rules give any. */
export async function attemptDelivery<Seed, State extends Seed>(
  service: Service<Seed, State>,
  twin: Twin<State>,
  delivery: Delivery,
): Promise<DeliveryAttempt> {
  const rules = service.deliveries;
  if (!rules) throw new Error(`the ${service.name} twin has no rules for deliveries`);
  const { id, name, url, attempt } = delivery;
  const outcome = await post(delivery, rules.headers(twin, delivery), rules.timeoutMs);
  if (outcome.status > 0) rules.answered?.(twin, delivery, outcome);
  const pause = rules.retries?.(delivery) === false ? undefined : rules.retryAfterMs[attempt];
  const stops = outcome.status > 0 && rules.stops?.(outcome.headers, outcome.status) === true;
  if (outcome.failure && pause !== undefined && !stops) {
    twin.later(pause, deliveryJob, { ...delivery, attempt: attempt + 1, failure: outcome.failure });
  } else if (outcome.failure) rules.gaveUp?.(twin, delivery);
  return { at: twin.now(), id, name, url, attempt, status: outcome.status, answered: outcome.answered };
}
