import type { AnyEvent } from './events';
import type { SpanDetail } from './spanDetail';

/** A message that is answered carries an `id`; its answer names it as `inReplyTo`. */

/** Everything the timeline shows, or one step of it. */
export type HostToTimeline =
  /** No run to show. */
  | { type: 'empty' }
  /** All events so far, trimmed; replaces what was shown. `live` while a process writes the run. */
  | { type: 'snapshot'; run: string; live: boolean; events: AnyEvent[]; lastSeq: number; inReplyTo?: number }
  /** What came since, trimmed, without gaps. At most one a frame (50–100 ms). */
  | { type: 'events'; run: string; firstSeq: number; events: AnyEvent[] }
  | { type: 'live'; run: string; live: boolean }
  /** Bring a span into view and select it. */
  | { type: 'reveal'; span: string }
  /** A command was carried out, or why not. */
  | { type: 'answer'; inReplyTo: number; error?: string };

export const timelineCommands = [
  'cancel',
  'approve',
  'resume',
  'openReport',
  'reviewChanges',
  'mergeResult',
  'reviewRules',
  'showVerdicts',
] as const;
export type TimelineCommand = (typeof timelineCommands)[number];

export type TimelineToHost =
  /** The page has loaded or became visible again; answered by `snapshot` or `empty`. */
  | { type: 'ready' }
  /** A gap was seen; answered by `snapshot`. */
  | { type: 'refresh'; id: number }
  | { type: 'select'; span: string }
  /** Answered by `answer`. */
  | { type: 'command'; id: number; name: TimelineCommand; run: string };

export type HostToInspector =
  /** Nothing is selected. */
  { type: 'empty' } | { type: 'show'; run: string; detail: SpanDetail };

/** A part of a span to open as a read-only document of its own. */
export const openParts = ['message', 'input', 'output', 'changes'] as const;
export type OpenPart = (typeof openParts)[number];

export type InspectorToHost =
  { type: 'ready' } | { type: 'select'; span: string } | { type: 'open'; span: string; what: OpenPart };

/** What arrived at the host, or null when it is nothing a timeline sends. */
export function parseTimelineMessage(value: unknown): TimelineToHost | null {
  const { type, id, span, name, run } = fieldsOf(value);
  if (type === 'ready') return { type };
  if (type === 'refresh' && isId(id)) return { type, id };
  if (type === 'select' && isSpan(span)) return { type, span };
  if (type === 'command' && isId(id) && isOneOf(timelineCommands, name) && isRun(run)) {
    return { type, id, name, run };
  }
  return null;
}

/** What arrived at the host, or null when it is nothing an inspector sends. */
export function parseInspectorMessage(value: unknown): InspectorToHost | null {
  const { type, span, what } = fieldsOf(value);
  if (type === 'ready') return { type };
  if (type === 'select' && isSpan(span)) return { type, span };
  if (type === 'open' && isSpan(span) && isOneOf(openParts, what)) return { type, span, what };
  return null;
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

const isId = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isSpan = (value: unknown): value is string => typeof value === 'string' && /^[0-9a-f]{16}$/.test(value);
const isRun = (value: unknown): value is string => typeof value === 'string' && /^[\w-]{1,64}$/.test(value);

function isOneOf<T extends string>(choices: readonly T[], value: unknown): value is T {
  return (choices as readonly unknown[]).includes(value);
}
