import type { Change } from './call';
import { isEveryone } from './everyone';
import { deprovisionUser, provisionUser, updateProvisioned } from './scim';
import type { App, AppUser, Group, User } from './state';
import { appParty, userParty } from './systemLog';

/** Users who have the application through one of its groups. */
function throughGroups({ state }: Change, app: App): Set<string> {
  const assigned = new Set(app.groups.map(({ id }) => id));
  const groups = state.groups.filter((group) => assigned.has(group.id));
  const ids = new Set(groups.flatMap((group) => group.members));
  if (groups.some(isEveryone)) for (const user of state.users) ids.add(user.id);
  return ids;
}

/** Gives a user the application, and an account in it where users are provisioned. */
export function assignUser(
  change: Change,
  app: App,
  user: User,
  details: Partial<Pick<AppUser, 'scope' | 'userName' | 'profile'>> = {},
): AppUser {
  const appUser: AppUser = {
    id: user.id,
    scope: 'USER',
    externalId: null,
    created: change.at,
    lastUpdated: change.at,
    userName: String(user.profile['login']),
    profile: {},
    syncState: 'DISABLED',
    ...details,
  };
  app.users.push(appUser);
  change.log('application.user_membership.add', [userParty(user), appParty(app)]);
  if (app.status === 'ACTIVE') provisionUser(change, app, user, appUser);
  return appUser;
}

/** Takes the application from a user, and switches the account off. */
export function unassignUser(change: Change, app: App, user: User): void {
  const appUser = app.users.find(({ id }) => id === user.id);
  if (!appUser) return;
  app.users = app.users.filter((other) => other !== appUser);
  change.log('application.user_membership.remove', [userParty(user), appParty(app)]);
  deprovisionUser(change, app, user, appUser);
}

/** Brings the users an application has through groups in line with the members of those groups. */
export function reconcileApp(change: Change, app: App): void {
  const wanted = throughGroups(change, app);
  const has = new Map(app.users.map((appUser) => [appUser.id, appUser]));
  if (wanted.size === 0 && ![...has.values()].some(({ scope }) => scope === 'GROUP')) return;
  for (const user of change.state.users) {
    const appUser = has.get(user.id);
    const due = wanted.has(user.id) && user.status !== 'DEPROVISIONED' && user.status !== 'STAGED';
    if (due && !appUser) assignUser(change, app, user, { scope: 'GROUP' });
    if (!due && appUser?.scope === 'GROUP') unassignUser(change, app, user);
  }
}

/** The same for every application that has this group. */
export function reconcileGroup(change: Change, group: Pick<Group, 'id'>): void {
  for (const app of change.state.apps) {
    if (app.groups.some(({ id }) => id === group.id)) reconcileApp(change, app);
  }
}

/** Takes every application from a user who leaves. */
export function unassignAll(change: Change, user: User): void {
  for (const app of change.state.apps) unassignUser(change, app, user);
}

/** Gives the applications of all their groups to a user who was activated. */
export function assignThroughGroups(change: Change, user: User): void {
  for (const app of change.state.apps) {
    const has = app.users.some(({ id }) => id === user.id);
    if (!has && throughGroups(change, app).has(user.id)) assignUser(change, app, user, { scope: 'GROUP' });
  }
}

/** Tells the applications that provision users of a change of the user's profile. */
export function pushProfile(change: Change, user: User): void {
  for (const app of change.state.apps) {
    const appUser = app.users.find(({ id }) => id === user.id);
    if (appUser) updateProvisioned(change, app, user, appUser);
  }
}
