import type { Mount, Pod } from '../sandbox/types';
import type { ClockChange } from './clock';
import type { DeliveryAttempt } from './deliveries';
import type { Latency } from './protocol';

/** What a scenario may ask a twin to do wrong. At least one of `reply`, `drop`, `delay` and `malformed` is there. */
export interface Fault {
  /** Operation, for example `chat.postMessage` or `GET /api/v1/users/{userId}`; `*` is every one. */
  on: string;
  /** How many matching calls are affected; default 1. */
  times?: number | undefined;
  /** How many matching calls pass before; default 0. */
  after?: number | undefined;
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
  /** Has a person of the service do something, as the service's documentation lists; returns what is worth knowing of it. */
  act(action: unknown): Promise<unknown>;
  /** Every webhook sent so far, attempt by attempt. */
  deliveries(): Promise<DeliveryAttempt[]>;
  stop(): Promise<void>;
}

/** An API's document as a twin made from it is started with; see `packDocument`. */
export interface TwinDocument {
  text: string;
  /** Host names of the real service. */
  hosts: readonly string[];
}

export interface TwinSetup {
  /** As in a spec; of twins made from a document `openapi:` and its path. */
  name: string;
  /** There for twins made from one. */
  document?: TwinDocument;
  seed?: unknown;
  faults?: Fault[];
  /** Called for every request, live. */
  onCall?: (call: TwinCall) => void;
}

export interface PodTwins {
  twins: TwinHandle[];
  /** What leads the real hosts of the twins to them, for the environment of every program in the pod. */
  env: Record<string, string>;
  /** Further variables, for those who write and run visible tests: where the twins can be controlled. */
  control: Record<string, string>;
}

/** The twins of a pod that is about to be opened. */
export interface TwinPlan {
  /** What the pod must be opened with. */
  mounts: Mount[];
  /** @param setups one for each of the planned twins, in that order */
  start(pod: Pod, setups: readonly TwinSetup[], onRefused?: (host: string) => void): Promise<PodTwins>;
}

export interface TwinPlanOptions {
  /** Folder on the host for sockets and certificates; its path must be short, and no sandbox may show it. */
  folder: string;
  /** Folder on the host with `redirect.js`. */
  programs: string;
  /** Whether visible tests may control the twins; never where a scenario is judged. */
  control: boolean;
}

/** Plans twins by name. Throws `bad-input` for an unknown one. */
export type PlanTwins = (names: readonly string[], options: TwinPlanOptions) => Promise<TwinPlan>;
