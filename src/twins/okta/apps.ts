import { randomBytes } from 'node:crypto';
import { reconcileApp } from './assignments';
import { viewApp, viewAppLink } from './appViews';
import {
  flag,
  makeId,
  noContent,
  objectOf,
  param,
  textOf,
  textsOf,
  type Call,
  type Handler,
  type Reply,
} from './call';
import { needUser } from './directory';
import { refuse, refuseField, refuseUnknown } from './errors';
import { matches, propertyOf, type FilterRules } from './filter';
import { listPage } from './paging';
import type { App } from './state';
import { appParty } from './systemLog';
import { readFilter } from './userSearch';

const longestLabel = 100;
const usualPage = 20;
const mostInPage = 200;

/** Ways to sign on, and the name of a custom application of each. */
const signOnModes: Readonly<Record<string, string>> = {
  BOOKMARK: 'bookmark',
  OPENID_CONNECT: 'oidc_client',
  SAML_2_0: 'custom_saml',
  AUTO_LOGIN: 'custom_swa',
  BASIC_AUTH: 'template_basic_auth',
  SECURE_PASSWORD_STORE: 'template_sps',
  BROWSER_PLUGIN: 'template_swa',
};
const applicationTypes = ['web', 'native', 'browser', 'service'];

const filterRules: FilterRules = {
  operators: (property) =>
    ['id', 'status', 'name', 'user.id', 'group.id', 'credentials.signing.kid'].includes(property)
      ? ['eq']
      : null,
  not: false,
};

export function needApp(call: Call): App {
  const wanted = param(call, 'appId');
  return call.state.apps.find((app) => app.id === wanted) ?? refuseUnknown(wanted, 'AppInstance');
}

const showApp = (call: Call, app: App): Reply => ({ body: viewApp(app, call.state, call.origin) });

/** An application as filters look at it. */
const filtered = (app: App): object => ({
  ...app,
  user: { id: app.users.map(({ id }) => id) },
  group: { id: app.groups.map(({ id }) => id) },
});

export const listApps: Handler = (call) => {
  const text = call.query.get('filter');
  const filter = text ? readFilter(text, filterRules) : null;
  const words = call.query.get('q')?.toLowerCase() ?? '';
  const fits = (app: App) => {
    const named = [app.label, app.name].some((name) => name.toLowerCase().startsWith(words));
    return named && (!filter || matches(filter, filtered(app), { ignoreCase: false }));
  };
  return listPage(call, call.state.apps.filter(fits), {
    limits: { usual: usualPage, most: mostInPage },
    idOf: (app) => app.id,
    view: (app) => viewApp(app, call.state, call.origin),
  });
};

/** What a request says of an OpenID Connect client. A secret is made for clients that need one. */
function readClient(id: string, given: Record<string, unknown>, old?: App): App['credentials'] {
  const settings = propertyOf(given, 'settings.oauthClient');
  const type = propertyOf(settings, 'application_type');
  if (type !== undefined && !applicationTypes.some((known) => known === type)) {
    refuseField(
      'settings.oauthClient.application_type',
      'application_type: The application type is not supported',
    );
  }
  const credentials = objectOf(given['credentials']) ?? {};
  const client = objectOf(credentials['oauthClient']) ?? {};
  const method = textOf(client['token_endpoint_auth_method']) ?? 'client_secret_basic';
  const known = propertyOf(old?.credentials, 'oauthClient.client_secret');
  const needsSecret = method.startsWith('client_secret');
  const secret =
    textOf(client['client_secret']) ??
    (typeof known === 'string' ? known : randomBytes(48).toString('base64url'));
  return {
    ...credentials,
    oauthClient: {
      autoKeyRotation: true,
      ...client,
      client_id: textOf(client['client_id']) ?? id,
      token_endpoint_auth_method: method,
      ...(needsSecret ? { client_secret: secret } : {}),
    },
  };
}

type Content = Omit<App, 'id' | 'status' | 'created' | 'users' | 'groups'>;

function readApp(call: Call, id: string, old?: App): Content {
  const { body } = call;
  const label = textOf(body['label']) ?? '';
  if (label === '') refuseField('label', 'label: The field cannot be left blank');
  if (label.length > longestLabel)
    refuseField('label', `label: The field cannot be longer than ${longestLabel} characters`);
  const mode = textOf(body['signOnMode']) ?? old?.signOnMode ?? '';
  if (!Object.hasOwn(signOnModes, mode))
    refuseField('signOnMode', 'signOnMode: The sign-on mode is not supported');
  const optional = (name: 'accessibility' | 'visibility' | 'profile') => {
    const value = objectOf(body[name]) ?? old?.[name];
    return value ? { [name]: value } : {};
  };
  return {
    name: old?.name ?? textOf(body['name']) ?? signOnModes[mode] ?? '',
    label,
    signOnMode: mode,
    lastUpdated: call.at,
    features: body['features'] === undefined ? (old?.features ?? []) : textsOf(body['features']),
    settings: objectOf(body['settings']) ?? old?.settings ?? {},
    credentials:
      mode === 'OPENID_CONNECT'
        ? readClient(id, body, old)
        : (objectOf(body['credentials']) ?? old?.credentials ?? {}),
    ...optional('accessibility'),
    ...optional('visibility'),
    ...optional('profile'),
  };
}

