import type { Log } from './call';
import { eventTypes, type LogEventType } from './eventTypes';
import type { LogEvent, Party } from './schemas';
import { tellHooks } from './hookDeliveries';
import { isoTime, type App, type Group, type OktaTwin, type User } from './state';

/** Events that are kept; the oldest go first. */
const maxEvents = 10_000;

const system: Party = {
  id: 'okta-system',
  type: 'SystemPrincipal',
  alternateId: 'system@okta.com',
  displayName: 'Okta System',
};

export const userParty = (user: User): Party => ({
  id: user.id,
  type: 'User',
  alternateId: String(user.profile['login']),
  displayName: nameOf(user),
});

export const groupParty = (group: Group): Party => ({
  id: group.id,
  type: 'UserGroup',
  alternateId: 'unknown',
  displayName: group.profile.name,
});

export const appParty = (app: App): Party => ({
  id: app.id,
  type: 'AppInstance',
  alternateId: app.label,
  displayName: app.name,
});

export function nameOf({ profile }: User): string {
  return [profile['firstName'], profile['lastName']].filter((part) => typeof part === 'string').join(' ');
}

/** A version 4 UUID by the twin's own dice. */
function newUuid(random: () => number): string {
  const digits = 'xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx';
  return digits.replace(/x/g, () => Math.floor(random() * 16).toString(16));
}

const warnings: readonly LogEventType[] = [
  'system.org.rate_limit.violation',
  'core.concurrency.org.limit.violation',
  'user.account.lock',
];

/** Where an event comes from; what happens by itself is Okta's own doing. */
interface Origin {
  actor?: Party;
  request?: NonNullable<LogEvent['request']>;
}

/** Writes to the System Log as `actor`, within `request`. */
export function createLog(twin: OktaTwin, { actor = system, request }: Origin): Log {
  return (eventType, target, reason) => {
    const { events } = twin.state;
    const failed = reason !== undefined;
    const event: LogEvent = {
      uuid: newUuid(() => twin.random()),
      published: isoTime(twin.now()),
      eventType,
      displayMessage: eventTypes[eventType],
      severity: failed || warnings.includes(eventType) ? 'WARN' : 'INFO',
      outcome: { result: failed ? 'FAILURE' : 'SUCCESS', reason: reason ?? null },
      actor,
      target: [...target],
      ...(request ? { request } : {}),
    };
    events.push(event);
    tellHooks(twin, event);
    if (events.length > maxEvents) events.splice(0, events.length - maxEvents);
  };
}
