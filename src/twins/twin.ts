import { hash } from 'node:crypto';
import * as z from 'zod/mini';
import { FactoryError } from '../shared/errors';
import { checked, checkedJson } from './check';
import { changeClock, clockChangeSchema, clockSchema, timeOf, type Clock } from './clock';
import type { Service, Twin, TwinOptions } from './contract';
import { attemptDelivery, deliveryJob } from './deliver';
import { attemptSchema, deliverySchema, type DeliveryAttempt } from './deliveries';
import { throwDice } from './dice';
import { faultsSchema, takeFault, type ArmedFault } from './faults';
import { dueJobs, jobSchema, type Job } from './jobs';
import { callSchema, latencySchema, type Latency } from './protocol';
import { bucketsSchema, takeRate, type Buckets } from './rates';
import type { TwinCall } from './types';

/** Characters of arguments the call log holds; a program that floods a twin must not fill the machine's memory. */
const logCapacity = 16 * 1024 * 1024;
const logEntries = 100_000;
/** Jobs a twin holds, webhooks above all; a program that makes more is left without the newest. */
const maxJobs = 10_000;
/** The longest a timer can wait; a later job is looked at again then. */
const maxTimerMs = 2 ** 31 - 1;

/** Digests that are kept of snapshots given out. */
const rememberedSnapshots = 1000;
/** Those of all twins of this process: what one of them gave need not be checked when it or a fork takes it. */
const given = new Set<string>();

/** What the host keeps of a twin beside the service's state. All of it is in a snapshot. */
interface HostState {
  faults: ArmedFault[];
  calls: TwinCall[];
  deliveries: DeliveryAttempt[];
  clock: Clock;
  dice: number;
  buckets: Buckets;
  jobs: Job[];
  latency: Latency;
}

const hostShape = {
  faults: faultsSchema,
  calls: z.array(callSchema),
  deliveries: z.array(attemptSchema),
  clock: clockSchema,
  dice: z.int(),
  buckets: bucketsSchema,
  jobs: z.array(jobSchema),
  latency: latencySchema,
};

const sizeOf = (call: TwinCall): number => JSON.stringify(call).length;

function parseFaults(
  service: Pick<Service<unknown, unknown>, 'name' | 'refuseFault'>,
  value: unknown,
): ArmedFault[] {
  const faults = checked(faultsSchema, value, {
    what: `list of faults of the ${service.name} twin`,
    code: 'bad-input',
    hint: 'A fault has the keys on, times, after, probability and one or more of reply, retryAfter, drop, delay, malformed.',
  });
  for (const fault of faults) {
    const reason = service.refuseFault(fault);
    if (reason) {
      throw new FactoryError('bad-input', `The ${service.name} twin cannot play a fault: ${reason}.`, {
        hint: 'Name an operation the twin models and an answer it knows; the documentation of the twin lists both.',
      });
    }
  }
  return faults;
}

