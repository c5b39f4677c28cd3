import { assignThroughGroups, unassignAll } from './assignments';
import { flag, type Call, type Change, type Handler, type Reply } from './call';
import { hasFactors, needSettled, needUser } from './directory';
import { refuse, refuseField } from './errors';
import { newSecret } from './ids';
import { removeMember } from './membership';
import { setPassword } from './passwords';
import { scheduleRules } from './ruleEvaluation';
import type { UserStatus } from './schemas';
import { endSessions } from './sessions';
import type { User } from './state';
import { userParty } from './systemLog';
import { endAccess, endSignIns, makeLink, setStatus } from './userStatus';
import { viewUser } from './userViews';

const day = 86_400_000;
const hour = 3_600_000;
/** How long links for activation last. */
const activationMs = 7 * day;
const recoveryMs = hour;

const nothing: Reply = { body: {} };

/** A link for the user to set a password, and to become active with it. */
function activationReply(call: Call, user: User): Reply {
  const token = makeLink(call, user, { kind: 'activation', token: newSecret(20), lastsMs: activationMs });
  if (flag(call, 'sendEmail', true)) return nothing;
  return { body: { activationUrl: `${call.origin}/welcome/${token}`, activationToken: token } };
}

/** Does what takes a while: at once where the organisation's settings say so, or else later. */
function transition(change: Change, user: User, status: 'ACTIVE' | 'PROVISIONED' | 'DEPROVISIONED'): void {
  const { transition: pause } = change.state.settings;
  if (pause === 0) return endTransition(change, user, status);
  user.transitioningToStatus = status;
  change.twin.later(pause, 'transition', { user: user.id });
}

/** Ends a change of status that was begun. */
export function endTransition(change: Change, user: User, status: UserStatus): void {
  delete user.transitioningToStatus;
  setStatus(change, user, status);
  if (status === 'DEPROVISIONED') {
    for (const group of change.state.groups) removeMember(change, group, user);
    unassignAll(change, user);
    endAccess(change, user);
    change.log('user.lifecycle.deactivate', [userParty(user)]);
  } else {
    user.activated = change.at;
    change.log('user.lifecycle.activate', [userParty(user)]);
    assignThroughGroups(change, user);
    scheduleRules(change, user);
  }
}

export const activateUser: Handler = (call) => {
  const user = needUser(call);
  needSettled(user);
  if (user.status === 'SUSPENDED') refuse('E0000038');
  if (user.status !== 'STAGED' && user.status !== 'DEPROVISIONED') refuse('E0000016');
  const signsIn = user.credentials.password !== undefined || user.credentials.provider.type !== 'OKTA';
  const reply = signsIn ? nothing : activationReply(call, user);
  transition(call, user, signsIn ? 'ACTIVE' : 'PROVISIONED');
  return reply;
};

export const reactivateUser: Handler = (call) => {
  const user = needUser(call);
  needSettled(user);
  if (user.status !== 'PROVISIONED' && user.status !== 'RECOVERY') refuse('E0000038');
  const reply = activationReply(call, user);
  setStatus(call, user, 'PROVISIONED');
  call.log('user.lifecycle.reactivate', [userParty(user)]);
  return reply;
};

export const suspendUser: Handler = (call) => {
  const user = needUser(call);
  needSettled(user);
  if (user.status !== 'ACTIVE') refuseField('suspendUser', 'Cannot suspend a user that is not active');
  setStatus(call, user, 'SUSPENDED');
  // Whoever is half-way in would come out active.
  endSignIns(call, user);
  call.log('user.lifecycle.suspend', [userParty(user)]);
  return nothing;
};

export const unsuspendUser: Handler = (call) => {
  const user = needUser(call);
  if (user.status !== 'SUSPENDED') {
    refuseField('unsuspendUser', 'Cannot unsuspend a user that is not suspended');
  }
  setStatus(call, user, 'ACTIVE');
  call.log('user.lifecycle.unsuspend', [userParty(user)]);
  return nothing;
};

export const unlockUser: Handler = (call) => {
  const user = needUser(call);
  if (user.status !== 'LOCKED_OUT') refuse('E0000032');
  setStatus(call, user, 'ACTIVE');
  call.log('user.account.unlock_by_admin', [userParty(user)]);
  return nothing;
};

/** Begins the deactivation of a user who is not deactivated; waits for it unless the client need not. */
export function deactivate(call: Call, user: User): void {
  needSettled(user);
  if (user.status === 'DEPROVISIONED') refuse('E0000038');
  if (isAsynchronous(call)) transition(call, user, 'DEPROVISIONED');
  else endTransition(call, user, 'DEPROVISIONED');
}

function isAsynchronous(call: Call): boolean {
  return call.headers.get('prefer')?.toLowerCase().includes('respond-async') ?? false;
}

export const deactivateUser: Handler = (call) => {
  deactivate(call, needUser(call));
  return nothing;
};

/** Removes a deactivated user for good. */
export function deleteUser(call: Call, user: User): void {
  needSettled(user);
  call.log('user.lifecycle.delete.initiated', [userParty(user)]);
  const { state } = call;
  for (const group of state.groups) removeMember(call, group, user);
  unassignAll(call, user);
  endAccess(call, user);
  state.factors = state.factors.filter((factor) => factor.user !== user.id);
  state.users = state.users.filter((other) => other !== user);
  state.tokens = state.tokens.filter((token) => token.user !== user.id);
  call.log('user.lifecycle.delete.completed', [userParty(user)]);
}

const withPassword: readonly UserStatus[] = [
  'ACTIVE',
  'PASSWORD_EXPIRED',
  'LOCKED_OUT',
  'RECOVERY',
  'PROVISIONED',
];

function needResettable(user: User): void {
  needSettled(user);
  if (!withPassword.includes(user.status)) refuse('E0000038');
}

function expire(call: Call, temporary: boolean): Reply {
  const user = needUser(call);
  needResettable(user);
  const tempPassword = temporary ? `${newSecret(8)}aA1` : undefined;
  if (tempPassword) setPassword(user, tempPassword, call.at);
  setStatus(call, user, 'PASSWORD_EXPIRED');
  if (temporary && flag(call, 'revokeSessions', false)) endSessions(call, user);
  call.log('user.account.expire_password', [userParty(user)]);
  return {
    body: tempPassword ? { tempPassword } : viewUser(user, call.origin, hasFactors(call.state, user)),
  };
}

export const expirePassword: Handler = (call) => expire(call, flag(call, 'tempPassword', false));
export const expirePasswordWithTemporary: Handler = (call) => expire(call, true);

export const resetPassword: Handler = (call) => {
  const user = needUser(call);
  needResettable(user);
  const token = makeLink(call, user, { kind: 'recovery', token: newSecret(20), lastsMs: recoveryMs });
  setStatus(call, user, 'RECOVERY');
  if (flag(call, 'revokeSessions', false)) endSessions(call, user);
  call.log('user.account.reset_password', [userParty(user)]);
  if (flag(call, 'sendEmail', true)) return nothing;
  return { body: { resetPasswordUrl: `${call.origin}/reset_password/${token}` } };
};
