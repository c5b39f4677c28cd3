import { findUser } from './directory';
import { propertyOf } from './filter';
import type { App, AppGroup, AppUser, OrgState } from './state';

const get = { hints: { allow: ['GET'] } };
const post = { hints: { allow: ['POST'] } };

/** Credentials of an application; the secret of a client is shown to those who may manage applications. */
function credentialsOf(app: App): object {
  const template = { userNameTemplate: { template: '${source.login}', type: 'BUILT_IN' }, signing: {} };
  return { ...template, ...app.credentials };
}

export function viewApp(app: App, state: OrgState, origin: string): object {
  const href = `${origin}/api/v1/apps/${app.id}`;
  const switching = app.status === 'ACTIVE' ? 'deactivate' : 'activate';
  return {
    id: app.id,
    orn: `orn:okta:idp:${state.org.id}:apps:${app.name}:${app.id}`,
    name: app.name,
    label: app.label,
    status: app.status,
    lastUpdated: app.lastUpdated,
    created: app.created,
    accessibility: app.accessibility ?? {
      selfService: false,
      errorRedirectUrl: null,
      loginRedirectUrl: null,
    },
    visibility: app.visibility ?? {
      autoLaunch: false,
      autoSubmitToolbar: false,
      hide: { iOS: false, web: false },
      appLinks: { login: true },
    },
    features: app.features,
    signOnMode: app.signOnMode,
    credentials: credentialsOf(app),
    settings: { app: {}, ...app.settings },
    ...(app.profile ? { profile: app.profile } : {}),
    _links: {
      self: { href, hints: { allow: ['GET', 'PUT', 'DELETE'] } },
      users: { href: `${href}/users`, ...get },
      groups: { href: `${href}/groups`, ...get },
      [switching]: { href: `${href}/lifecycle/${switching}`, ...post },
    },
  };
}

/** How a user of an application stands, in Okta's words. */
function statusOf(app: App, appUser: AppUser): string {
  if (app.connection?.status !== 'ENABLED') return 'ACTIVE';
  return appUser.syncState === 'SYNCHRONIZED' ? 'PROVISIONED' : 'STAGED';
}

export function viewAppUser(app: App, appUser: AppUser, state: OrgState, origin: string): object {
  const profile = findUser(state, appUser.id)?.profile ?? {};
  const basic = Object.fromEntries(
    ['firstName', 'lastName', 'email'].map((name) => [name, propertyOf(profile, name) ?? null]),
  );
  return {
    id: appUser.id,
    externalId: appUser.externalId,
    created: appUser.created,
    lastUpdated: appUser.lastUpdated,
    scope: appUser.scope,
    status: statusOf(app, appUser),
    statusChanged: appUser.lastUpdated,
    passwordChanged: null,
    syncState: appUser.syncState,
    ...(appUser.syncState === 'SYNCHRONIZED' ? { lastSync: appUser.lastUpdated } : {}),
    credentials: { userName: appUser.userName },
    profile: { ...basic, ...appUser.profile },
    _links: {
      app: { href: `${origin}/api/v1/apps/${app.id}`, ...get },
      user: { href: `${origin}/api/v1/users/${appUser.id}`, ...get },
    },
  };
}

export function viewAppGroup(app: App, group: AppGroup, origin: string): object {
  const href = `${origin}/api/v1/apps/${app.id}`;
  return {
    id: group.id,
    priority: group.priority,
    lastUpdated: group.lastUpdated,
    profile: group.profile,
    _links: {
      app: { href, ...get },
      self: { href: `${href}/groups/${group.id}`, ...get },
      group: { href: `${origin}/api/v1/groups/${group.id}`, ...get },
    },
  };
}

/** Where a user finds an application on the dashboard. */
export function viewAppLink(app: App, userId: string, origin: string): object {
  return {
    id: `${app.id}${userId}`.slice(0, 20),
    label: app.label,
    linkUrl: `${origin}/home/${app.name}/${app.id}/${userId}`,
    logoUrl: `${origin}/img/logos/default.png`,
    appName: app.name,
    appInstanceId: app.id,
    appAssignmentId: `0ua${userId}`.slice(0, 20),
    credentialsSetup: false,
    hidden: false,
    sortOrder: 0,
  };
}
