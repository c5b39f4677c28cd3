import { textOf, type Call, type Handler, type Reply } from './call';
import { findByLogin, findUser } from './directory';
import { refuse } from './errors';
import { checkNewPassword, refuseWrongPassword, takeNewPassword } from './passwordChanges';
import { passwordRules, signOnRules } from './policies';
import { begin, end, needSignIn, needState, proceed, show } from './signIns';
import type { User } from './state';
import { userParty } from './systemLog';
import { setStatus } from './userStatus';

const minute = 60_000;

/** Who can get in with a password, now or after something else. */
const canSignIn = ['ACTIVE', 'PASSWORD_EXPIRED', 'LOCKED_OUT'];

/** Opens a lock whose time is over. */
function unlockInTime(call: Call, user: User): void {
  const { autoUnlockMinutes } = passwordRules(call.state, user);
  if (user.status !== 'LOCKED_OUT' || autoUnlockMinutes === 0 || user.lockedAt === undefined) return;
  if (call.now < Date.parse(user.lockedAt) + autoUnlockMinutes * minute) return;
  setStatus(call, user, 'ACTIVE');
  call.log('user.account.unlock', [userParty(user)]);
}

/** Counts a wrong password; too many lock the user. Returns true when this one did. */
function countWrongPassword(call: Call, user: User): boolean {
  user.failedLogins += 1;
  call.log('user.session.start', [userParty(user)], 'INVALID_CREDENTIALS');
  const { maxAttempts } = passwordRules(call.state, user);
  if (maxAttempts === 0 || user.failedLogins < maxAttempts || user.status !== 'ACTIVE') return false;
  setStatus(call, user, 'LOCKED_OUT');
  user.lockedAt = call.at;
  call.log('user.account.lock', [userParty(user)], 'LOCKED_OUT');
  return true;
}

/** Where policy says that a lock is shown, the client is told how to open it; elsewhere it looks like a mistake. */
function lockedReply(call: Call, user: User): Reply {
  if (!passwordRules(call.state, user).showLockoutFailures) refuse('E0000004');
  const href = `${call.origin}/api/v1/authn/recovery/unlock`;
  return {
    body: { status: 'LOCKED_OUT', _links: { next: { name: 'unlock', href, hints: { allow: ['POST'] } } } },
  };
}

function signInWithPassword(call: Call, username: string): Reply {
  const { body, state } = call;
  const known = body['stateToken'] === undefined ? undefined : needSignIn(call);
  if (known && known.status !== 'UNAUTHENTICATED') refuse('E0000079');
  const user = findByLogin(state, username);
  if (!user || !canSignIn.includes(user.status)) return refuse('E0000004');
  unlockInTime(call, user);
  if (user.status === 'LOCKED_OUT') return lockedReply(call, user);
  const password = user.credentials.password?.value;
  if (password === undefined || password !== textOf(body['password'])) {
    return countWrongPassword(call, user) ? lockedReply(call, user) : refuse('E0000004');
  }
  user.failedLogins = 0;
  if (!signOnRules(state, user).allowed) refuse('E0000004');
  if (!known) return proceed(call, begin(call, user, { amr: ['pwd'] }), user);
  known.user = user.id;
  known.amr = ['pwd'];
  return proceed(call, known, user);
}

/** Signs in with the token of an activation link, for a user who has no password yet. */
function signInWithToken(call: Call, token: string): Reply {
  const { state, now } = call;
  const link = state.links.find((other) => other.token === token && other.expiresAt > now);
  const user = link?.kind === 'activation' ? findUser(state, link.user) : undefined;
  if (!link || !user) return refuse('E0000011');
  state.links = state.links.filter((other) => other !== link);
  return show(call, begin(call, user, { status: 'PASSWORD_RESET' }));
}

export const authenticatePrimary: Handler = (call) => {
  const { body } = call;
  const username = textOf(body['username']);
  const token = textOf(body['token']);
  if (username !== undefined) return signInWithPassword(call, username);
  if (token !== undefined) return signInWithToken(call, token);
  if (body['stateToken'] !== undefined) return show(call, needSignIn(call));
  return refuse('E0000004');
};

export const changeExpiredPassword: Handler = (call) => {
  const { signIn, user } = needState(call, ['PASSWORD_EXPIRED', 'PASSWORD_WARN']);
  const newPassword = textOf(call.body['newPassword']) ?? '';
  refuseWrongPassword(user, textOf(call.body['oldPassword']) ?? '', 'oldPassword');
  checkNewPassword(call, user, newPassword, 'E0000080');
  takeNewPassword(call, user, newPassword);
  signIn.passwordDone = true;
  return proceed(call, signIn, user);
};

export const resetForgottenPassword: Handler = (call) => {
  const { signIn, user } = needState(call, ['PASSWORD_RESET']);
  const newPassword = textOf(call.body['newPassword']) ?? '';
  checkNewPassword(call, user, newPassword, 'E0000080');
  takeNewPassword(call, user, newPassword);
  Object.assign(signIn, { passwordDone: true, recovery: null, amr: ['pwd'] });
  return proceed(call, signIn, user);
};

export const skipWarning: Handler = (call) => {
  const { signIn, user } = needState(call, ['PASSWORD_WARN']);
  signIn.passwordDone = true;
  return proceed(call, signIn, user);
};

export const previousState: Handler = (call) => {
  const { signIn, user } = needState(call, ['MFA_CHALLENGE', 'MFA_ENROLL_ACTIVATE']);
  return proceed(call, signIn, user);
};

export const cancelSignIn: Handler = (call) => {
  const signIn = needSignIn(call);
  end(call, signIn);
  return { body: signIn.relayState === null ? {} : { relayState: signIn.relayState } };
};
