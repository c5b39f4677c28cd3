import * as z from 'zod/mini';

/** What a window of time still allows; windows begin with their first request. */
const bucketSchema = z.strictObject({ used: z.number(), resetAt: z.number() });
export const bucketsSchema = z.record(z.string(), bucketSchema);
export type Buckets = z.output<typeof bucketsSchema>;

export interface RateLimit {
  /** Requests a window allows. */
  limit: number;
  windowMs: number;
}

/** How a bucket stands after a request was counted, or would have been. */
export interface RateState {
  allowed: boolean;
  limit: number;
  remaining: number;
  /** When the window ends, milliseconds since the epoch. */
  resetAt: number;
}

/** Counts one request in the named bucket; a request that is not allowed is not counted. Changes `buckets`. */
export function takeRate(
  buckets: Buckets,
  name: string,
  { limit, windowMs }: RateLimit,
  now: number,
): RateState {
  const open = Object.hasOwn(buckets, name) ? buckets[name] : undefined;
  const bucket = open && open.resetAt > now ? open : { used: 0, resetAt: now + windowMs };
  const allowed = bucket.used < limit;
  if (allowed) bucket.used += 1;
  buckets[name] = bucket;
  return { allowed, limit, remaining: limit - bucket.used, resetAt: bucket.resetAt };
}
