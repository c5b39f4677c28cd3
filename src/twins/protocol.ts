import * as z from 'zod/mini';

/** What the twin program reads: one line of JSON on standard input. */
export const twinConfigSchema = z.strictObject({
  name: z.string(),
  /** Port of the service on 127.0.0.1; 0 takes a free one. */
  port: z.int(),
  /** Text of a packed document, for a twin made from one. */
  document: z.optional(z.string()),
  seed: z.optional(z.unknown()),
  faults: z.optional(z.unknown()),
  /** Also serves the control plane on a port, below a secret path, for visible tests; never where a scenario is judged. */
  control: z.optional(z.strictObject({ port: z.int(), secret: z.string() })),
  /** False: rate limits are not enforced. */
  rateLimits: z.optional(z.boolean()),
  /** Ends when its standard input does, where no pod ends it. */
  endsWithInput: z.optional(z.boolean()),
  /** Also leads the real hosts of all twins of the pod to them, for programs that know HTTPS_PROXY. */
  redirect: z.optional(
    z.strictObject({
      port: z.int(),
      /** Host names as in `HostMap`. */
      hosts: z.array(z.tuple([z.string(), z.int()])),
      key: z.string(),
      cert: z.string(),
    }),
  ),
  /** Path of the control socket, which the program makes. */
  socket: z.string(),
});
export type TwinConfig = z.output<typeof twinConfigSchema>;

export const callSchema = z.object({
  at: z.number(),
  ms: z.optional(z.number()),
  method: z.string(),
  status: z.number(),
  answered: z.string(),
  args: z.record(z.string(), z.unknown()),
  unmodelled: z.optional(z.literal(true)),
});

/** How long every answer takes at least and at most, in milliseconds. */
export const latencySchema = z
  .strictObject({ min: z.number().check(z.minimum(0)), max: z.number().check(z.maximum(60_000)) })
  .check(z.refine(({ min, max }) => min <= max, { error: 'min is over max' }));
export type Latency = z.output<typeof latencySchema>;

/** How the program and its control socket say what went wrong. */
export const failureSchema = z.object({
  code: z.enum([
    'bad-input',
    'environment',
    'needs-human',
    'over-budget',
    'contaminated',
    'failed',
    'cancelled',
  ]),
  message: z.string(),
  hint: z.string(),
});

/** What the twin program writes: one line of JSON on standard output for each thing that happens. */
export const twinLineSchema = z.union([
  z.strictObject({ ready: z.record(z.string(), z.string()) }),
  z.strictObject({ call: callSchema }),
  /** A host that the redirect was asked for and that no twin stands for. */
  z.strictObject({ refused: z.string() }),
  z.strictObject({ failure: failureSchema }),
]);
export type TwinLine = z.output<typeof twinLineSchema>;
