import type { HttpBindings } from '@hono/node-server';
import type { Hono } from 'hono';
import type { WebSocket } from 'ws';
import type * as z from 'zod/mini';
import type { Delivery, DeliveryAttempt } from './deliveries';
import type { Latency } from './protocol';
import type { RateLimit, RateState } from './rates';
import type { Fault, TwinCall } from './types';

/** Requests over a port bring their socket; requests made in this process do not. */
export interface TwinEnv {
  Bindings: Partial<HttpBindings>;
}

/** How a service sends webhooks. */
export interface DeliveryRules<State> {
  /** How long a receiver may take, in milliseconds. */
  timeoutMs: number;
  /** Milliseconds to wait before each further attempt. */
  retryAfterMs: readonly number[];
  /** Headers of this attempt: signature, time, number of the retry. */
  headers(twin: Twin<State>, delivery: Delivery): Record<string, string>;
  /** False: this one is sent once, whatever comes of it. */
  retries?(delivery: Delivery): boolean;
  /** True when this answer, which was no success, ends the attempts. */
  stops?(response: Headers, status: number): boolean;
  /** Hears of a webhook whose last attempt failed. */
  gaveUp?(twin: Twin<State>, delivery: Delivery): void;
  /** Hears every answer that came, for handshakes. */
  answered?(twin: Twin<State>, delivery: Delivery, answer: { status: number; text: string }): void;
}

/** Work that a service does later, by kind; `data` is what was handed to `later`. */
export type JobHandlers<State> = Readonly<Record<string, (twin: Twin<State>, data: unknown) => void>>;

/**
 * A service that can be played by a twin: all that differs between one service and another. A seed, once parsed and
 * settled, is a state; both are plain JSON, and everything that changes is in the state.
 */
export interface Service<Seed, State extends Seed> {
  /** As written in specs and scenarios. */
  readonly name: string;
  /** Host names of the real service, which the redirect layer leads here; `*.` stands for any labels. */
  readonly hosts: readonly string[];
  /** What a seed may say; everything is optional, and its output is a complete state. */
  readonly seed: z.ZodMiniType<Seed>;
  /** Completes a parsed seed or a restored state: generated ids, times, what one part implies for another. */
  settle(seed: Seed, now: number): State;
  /** Why this fault cannot happen here, or null when it can. */
  refuseFault(fault: Fault): string | null;
  /** Adds the service's routes, each answered through `answerOperation`, and its answer to what it does not know. */
  routes(app: Hono<TwinEnv>, twin: Twin<State>): void;
  /** The operation that a request outside of `answerOperation` is logged as; method and path when left out. */
  operationName?(method: string, path: string): string;
  /** Bytes of a request body, of each path where it depends; 1 MiB when left out. */
  readonly maxBody?: number | ((path: string) => number);
  /** Credentials in the service's own form, new each time, so that no program can know them beforehand. */
  newCredentials(): Record<string, string>;
  /** What placeholders stand for when the service listens at `origin` (no slash at the end). */
  values(origin: string, credentials: Readonly<Record<string, string>>): Record<string, string>;
  readonly jobs?: JobHandlers<State>;
  readonly deliveries?: DeliveryRules<State>;
  /** Does what a person does in the service; throws `bad-input` for what nobody can do. @returns what is worth knowing of it */
  act?(twin: Twin<State>, action: unknown): unknown;
  /** Takes a WebSocket that a client opened at `url`; the service closes the ones it does not want. */
  readonly socket?: (twin: Twin<State>, socket: WebSocket, url: URL) => void;
}

/** A service at work. Everything that changes is here, so that a snapshot is complete. */
export interface Twin<State> {
  readonly name: string;
  /** Made for this twin; they survive `restore` and `reset`, because programs were started with them. */
  readonly credentials: Readonly<Record<string, string>>;
  state: State;
  /** Base URL it is served at, no slash at the end; that of the real service's first host until it is served. */
  origin: string;
  /** Milliseconds since the epoch, by the twin's own clock. */
  now(): number;
  /** From 0 to, not with, 1, by the twin's own dice: the same seed and history give the same numbers. Never for credentials. */
  random(): number;
  /** Does a job of the service when that much time has passed on the twin's clock. */
  later(delayMs: number, kind: string, data: unknown): void;
  /** Sends a webhook, as soon as the answer to the current request is on its way. */
  deliver(delivery: Omit<Delivery, 'id' | 'attempt' | 'failure'>): void;
  /** Has a person of the service do something. Throws `bad-input` where the service has no people, or for what nobody can do. */
  act(action: unknown): unknown;
  /** Does all that is due; the host calls it before each request and whenever the clock is moved. */
  runDue(): Promise<void>;
  /** Counts a request in a bucket; always allowed where limits are off. */
  takeRate(bucket: string, limit: RateLimit): RateState;
  /** The fault this call must suffer, which is thereby used up. */
  takeFault(operation: string): Fault | null;
  /** True when the log can hold no more calls; the twin then refuses to answer. */
  isFull(): boolean;
  record(call: Omit<TwinCall, 'at'>): void;
  calls(): readonly TwinCall[];
  deliveries(): readonly DeliveryAttempt[];
  latency(): Latency;
  setLatency(latency: unknown): void;
  changeClock(change: unknown): Promise<void>;
  addFaults(faults: unknown): void;
  reset(): void;
  snapshot(): string;
  /** Throws `bad-input` and changes nothing when the text is not a snapshot of this service. */
  restore(snapshot: string): void;
  /** Another twin of the service that begins as this one is now, and goes its own way. */
  fork(): Twin<State>;
  /** Ends what it still had to do. */
  close(): void;
}

export interface TwinOptions {
  /** The twin's credentials; new ones for those left out. */
  credentials?: Record<string, string>;
  seed?: unknown;
  faults?: unknown;
  /** Text of a packed document, for a twin made from one. */
  document?: string;
  /** Seed of the dice; 1 when left out. */
  dice?: number;
  latency?: Latency;
  /** False: rate limits are not enforced. */
  rateLimits?: boolean;
  onCall?: ((call: TwinCall) => void) | undefined;
  /** Milliseconds since the epoch; the machine's clock when left out. */
  now?: () => number;
}
