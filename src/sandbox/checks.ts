import { FactoryError, messageOf } from '../shared/errors';

export const areas = [
  'Machine',
  'Files',
  'Processes',
  'Network',
  'Limits',
  'Toolchains',
  'Services',
] as const;
export type Area = (typeof areas)[number];

/** What trying one thing on this machine told. */
export interface Finding {
  area: Area;
  name: string;
  /** `missing`: the factory must not run here; `note`: it can, but there is something to know. */
  state: 'ok' | 'note' | 'missing';
  /** What was found, or what went wrong. */
  detail: string;
  /** What to do; empty when nothing has to be done. */
  cure: string;
}

/** One thing to try. `attempt` tells what it found; what it throws says that the wall is missing. */
export interface Check<Ground> {
  area: Area;
  name: string;
  /** What to do when it is missing, where the error itself has no hint. */
  cure: string;
  attempt(ground: Ground): Promise<string | Note>;
}

/** Something to know that keeps nobody from running. */
export interface Note {
  note: string;
  cure: string;
}

/** Tries the checks one after the other, because some measure what others would disturb. */
export async function runChecks<Ground>(
  checks: readonly Check<Ground>[],
  ground: Ground,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const check of checks) findings.push(await tryOne(check, ground));
  return findings;
}

async function tryOne<Ground>(check: Check<Ground>, ground: Ground): Promise<Finding> {
  const { area, name } = check;
  try {
    const found = await check.attempt(ground);
    if (typeof found === 'string') return { area, name, state: 'ok', detail: found, cure: '' };
    return { area, name, state: 'note', detail: found.note, cure: found.cure };
  } catch (error) {
    return missing(check, error);
  }
}

/** The finding for a check that failed, or could not be tried, for this reason. */
export function missing(check: Pick<Check<never>, 'area' | 'name' | 'cure'>, error: unknown): Finding {
  const { area, name } = check;
  const cure = error instanceof FactoryError ? error.hint : check.cure;
  return { area, name, state: 'missing', detail: messageOf(error), cure };
}
