import path from 'node:path';
import type { Outcome } from '../shared/events';
import { currentStage, type RunState } from '../shared/runState';

/**
 * `interrupted`: its process is gone and it may be resumed · `waiting`: a gate waits for a person ·
 * `ended`: it has an outcome.
 */
export type RunStatus = 'running' | 'interrupted' | 'waiting' | 'ended';

/** What a run is, from its journal and whether a living process holds it. */
export function statusOf(run: RunState, held: boolean): RunStatus {
  if (run.outcome) return run.gate && run.outcome.outcome === 'needs-human' ? 'waiting' : 'ended';
  if (held) return 'running';
  return run.gate ? 'waiting' : 'interrupted';
}

const verdicts: readonly (Outcome | undefined)[] = ['accepted', 'rejected', 'contaminated'];

/** Whether a run can go on: it is not going on, and has no verdict. */
export function isResumable({ state, status }: { state: RunState; status: RunStatus }): boolean {
  return status !== 'running' && !verdicts.includes(state.outcome?.outcome);
}

/** File name of the spec, for titles. */
export function specName(run: RunState): string {
  return run.header ? path.basename(run.header.spec.path) : 'a run';
}

/** One or two words on how a run stands: its outcome, or its stage. */
export function standing(run: RunState, status: RunStatus): string {
  const stage = currentStage(run)?.stage ?? 'starting';
  switch (status) {
    case 'ended':
      return run.outcome?.outcome ?? 'ended';
    case 'waiting':
      return `${run.gate?.gate ?? 'a gate'} waits for approval`;
    case 'interrupted':
      return `interrupted in ${stage}`;
    case 'running':
      return stage;
  }
}

/** `Verify · 5 of 7 tasks · $0.84`, for the status bar. */
export function progressLine(run: RunState): string {
  const stage = currentStage(run);
  const parts = [stage ? stage.stage.charAt(0).toUpperCase() + stage.stage.slice(1) : 'Starting'];
  if (run.tasks.length > 0) {
    const done = run.tasks.filter((task) => task.state === 'done').length;
    parts.push(`${String(done)} of ${String(run.tasks.length)} tasks`);
  }
  if (run.spend.usd > 0) parts.push(`$${run.spend.usd.toFixed(2)}`);
  return parts.join(' · ');
}
