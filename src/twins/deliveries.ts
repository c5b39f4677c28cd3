import * as z from 'zod/mini';

/** A webhook on its way: what is sent is fixed, headers that depend on the time are made anew for each attempt. */
export const deliverySchema = z.strictObject({
  id: z.string(),
  /** What it reports, as the call log and the Twins view name it: `event_callback message`. */
  name: z.string(),
  url: z.string(),
  /** POST when left out; GET and DELETE are sent without the body. */
  method: z.optional(z.enum(['GET', 'PUT', 'PATCH', 'DELETE'])),
  body: z.string(),
  headers: z._default(z.record(z.string(), z.string()), {}),
  /** Whatever the service needs again when it signs or hears the answer. */
  context: z._default(z.record(z.string(), z.string()), {}),
  /** Attempts before this one. */
  attempt: z.int(),
  /** Why the attempt before failed. */
  failure: z.optional(z.enum(['timeout', 'http_error', 'connection_failed'])),
});
export type Delivery = z.output<typeof deliverySchema>;
export type DeliveryFailure = NonNullable<Delivery['failure']>;

/** One attempt, as the log keeps it. */
export const attemptSchema = z.strictObject({
  at: z.number(),
  id: z.string(),
  name: z.string(),
  url: z.string(),
  attempt: z.int(),
  /** HTTP status; 0 when nothing came back. */
  status: z.int(),
  /** `ok`, or why it failed. */
  answered: z.string(),
});
export type DeliveryAttempt = z.output<typeof attemptSchema>;
