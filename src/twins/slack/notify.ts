import { newUuid, type Envelope, type SlackTwin } from './state';

/** How many programs are connected by Socket Mode; kept by the sockets themselves, for a snapshot cannot hold them. */
export const connections = new WeakMap<SlackTwin, Set<{ send: (text: string) => void }>>();

/** One thing the app is told, by whichever way it listens. */
export interface Notice {
  /** As the log of deliveries names it. */
  name: string;
  type: Envelope['type'];
  payload: Record<string, unknown>;
  /** Where it is sent while nobody is connected; without it nobody is told. */
  url: string | undefined;
  /** What an answer to it is for. */
  context?: Record<string, string>;
}

/** Envelopes that may wait for an acknowledgement; further ones are lost. */
const maxEnvelopes = 1_000;

/** Waits before an event is sent again: at once, after a minute, after five. */
export const retries = [1_000, 60_000, 300_000];
/** How long an app may take to acknowledge. */
export const patience = 3_000;

function formOf({ type, payload }: Notice): string {
  if (type !== 'slash_commands') return String(new URLSearchParams({ payload: JSON.stringify(payload) }));
  const fields = Object.entries(payload).map(([name, value]) => [name, String(value)] as [string, string]);
  return String(new URLSearchParams(fields));
}

/** Whether anybody hears events: a connected program, or the Request URL. */
export function isListening(twin: SlackTwin): boolean {
  return (connections.get(twin)?.size ?? 0) > 0 || twin.state.app.request_url !== undefined;
}

/** Tells the app. @returns false when there is nobody to tell */
export function notify(twin: SlackTwin, notice: Notice): boolean {
  const { name, type, payload, url, context = {} } = notice;
  if (connections.get(twin)?.size) {
    if (twin.state.envelopes.length >= maxEnvelopes) return false;
    const envelope_id = newUuid(twin);
    const accepts_response_payload = type !== 'events_api';
    twin.state.envelopes.push({
      envelope_id,
      type,
      accepts_response_payload,
      payload,
      attempt: 0,
      context,
    });
    twin.later(0, 'envelope', envelope_id);
    return true;
  }
  if (url === undefined) return false;
  const isEvent = type === 'events_api';
  twin.deliver({
    name,
    url,
    body: isEvent ? JSON.stringify(payload) : formOf(notice),
    headers: { 'content-type': isEvent ? 'application/json' : 'application/x-www-form-urlencoded' },
    context: { ...context, type },
  });
  return true;
}

/** Sends an envelope that was not acknowledged yet, and arranges the next time. */
export function sendEnvelope(twin: SlackTwin, id: unknown): void {
  const { envelopes } = twin.state;
  const envelope = envelopes.find((candidate) => candidate.envelope_id === id);
  if (!envelope) return;
  const { envelope_id, type, accepts_response_payload, payload, attempt } = envelope;
  const pause = type === 'events_api' ? retries[attempt - 1] : undefined;
  if (attempt > 0 && pause === undefined) {
    envelopes.splice(envelopes.indexOf(envelope), 1);
    return;
  }
  const again = attempt > 0 ? { retry_attempt: attempt, retry_reason: 'timeout' } : {};
  const sent = { envelope_id, type, accepts_response_payload, payload, ...again };
  const open = [...(connections.get(twin) ?? [])];
  open[Math.floor(twin.random() * open.length)]?.send(JSON.stringify(sent));
  envelope.attempt += 1;
  twin.later(patience + (retries[attempt] ?? 0), 'envelope', id);
}
