import type { Pod } from '../sandbox/types';

/** What a scenario may ask a twin to do wrong. */
export interface Fault {
  /** Method or route, for example `chat.postMessage`. */
  on: string;
  /** How many matching calls are affected; default 1. */
  times?: number;
  /** Named answer of the service, for example `ratelimited`, or `timeout`. */
  reply: string;
  /** Seconds, for answers that carry it. */
  retryAfter?: number | undefined;
}

export interface TwinCall {
  at: number;
  method: string;
  status: number;
  /** `ok` or the service's own error name. */
  answered: string;
  /** Parsed arguments as the service understood them. */
  args: Record<string, unknown>;
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
