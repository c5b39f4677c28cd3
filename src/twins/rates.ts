import * as z from 'zod/mini';

/** What a window of time still allows; windows begin with their first request. */
const bucketSchema = z.strictObject({ used: z.number(), resetAt: z.number() });
export const bucketsSchema = z.record(z.string(), bucketSchema);
export type Buckets = z.output<typeof bucketsSchema>;

export interface RateLimit {
  /** Requests a window allows. */
  limit: number;
  windowMs: number;
  /** What was used comes back bit by bit over the window, instead of all at its end. */
  refills?: boolean;
}

/** How a bucket stands after a request was counted, or would have been. */
export interface RateState {
  allowed: boolean;
  limit: number;
  remaining: number;
  /** When the window ends, or a refilling bucket lets the next request pass; milliseconds since the epoch. */
  resetAt: number;
}

/** A bucket that refills: `resetAt` is when it will be full again; `used` follows from that. */
function takeRefilling(
  buckets: Buckets,
  name: string,
  { limit, windowMs }: RateLimit,
  now: number,
): RateState {
  const pause = windowMs / limit;
  const open = Object.hasOwn(buckets, name) ? buckets[name] : undefined;
  const full = Math.max(open?.resetAt ?? 0, now);
  const allowed = full + pause - now <= windowMs;
  const resetAt = allowed ? full + pause : full;
  const used = Math.ceil((resetAt - now) / pause);
  buckets[name] = { used, resetAt };
  return { allowed, limit, remaining: limit - used, resetAt: allowed ? resetAt : full + pause - windowMs };
}

/** Counts one request in the named bucket; a request that is not allowed is not counted. Changes `buckets`. */
export function takeRate(buckets: Buckets, name: string, rate: RateLimit, now: number): RateState {
  const { limit, windowMs, refills } = rate;
  if (refills) return takeRefilling(buckets, name, rate, now);
  const open = Object.hasOwn(buckets, name) ? buckets[name] : undefined;
  const bucket = open && open.resetAt > now ? open : { used: 0, resetAt: now + windowMs };
  const allowed = bucket.used < limit;
  if (allowed) bucket.used += 1;
  buckets[name] = bucket;
  return { allowed, limit, remaining: limit - bucket.used, resetAt: bucket.resetAt };
}
