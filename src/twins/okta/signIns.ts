import { textOf, type Call, type Reply } from './call';
import { findUser } from './directory';
import { refuse } from './errors';
import { newSecret } from './ids';
import { passwordRules, signOnRules } from './policies';
import { makeSessionToken } from './sessions';
import { viewSignIn, viewSuccess } from './signInViews';
import type { SignIn, User } from './state';
import { userParty } from './systemLog';
import { setStatus } from './userStatus';

/** How long a sign-in waits for its next step. */
const lastsMs = 5 * 60_000;
const day = 86_400_000;

type SignInStatus = SignIn['status'];

/** Begins a sign-in or recovery of the user. */
export function begin(call: Call, user: User, more: Partial<SignIn> = {}): SignIn {
  const { state, now } = call;
  const signIn: SignIn = {
    stateToken: `00${newSecret(40)}`,
    status: 'UNAUTHENTICATED',
    user: user.id,
    expiresAt: now + lastsMs,
    relayState: textOf(call.body['relayState']) ?? null,
    recovery: null,
    passwordDone: false,
    factorDone: false,
    factor: null,
    push: null,
    amr: [],
    ...more,
  };
  state.signIns = [...state.signIns.filter((other) => other.expiresAt > now), signIn];
  return signIn;
}

/** The sign-in whose state token the request sends, which thereby lasts longer. */
export function needSignIn(call: Call): SignIn {
  const token = textOf(call.body['stateToken']);
  const found = call.state.signIns.find(
    (signIn) => signIn.stateToken === token && signIn.expiresAt > call.now,
  );
  if (!found) return refuse('E0000011');
  found.expiresAt = call.now + lastsMs;
  return found;
}

/** The same, and its user, if it is in one of these states. */
export function needState(call: Call, statuses: readonly SignInStatus[]): { signIn: SignIn; user: User } {
  const signIn = needSignIn(call);
  const user = signIn.user === null ? undefined : findUser(call.state, signIn.user);
  if (!user || !statuses.includes(signIn.status)) return refuse('E0000079');
  return { signIn, user };
}

export function end(call: Call, signIn: SignIn): void {
  call.state.signIns = call.state.signIns.filter((other) => other !== signIn);
}

export const show = (call: Call, signIn: SignIn, factorResult?: string): Reply => ({
  body: viewSignIn(call, signIn, factorResult),
});

/** What the age of the user's password asks for before anything else. */
function passwordStep(call: Call, user: User): 'PASSWORD_EXPIRED' | 'PASSWORD_WARN' | null {
  const rules = passwordRules(call.state, user);
  const leftMs = Date.parse(user.passwordChanged ?? user.created) + rules.maxAgeDays * day - call.now;
  if (rules.maxAgeDays > 0 && leftMs <= 0 && user.status === 'ACTIVE')
    setStatus(call, user, 'PASSWORD_EXPIRED');
  if (user.status === 'PASSWORD_EXPIRED') return 'PASSWORD_EXPIRED';
  return rules.maxAgeDays > 0 && leftMs <= rules.expireWarnDays * day ? 'PASSWORD_WARN' : null;
}

function nextStatus(call: Call, signIn: SignIn, user: User): SignInStatus | 'SUCCESS' {
  const step = signIn.passwordDone ? null : passwordStep(call, user);
  if (step) return step;
  if (signIn.factorDone || !signOnRules(call.state, user).requireFactor) return 'SUCCESS';
  const hasFactor = call.state.factors.some(
    (factor) => factor.user === user.id && factor.status === 'ACTIVE',
  );
  return hasFactor ? 'MFA_REQUIRED' : 'MFA_ENROLL';
}

/** Takes a sign-in to the next state it needs, or to its end. */
export function proceed(call: Call, signIn: SignIn, user: User): Reply {
  const status = nextStatus(call, signIn, user);
  signIn.factor = null;
  signIn.push = null;
  if (status !== 'SUCCESS') {
    signIn.status = status;
    return show(call, signIn);
  }
  end(call, signIn);
  user.lastLogin = call.at;
  call.log('user.session.start', [userParty(user)]);
  return { body: viewSuccess(user, signIn, makeSessionToken(call, user, signIn.amr)) };
}
