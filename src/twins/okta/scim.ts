import * as z from 'zod/mini';
import type { Delivery } from '../deliveries';
import type { Change } from './call';
import type { Log } from './call';
import type { LogEventType } from './eventTypes';
import { createLog, appParty, userParty } from './systemLog';
import { isoTime, type App, type AppUser, type OktaTwin, type User } from './state';

/**
 * Provisioning to a SCIM 2.0 server, one request after the other; what a request was for is in the delivery's context,
 * so that a snapshot holds every conversation on its way.
 */
type Step = 'find' | 'create' | 'replace' | 'read' | 'deactivate';
type Method = NonNullable<Delivery['method']> | 'POST';

const userSchemaUrn = 'urn:ietf:params:scim:schemas:core:2.0:User';
const patchUrn = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const page = 100;

interface Talk {
  step: Step;
  method: Method;
  /** Below the base URL. */
  path: string;
  body?: object;
  /** Id of the user at the SCIM server. */
  externalId?: string;
}

function say(twin: OktaTwin, app: App, user: User, { step, method, path, body, externalId }: Talk): void {
  const { connection } = app;
  if (connection?.status !== 'ENABLED') return;
  const token = /^\w+ /.test(connection.token) ? connection.token : `Bearer ${connection.token}`;
  twin.deliver({
    name: `scim ${method} ${path.replace(/\?.*/, '').replace(/^\/Users\/.+/, '/Users/{id}')}`,
    url: `${connection.baseUrl.replace(/\/$/, '')}${path}`,
    ...(method === 'POST' ? {} : { method }),
    body: body ? JSON.stringify(body) : '',
    headers: {
      authorization: token,
      accept: 'application/scim+json',
      'content-type': 'application/scim+json; charset=utf-8',
    },
    context: { scim: step, app: app.id, user: user.id, ...(externalId ? { externalId } : {}) },
  });
}

/** The user as the SCIM server gets it. */
function resourceOf(user: User, appUser: Pick<AppUser, 'userName'>, externalId?: string): object {
  const { profile } = user;
  const email = { primary: true, value: profile['email'], type: 'work' };
  return {
    schemas: [userSchemaUrn],
    ...(externalId ? { id: externalId } : {}),
    userName: appUser.userName,
    name: { givenName: profile['firstName'], familyName: profile['lastName'] },
    emails: [email],
    displayName: profile['displayName'] ?? [profile['firstName'], profile['lastName']].join(' '),
    locale: profile['locale'] ?? 'en-US',
    externalId: user.id,
    groups: [],
    active: true,
  };
}

const at = (externalId: string): string => `/Users/${encodeURIComponent(externalId.toWellFormed())}`;

/** Looks whether the server knows the user, then makes or takes over the account there. */
export function provisionUser({ twin }: Change, app: App, user: User, appUser: AppUser): void {
  if (app.connection?.status !== 'ENABLED') return;
  appUser.syncState = 'SYNCHRONIZING';
  // As a JSON string a name stays inside its quotes, and half a character becomes an escape that addresses can hold.
  const filter = encodeURIComponent(`userName eq ${JSON.stringify(appUser.userName)}`);
  say(twin, app, user, {
    step: 'find',
    method: 'GET',
    path: `/Users?filter=${filter}&startIndex=1&count=${page}`,
  });
}

/** Brings the account up to date after the user's profile changed. */
export function updateProvisioned({ twin }: Change, app: App, user: User, { externalId }: AppUser): void {
  if (externalId !== null)
    say(twin, app, user, { step: 'read', method: 'GET', path: at(externalId), externalId });
}

/** Switches the account off; the server keeps it. */
export function deprovisionUser({ twin }: Change, app: App, user: User, { externalId }: AppUser): void {
  if (externalId === null) return;
  const body = { schemas: [patchUrn], Operations: [{ op: 'replace', value: { active: false } }] };
  say(twin, app, user, { step: 'deactivate', method: 'PATCH', path: at(externalId), body, externalId });
}

const contextSchema = z.object({
  scim: z.enum(['find', 'create', 'replace', 'read', 'deactivate']),
  app: z.string(),
  user: z.string(),
  externalId: z.optional(z.string()),
});
const resourceSchema = z.object({ id: z.string().check(z.minLength(1)) });
const listSchema = z.object({ totalResults: z.int(), Resources: z._default(z.array(resourceSchema), []) });

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const eventOf: Readonly<Record<Step, LogEventType>> = {
  find: 'application.provision.user.push',
  create: 'application.provision.user.push',
  replace: 'application.provision.user.push_profile',
  read: 'application.provision.user.push_profile',
  deactivate: 'application.provision.user.deactivate',
};

interface Heard {
  twin: OktaTwin;
  app: App;
  user: User;
  /** Nobody after the assignment was taken away. */
  appUser: AppUser | undefined;
  externalId: string | undefined;
  text: string;
  log: Log;
}

function synchronised({ twin, appUser }: Heard, externalId: string): void {
  if (!appUser) return;
  appUser.externalId = externalId;
  appUser.syncState = 'SYNCHRONIZED';
  appUser.lastUpdated = isoTime(twin.now());
}

function replace({ twin, app, user, appUser }: Heard, externalId: string): boolean {
  if (appUser) {
    const body = resourceOf(user, appUser, externalId);
    say(twin, app, user, { step: 'replace', method: 'PUT', path: at(externalId), body, externalId });
  }
  return true;
}

/** What follows from a good answer to each step; false when the answer is not what SCIM says. */
const follow: Readonly<Record<Step, (heard: Heard) => boolean>> = {
  find(heard) {
    const { data } = z.safeParse(listSchema, readJson(heard.text));
    if (!data) return false;
    const [known] = data.Resources;
    if (known) return replace(heard, known.id);
    const { twin, app, user, appUser } = heard;
    if (appUser)
      say(twin, app, user, {
        step: 'create',
        method: 'POST',
        path: '/Users',
        body: resourceOf(user, appUser),
      });
    return true;
  },
  create(heard) {
    const { data } = z.safeParse(resourceSchema, readJson(heard.text));
    if (data) synchronised(heard, data.id);
    return data !== undefined;
  },
  read: (heard) => (heard.externalId === undefined ? false : replace(heard, heard.externalId)),
  replace(heard) {
    if (heard.externalId !== undefined) synchronised(heard, heard.externalId);
    return true;
  },
  deactivate: () => true,
};

/** Goes on with a conversation after the server's answer. */
export function heardScim(
  twin: OktaTwin,
  delivery: Delivery,
  answer: { status: number; text: string },
): void {
  const { data } = z.safeParse(contextSchema, delivery.context);
  if (!data) return;
  const app = twin.state.apps.find(({ id }) => id === data.app);
  const user = twin.state.users.find(({ id }) => id === data.user);
  if (!app || !user) return;
  const appUser = app.users.find(({ id }) => id === user.id);
  const log = createLog(twin, {});
  const good =
    answer.status === (data.scim === 'create' ? 201 : 200) ||
    (data.scim === 'deactivate' && answer.status === 204);
  const heard = { twin, app, user, appUser, externalId: data.externalId, text: answer.text, log };
  const understood = good && follow[data.scim](heard);
  if (!understood && appUser) appUser.syncState = 'ERROR';
  if (understood && (data.scim === 'find' || data.scim === 'read')) return;
  const reason = understood ? [] : [`the SCIM server answered ${answer.status} to ${delivery.name}`];
  log(eventOf[data.scim], [appParty(app), userParty(user)], ...reason);
}
