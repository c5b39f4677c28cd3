import * as z from 'zod/mini';

/** Work that a twin does later, as plain data, so that a snapshot holds it. */
export const jobSchema = z.strictObject({
  /** Milliseconds since the epoch, by the twin's clock. */
  at: z.number(),
  kind: z.string(),
  data: z.unknown(),
});
export type Job = z.output<typeof jobSchema>;

/** Splits off what is due, earliest first. */
export function dueJobs(jobs: readonly Job[], now: number): { due: Job[]; left: Job[] } {
  const due = jobs.filter((job) => job.at <= now).toSorted((a, b) => a.at - b.at);
  return { due, left: due.length === 0 ? [...jobs] : jobs.filter((job) => job.at > now) };
}
