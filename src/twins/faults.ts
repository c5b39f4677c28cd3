import * as z from 'zod/mini';
import type { Fault } from './types';

/** A fault as it is written in scenarios and sent to a twin; see `Fault` for what each key does. */
const faultSchema = z
  .strictObject({
    on: z.string(),
    times: z._default(z.int().check(z.minimum(1)), 1),
    after: z._default(z.int().check(z.minimum(0)), 0),
    probability: z.optional(z.number().check(z.minimum(0), z.maximum(1))),
    reply: z.optional(z.string()),
    retryAfter: z.optional(z.int().check(z.minimum(0))),
    drop: z.optional(z.enum(['before', 'after'])),
    delay: z.optional(z.int().check(z.minimum(0), z.maximum(600_000))),
    malformed: z.optional(z.literal(true)),
  })
  .check(
    z.refine(
      ({ reply, drop, delay, malformed }) =>
        reply !== undefined || drop !== undefined || delay !== undefined || malformed === true,
      { error: 'it needs one of reply, drop, delay and malformed' },
    ),
  );
export const faultsSchema = z.array(faultSchema);

/** A fault with the number of calls it still passes by and still affects. */
export type ArmedFault = z.output<typeof faultSchema>;

/**
 * Takes the first fault for this operation and returns what is left; earlier faults are used up first.
 * @param chance throws the twin's dice, from 0 to 1; asked only for faults with a probability
 */
export function takeFault(
  faults: readonly ArmedFault[],
  operation: string,
  chance: () => number,
): { fault: Fault | null; left: ArmedFault[] } {
  const left = [...faults];
  for (const [index, fault] of faults.entries()) {
    if (fault.on !== operation && fault.on !== '*') continue;
    if (fault.after > 0) {
      left[index] = { ...fault, after: fault.after - 1 };
      continue;
    }
    if (fault.probability !== undefined && chance() >= fault.probability) continue;
    const rest = fault.times > 1 ? [{ ...fault, times: fault.times - 1 }] : [];
    return { fault, left: left.toSpliced(index, 1, ...rest) };
  }
  return { fault: null, left };
}
