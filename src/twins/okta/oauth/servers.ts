import { param, type Call } from '../call';
import { refuseUnknown } from '../errors';
import type { AuthorizationServer } from './schemas';

const minute = 60_000;

/** One authorization server, as a request addresses it. */
export interface Issuer {
  /** Id of a custom one; null is the organisation's own. */
  server: string | null;
  issuer: string;
  /** Base URL of its endpoints. */
  base: string;
  audience: string;
  tokenLastsMs: number;
  /** Scopes it knows beyond those of OpenID Connect. */
  isCustomScope: (scope: string) => boolean;
}

export const openIdScopes = ['openid', 'profile', 'email', 'address', 'phone', 'offline_access', 'groups'];

function customIssuer(origin: string, server: AuthorizationServer): Issuer {
  const issuer = `${origin}/oauth2/${server.id}`;
  return {
    server: server.id,
    issuer,
    base: `${issuer}/v1`,
    audience: server.audiences[0] ?? issuer,
    tokenLastsMs: server.tokenMinutes * minute,
    isCustomScope: (scope) => server.scopes.includes(scope),
  };
}

/** The authorization server a request addresses. */
export function issuerOf(call: Call): Issuer {
  const { origin, state } = call;
  const id = param(call, 'authorizationServerId');
  if (id === '') {
    return {
      server: null,
      issuer: origin,
      base: `${origin}/oauth2/v1`,
      audience: origin,
      tokenLastsMs: 60 * minute,
      isCustomScope: (scope) => /^okta\.[\w.]+$/.test(scope),
    };
  }
  const server = state.authorizationServers.find((one) => one.id === id && one.status === 'ACTIVE');
  return server ? customIssuer(origin, server) : refuseUnknown(id, 'AuthorizationServer');
}
