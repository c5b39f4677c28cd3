import type { VerdictState } from '../shared/runState';
import { withheldVerdicts } from '../shared/shownVerdicts';
import type { RunEntry, Runs } from './runs';

/** The newest run of a folder that asked a scenario, with its verdict; undefined when none did. */
export function latestVerdict(
  runs: Runs,
  folder: string,
  scenario: string,
): { run: RunEntry; verdict: VerdictState } | undefined {
  for (const run of runs.all()) {
    if (run.state.header?.workspace !== folder) continue;
    const verdict = run.state.verdicts.find((one) => one.scenario === scenario);
    if (verdict) return { run, verdict };
  }
  return undefined;
}

/** Whether a person can pay for verdicts of a run: it has some that are not shown, and nobody writes it. */
export function withholds({ state, status }: RunEntry): boolean {
  return status !== 'running' && withheldVerdicts(state).length > 0;
}
