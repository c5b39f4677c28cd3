/** Problems of OAuth that this twin answers with: HTTP status, `error`, `error_description`; `{0}` is filled in. */
export const oauthProblems = {
  access_denied: [403, 'access_denied', 'The resource owner or authorization server denied the request.'],
  user_not_assigned: [400, 'access_denied', 'User is not assigned to the client application.'],
  refresh_scopes_denied: [
    400,
    'access_denied',
    'Some of the scopes requested for the refresh request were not granted in the original authorize request. Denied scopes: {0}.',
  ],
  no_org_scopes_granted: [400, 'consent_required', 'You are not allowed any of the requested scopes.'],
  id_token_does_not_match_session: [
    400,
    'id_token_does_not_match_session',
    "The ID token subject does not match the current session's user.",
  ],
  invalid_client: [
    401,
    'invalid_client',
    'Client authentication failed. Either the client or the client credentials are invalid.',
  ],
  missing_client_credentials: [401, 'invalid_client', 'No client credentials found.'],
  invalid_client_id: [401, 'invalid_client', "Invalid value for 'client_id' parameter."],
  invalid_client_secret: [
    401,
    'invalid_client',
    'The client secret supplied for a confidential client is invalid.',
  ],
  unsupported_auth_method_client_creds: [
    401,
    'invalid_client',
    'Client Credentials requests to the Org Authorization Server must use the private_key_jwt token_endpoint_auth_method.',
  ],
  invalid_application_type_client_credentials: [
    401,
    'invalid_client',
    "Only clients with 'application_type' of 'service' may use the client_credentials 'grant_type' with the Org Authorization Server.",
  ],
  client_assertion_invalid_issuer: [
    401,
    'invalid_client',
    'The issuer claim for client_assertion is not a valid client_id.',
  ],
  client_assertion_invalid_subject: [
    401,
    'invalid_client',
    'The subject claim for client_assertion is not a valid client_id.',
  ],
  client_assertion_invalid_no_secret: [
    401,
    'invalid_client',
    'The issuer and subject claim for client_assertion is invalid because the client does not have a client secret.',
  ],
  client_assertion_invalid_audience: [
    401,
    'invalid_client',
    'The audience claim for client_assertion must be the endpoint invoked for the request.',
  ],
  client_assertion_expiration_required: [
    401,
    'invalid_client',
    "The client_assertion must contain the 'exp' claim as seconds since epoch.",
  ],
  client_assertion_expired_token: [401, 'invalid_client', 'The client_assertion token is expired.'],
  client_assertion_expires_too_far_in_future: [
    401,
    'invalid_client',
    'The client_assertion token has an expiration too far into the future.',
  ],
  client_assertion_issued_at_in_future: [
    401,
    'invalid_client',
    'The client_assertion token must be issued before the current time.',
  ],
  client_assertion_already_used: [401, 'invalid_client', 'The client_assertion token has already been used.'],
  client_assertion_invalid_signature: [401, 'invalid_client', 'The client_assertion signature is invalid.'],
  client_assertion_invalid_jwt: [401, 'invalid_client', 'The parsing of the client_assertion failed.'],
  client_assertion_invalid_kid: [401, 'invalid_client', 'The client_assertion JWT kid is invalid.'],
  client_assertion_invalid_signature_algorithm: [
    401,
    'invalid_client',
    'The client_assertion JWT signature algorithm is invalid.',
  ],
  client_assertion_jwks_not_configured: [
    401,
    'invalid_client',
    'The client does not have a JWKSet configured, but the client_assertion requires one.',
  ],
  client_assertion_type_invalid: [400, 'invalid_request', 'The client_assertion_type is invalid.'],
  multiple_client_credentials: [
    401,
    'invalid_request',
    'Cannot supply multiple client credentials. Use one of the following: credentials in the Authorization header, credentials in the post body, or a client_assertion in the post body.',
  ],
  invalid_dpop_proof: [400, 'invalid_dpop_proof', 'The DPoP proof JWT is invalid.'],
  invalid_dpop_proof_missing_header: [400, 'invalid_dpop_proof', 'The DPoP proof JWT header is missing.'],
  invalid_dpop_proof_invalid_type: [
    400,
    'invalid_dpop_proof',
    "'typ' must be 'dpop+jwt' in the DPoP proof JWT.",
  ],
  invalid_dpop_proof_invalid_signature_algorithm: [
    400,
    'invalid_dpop_proof',
    'The DPoP proof JWT signature algorithm is invalid.',
  ],
  invalid_dpop_proof_invalid_jwt: [400, 'invalid_dpop_proof', 'The DPoP proof JWT cannot be parsed.'],
  invalid_dpop_proof_invalid_signature: [
    400,
    'invalid_dpop_proof',
    'The DPoP proof JWT signature is invalid.',
  ],
  invalid_dpop_proof_invalid_htm: [
    400,
    'invalid_dpop_proof',
    "'htm' claim in the DPoP proof JWT is invalid.",
  ],
  invalid_dpop_proof_invalid_htu: [
    400,
    'invalid_dpop_proof',
    "'htu' claim in the DPoP proof JWT is invalid.",
  ],
  invalid_dpop_proof_invalid_iat: [
    400,
    'invalid_dpop_proof',
    "'iat' claim in the DPoP proof JWT is invalid.",
  ],
  invalid_dpop_proof_jwt_issued_in_future: [
    400,
    'invalid_dpop_proof',
    'The DPoP proof JWT is issued in the future.',
  ],
  invalid_dpop_proof_jwt_too_old: [
    400,
    'invalid_dpop_proof',
    'The DPoP proof JWT is issued more than five minutes in the past.',
  ],
  invalid_dpop_proof_invalid_jti: [
    400,
    'invalid_dpop_proof',
    "'jti' claim in the DPoP proof JWT is invalid.",
  ],
  invalid_dpop_proof_invalid_public_key_binding: [
    400,
    'invalid_dpop_proof',
    'Invalid DPoP Public Key binding in refresh token',
  ],
  dpop_proof_already_used: [400, 'invalid_dpop_proof', 'The DPoP proof JWT has already been used.'],
  dpop_proof_invalid_ath: [
    400,
    'invalid_dpop_proof',
    "'ath' claim in the DPoP proof does not match the presented access_token.",
  ],
  invalid_access_token_dpop_binding: [
    400,
    'invalid_dpop_proof',
    'The access_token is not bound to the provided DPoP proof.',
  ],
  dpop_authentication_scheme_required: [
    400,
    'invalid_request',
    'The resource request must use the DPoP authentication scheme when using a DPoP bound token.',
  ],
  access_token_missing: [401, 'invalid_request', 'The access token is missing.'],
  access_token_invalid: [401, 'invalid_token', 'The access token is invalid.'],
  access_token_insufficient_scopes: [
    403,
    'insufficient_scope',
    'The access token provided does not contain the required scopes.',
  ],
  access_token_not_dpop_bound: [401, 'invalid_token', 'The presented access_token is not DPoP bound.'],
  use_dpop_nonce: [400, 'use_dpop_nonce', 'Authorization server requires nonce in DPoP proof.'],
  invalid_authorization_code: [400, 'invalid_grant', 'The authorization code is invalid or has expired.'],
  pkce_verification_failed: [400, 'invalid_grant', 'PKCE verification failed.'],
  mismatched_client: [
    400,
    'invalid_grant',
    "The grant was issued to another client. Please make sure the 'client_id' matches the one used at the authorize request.",
  ],
  mismatched_redirect_uri: [
    400,
    'invalid_grant',
    "The 'redirect_uri' does not match the redirection URI used in the authorization request.",
  ],
  invalid_refresh_token: [400, 'invalid_grant', 'The refresh token is invalid or expired.'],
  illegal_redirect_uri: [
    400,
    'invalid_request',
    "The 'redirect_uri' parameter must be a Login redirect URI in the client app settings.",
  ],
  illegal_post_logout_redirect_uri: [
    400,
    'invalid_request',
    "The 'post_logout_redirect_uri' parameter must be a Logout redirect URI in the client app settings.",
  ],
  invalid_id_token_hint: [400, 'invalid_request', "The 'id_token_hint' parameter is invalid."],
  request_missing_token: [400, 'invalid_request', "The 'token' parameter is required."],
  invalid_prompt: [
    400,
    'invalid_request',
    "Invalid value for 'prompt' parameter. Supported values: [consent, login, none]",
  ],
  pkce_invalid_challenge: [400, 'invalid_request', 'PKCE code challenge contains illegal characters.'],
  pkce_missing_challenge: [400, 'invalid_request', 'PKCE code challenge is required by the application.'],
  pkce_missing_challenge_verifier_present: [
    400,
    'invalid_request',
    'PKCE code challenge should be specified in the authorize request for code verification.',
  ],
  pkce_missing_verifier: [400, 'invalid_request', 'PKCE code verifier is required by the application.'],
  pkce_unsupported_code_challenge_method: [
    400,
    'invalid_request',
    'PKCE code challenge method is not supported. Valid values: [S256]',
  ],
  token_request_missing_grant_type: [
    400,
    'invalid_request',
    "The token request must specify a 'grant_type'. Valid values: [{0}]",
  ],
  mismatched_authorization_server: [
    400,
    'invalid_request',
    'The grant was issued for another authorization server.',
  ],
  openid_scope_required: [
    400,
    'invalid_scope',
    "Requests for ID tokens or access tokens with OpenID scopes require the 'openid' scope.",
  ],
  openid_not_allowed_client_creds: [
    400,
    'invalid_scope',
    "Cannot request 'openid' scopes using client credentials.",
  ],
  no_default_scopes: [
    400,
    'invalid_scope',
    "The authorization server resource does not have any configured default scopes, 'scope' must be provided.",
  ],
  no_matching_scope: [
    400,
    'invalid_scope',
    'One or more scopes are not configured for the authorization server resource.',
  ],
  login_required: [
    400,
    'login_required',
    'The client specified not to prompt, but the user is not logged in.',
  ],
  unauthorized_client: [
    400,
    'unauthorized_client',
    'The client is not authorized to use the provided grant type. Configured grant types: [{0}].',
  ],
  unsupported_grant_type: [
    400,
    'unsupported_grant_type',
    'The authorization grant type is not supported by the authorization server. Configured grant types: [{0}].',
  ],
  unsupported_response_mode: [
    400,
    'unsupported_response_mode',
    'The response mode is not supported by the authorization server. Valid response modes: [query, fragment, form_post, okta_post_message].',
  ],
  unsupported_response_type: [
    400,
    'unsupported_response_type',
    'The response type is not supported by the authorization server. Configured response types: [{0}].',
  ],
} as const satisfies Record<string, readonly [number, string, string]>;

