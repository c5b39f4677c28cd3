import { flag, noContent, param, textOf, type Call, type Handler } from './call';
import { findUser, needUser } from './directory';
import { refuse, refuseUnknown } from './errors';
import { newSecret } from './ids';
import { endAuthorizations } from './oauth/authorizations';
import { signOnRules } from './policies';
import { isoTime, type OktaTwin, type Session, type User } from './state';
import { userParty } from './systemLog';
import { withoutUser } from './userStatus';

const tokenLastsMs = 5 * 60_000;
const minute = 60_000;
/** Sessions an organisation holds; the oldest end first. */
const maxSessions = 5000;

/** The session with this id while it lasts. */
export function findSession(
  { state, now }: Pick<OktaTwin, 'state'> & { now: number },
  id: string,
): Session | undefined {
  return state.sessions.find((session) => session.id === id && Date.parse(session.expiresAt) > now);
}

/** A token from which a session can be made once; what a sign-in ends with. */
export function makeSessionToken(
  call: Call,
  user: User,
  amr: readonly string[],
): { token: string; expiresAt: number } {
  const { state, now } = call;
  const token = `20111${newSecret(37)}`;
  const expiresAt = now + tokenLastsMs;
  state.sessionTokens = state.sessionTokens.filter((other) => other.expiresAt > now);
  state.sessionTokens.push({ token, user: user.id, expiresAt, amr: [...amr] });
  return { token, expiresAt };
}

/** Makes a session of a token, which is used up; null for one that is unknown, used or too old. */
export function startSession(call: Pick<Call, 'state' | 'now' | 'at'>, token: string): Session | null {
  const { state, now, at } = call;
  const found = state.sessionTokens.find(
    (candidate) => candidate.token === token && candidate.expiresAt > now,
  );
  const user = found && findUser(state, found.user);
  if (!found || user?.status !== 'ACTIVE') return null;
  state.sessionTokens = state.sessionTokens.filter((other) => other !== found);
  const session: Session = {
    id: `101${newSecret(22)}`,
    user: user.id,
    createdAt: at,
    expiresAt: isoTime(now + signOnRules(state, user).idleMinutes * minute),
    lastPasswordVerification: found.amr.includes('pwd') ? at : null,
    lastFactorVerification: found.amr.includes('mfa') ? at : null,
    amr: found.amr,
  };
  state.sessions.push(session);
  if (state.sessions.length > maxSessions) state.sessions.splice(0, 1);
  return session;
}

function viewSession(call: Call, session: Session): object {
  const user = findUser(call.state, session.user);
  const href = `${call.origin}/api/v1/sessions/${call.uri.startsWith('/api/v1/sessions/me') ? 'me' : session.id}`;
  return {
    id: session.id,
    userId: session.user,
    login: user?.profile['login'],
    createdAt: session.createdAt,
    expiresAt: session.expiresAt,
    status: 'ACTIVE',
    lastPasswordVerification: session.lastPasswordVerification,
    lastFactorVerification: session.lastFactorVerification,
    amr: session.amr,
    idp: { id: call.state.org.id, type: 'OKTA' },
    mfaActive: call.state.factors.some(
      (factor) => factor.user === session.user && factor.status === 'ACTIVE',
    ),
    _links: {
      self: { href, hints: { allow: ['GET', 'DELETE'] } },
      refresh: { href: `${href}/lifecycle/refresh`, hints: { allow: ['POST'] } },
      user: {
        name: user ? String(user.profile['login']) : '',
        href: `${call.origin}/api/v1/users/${session.user}`,
        hints: { allow: ['GET'] },
      },
    },
  };
}

/** The session a request names; `me` is that of its cookie. */
function needSession(call: Call): Session {
  const wanted = param(call, 'sessionId') || 'me';
  const id = wanted === 'me' ? call.caller.session : wanted;
  return (id === undefined ? undefined : findSession(call, id)) ?? refuseUnknown(wanted, 'Session');
}

export const createSession: Handler = (call) => {
  const session = startSession(call, textOf(call.body['sessionToken']) ?? '');
  return session ? { body: viewSession(call, session) } : refuse('E0000004');
};

export const getSession: Handler = (call) => ({ body: viewSession(call, needSession(call)) });

export const refreshSession: Handler = (call) => {
  const session = needSession(call);
  const user = findUser(call.state, session.user);
  const minutes = user ? signOnRules(call.state, user).idleMinutes : 0;
  session.expiresAt = isoTime(call.now + minutes * minute);
  return { body: viewSession(call, session) };
};

export const closeSession: Handler = (call) => {
  const session = needSession(call);
  call.state.sessions = call.state.sessions.filter((other) => other !== session);
  const user = findUser(call.state, session.user);
  call.log('user.session.end', user ? [userParty(user)] : []);
  return noContent;
};

/** Ends all sessions of a user, but for the one in which that is asked. */
export function endSessions({ state, caller }: Call, user: User): void {
  state.sessions = state.sessions.filter(
    (session) => session.user !== user.id || session.id === caller.session,
  );
}

export const clearSessions: Handler = (call) => {
  const user = needUser(call);
  if (flag(call, 'oauthTokens', false)) endAuthorizations(call.state, (from) => from.user === user.id);
  call.state.sessions = withoutUser(call.state.sessions, user);
  call.state.sessionTokens = withoutUser(call.state.sessionTokens, user);
  call.log('user.session.clear', [userParty(user)]);
  return noContent;
};

/** Where a browser may be sent: into the organisation itself, or to this machine, where programs under test listen. */
function trustedUrl(text: string, own: string): string {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol)) return refuse('E0000003');
  const isTrusted = url.origin === own || ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  return isTrusted ? url.href : refuse('E0000003');
}

/** Gives a browser the cookie of a new session and sends it on. */
export const redirectWithCookie: Handler = (call) => {
  const target = trustedUrl(call.query.get('redirectUrl') ?? '', call.origin);
  const session = startSession(call, call.query.get('token') ?? '');
  const headers: [string, string][] = [['location', target]];
  if (session) headers.push(['set-cookie', `sid=${session.id}; Path=/; HttpOnly; SameSite=None`]);
  return { status: 302, headers };
};
