import type { Caller } from './call';
import { refuse } from './errors';
import { scopesOf, scopesOfRoles } from './roles';
import type { ApiToken, OktaTwin } from './state';
import { findUser } from './directory';
import { findSession } from './sessions';

/** The user whose session the cookie names; nobody when it is over. */
function bySession(twin: OktaTwin, headers: Headers): Caller {
  const [, id] = /(?:^|;\s*)sid=([^;]+)/.exec(headers.get('cookie') ?? '') ?? [];
  const session = id === undefined ? undefined : findSession({ state: twin.state, now: twin.now() }, id);
  const user = session && findUser(twin.state, session.user);
  if (!session || user?.status !== 'ACTIVE') return anonymous;
  return { kind: 'session', user, scopes: scopesOfRoles(user.roles), session: session.id };
}

const anonymous: Caller = { kind: 'anonymous', user: null, scopes: [] };

function callerOf(twin: OktaTwin, token: ApiToken): Caller {
  const user = token.user === undefined ? null : (findUser(twin.state, token.user) ?? null);
  // A token dies with the user who made it.
  if (token.user !== undefined && user?.status !== 'ACTIVE') refuse('E0000011');
  if (token.scheme === 'Bearer') return { kind: 'oauth', user, scopes: token.scopes };
  return { kind: 'token', user, scopes: user ? scopesOfRoles(user.roles) : scopesOf(token.role) };
}

/**
 * Who sends these headers: an API token (`SSWS`), an access token (`Bearer`), a session's cookie, or nobody.
 * Refuses tokens that are unknown or revoked.
 */
export function authenticate(twin: OktaTwin, headers: Headers): Caller {
  const [, scheme = '', token = ''] =
    /^(SSWS|Bearer)\s+(.*)$/i.exec(headers.get('authorization') ?? '') ?? [];
  if (scheme === '') return bySession(twin, headers);
  const isApiToken = scheme.toUpperCase() === 'SSWS';
  if (isApiToken && token === twin.credentials['token'])
    return { kind: 'token', user: owner(twin), scopes: ['*'] };
  const seeded = twin.state.tokens.find(
    (candidate) => candidate.token === token && (candidate.scheme === 'SSWS') === isApiToken,
  );
  if (seeded?.status !== 'active') return refuse('E0000011');
  return callerOf(twin, seeded);
}

/** The twin's own token was made by the first administrator, if there is one. */
function owner({ state }: OktaTwin) {
  return state.users.find((user) => user.roles.includes('SUPER_ADMIN')) ?? null;
}