export type OAuthProblem = keyof typeof oauthProblems;

/** Names in `error`, which a fault may ask for. */
export function isOAuthError(name: string): boolean {
  return Object.values(oauthProblems).some(([, error]) => error === name);
}

/** The first problem that this name in `error` stands for. */
export function problemOf(name: string): OAuthProblem | undefined {
  const found = Object.entries(oauthProblems).find(([, [, error]]) => error === name);
  return found?.[0] as OAuthProblem | undefined;
}

interface OAuthDetails {
  /** Stands for `{0}` in the description. */
  about?: string;
  headers?: readonly (readonly [string, string])[];
}

/** An answer that is an error of OAuth; the service turns it into HTTP. */
export class OAuthRefusal extends Error {
  readonly status: number;
  /** As in `error`. */
  readonly error: string;
  readonly description: string;
  readonly headers: readonly (readonly [string, string])[];

  constructor(problem: OAuthProblem, { about = '', headers = [] }: OAuthDetails = {}) {
    super(problem);
    this.name = 'OAuthRefusal';
    const [status, error, description] = oauthProblems[problem];
    this.status = status;
    this.error = error;
    this.description = description.replace('{0}', () => about);
    this.headers = headers;
  }
}

export function refuseOAuth(problem: OAuthProblem, details?: OAuthDetails): never {
  throw new OAuthRefusal(problem, details);
}
