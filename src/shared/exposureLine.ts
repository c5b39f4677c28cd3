import type { EventData } from './events';

/** What was found where, for people; it says nothing of what the scenario says. */
export function exposureLine({ kind, sink, where, scenario }: EventData['exposure.found']): string {
  const place = `the ${sink} (${where})`;
  switch (kind) {
    case 'canary':
      return `a canary of hidden scenario ${scenario ?? ''} in ${place}`;
    case 'phrase':
      return `words of hidden scenario ${scenario ?? ''} in ${place}`;
    case 'unread':
      return `something too large or too much compressed to be searched in full in ${place}`;
  }
}
