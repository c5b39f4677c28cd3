import type { Call } from '../call';
import { findUser } from '../directory';
import { newSecret } from '../ids';
import type { OktaTwin, User } from '../state';
import { sweep } from './authorizations';
import { idClaims } from './claims';
import { findClient, type OAuthClient } from './clients';
import { claimsOf, sign } from './keys';
import type { Issue } from './issue';
import type { Authorization, OAuthToken } from './schemas';

const day = 86_400_000;
/** A refresh token dies when it is not used for so long. */
export const refreshLastsMs = 7 * day;

const seconds = (ms: number): number => Math.floor(ms / 1000);

function addRefreshToken(call: Call, { authorization, key }: Issue): string {
  const id = newSecret(43);
  const times = { issuedAt: call.now, expiresAt: call.now + refreshLastsMs };
  const { id: from, scopes } = authorization;
  call.state.oauth.tokens.push({
    id,
    kind: 'refresh',
    authorization: from,
    scopes: [...scopes],
    ...times,
    key,
    replacedAt: null,
  });
  return id;
}

/** Makes tokens and answers with them. All is noted before the first is signed. */
export async function issueTokens(call: Call, issue: Issue): Promise<object> {
  const { state, now, twin } = call;
  const { issuer, client, authorization, scopes, key } = issue;
  const user = authorization.user === null ? undefined : findUser(state, authorization.user);
  const jti = `AT.${newSecret(43)}`;
  const expiresAt = now + issuer.tokenLastsMs;
  const from = { authorization: authorization.id, scopes: [...scopes], issuedAt: now };
  state.oauth.tokens.push({ id: jti, kind: 'access', ...from, expiresAt, key, replacedAt: null });
  const asksForRefresh = user !== undefined && authorization.scopes.includes('offline_access');
  const refresh = issue.refreshToken ?? (asksForRefresh ? addRefreshToken(call, issue) : undefined);
  sweep(state, now);
  const targets = [
    { id: client.id, type: 'PublicClientApp', alternateId: null, displayName: client.app.label },
  ];
  call.log(
    issuer.server === null ? 'app.oauth2.token.grant.access_token' : 'app.oauth2.as.token.grant.access_token',
    targets,
  );
  const { issuer: iss, audience: aud } = issuer;
  const access = await sign(twin, {
    ver: 1,
    jti,
    iss,
    aud,
    iat: seconds(now),
    exp: seconds(expiresAt),
    cid: client.id,
    ...(user ? { uid: user.id } : {}),
    scp: [...scopes],
    ...(authorization.signedIn === null ? {} : { auth_time: seconds(authorization.signedIn) }),
    ...(key === null ? {} : { cnf: { jkt: key } }),
    sub: user ? String(user.profile['login']) : client.id,
  });
  const withId = user && scopes.includes('openid');
  const id = withId ? await sign(twin, idClaims({ call, issue, user, accessToken: access })) : undefined;
  return {
    token_type: key === null ? 'Bearer' : 'DPoP',
    expires_in: seconds(issuer.tokenLastsMs),
    access_token: access,
    scope: scopes.join(' '),
    ...(refresh === undefined ? {} : { refresh_token: refresh }),
    ...(id === undefined ? {} : { id_token: id }),
  };
}

/** A token that is good, and what it stands for. */
export interface LiveToken {
  token: OAuthToken;
  authorization: Authorization;
  client: OAuthClient;
  user: User | null;
}

function live(twin: OktaTwin, id: string, kind: OAuthToken['kind']): LiveToken | null {
  const { state } = twin;
  const token = state.oauth.tokens.find((one) => one.id === id && one.kind === kind);
  if (!token || token.expiresAt <= twin.now()) return null;
  const authorization = state.oauth.authorizations.find((one) => one.id === token.authorization);
  const client = authorization && findClient(state, authorization.client);
  if (!client) return null;
  if (authorization.user === null) return { token, authorization, client, user: null };
  const user = findUser(state, authorization.user);
  // What a user allowed ends when the user does.
  return user?.status === 'ACTIVE' ? { token, authorization, client, user } : null;
}

/** The access token this text is; null when it is forged, expired or revoked, or its user or client is gone. */
export async function findAccessToken(twin: OktaTwin, text: string): Promise<LiveToken | null> {
  const claims = await claimsOf(twin, text);
  return claims?.jti === undefined ? null : live(twin, claims.jti, 'access');
}

export function findRefreshToken(twin: OktaTwin, text: string): LiveToken | null {
  return live(twin, text, 'refresh');
}
