/** What one tool call did, as far as replay compares it: not its prose, output or timing. */
export interface Observation {
  tool: string;
  ok: boolean;
  /** Exit status, for commands only. */
  exit: number | null;
  /** Files it changed: path to SHA-256 of the new content, null when deleted. */
  files: Record<string, string | null>;
}

/** A promise where it takes a while to see what happened: only recording and replaying wait for it. */
export type Observations = readonly Observation[] | Promise<readonly Observation[]>;

/** The first difference between what happened when recorded and now, as half a sentence; undefined when none. */
export function firstDifference(
  recorded: readonly Observation[],
  now: readonly Observation[],
): string | undefined {
  for (const [i, was] of recorded.entries()) {
    const is = now[i];
    if (!is) break;
    const difference = differenceOf(was, is);
    if (difference) return difference;
  }
  if (recorded.length === now.length) return undefined;
  return `recorded ${named(recorded)}, now ${named(now)}`;
}

function differenceOf(was: Observation, is: Observation): string | undefined {
  if (was.tool !== is.tool) return `recorded ${was.tool}, now ${is.tool}`;
  if (was.exit !== is.exit) return `recorded ${was.tool} ${exit(was)}, now ${exit(is)}`;
  if (was.ok !== is.ok) return `recorded ${was.tool} ${ended(was)}, now it ${ended(is)}`;
  for (const path of new Set([...Object.keys(was.files), ...Object.keys(is.files)].sort())) {
    const [before, after] = [was.files[path], is.files[path]];
    if (before !== after)
      return `after ${was.tool}, ${path} was recorded ${fileState(before)}, now ${fileState(after)}`;
  }
  return undefined;
}

function named(observations: readonly Observation[]): string {
  return observations.map(({ tool }) => tool).join(', ') || 'no tool call';
}

function exit({ exit }: Observation): string {
  return exit === null ? 'without exit status' : `exit ${exit}`;
}

function ended({ ok }: Observation): string {
  return ok ? 'succeeded' : 'failed';
}

function fileState(digest: string | null | undefined): string {
  if (digest === undefined) return 'unchanged';
  return digest === null ? 'deleted' : `with digest ${digest.slice(0, 12)}`;
}
