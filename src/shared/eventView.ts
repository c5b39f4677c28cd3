import type { AnyEvent } from './events';

const longest = 200;

/**
 * What the timeline gets of an event: the same shape, so that the same reducer reads it, with every
 * text cut to the beginning of its first line and without hashes.
 */
export function trimEvent(event: AnyEvent): AnyEvent {
  return { ...event, prev: '', hash: '', data: trim(event.data) } as AnyEvent;
}

function trim(value: unknown): unknown {
  if (typeof value === 'string') return firstLine(value);
  if (Array.isArray(value)) return value.map(trim);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, trim(item)]));
}

/** The first line of a text, at most 200 characters of it; a cut is shown by an ellipsis. */
function firstLine(text: string): string {
  const end = text.indexOf('\n');
  const line = end < 0 ? text : text.slice(0, end);
  if (line.length <= longest) return end < 0 ? line : `${line}…`;
  return `${line.slice(0, longest).replace(/[\ud800-\udbff]$/, '')}…`;
}
