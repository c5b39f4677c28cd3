import { checkAccessToken } from './oauth/bearer';
import type { Caller } from './call';
import { refuse } from './errors';
import { covers, scopesOf, scopesOfRoles } from './roles';
import type { ApiToken, OktaTwin } from './state';
import { findUser } from './directory';
import { findSession } from './sessions';

/** The user whose session the cookie names; nobody when it is over. */
export function sessionCaller(twin: OktaTwin, headers: Headers): Caller {
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

/** What a request proves itself with. */
export interface SentRequest {
  headers: Headers;
  method: string;
  /** URL without query. */
  url: string;
}

/** Who has an access token of the organisation's own authorization server; those of others are not for this API. */
async function byAccessToken(
  twin: OktaTwin,
  request: SentRequest,
  sent: { scheme: string; token: string },
): Promise<Caller> {
  const found = await checkAccessToken({ twin, now: twin.now(), ...request, ...sent });
  if (!found || found.authorization.server !== null) return refuse('E0000011');
  const { user, token } = found;
  if (!user) return { kind: 'oauth', user, scopes: token.scopes };
  // With a user's token one may do what both the scopes and the user's roles allow.
  const held = scopesOfRoles(user.roles);
  return { kind: 'oauth', user, scopes: token.scopes.filter((scope) => covers(held, scope)) };
}

/**
 * Who sends a request: an API token (`SSWS`), an access token (`Bearer`, `DPoP`), a session's cookie, or nobody.
 * Refuses tokens that are unknown or revoked.
 */
export async function authenticate(twin: OktaTwin, request: SentRequest): Promise<Caller> {
  const { headers } = request;
  const [, scheme = '', token = ''] =
    /^(SSWS|Bearer|DPoP)\s+(.*)$/i.exec(headers.get('authorization') ?? '') ?? [];
  if (scheme === '') return sessionCaller(twin, headers);
  const isApiToken = scheme.toUpperCase() === 'SSWS';
  if (isApiToken && token === twin.credentials['token'])
    return { kind: 'token', user: owner(twin), scopes: ['*'] };
  const seeded = twin.state.tokens.find(
    (candidate) => candidate.token === token && (candidate.scheme === 'SSWS') === isApiToken,
  );
  if (!seeded && !isApiToken) return byAccessToken(twin, request, { scheme, token });
  if (seeded?.status !== 'active') return refuse('E0000011');
  return callerOf(twin, seeded);
}

/** The twin's own token was made by the first administrator, if there is one. */
function owner({ state }: OktaTwin) {
  return state.users.find((user) => user.roles.includes('SUPER_ADMIN')) ?? null;
}
