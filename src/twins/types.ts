import type { Pod } from '../sandbox/types';
import type { ClockChange } from './clock';
import type { DeliveryAttempt } from './deliveries';
import type { Latency } from './protocol';

/** What a scenario may ask a twin to do wrong. At least one of `reply`, `drop`, `delay` and `malformed` is there. */
export interface Fault {
  /** Operation, for example `chat.postMessage` or `GET /api/v1/users/{userId}`; `*` is every one. */
  on: string;
  /** How many matching calls are affected; default 1. */
  times?: number;
  /** How many matching calls pass before; default 0. */
  after?: number;
  /** Chance from 0 to 1 that a matching call is affected, by the twin's own dice. */
  probability?: number | undefined;
  /** Named answer of the service, for example `ratelimited`, or `timeout`, `connection_reset`, `http_500`, `http_503`. */
  reply?: string | undefined;
  /** Seconds, for answers that carry it. */
  retryAfter?: number | undefined;
  /** Cuts the connection before the operation is carried out, or after it. */
  drop?: 'before' | 'after' | undefined;
  /** Milliseconds before the answer. */
  delay?: number | undefined;
  /** Sends the first half of the answer's body. */
  malformed?: true | undefined;
}

export interface TwinCall {
  /** Milliseconds since the epoch, by the twin's clock. */
  at: number;
  /** Milliseconds it took, by the twin's clock; left out when it was refused before anything was done. */
  ms?: number | undefined;
  /** The operation, by the name that faults use. */
  method: string;
  status: number;
  /** `ok` or the service's own error name. */
  answered: string;
  /** Parsed arguments as the service understood them. */
  args: Record<string, unknown>;
  /** The twin does not model what was asked. */
  unmodelled?: true | undefined;
}

/** A running twin. `values` are what placeholders `{{twin.<name>.*}}` stand for. */
export interface TwinHandle {
  readonly name: string;
  readonly values: Record<string, string>;
  calls(): Promise<TwinCall[]>;
  state(): Promise<unknown>;
  snapshot(): Promise<string>;
  restore(snapshot: string): Promise<void>;
  /** Back to the seed and the faults it started with, with an empty call log. */
  reset(): Promise<void>;
  addFaults(faults: Fault[]): Promise<void>;
  /** Moves, stops or starts the twin's clock; what falls due is done before this returns. */
  changeClock(change: ClockChange): Promise<void>;
  setLatency(latency: Latency): Promise<void>;
  /** Every webhook sent so far, attempt by attempt. */
  deliveries(): Promise<DeliveryAttempt[]>;
  stop(): Promise<void>;
}

export interface TwinSetup {
  name: string;
  seed?: unknown;
  faults?: Fault[];
  /** Called for every request, live. */
  onCall?: (call: TwinCall) => void;
}

/** Starts twins inside a pod; the control socket stays on the host. */
export type StartTwin = (pod: Pod, setup: TwinSetup, socketDir: string) => Promise<TwinHandle>;
