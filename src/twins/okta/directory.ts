import { isEveryone } from './everyone';
import { param, type Call, type Change } from './call';
import { refuse, refuseUnknown } from './errors';
import type { Group, OrgState, User } from './state';
import { plainUser } from './userViews';

/** The user a request names by id, login, or the part of a login before the @; `me` is the caller. */
export function needUser(call: Call, name = 'userId'): User {
  const wanted = param(call, name);
  const user =
    wanted === 'me' ? call.caller.user : (findUser(call.state, wanted) ?? findByLogin(call.state, wanted));
  return user ?? refuseUnknown(wanted, 'User');
}

/** The user with this login in any case; a short one must be that of one user only. */
export function findByLogin(state: OrgState, wanted: string): User | undefined {
  const login = wanted.toLowerCase();
  const has = (user: User, test: (own: string) => boolean) =>
    test(String(user.profile['login']).toLowerCase());
  const exact = state.users.find((user) => has(user, (own) => own === login));
  if (exact || login.includes('@')) return exact;
  const [short, ...others] = state.users.filter((user) => has(user, (own) => own.startsWith(`${login}@`)));
  return others.length === 0 ? short : undefined;
}

export function needGroup(call: Call): Group {
  const wanted = param(call, 'groupId');
  return call.state.groups.find((group) => group.id === wanted) ?? refuseUnknown(wanted, 'UserGroup');
}

/** Refuses a change of a user who is on the way to another status. */
export function needSettled(user: User): void {
  if (user.transitioningToStatus) refuse('E0000112');
}

/** Keeps what searches still see for a while; to be called before a user is changed. */
export function keepForSearch({ state, now }: Change, user: User): void {
  const { searchLag } = state.settings;
  if (searchLag === 0 || (user.stale && user.stale.until > now)) return;
  user.stale = { until: now + searchLag, user: plainUser(user) };
}

/** A user as a search sees it now; null when it does not know of the user yet. */
export function searchedUser(user: User, now: number): Record<string, unknown> | null {
  return user.stale && user.stale.until > now ? user.stale.user : plainUser(user);
}

/** Groups the user is in; deactivated users are not in Everyone. */
export function groupsOf(state: OrgState, user: User): Group[] {
  return state.groups.filter((group) =>
    isEveryone(group) ? user.status !== 'DEPROVISIONED' : group.members.includes(user.id),
  );
}

export function hasFactors(state: OrgState, user: User): boolean {
  return state.factors.some((factor) => factor.user === user.id);
}

export function findUser(state: OrgState, userId: string): User | undefined {
  return state.users.find((user) => user.id === userId);
}
