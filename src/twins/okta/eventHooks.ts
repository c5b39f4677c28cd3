import { exchange } from '../deliver';
import { makeId, noContent, objectOf, param, textOf, type Call, type Handler } from './call';
import { refuse, refuseField, refuseUnknown } from './errors';
import { hookHeaders } from './hookDeliveries';
import { newSecret } from './ids';
import { listPage } from './paging';
import type { EventHook } from './state';

const verifyMs = 3000;
const challengeHeader = 'x-okta-verification-challenge';
const mostHooks = 25;

function viewHook(hook: EventHook, origin: string): object {
  const href = `${origin}/api/v1/eventHooks/${hook.id}`;
  const post = { hints: { allow: ['POST'] } };
  const active = hook.status === 'ACTIVE';
  const switching = active ? 'deactivate' : 'activate';
  return {
    id: hook.id,
    status: hook.status,
    verificationStatus: hook.verificationStatus,
    name: hook.name,
    description: hook.description,
    created: hook.created,
    createdBy: hook.createdBy,
    lastUpdated: hook.lastUpdated,
    events: { type: 'EVENT_TYPE', items: hook.events, filter: null },
    channel: {
      type: 'HTTP',
      version: '1.0.0',
      config: {
        uri: hook.uri,
        headers: hook.headers,
        method: 'POST',
        authScheme: hook.secret ? { type: 'HEADER', key: hook.secret.key } : null,
      },
    },
    _links: {
      self: { href, hints: { allow: ['GET', 'PUT', ...(active ? [] : ['DELETE'])] } },
      ...(hook.verificationStatus === 'VERIFIED'
        ? {}
        : { verify: { href: `${href}/lifecycle/verify`, ...post } }),
      [switching]: { href: `${href}/lifecycle/${switching}`, ...post },
    },
  };
}

function needHook(call: Call): EventHook {
  const wanted = param(call, 'eventHookId');
  return call.state.eventHooks.find((hook) => hook.id === wanted) ?? refuseUnknown(wanted, 'EventHook');
}

function readEvents(value: unknown): string[] {
  const items = objectOf(value)?.['items'];
  const known = (item: unknown): item is string =>
    typeof item === 'string' && /^[a-z_]+(\.[a-z_]+)+$/.test(item);
  if (!Array.isArray(items) || items.length === 0)
    return refuseField('events', 'events: The field cannot be left blank');
  if (!items.every(known))
    return refuseField('events.items', 'events.items: The event type is not supported');
  return items;
}

/** Pairs of a header; names as HTTP has them. */
function readHeader(value: unknown): { key: string; value: string } {
  const { key, value: text } = objectOf(value) ?? {};
  const isName = typeof key === 'string' && /^[A-Za-z0-9-]{1,100}$/.test(key);
  const isValue = typeof text === 'string' && /^[\x20-\x7e]{0,1000}$/.test(text);
  if (!isName || !isValue) return refuseField('headers', 'headers: The header is not valid');
  return { key, value: text };
}

type HookContent = Pick<EventHook, 'name' | 'description' | 'events' | 'uri' | 'headers' | 'secret'>;

function readHook({ body }: Call): HookContent {
  const name = textOf(body['name']) ?? '';
  if (name === '') refuseField('name', 'name: The field cannot be left blank');
  const events = readEvents(body['events']);
  const config = objectOf(objectOf(body['channel'])?.['config']) ?? {};
  const uri = textOf(config['uri']) ?? '';
  const { protocol } = URL.parse(uri) ?? { protocol: '' };
  if (protocol !== 'https:' && protocol !== 'http:') refuseField('uri', 'uri: The URI is not valid');
  const headers = config['headers'] ?? [];
  if (!Array.isArray(headers)) return refuse('E0000003');
  const scheme = objectOf(config['authScheme']);
  return {
    name,
    description: textOf(body['description']) ?? null,
    events,
    uri,
    headers: headers.map(readHeader),
    ...(scheme ? { secret: readHeader({ key: scheme['key'], value: scheme['value'] }) } : {}),
  };
}

export const listEventHooks: Handler = (call) =>
  listPage(call, call.state.eventHooks, {
    limits: { usual: mostHooks, most: mostHooks },
    idOf: (hook) => hook.id,
    view: (hook) => viewHook(hook, call.origin),
  });

export const getEventHook: Handler = (call) => ({ body: viewHook(needHook(call), call.origin) });

const partyOf = ({ id, name }: EventHook) => ({
  id,
  type: 'EventHook',
  alternateId: null,
  displayName: name,
});

export const createEventHook: Handler = (call) => {
  const content = readHook(call);
  if (call.state.eventHooks.length >= mostHooks) refuse('E0000093');
  const hook: EventHook = {
    ...content,
    id: makeId(call, 'who'),
    status: 'ACTIVE',
    verificationStatus: 'UNVERIFIED',
    created: call.at,
    createdBy: call.caller.user?.id ?? null,
    lastUpdated: call.at,
  };
  call.state.eventHooks.push(hook);
  call.log('event_hook.created', [partyOf(hook)]);
  return { body: viewHook(hook, call.origin) };
};

export const replaceEventHook: Handler = (call) => {
  const hook = needHook(call);
  const content = readHook(call);
  // Another address must prove itself again.
  if (content.uri !== hook.uri) hook.verificationStatus = 'UNVERIFIED';
  delete hook.secret;
  Object.assign(hook, content, { lastUpdated: call.at });
  call.log('event_hook.updated', [partyOf(hook)]);
  return { body: viewHook(hook, call.origin) };
};

export const deleteEventHook: Handler = (call) => {
  const hook = needHook(call);
  if (hook.status === 'ACTIVE') refuseField('status', 'Cannot delete an active event hook');
  call.state.eventHooks = call.state.eventHooks.filter((other) => other !== hook);
  call.log('event_hook.deleted', [partyOf(hook)]);
  return noContent;
};

function switchTo(status: EventHook['status']): Handler {
  return (call) => {
    const hook = needHook(call);
    hook.status = status;
    hook.lastUpdated = call.at;
    call.log(status === 'ACTIVE' ? 'event_hook.activated' : 'event_hook.deactivated', [partyOf(hook)]);
    return { body: viewHook(hook, call.origin) };
  };
}
export const activateEventHook = switchTo('ACTIVE');
export const deactivateEventHook = switchTo('INACTIVE');

function verificationOf(text: string): unknown {
  try {
    return objectOf(JSON.parse(text))?.['verification'];
  } catch {
    return undefined;
  }
}

/** Asks the receiver once to send a challenge back. */
export const verifyEventHook: Handler = async (call) => {
  const { uri, headers, secret, id } = needHook(call);
  const challenge = newSecret(40);
  const sent = {
    ...hookHeaders({ headers, secret } as EventHook),
    [challengeHeader]: challenge,
    'user-agent': 'Okta',
  };
  const answer = await exchange({ url: uri, method: 'GET', headers: sent }, verifyMs);
  // The hook may have been changed or removed while its receiver was asked.
  const hook = call.twin.state.eventHooks.find((other) => other.id === id) ?? refuseUnknown(id, 'EventHook');
  const proved = answer.status === 200 && verificationOf(answer.text) === challenge && hook.uri === uri;
  call.log('event_hook.verified', [partyOf(hook)], ...(proved ? [] : ['VERIFICATION_FAILED']));
  if (!proved) refuseField('verification', 'Event hook verification failed: the challenge was not returned');
  hook.verificationStatus = 'VERIFIED';
  return { body: viewHook(hook, call.origin) };
};
