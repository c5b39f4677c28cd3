import * as z from 'zod/mini';
import type { Fault } from './types';

/** Faults as they are written in scenarios and sent to a twin. */
export const faultsSchema = z.array(
  z.strictObject({
    on: z.string(),
    times: z._default(z.int().check(z.minimum(1)), 1),
    reply: z.string(),
    retryAfter: z.optional(z.int().check(z.minimum(0))),
  }),
);

/** A fault with the number of calls it still affects. */
export type ArmedFault = z.output<typeof faultsSchema>[number];

/** Answers that every twin can give whatever its service is. */
const transportFaults = ['timeout', 'connection_reset', 'http_500', 'http_503'] as const;
export type TransportFault = (typeof transportFaults)[number];

export function isTransportFault(reply: string): reply is TransportFault {
  return (transportFaults as readonly string[]).includes(reply);
}

/** Takes the first fault for this method and returns what is left; earlier faults are used up first. */
export function takeFault(
  faults: readonly ArmedFault[],
  method: string,
): { fault: Fault | null; left: ArmedFault[] } {
  const index = faults.findIndex((fault) => fault.on === method);
  const found = faults[index];
  if (!found) return { fault: null, left: [...faults] };
  const rest = found.times > 1 ? [{ ...found, times: found.times - 1 }] : [];
  return { fault: found, left: faults.toSpliced(index, 1, ...rest) };
}
