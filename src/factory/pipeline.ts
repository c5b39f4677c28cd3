import { reduce } from '../shared/reduce';
import { hiddenLine } from '../shared/shownVerdicts';
import { type Ending, latestEvent, type Run } from './run';
import { build } from './stages/build';
import { deliver } from './stages/deliver';
import { intake } from './stages/intake';
import { plan } from './stages/plan';
import { type Judging, validate } from './stages/validate';
import { debug, type Rounds, verify } from './stages/verify';
import { toldPrompt } from './prompts';

/**
 * One run from spec to branch. Plain code over durable steps: after a crash it runs again from the top and what
 * is finished answers from the journal.
 */
export async function pipeline(opened: Run): Promise<Ending> {
  const run = await intake(opened);
  const planned = await plan(run);
  const rounds: Rounds = { used: 0 };
  const judging: Judging = { best: null };
  let candidate = await build(run, planned);
  for (;;) {
    candidate = await verify(run, candidate, rounds);
    const judged = await validate(run, candidate, rounds.used + 1, judging);
    if (judged.passed) break;
    candidate = await debug(run, candidate, rounds, toldPrompt(run, judged.told), 'hidden checks still fail');
  }
  const place = await deliver(run, planned, candidate);
  const state = reduce(run.engine.journal.events);
  const hidden = state.verdicts.length ? hiddenLine(state) : 'there were no hidden scenarios';
  const reason = `The result passed its own checks, and ${hidden}. ${place}.`;
  return { outcome: 'accepted', reason, decidedBy: latestEvent(run) };
}
