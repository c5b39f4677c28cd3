import * as z from 'zod/mini';

/** A twin's time: the machine's clock moved by an offset, or standing still. */
export const clockSchema = z.strictObject({
  /** Milliseconds added to the machine's clock. */
  offset: z._default(z.number(), 0),
  /** Milliseconds since the epoch at which the clock stands still, or null while it runs. */
  frozenAt: z._default(z.nullable(z.number()), null),
});
export type Clock = z.output<typeof clockSchema>;

/** What a person or a scenario may do to the clock. */
export const clockChangeSchema = z.union([
  /** Milliseconds to go forward. */
  z.strictObject({ advance: z.number().check(z.minimum(0)) }),
  /** Milliseconds since the epoch at which to stand still; now when left out. */
  z.strictObject({ freeze: z.optional(z.number()) }),
  z.strictObject({ resume: z.literal(true) }),
]);
export type ClockChange = z.output<typeof clockChangeSchema>;

export function timeOf(clock: Clock, machine: number): number {
  return clock.frozenAt ?? machine + clock.offset;
}

/** The clock after a change. @param machine the machine's clock, milliseconds since the epoch */
export function changeClock(clock: Clock, change: ClockChange, machine: number): Clock {
  if ('advance' in change) {
    if (clock.frozenAt !== null) return { ...clock, frozenAt: clock.frozenAt + change.advance };
    return { ...clock, offset: clock.offset + change.advance };
  }
  // `freeze` may be left out of what means it: `{}` is to stand still now.
  if (!('resume' in change)) return { ...clock, frozenAt: change.freeze ?? timeOf(clock, machine) };
  return clock.frozenAt === null ? clock : { offset: clock.frozenAt - machine, frozenAt: null };
}
