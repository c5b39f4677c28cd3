import type { Change } from './call';
import { keepForSearch } from './directory';
import { endAuthorizations } from './oauth/authorizations';
import type { UserStatus } from './schemas';
import type { User } from './state';

/** Puts a user into a status; times follow. */
export function setStatus(change: Change, user: User, status: UserStatus): void {
  keepForSearch(change, user);
  user.status = status;
  user.statusChanged = change.at;
  user.lastUpdated = change.at;
  if (status !== 'LOCKED_OUT') {
    delete user.lockedAt;
    user.failedLogins = 0;
    user.failedCodes = 0;
  }
}

/** A new one-time token of a link for the user, in place of older ones of its kind. */
export function makeLink(
  { state, now }: Change,
  user: User,
  link: { kind: 'activation' | 'recovery' | 'unlock'; token: string; lastsMs: number },
): string {
  const { kind, token, lastsMs } = link;
  state.links = state.links.filter((other) => other.user !== user.id || other.kind !== kind);
  state.links.push({ token, user: user.id, kind, expiresAt: now + lastsMs });
  return token;
}

/** Entries of other users. */
export const withoutUser = <T extends { user: string | null }>(entries: T[], { id }: User): T[] =>
  entries.filter(({ user }) => user !== id);

/** Ends what the user has begun in order to get in. */
export function endSignIns({ state }: Change, user: User): void {
  state.links = withoutUser(state.links, user);
  state.sessionTokens = withoutUser(state.sessionTokens, user);
  state.signIns = withoutUser(state.signIns, user);
}

/** Ends what lets the user in, or on the way in, and what the user allowed others. */
export function endAccess(change: Change, user: User): void {
  const { state } = change;
  endSignIns(change, user);
  state.sessions = withoutUser(state.sessions, user);
  endAuthorizations(state, (authorization) => authorization.user === user.id);
}
