import path from 'node:path';
import type { AnyEvent } from '../shared/events';
import { applyEvent, emptyRun } from '../shared/reduce';
import type { RunState } from '../shared/runState';
import { followJournal } from '../trace/tail';

/** All events of one run, as they come. */
export interface Trace {
  readonly dir: string;
  readonly events: readonly AnyEvent[];
  readonly state: RunState;
  close(): void;
}

/** Events that come within this time reach a page in one message. */
const batchMs = 80;

/** Follows the journal of the run folder `dir`; `onEvents` hears of each batch after it was taken in. */
export function openTrace(
  dir: string,
  onEvents: (batch: AnyEvent[]) => void,
  onError: (error: unknown) => void,
): Trace {
  const events: AnyEvent[] = [];
  const state = emptyRun();
  let batch: AnyEvent[] = [];
  let timer: NodeJS.Timeout | undefined;
  const send = () => {
    const sent = batch;
    batch = [];
    timer = undefined;
    for (const event of sent) applyEvent(state, event);
    events.push(...sent);
    onEvents(sent);
  };
  const follower = followJournal(
    path.join(dir, 'journal.jsonl'),
    (more) => {
      batch = batch.concat(more);
      timer ??= setTimeout(send, batchMs);
    },
    onError,
  );
  return {
    dir,
    events,
    state,
    close() {
      clearTimeout(timer);
      follower.close().catch(onError);
    },
  };
}
