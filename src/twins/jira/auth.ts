import type { Twin } from '../contract';
import type { Caller } from './permission';
import { readToken } from './oauthTokens';
import { JiraRefusal } from './refusal';
import type { JiraState, User } from './state';

const anonymous: Caller = { user: null, kind: 'anonymous', scopes: null, client: null };
export const unauthenticated = 'Client must be authenticated to access this resource.';

const denied = () => new JiraRefusal(401, [unauthenticated]);

function activeUser(state: JiraState, accountId: string | undefined): User {
  const user = state.users.find((row) => row.accountId === accountId);
  if (!user?.active) throw denied();
  return user;
}

/** Basic authentication with an address and an API token. */
function fromBasic({ state, credentials }: Twin<JiraState>, encoded: string): Caller {
  const text = Buffer.from(encoded, 'base64').toString();
  const split = text.indexOf(':');
  if (split < 0) throw denied();
  const [email, token] = [text.slice(0, split).toLowerCase(), text.slice(split + 1)];
  if (email === credentials['email'] && token === credentials['token']) {
    return { ...anonymous, user: activeUser(state, state.me), kind: 'basic' };
  }
  const seeded = state.tokens.find(
    (row) => row.token === token && row.kind === 'api' && row.status === 'active',
  );
  const user = activeUser(state, seeded?.user);
  if (user.emailAddress?.toLowerCase() !== email) throw denied();
  return { ...anonymous, user, kind: 'basic' };
}

/** A token of the OAuth app. */
export function fromBearer(twin: Twin<JiraState>, token: string): Caller {
  const { state, credentials } = twin;
  const client = credentials['clientId'] ?? null;
  const seeded = state.tokens.find(
    (row) => row.token === token && row.kind === 'oauth' && row.status === 'active',
  );
  if (seeded) {
    return { user: activeUser(state, seeded.user), kind: 'oauth', scopes: seeded.scopes ?? null, client };
  }
  const read = readToken(twin, 'access', token);
  const until = read?.grant.expires[String(read.generation)] ?? 0;
  if (!read || until <= twin.now()) throw denied();
  return { user: activeUser(state, read.grant.user), kind: 'oauth', scopes: read.grant.scopes, client };
}

/**
 * Who asks. Without credentials it is nobody; with some that are no good it is a refusal.
 * @param authorization the header
 * @param onGateway true for requests to `api.atlassian.com`, the only place that takes OAuth tokens
 */
export function authenticate(
  twin: Twin<JiraState>,
  authorization: string | null,
  onGateway: boolean,
): Caller {
  if (authorization === null) return anonymous;
  const [scheme = '', value = ''] = authorization.trim().split(/\s+/, 2);
  if (scheme.toLowerCase() === 'basic') return fromBasic(twin, value);
  if (scheme.toLowerCase() === 'bearer' && onGateway) return fromBearer(twin, value);
  throw denied();
}

/** Refuses an app that was not granted what an operation needs. */
export function requireScopes({ kind, scopes }: Caller, needed: readonly string[]): void {
  if (kind !== 'oauth' || scopes === null || needed.every((scope) => scopes.includes(scope))) return;
  throw new JiraRefusal(401, ['Unauthorized; scope does not match']);
}
