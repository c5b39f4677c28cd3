import type { Change } from './call';
import { keepForSearch } from './directory';
import type { UserStatus } from './schemas';
import type { User } from './state';

/** Puts a user into a status; times follow. */
export function setStatus(change: Change, user: User, status: UserStatus): void {
  keepForSearch(change, user);
  delete user.transitioningToStatus;
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

/** Ends what lets the user in, or on the way in. */
export function endAccess({ state }: Change, user: User): void {
  const others = <T extends { user: string | null }>(entries: T[]): T[] =>
    entries.filter((entry) => entry.user !== user.id);
  state.links = others(state.links);
  state.sessions = others(state.sessions);
  state.sessionTokens = others(state.sessionTokens);
  state.signIns = others(state.signIns);
}
