import { activationOf, plainFactor } from './factorViews';
import { factorTypes } from './accessSchemas';
import { findUser } from './directory';
import { passwordRules } from './policies';
import { isoTime, type Factor, type OrgState, type SignIn, type User } from './state';

interface Place {
  state: OrgState;
  now: number;
  origin: string;
}

const post = { hints: { allow: ['POST'] } };
const day = 86_400_000;

function viewPerson(user: User): object {
  const { login, firstName, lastName, locale, timezone } = user.profile;
  return {
    id: user.id,
    passwordChanged: user.passwordChanged,
    profile: {
      login,
      firstName,
      lastName,
      locale: locale ?? 'en_US',
      timeZone: timezone ?? 'America/Los_Angeles',
    },
  };
}

/** The next step of each state: what it is called, and its path below the Authn API. */
const nextSteps: Readonly<Record<SignIn['status'], readonly [string, string] | null>> = {
  UNAUTHENTICATED: ['authenticate', ''],
  PASSWORD_WARN: ['changePassword', '/credentials/change_password'],
  PASSWORD_EXPIRED: ['changePassword', '/credentials/change_password'],
  PASSWORD_RESET: ['resetPassword', '/credentials/reset_password'],
  RECOVERY: ['answer', '/recovery/answer'],
  RECOVERY_CHALLENGE: ['verify', '/recovery/factors/sms/verify'],
  MFA_ENROLL: null,
  MFA_ENROLL_ACTIVATE: ['activate', '/factors/{factor}/lifecycle/activate'],
  MFA_REQUIRED: null,
  MFA_CHALLENGE: ['verify', '/factors/{factor}/verify'],
};

function linksOf(place: Place, signIn: SignIn, factor: Factor | undefined): Record<string, unknown> {
  const base = `${place.origin}/api/v1/authn`;
  const to = (path: string) => ({ href: `${base}${path.replace('{factor}', signIn.factor ?? '')}`, ...post });
  const next = nextSteps[signIn.status];
  const polls = factor?.factorType === 'push';
  const nextLink = next && {
    name: polls ? 'poll' : next[0],
    ...to(polls ? `${next[1]}${next[0] === 'activate' ? '/poll' : ''}` : next[1]),
  };
  const inFactor = signIn.status === 'MFA_CHALLENGE' || signIn.status === 'MFA_ENROLL_ACTIVATE';
  const isSent = factor !== undefined && ['sms', 'call', 'email'].includes(factor.factorType);
  const resend = `/factors/{factor}/${signIn.status === 'MFA_CHALLENGE' ? 'verify' : 'lifecycle'}/resend`;
  return {
    ...(nextLink ? { next: nextLink } : {}),
    ...(signIn.status === 'PASSWORD_WARN' ? { skip: { name: 'skip', ...to('/skip') } } : {}),
    ...(inFactor ? { prev: to('/previous') } : {}),
    ...(inFactor && isSent ? { resend: [{ name: factor.factorType, ...to(resend) }] } : {}),
    cancel: to('/cancel'),
  };
}

function passwordPolicyOf({ state, now }: Place, signIn: SignIn, user: User): object {
  const rules = passwordRules(state, user);
  const age = now - Date.parse(user.passwordChanged ?? user.created);
  const expires = Math.max(Math.ceil((rules.maxAgeDays * day - age) / day), 0);
  return {
    ...(signIn.status === 'PASSWORD_WARN' ? { expiration: { passwordExpireDays: expires } } : {}),
    complexity: {
      minLength: rules.minLength,
      minLowerCase: rules.minLowerCase,
      minUpperCase: rules.minUpperCase,
      minNumber: rules.minNumber,
      minSymbol: rules.minSymbol,
      excludeUsername: rules.excludeUsername,
    },
    age: { minAgeMinutes: 0, historyCount: rules.historyCount },
  };
}

function factorsOf({ state, origin }: Place, signIn: SignIn, user: User): object[] {
  const mine = state.factors.filter((factor) => factor.user === user.id && factor.status === 'ACTIVE');
  if (signIn.status === 'MFA_REQUIRED') {
    return mine.map((factor) => ({
      ...plainFactor(factor, true),
      _links: { verify: { href: `${origin}/api/v1/authn/factors/${factor.id}/verify`, ...post } },
    }));
  }
  return factorTypes.map((factorType) => ({
    factorType,
    provider: 'OKTA',
    vendorName: 'OKTA',
    status: mine.some((factor) => factor.factorType === factorType) ? 'ACTIVE' : 'NOT_SETUP',
    enrollment: 'OPTIONAL',
    _links: { enroll: { href: `${origin}/api/v1/authn/factors`, ...post } },
  }));
}

function embedded(place: Place, signIn: SignIn, user: User, factor: Factor | undefined): object {
  const question = user.credentials.recovery_question?.question;
  const asks = signIn.status === 'RECOVERY' && question !== undefined;
  const activation =
    factor && activationOf(factor, `${place.origin}/api/v1/users/${user.id}/factors/${factor.id}`);
  return {
    user: { ...viewPerson(user), ...(asks ? { recovery_question: { question } } : {}) },
    ...(['MFA_REQUIRED', 'MFA_ENROLL'].includes(signIn.status)
      ? { factors: factorsOf(place, signIn, user) }
      : {}),
    ...(factor
      ? { factor: { ...plainFactor(factor, true), ...(activation ? { _embedded: { activation } } : {}) } }
      : {}),
    ...(signIn.status.startsWith('PASSWORD_') ? { policy: passwordPolicyOf(place, signIn, user) } : {}),
  };
}

/** A sign-in as its client sees it, with what it can do next. */
export function viewSignIn(place: Place, signIn: SignIn, factorResult?: string): object {
  const user = signIn.user === null ? undefined : findUser(place.state, signIn.user);
  const factor = place.state.factors.find(({ id }) => id === signIn.factor);
  return {
    stateToken: signIn.stateToken,
    expiresAt: isoTime(signIn.expiresAt),
    status: signIn.status,
    ...(factorResult ? { factorResult } : {}),
    ...(signIn.relayState === null ? {} : { relayState: signIn.relayState }),
    ...(signIn.recovery ? { recoveryType: signIn.recovery } : {}),
    ...(signIn.status === 'RECOVERY_CHALLENGE' ? { factorType: 'SMS' } : {}),
    ...(user ? { _embedded: embedded(place, signIn, user, factor) } : {}),
    _links: linksOf(place, signIn, factor),
  };
}

/** The end of a sign-in. */
export function viewSuccess(
  user: User,
  signIn: SignIn,
  session: { token: string; expiresAt: number },
): object {
  return {
    expiresAt: isoTime(session.expiresAt),
    status: 'SUCCESS',
    ...(signIn.relayState === null ? {} : { relayState: signIn.relayState }),
    sessionToken: session.token,
    _embedded: { user: viewPerson(user) },
  };
}
