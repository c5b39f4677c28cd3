import type { Call, Handler } from '../call';
import { groupsOf } from '../directory';
import { checkAccessToken } from './bearer';
import { userClaims } from './claims';
import { refuseOAuth, type OAuthProblem } from './errors';
import { issuerOf, type Issuer } from './servers';

function refuseToken(call: Call, { base }: Issuer, problem: OAuthProblem, error: string): never {
  const challenge = `Bearer authorization_uri="${base}/authorize", realm="${call.origin}", scope="openid", error="${error}", resource="${base}/userinfo"`;
  refuseOAuth(problem, { headers: [['www-authenticate', challenge]] });
}

/** What the scopes of an access token tell about its user. */
export const getUserInfo: Handler = async (call) => {
  const issuer = issuerOf(call);
  const { twin, now, headers, method } = call;
  const [, scheme = '', token = ''] =
    /^(Bearer|DPoP)\s+(.*)$/i.exec(headers.get('authorization') ?? '') ?? [];
  if (scheme === '') return refuseToken(call, issuer, 'access_token_missing', 'invalid_request');
  const url = `${issuer.base}/userinfo`;
  const found = await checkAccessToken({ twin, now, scheme, token, headers, method, url });
  if (!found?.user || found.authorization.server !== issuer.server)
    return refuseToken(call, issuer, 'access_token_invalid', 'invalid_token');
  const { scopes } = found.token;
  if (!scopes.includes('openid'))
    return refuseToken(call, issuer, 'access_token_insufficient_scopes', 'insufficient_scope');
  const groups = groupsOf(call.state, found.user).map(({ profile }) => profile.name);
  return {
    body: {
      sub: found.user.id,
      ...userClaims(found.user, scopes),
      ...(scopes.includes('groups') ? { groups } : {}),
    },
  };
};
