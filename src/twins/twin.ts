import type { HttpBindings } from '@hono/node-server';
import type { Hono } from 'hono';
import * as z from 'zod/mini';
import { FactoryError } from '../shared/errors';
import { checked, checkedJson } from './check';
import { faultsSchema, takeFault, type ArmedFault } from './faults';
import { callSchema } from './protocol';
import type { Fault, TwinCall } from './types';

/** Characters of arguments the call log holds; a program that floods a twin must not fill the machine's memory. */
const logCapacity = 16 * 1024 * 1024;
const logEntries = 100_000;

/** Requests over a port bring their socket; requests made in this process do not. */
export interface TwinEnv {
  Bindings: Partial<HttpBindings>;
}

/** A service that can be played by a twin. A seed, once parsed and settled, is a state; both are plain JSON. */
export interface Service<Seed, State extends Seed> {
  /** As written in specs and scenarios. */
  readonly name: string;
  /** What a seed may say; everything is optional, and its output is a complete state. */
  readonly seed: z.ZodMiniType<Seed>;
  /** Completes a parsed seed or a restored state: generated ids, times, what one part implies for another. */
  settle(seed: Seed, now: number): State;
  /** Why this fault cannot happen here, or null when it can. */
  refuseFault(fault: Fault): string | null;
  /** The service's own HTTP interface. */
  app(twin: Twin<State>): Hono<TwinEnv>;
  /** A credential in the service's own form, new each time, so that no program can know it beforehand. */
  newToken(): string;
  /** What placeholders stand for when the service listens at `origin` (no slash at the end). */
  values(origin: string, token: string): Record<string, string>;
}

/** A service at work. Everything that changes is here, so that a snapshot is complete. */
export interface Twin<State> {
  readonly name: string;
  /** The credential made for this twin; it survives `restore` and `reset`, because programs were started with it. */
  readonly token: string;
  state: State;
  /** Milliseconds since the epoch. */
  now(): number;
  /** The fault this call must suffer, which is thereby used up. */
  takeFault(method: string): Fault | null;
  /** True when the log can hold no more calls; the service then refuses to answer. */
  isFull(): boolean;
  record(call: Omit<TwinCall, 'at'>): void;
  calls(): readonly TwinCall[];
  addFaults(faults: unknown): void;
  reset(): void;
  snapshot(): string;
  /** Throws `bad-input` and changes nothing when the text is not a snapshot of this service. */
  restore(snapshot: string): void;
}

export interface TwinOptions {
  /** The twin's credential; a new one when left out. */
  token?: string;
  seed?: unknown;
  faults?: unknown;
  onCall?: ((call: TwinCall) => void) | undefined;
  /** Milliseconds since the epoch; the machine's clock when left out. */
  now?: () => number;
}

/** Starts a twin of a service in this process, without a port. Throws `bad-input` for a bad seed or fault. */
export function createTwin<Seed, State extends Seed>(
  service: Service<Seed, State>,
  options: TwinOptions,
): Twin<State> {
  const now = options.now ?? Date.now;
  const snapshotSchema = z.strictObject({
    twin: z.literal(service.name),
    version: z.literal(1),
    state: service.seed,
    faults: faultsSchema,
    calls: z.array(callSchema),
  });
  const parseFaults = (value: unknown): ArmedFault[] => {
    const faults = checked(faultsSchema, value, {
      what: `list of faults of the ${service.name} twin`,
      code: 'bad-input',
      hint: 'A fault has the keys on, times, reply and retryAfter.',
    });
    for (const fault of faults) {
      const reason = service.refuseFault(fault);
      if (reason) {
        throw new FactoryError('bad-input', `The ${service.name} twin cannot play a fault: ${reason}.`, {
          hint: 'Name a method the twin models and an answer it knows; the documentation of the twin lists both.',
        });
      }
    }
    return faults;
  };
  const seeded = checked(service.seed, options.seed ?? {}, {
    what: `seed of the ${service.name} twin`,
    code: 'bad-input',
    hint: 'Correct or remove that value; the documentation of the twin lists every key.',
  });
  const firstFaults = parseFaults(options.faults ?? []);
  const begin = (): State => service.settle(structuredClone(seeded), now());

  let faults = firstFaults;
  let calls: TwinCall[] = [];
  let logged = 0;
  const twin: Twin<State> = {
    name: service.name,
    token: options.token ?? service.newToken(),
    state: begin(),
    now,
    takeFault(method) {
      const taken = takeFault(faults, method);
      faults = taken.left;
      return taken.fault;
    },
    isFull: () => logged >= logCapacity || calls.length >= logEntries,
    record(call) {
      const complete = { at: now(), ...call };
      calls.push(complete);
      logged += sizeOf(complete);
      options.onCall?.(complete);
    },
    calls: () => calls,
    addFaults(more) {
      faults = [...faults, ...parseFaults(more)];
    },
    reset() {
      twin.state = begin();
      faults = firstFaults;
      calls = [];
      logged = 0;
    },
    snapshot: () => JSON.stringify({ twin: service.name, version: 1, state: twin.state, faults, calls }),
    restore(text) {
      const snapshot = checkedJson(snapshotSchema, text, {
        what: `snapshot of the ${service.name} twin`,
        code: 'bad-input',
        hint: 'Restore only what `snapshot` of the same twin gave.',
      });
      twin.state = service.settle(snapshot.state, now());
      faults = snapshot.faults;
      calls = snapshot.calls;
      logged = calls.reduce((sum, call) => sum + sizeOf(call), 0);
    },
  };
  return twin;
}

const sizeOf = (call: TwinCall): number => JSON.stringify(call).length;
