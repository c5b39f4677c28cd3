import { textOf, type Call, type Handler } from '../call';
import { authenticateClient } from './clients';
import { refuseOAuth } from './errors';
import { claimsOf } from './keys';
import { issuerOf } from './servers';
import { findAccessToken, findRefreshToken, type LiveToken } from './tokens';

interface FoundToken extends LiveToken {
  /** The text that was sent. */
  text: string;
}

/** The good token that a request names, of the authorization server it addresses. */
async function findToken(call: Call): Promise<FoundToken | null> {
  const text = textOf(call.body['token']) ?? refuseOAuth('request_missing_token');
  const found = (await findAccessToken(call.twin, text)) ?? findRefreshToken(call.twin, text);
  return found?.authorization.server === issuerOf(call).server ? { ...found, text } : null;
}

async function describe(call: Call, { token, authorization, user, text }: FoundToken): Promise<object> {
  const isAccess = token.kind === 'access';
  const { sub, aud, iss, jti } = (isAccess ? await claimsOf(call.twin, text) : null) ?? {};
  const login = user ? String(user.profile['login']) : undefined;
  return {
    active: true,
    scope: token.scopes.join(' '),
    ...(login === undefined ? {} : { username: login }),
    exp: Math.floor(token.expiresAt / 1000),
    iat: Math.floor(token.issuedAt / 1000),
    sub: sub ?? login,
    ...(isAccess ? { aud, iss, jti, token_type: token.key === null ? 'Bearer' : 'DPoP' } : {}),
    client_id: authorization.client,
    ...(user ? { uid: user.id } : {}),
    ...(token.key === null ? {} : { cnf: { jkt: token.key } }),
  };
}

/** What a token is; of one that is no good only that. */
export const introspectToken: Handler = async (call) => {
  await authenticateClient(call, `${issuerOf(call).base}/introspect`);
  const found = await findToken(call);
  return { body: found ? await describe(call, found) : { active: false } };
};

/** Ends a token; with a refresh token all that came from the same sign-in. Unknown ones are none of anybody's business. */
export const revokeToken: Handler = async (call) => {
  const issuer = issuerOf(call);
  const client = await authenticateClient(call, `${issuer.base}/revoke`);
  const found = await findToken(call);
  if (found?.client.id !== client.id) return { status: 200 };
  const { oauth } = call.twin.state;
  const { token, authorization } = found;
  const ends = ({ id, authorization: from }: typeof token) =>
    token.kind === 'refresh' ? from === authorization.id : id === token.id;
  oauth.tokens = oauth.tokens.filter((other) => !ends(other));
  call.log(issuer.server === null ? 'app.oauth2.token.revoke' : 'app.oauth2.as.token.revoke', []);
  return { status: 200 };
};
