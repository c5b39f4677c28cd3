import { visible } from '../shared/visible';

/**
 * Text of a notification. The editor makes links out of Markdown's `[label](target)` there, and one to `command:` runs
 * with a click; errors and outcomes quote what agents, models and repositories wrote.
 */
export function notice(text: string): string {
  return visible(text).replaceAll('](', '] (');
}
