import { textOf, type Call, type Handler } from '../call';
import { findUser } from '../directory';
import { authorize, endAuthorizations } from './authorizations';
import { authenticateClient, grantTypes, type OAuthClient } from './clients';
import { refuseOAuth } from './errors';
import { hashOf } from './hashes';
import { checkProof } from './proofs';
import type { AuthorizationCode } from './schemas';
import { clientScopes, splitScopes } from './scopes';
import { issuerOf, type Issuer } from './servers';
import { findRefreshToken, issueTokens, refreshLastsMs } from './tokens';

/** A request for tokens of a client that proved who it is. */
interface Asking {
  issuer: Issuer;
  client: OAuthClient;
  /** Thumbprint of the key the client proved to have. */
  key: string | null;
}

function checkVerifier(call: Call, { challenge }: AuthorizationCode): void {
  const verifier = textOf(call.body['code_verifier']);
  if (challenge === null) {
    if (verifier !== undefined) refuseOAuth('pkce_missing_challenge_verifier_present');
  } else if (verifier === undefined) refuseOAuth('pkce_missing_verifier');
  else if (hashOf(verifier) !== challenge) refuseOAuth('pkce_verification_failed');
}

function redeemCode(call: Call, { issuer, client, key }: Asking): Promise<object> {
  const { state, now, body } = call;
  const code = state.oauth.codes.find((one) => one.code === body['code']);
  const authorization = code && state.oauth.authorizations.find(({ id }) => id === code.authorization);
  if (!authorization) return refuseOAuth('invalid_authorization_code');
  if (code.used) {
    // Somebody has the code who should not, so what was made of it dies as well (RFC 6749, 4.1.2).
    endAuthorizations(state, ({ id }) => id === authorization.id);
    return refuseOAuth('invalid_authorization_code');
  }
  if (code.expiresAt <= now) refuseOAuth('invalid_authorization_code');
  if (authorization.client !== client.id) refuseOAuth('mismatched_client');
  if (authorization.server !== issuer.server) refuseOAuth('mismatched_authorization_server');
  if (body['redirect_uri'] !== code.redirectUri) refuseOAuth('mismatched_redirect_uri');
  checkVerifier(call, code);
  const user = findUser(state, authorization.user ?? '');
  if (user?.status !== 'ACTIVE') refuseOAuth('invalid_authorization_code');
  code.used = true;
  const { scopes } = authorization;
  return issueTokens(call, { issuer, client, authorization, scopes, key, nonce: code.nonce });
}

/** The scopes a refreshed token has: fewer if the client asks for fewer. */
function refreshedScopes(call: Call, granted: readonly string[]): readonly string[] {
  const wanted = splitScopes(textOf(call.body['scope']) ?? '');
  if (wanted.length === 0) return granted;
  const denied = wanted.filter((scope) => !granted.includes(scope));
  if (denied.length > 0) refuseOAuth('refresh_scopes_denied', { about: denied.join(', ') });
  return wanted;
}

function refresh(call: Call, { issuer, client, key }: Asking): Promise<object> {
  const { state, now } = call;
  const found = findRefreshToken(call.twin, textOf(call.body['refresh_token']) ?? '');
  if (!found || found.client.id !== client.id) return refuseOAuth('invalid_refresh_token');
  const { token, authorization } = found;
  if (authorization.server !== issuer.server) refuseOAuth('mismatched_authorization_server');
  const { rotationLeewayMs } = client;
  if (token.replacedAt !== null && now > token.replacedAt + (rotationLeewayMs ?? 0)) {
    // A token that was replaced and comes again was stolen, from one side or the other.
    endAuthorizations(state, ({ id }) => id === authorization.id);
    call.log(
      issuer.server === null ? 'app.oauth2.token.detect_reuse' : 'app.oauth2.as.token.detect_reuse',
      [],
    );
    return refuseOAuth('invalid_refresh_token');
  }
  if (token.key !== null && token.key !== key) refuseOAuth('invalid_dpop_proof_invalid_public_key_binding');
  const scopes = refreshedScopes(call, authorization.scopes);
  const issue = { issuer, client, authorization, scopes, key };
  if (rotationLeewayMs !== null) {
    token.replacedAt ??= now;
    return issueTokens(call, issue);
  }
  token.expiresAt = now + refreshLastsMs;
  return issueTokens(call, { ...issue, refreshToken: token.id });
}

function actForItself(call: Call, { issuer, client, key }: Asking): Promise<object> {
  if (issuer.server === null) {
    if (client.type !== 'service') refuseOAuth('invalid_application_type_client_credentials');
    if (client.method !== 'private_key_jwt') refuseOAuth('unsupported_auth_method_client_creds');
  }
  const scopes = clientScopes(issuer, client, textOf(call.body['scope']) ?? '');
  const authorization = authorize(call, {
    client: client.id,
    server: issuer.server,
    user: null,
    scopes,
    signedIn: null,
    amr: [],
  });
  return issueTokens(call, { issuer, client, authorization, scopes, key });
}

const grants: Readonly<Record<string, (call: Call, asking: Asking) => Promise<object>>> = {
  authorization_code: redeemCode,
  refresh_token: refresh,
  client_credentials: actForItself,
};

/** The token endpoint. */
export const makeToken: Handler = async (call) => {
  const issuer = issuerOf(call);
  const url = `${issuer.base}/token`;
  const client = await authenticateClient(call, url);
  const type = textOf(call.body['grant_type']);
  if (type === undefined)
    return refuseOAuth('token_request_missing_grant_type', { about: grantTypes.join(', ') });
  if (!Object.hasOwn(grants, type))
    return refuseOAuth('unsupported_grant_type', { about: client.grantTypes.join(', ') });
  if (!client.grantTypes.includes(type))
    refuseOAuth('unauthorized_client', { about: client.grantTypes.join(', ') });
  const { twin, now, headers } = call;
  const key = client.dpop ? await checkProof({ twin, now, headers, method: 'POST', url }) : null;
  // The checks above waited; what follows sees the state as it is now, and changes it before it waits.
  const current = { ...call, state: twin.state };
  const body = await grants[type]!(current, { issuer, client, key });
  return {
    body,
    headers: [['pragma', 'no-cache']],
  };
};