export const createApp: Handler = (call) => {
  // The id is the client's id as well, so it comes first; a refused request only skips a number.
  const id = makeId(call, '0oa');
  const content = readApp(call, id);
  const app: App = {
    ...content,
    id,
    status: flag(call, 'activate', true) ? 'ACTIVE' : 'INACTIVE',
    created: call.at,
    users: [],
    groups: [],
  };
  call.state.apps.push(app);
  call.log('application.lifecycle.create', [appParty(app)]);
  return showApp(call, app);
};

export const getApp: Handler = (call) => showApp(call, needApp(call));

export const replaceApp: Handler = (call) => {
  const app = needApp(call);
  Object.assign(app, readApp(call, app.id, app));
  call.log('application.lifecycle.update', [appParty(app)]);
  return showApp(call, app);
};

export const deleteApp: Handler = (call) => {
  const app = needApp(call);
  if (app.status === 'ACTIVE') refuse('E0000056');
  call.state.apps = call.state.apps.filter((other) => other !== app);
  call.log('application.lifecycle.delete', [appParty(app)]);
  return noContent;
};

export const activateApp: Handler = (call) => {
  const app = needApp(call);
  app.status = 'ACTIVE';
  app.lastUpdated = call.at;
  call.log('application.lifecycle.activate', [appParty(app)]);
  reconcileApp(call, app);
  return { body: {} };
};

export const deactivateApp: Handler = (call) => {
  const app = needApp(call);
  app.status = 'INACTIVE';
  app.lastUpdated = call.at;
  call.log('application.lifecycle.deactivate', [appParty(app)]);
  return { body: {} };
};

export const listAppLinks: Handler = (call) => {
  const user = needUser(call);
  const has = (app: App) => app.status === 'ACTIVE' && app.users.some(({ id }) => id === user.id);
  return { body: call.state.apps.filter(has).map((app) => viewAppLink(app, user.id, call.origin)) };
};

export const listAppsOfGroup: Handler = (call) => {
  const wanted = param(call, 'groupId');
  if (!call.state.groups.some(({ id }) => id === wanted)) refuseUnknown(wanted, 'UserGroup');
  const has = (app: App) => app.groups.some(({ id }) => id === wanted);
  return listPage(call, call.state.apps.filter(has), {
    limits: { usual: usualPage, most: mostInPage },
    idOf: (app) => app.id,
    view: (app) => viewApp(app, call.state, call.origin),
  });
};

function viewConnection(call: Call, app: App): Reply {
  const { connection } = app;
  const href = `${call.origin}/api/v1/apps/${app.id}/connections/default`;
  const status = connection?.status ?? 'DISABLED';
  const switching = status === 'ENABLED' ? 'deactivate' : 'activate';
  return {
    body: {
      authScheme: 'TOKEN',
      ...(connection ? { baseUrl: connection.baseUrl, profile: { authScheme: 'TOKEN' } } : {}),
      status: connection ? status : 'UNKNOWN',
      _links: {
        self: { href, hints: { allow: ['GET', 'POST'] } },
        [switching]: { href: `${href}/lifecycle/${switching}`, hints: { allow: ['POST'] } },
      },
    },
  };
}

export const getConnection: Handler = (call) => viewConnection(call, needApp(call));

export const setConnection: Handler = (call) => {
  const app = needApp(call);
  const profile = objectOf(call.body['profile']) ?? {};
  const token = textOf(profile['token']) ?? app.connection?.token ?? '';
  const baseUrl = textOf(call.body['baseUrl']) ?? app.connection?.baseUrl ?? '';
  if (profile['authScheme'] !== 'TOKEN')
    refuseField('profile.authScheme', 'authScheme: Only TOKEN is supported');
  if (!/^[\x20-\x7e]{1,2000}$/.test(token))
    refuseField('profile.token', 'token: The field cannot be left blank');
  if (!/^https?:$/.test(URL.parse(baseUrl)?.protocol ?? ''))
    refuseField('baseUrl', 'baseUrl: The URL is not valid');
  const enabled = call.query.has('activate')
    ? flag(call, 'activate', false)
    : app.connection?.status === 'ENABLED';
  app.connection = { baseUrl, token, status: enabled ? 'ENABLED' : 'DISABLED' };
  return viewConnection(call, app);
};

function switchConnection(status: 'ENABLED' | 'DISABLED'): Handler {
  return (call) => {
    const app = needApp(call);
    if (!app.connection) return refuseUnknown(app.id, 'ProvisioningConnection');
    app.connection.status = status;
    return noContent;
  };
}
export const activateConnection = switchConnection('ENABLED');
export const deactivateConnection = switchConnection('DISABLED');
