import type { EventData } from './events';

/** Where text of a hidden scenario would turn up if it had leaked. */
export type Sink =
  | 'model request'
  | 'model answer'
  | 'tool result'
  | 'output of a check'
  | 'agent file'
  | 'delivered change'
  | 'report'
  | 'journal';

/**
 * Searches what is about to go into a sink. Called before it goes there; `where` is for people.
 * @throws FactoryError 'contaminated' when it holds a canary; the run has been told to end then
 */
export type Watch = (sink: Sink, data: string | Uint8Array, where: string) => void;

/** What was found where, for people; it says nothing of what the scenario says. */
export function exposureLine({ kind, sink, where, scenario }: EventData['exposure.found']): string {
  const place = `the ${sink} (${where})`;
  switch (kind) {
    case 'canary':
      return `a canary of hidden scenario ${scenario ?? ''} in ${place}`;
    case 'phrase':
      return `words of hidden scenario ${scenario ?? ''} in ${place}`;
    case 'unread':
      return `something compressed too much to be searched in ${place}`;
  }
}
