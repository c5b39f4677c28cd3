import { FactoryError, messageOf } from '../shared/errors';
import type { Outcome } from '../shared/events';
import { machineTrouble } from '../workspace/files';
import { type Ending, latestEvent, type Run, RunEnded } from './run';

const outcomes: Readonly<Record<FactoryError['code'], Outcome>> = {
  'bad-input': 'failed',
  environment: 'failed',
  'needs-human': 'needs-human',
  'over-budget': 'over-budget',
  contaminated: 'contaminated',
  failed: 'failed',
  cancelled: 'cancelled',
};

/** What an error that ended the pipeline means for the run. */
export function endingOf(run: Run, error: unknown): Ending {
  const { signal } = run.engine;
  // Whatever broke after the run was told to stop broke because of it.
  const broken: unknown = signal.aborted ? signal.reason : error;
  const cause = machineTrouble(broken) ?? broken;
  const decidedBy = latestEvent(run);
  if (cause instanceof RunEnded) return cause.ending;
  if (cause instanceof FactoryError) {
    const { code, message, hint } = cause;
    return { outcome: outcomes[code], code, reason: `${message} ${hint}`, decidedBy };
  }
  return {
    outcome: 'failed',
    reason: `A defect of Dark Factory ended the run: ${messageOf(cause)}`,
    decidedBy,
  };
}