/** Starts a twin of a service in this process, without a port. Throws `bad-input` for a bad seed or fault. */
export function createTwin<Seed, State extends Seed>(
  service: Service<Seed, State>,
  options: TwinOptions,
): Twin<State> {
  const machine = options.now ?? Date.now;
  const snapshotSchema = z.strictObject({
    twin: z.literal(service.name),
    version: z.literal(2),
    state: service.seed,
    ...hostShape,
  });
  const seeded = checked(service.seed, options.seed ?? {}, {
    what: `seed of the ${service.name} twin`,
    code: 'bad-input',
    hint: 'Correct or remove that value; the documentation of the twin lists every key.',
  });
  // States are plain JSON, whose parser is the fastest way to copy them.
  const beginning = JSON.stringify(service.settle(seeded, machine()));
  const begin = () => JSON.parse(beginning) as State;
  /** What the next reset begins with, made while nobody waits. */
  let spare: State | undefined;
  const digestOf = (text: string) => `${service.name} ${hash('sha256', text)}`;
  const first: HostState = {
    faults: parseFaults(service, options.faults ?? []),
    calls: [],
    deliveries: [],
    clock: { offset: 0, frozenAt: null },
    dice: options.dice ?? 1,
    buckets: {},
    jobs: [],
    latency: checkLatency(service.name, options.latency ?? { min: 0, max: 0 }),
  };
  let host = structuredClone(first);
  let logged = 0;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const now = () => timeOf(host.clock, machine());
  /** Wakes up for the next job; a clock that stands still brings only what is due already. */
  const arrange = (): void => {
    clearTimeout(timer);
    if (closed || host.jobs.length === 0) return;
    const next = host.jobs.reduce((first, job) => Math.min(first, job.at), Infinity);
    if (host.clock.frozenAt !== null && next > now()) return;
    const pause = Math.min(Math.max(next - now(), 0), maxTimerMs);
    timer = setTimeout(() => void twin.runDue().catch(console.error), pause);
    timer.unref();
  };
  const runJob = async ({ kind, data }: Job): Promise<void> => {
    if (kind !== deliveryJob) return service.jobs?.[kind]?.(twin, data);
    const current = host;
    const attempt = await attemptDelivery(service, twin, deliverySchema.parse(data));
    // A reset or restore in the meantime has put another history in its place.
    if (host === current) host.deliveries.push(attempt);
  };

  const parseSnapshot = (text: string) =>
    checkedJson(snapshotSchema, text, {
      what: `snapshot of the ${service.name} twin`,
      code: 'bad-input',
      hint: 'Restore only what `snapshot` of the same twin gave.',
    });
  const parseOwn = (text: string) => JSON.parse(text) as z.output<typeof snapshotSchema>;

  const twin: Twin<State> = {
    name: service.name,
    credentials: { ...service.newCredentials(), ...options.credentials },
    state: begin(),
    origin: `https://${service.hosts[0] ?? 'localhost'}`,
    now,
    random() {
      const { seed, value } = throwDice(host.dice);
      host.dice = seed;
      return value;
    },
    later(delayMs, kind, data) {
      if (host.jobs.length >= maxJobs) return;
      host.jobs.push({ at: now() + delayMs, kind, data });
      arrange();
    },
    deliver(delivery) {
      const id = Array.from({ length: 12 }, () => Math.floor(twin.random() * 36).toString(36)).join('');
      twin.later(0, deliveryJob, { ...delivery, id, attempt: 0 });
    },
    act(action) {
      if (service.act) return service.act(twin, action);
      throw new FactoryError('bad-input', `The ${service.name} twin has no people who could do that.`, {
        hint: 'Call the service as a client does.',
      });
    },
    async runDue() {
      const { due, left } = dueJobs(host.jobs, now());
      if (due.length === 0) return arrange();
      host.jobs = left;
      // Deliveries wait for receivers, which may be busy with a request to this very twin; nothing waits for them.
      const running = due.map(async (job) => {
        const done = runJob(job);
        if (job.kind === deliveryJob) done.catch(console.error);
        else await done;
      });
      arrange();
      await Promise.all(running);
    },
    takeRate(bucket, limit) {
      if (options.rateLimits === false) {
        return {
          allowed: true,
          limit: limit.limit,
          remaining: limit.limit,
          resetAt: now() + limit.windowMs,
        };
      }
      return takeRate(host.buckets, bucket, limit, now());
    },
    takeFault(operation) {
      if (host.faults.length === 0) return null;
      const taken = takeFault(host.faults, operation, () => twin.random());
      host.faults = taken.left;
      return taken.fault;
    },
    isFull: () => logged >= logCapacity || host.calls.length >= logEntries,
    record(call) {
      const complete = { at: now(), ...call };
      host.calls.push(complete);
      logged += sizeOf(complete);
      options.onCall?.(complete);
    },
    calls: () => host.calls,
    deliveries: () => host.deliveries,
    latency: () => host.latency,
    setLatency(value) {
      host.latency = checkLatency(service.name, value);
    },
    async changeClock(change) {
      const parsed = checked(clockChangeSchema, change, {
        what: `change of the ${service.name} twin’s clock`,
        code: 'bad-input',
        hint: 'Write one of { advance: MILLISECONDS }, { freeze: MILLISECONDS SINCE 1970 } and { resume: true }.',
      });
      host.clock = changeClock(host.clock, parsed, machine());
      await twin.runDue();
    },
    addFaults(more) {
      host.faults = [...host.faults, ...parseFaults(service, more)];
    },
    reset() {
      twin.state = spare ?? begin();
      spare = undefined;
      host = structuredClone(first);
      logged = 0;
      arrange();
      setImmediate(() => (spare ??= begin())).unref();
    },
    snapshot() {
      const text = JSON.stringify({ twin: service.name, version: 2, state: twin.state, ...host });
      if (given.size >= rememberedSnapshots) given.clear();
      given.add(digestOf(text));
      return text;
    },
    restore(text) {
      const known = given.has(digestOf(text));
      const { state, faults, calls, deliveries, clock, dice, buckets, jobs, latency } = known
        ? parseOwn(text)
        : parseSnapshot(text);
      twin.state = known ? (state as State) : service.settle(state, timeOf(clock, machine()));
      host = { faults, calls, deliveries, clock, dice, buckets, jobs, latency };
      logged = host.calls.reduce((sum, call) => sum + sizeOf(call), 0);
      arrange();
    },
    fork() {
      const other = createTwin(service, { ...options, credentials: twin.credentials });
      other.restore(twin.snapshot());
      other.origin = twin.origin;
      return other;
    },
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
  return twin;
}

function checkLatency(name: string, value: unknown): Latency {
  return checked(latencySchema, value, {
    what: `latency of the ${name} twin`,
    code: 'bad-input',
    hint: 'Write { min, max } in milliseconds, up to a minute.',
  });
}
