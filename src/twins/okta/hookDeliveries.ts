import { viewEvent } from './eventViews';
import type { LogEvent } from './schemas';
import { isoTime, type EventHook, type OktaTwin } from './state';

/** Headers a hook wants, its secret among them. */
export function hookHeaders(hook: EventHook): Record<string, string> {
  const all = hook.secret ? [...hook.headers, hook.secret] : hook.headers;
  return Object.fromEntries(all.map(({ key, value }) => [key, value]));
}

/** Sends an event to every hook that wants it. */
export function tellHooks(twin: OktaTwin, event: LogEvent): void {
  for (const hook of twin.state.eventHooks) {
    const wants = hook.status === 'ACTIVE' && hook.verificationStatus === 'VERIFIED';
    if (!wants || !hook.events.includes(event.eventType)) continue;
    const body = {
      eventType: 'com.okta.event_hook',
      eventTypeVersion: '1.0',
      cloudEventsVersion: '0.1',
      source: `${twin.origin}/api/v1/eventHooks/${hook.id}`,
      eventId: event.uuid,
      data: { events: [viewEvent(event)] },
      eventTime: isoTime(twin.now()),
      contentType: 'application/json',
    };
    twin.deliver({
      name: `event_hook ${event.eventType}`,
      url: hook.uri,
      body: JSON.stringify(body),
      headers: { ...hookHeaders(hook), 'content-type': 'application/json', accept: 'application/json' },
      context: { hook: hook.id },
    });
  }
}
