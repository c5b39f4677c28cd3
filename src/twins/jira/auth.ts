import type { Twin } from '../contract';
import type { Caller } from './permission';
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
function fromBasic(twin: Twin<JiraState>, encoded: string): Caller {
  const { state, credentials } = twin;
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

/**
 * Who asks. Without credentials it is nobody; with some that are no good it is a refusal.
 * @param authorization the header
 */
export function authenticate(twin: Twin<JiraState>, authorization: string | null): Caller {
  if (authorization === null) return anonymous;
  const [scheme = '', value = ''] = authorization.trim().split(/\s+/, 2);
  if (scheme.toLowerCase() === 'basic') return fromBasic(twin, value);
  throw denied();
}
