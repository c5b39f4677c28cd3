import type { Call } from './call';
import type { Issue } from './issueState';
import { toHtml } from './markup/toHtml';

/** `renderedFields`: what the fields look like on a page, for those that differ from their values. */
export function renderFields(
  _call: Call,
  issue: Issue,
  fields: Record<string, unknown>,
): Record<string, unknown> {
  const rich = { description: issue.description, environment: issue.environment };
  return Object.fromEntries(
    Object.entries(rich)
      .filter(([id]) => Object.hasOwn(fields, id))
      .map(([id, doc]) => [id, doc ? toHtml(doc) : '']),
  );
}
