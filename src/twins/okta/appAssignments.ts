import { needApp } from './apps';
import { assignUser, reconcileApp, unassignUser } from './assignments';
import { viewAppGroup, viewAppUser } from './appViews';
import { noContent, objectOf, param, textOf, type Call, type Handler, type Reply } from './call';
import { findUser } from './directory';
import { refuse, refuseField, refuseUnknown } from './errors';
import { listPage } from './paging';
import { updateProvisioned } from './scim';
import type { App, AppGroup, AppUser, User } from './state';
import { appParty, groupParty, userParty } from './systemLog';

const limits = { usual: 50, most: 500 };

function needAppUser(call: Call, app: App): AppUser {
  const wanted = param(call, 'userId');
  return app.users.find(({ id }) => id === wanted) ?? refuseUnknown(wanted, 'AppUser');
}

const showAppUser = (call: Call, app: App, appUser: AppUser): Reply => ({
  body: viewAppUser(app, appUser, call.state, call.origin),
});

/** What a request says of a user of an application. */
function readDetails({ body }: Call): Partial<Pick<AppUser, 'userName' | 'profile'>> {
  const userName = textOf(objectOf(body['credentials'])?.['userName']);
  const profile = objectOf(body['profile']);
  return { ...(userName === undefined ? {} : { userName }), ...(profile ? { profile } : {}) };
}

export const listAppUsers: Handler = (call) => {
  const app = needApp(call);
  const words = call.query.get('q')?.toLowerCase() ?? '';
  const fits = ({ userName }: AppUser) => userName.toLowerCase().startsWith(words);
  return listPage(call, app.users.filter(fits), {
    limits,
    idOf: (appUser) => appUser.id,
    view: (appUser) => viewAppUser(app, appUser, call.state, call.origin),
  });
};

export const assignAppUser: Handler = (call) => {
  const app = needApp(call);
  const id = textOf(call.body['id']) ?? refuseField('id', 'id: The field cannot be left blank');
  const user: User = findUser(call.state, id) ?? refuseUnknown(id, 'User');
  const details = readDetails(call);
  if (user.status === 'DEPROVISIONED') refuse('E0000038');
  const existing = app.users.find((appUser) => appUser.id === id);
  if (!existing) return showAppUser(call, app, assignUser(call, app, user, details));
  Object.assign(existing, details, { scope: 'USER', lastUpdated: call.at });
  return showAppUser(call, app, existing);
};

export const getAppUser: Handler = (call) => {
  const app = needApp(call);
  return showAppUser(call, app, needAppUser(call, app));
};

export const updateAppUser: Handler = (call) => {
  const app = needApp(call);
  const appUser = needAppUser(call, app);
  const details = readDetails(call);
  const profile = { ...appUser.profile, ...details.profile };
  Object.assign(appUser, details, { profile, lastUpdated: call.at });
  const user = findUser(call.state, appUser.id);
  if (user) {
    call.log('application.user_membership.update', [userParty(user), appParty(app)]);
    updateProvisioned(call, app, user, appUser);
  }
  return showAppUser(call, app, appUser);
};

export const unassignAppUser: Handler = (call) => {
  const app = needApp(call);
  const user = findUser(call.state, needAppUser(call, app).id);
  if (user) unassignUser(call, app, user);
  reconcileApp(call, app);
  return noContent;
};

export const listAppGroups: Handler = (call) => {
  const app = needApp(call);
  return listPage(call, app.groups, {
    limits: { usual: 20, most: 200 },
    idOf: (group) => group.id,
    view: (group) => viewAppGroup(app, group, call.origin),
  });
};

function needAppGroup(call: Call, app: App): AppGroup {
  const wanted = param(call, 'groupId');
  return app.groups.find(({ id }) => id === wanted) ?? refuseUnknown(wanted, 'ApplicationGroupAssignment');
}

export const getAppGroup: Handler = (call) => {
  const app = needApp(call);
  return { body: viewAppGroup(app, needAppGroup(call, app), call.origin) };
};

export const assignAppGroup: Handler = (call) => {
  const app = needApp(call);
  const wanted = param(call, 'groupId');
  const group = call.state.groups.find(({ id }) => id === wanted) ?? refuseUnknown(wanted, 'UserGroup');
  const { priority } = call.body;
  const profile = objectOf(call.body['profile']) ?? {};
  const assigned: AppGroup = {
    id: group.id,
    priority: Number.isSafeInteger(priority) ? Number(priority) : app.groups.length,
    profile,
    lastUpdated: call.at,
  };
  const known = app.groups.some(({ id }) => id === group.id);
  app.groups = [...app.groups.filter(({ id }) => id !== group.id), assigned];
  if (!known) call.log('group.application_assignment.add', [groupParty(group), appParty(app)]);
  reconcileApp(call, app);
  return { body: viewAppGroup(app, assigned, call.origin) };
};

export const unassignAppGroup: Handler = (call) => {
  const app = needApp(call);
  const assigned = needAppGroup(call, app);
  app.groups = app.groups.filter((other) => other !== assigned);
  const group = call.state.groups.find(({ id }) => id === assigned.id);
  if (group) call.log('group.application_assignment.remove', [groupParty(group), appParty(app)]);
  reconcileApp(call, app);
  return noContent;
};
