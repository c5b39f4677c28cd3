import type { Call, Handler } from '../call';
import { grantTypes } from './clients';
import { signatureAlgorithms } from './jwts';
import { publicKeys } from './keys';
import { issuerOf, openIdScopes } from './servers';

const authMethods = [
  'client_secret_basic',
  'client_secret_post',
  'client_secret_jwt',
  'private_key_jwt',
  'none',
];

const claims = [
  ['iss', 'ver', 'sub', 'aud', 'iat', 'exp', 'jti', 'auth_time', 'amr', 'idp', 'nonce', 'name', 'nickname'],
  ['preferred_username', 'given_name', 'middle_name', 'family_name', 'email', 'email_verified', 'profile'],
  [
    'zoneinfo',
    'locale',
    'address',
    'phone_number',
    'picture',
    'website',
    'gender',
    'birthdate',
    'updated_at',
  ],
  ['at_hash', 'c_hash'],
].flat();

function oauthMetadata(call: Call): object {
  const { issuer, base, server } = issuerOf(call);
  const custom = call.state.authorizationServers.find(({ id }) => id === server)?.scopes ?? [];
  return {
    issuer,
    authorization_endpoint: `${base}/authorize`,
    token_endpoint: `${base}/token`,
    registration_endpoint: `${call.origin}/oauth2/v1/clients`,
    jwks_uri: `${base}/keys`,
    response_types_supported: ['code'],
    response_modes_supported: ['query', 'fragment', 'form_post'],
    grant_types_supported: grantTypes,
    subject_types_supported: ['public'],
    scopes_supported: [...openIdScopes, ...custom],
    token_endpoint_auth_methods_supported: authMethods,
    token_endpoint_auth_signing_alg_values_supported: signatureAlgorithms,
    claims_supported: claims,
    code_challenge_methods_supported: ['S256'],
    introspection_endpoint: `${base}/introspect`,
    introspection_endpoint_auth_methods_supported: authMethods,
    revocation_endpoint: `${base}/revoke`,
    revocation_endpoint_auth_methods_supported: authMethods,
    end_session_endpoint: `${base}/logout`,
    request_parameter_supported: false,
    dpop_signing_alg_values_supported: signatureAlgorithms.filter((name) => !name.startsWith('HS')),
  };
}

export const getOAuthMetadata: Handler = (call) => ({ body: oauthMetadata(call) });

export const getOpenIdMetadata: Handler = (call) => ({
  body: {
    ...oauthMetadata(call),
    userinfo_endpoint: `${issuerOf(call).base}/userinfo`,
    id_token_signing_alg_values_supported: ['RS256'],
  },
});

export const getKeys: Handler = async (call) => {
  issuerOf(call);
  return {
    body: await publicKeys(call.twin),
    headers: [['cache-control', 'max-age=1209600, must-revalidate']],
  };
};
