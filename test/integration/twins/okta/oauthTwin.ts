import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync, randomUUID, type KeyObject } from 'node:crypto';
import { decodeJwt, exportJWK, SignJWT, type JWTPayload } from 'jose';
import type { TwinOptions } from '../../../../src/twins/contract';
import { goodPassword, openOkta, profileOf, type OktaAnswer, type OktaUnderTest } from './oktaTwin';

export const origin = 'https://example.okta.com';
export const callback = 'http://localhost:3000/callback';
export const verifier = 'a-code-verifier-that-is-long-enough-to-be-one';
export const hashOf = (text: string) => createHash('sha256').update(text).digest('base64url');
export const serviceKeys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
export const rsaKeys = generateKeyPairSync('rsa', { modulusLength: 2048 });

/** An OpenID Connect client of a seed. */
export function clientSeed(
  id: string,
  oauthClient: Record<string, unknown>,
  settings: Record<string, unknown>,
): Record<string, unknown> {
  return {
    id,
    label: id,
    name: 'oidc_client',
    signOnMode: 'OPENID_CONNECT',
    credentials: { oauthClient },
    settings: { oauthClient: settings },
  };
}

const uris = { redirect_uris: [callback], post_logout_redirect_uris: ['http://localhost:3000/bye'] };
const userGrants = { grant_types: ['authorization_code', 'refresh_token'], ...uris };
export const webSecret = 'a-secret-of-the-web-client-that-is-long-enough';

/** An organisation with a user and clients of every kind. */
export async function oauthSeed(): Promise<Record<string, unknown>> {
  const keys = [
    { ...(await exportJWK(serviceKeys.publicKey)), kid: 'ec' },
    { ...(await exportJWK(rsaKeys.publicKey)), kid: 'rsa' },
  ];
  const service = {
    application_type: 'service',
    grant_types: ['client_credentials'],
    jwks: { keys },
  };
  const users = [{ id: '00uIsaac' }];
  const everyone = [
    clientSeed('web', { client_secret: webSecret }, { application_type: 'web', ...userGrants }),
    clientSeed('spa', { token_endpoint_auth_method: 'none' }, { application_type: 'browser', ...userGrants }),
    clientSeed('service', { token_endpoint_auth_method: 'private_key_jwt' }, service),
    clientSeed(
      'bound',
      { token_endpoint_auth_method: 'private_key_jwt' },
      { ...service, dpop_bound_access_tokens: true },
    ),
    clientSeed(
      'hmac',
      { token_endpoint_auth_method: 'client_secret_jwt', client_secret: webSecret },
      { application_type: 'service', grant_types: ['client_credentials'] },
    ),
  ];
  const granted = ['okta.users.read', 'okta.groups.manage'];
  return {
    users: [
      {
        id: '00uIsaac',
        profile: profileOf('isaac'),
        credentials: { password: { value: goodPassword } },
        roles: ['READ_ONLY_ADMIN'],
      },
      { id: '00uOther', profile: profileOf('other'), credentials: { password: { value: goodPassword } } },
    ],
    apps: everyone.map((app) => ({ ...app, users, grants: granted })),
    authorizationServers: [
      { id: 'default', name: 'default', audiences: ['api://default'], scopes: ['orders.read'] },
      { id: 'aus2', name: 'Second', audiences: ['api://second'] },
    ],
  };
}

export type Parameters = Record<string, string | undefined>;

const formOf = (parameters: Parameters): string =>
  new URLSearchParams(
    Object.entries(parameters).filter((pair): pair is [string, string] => pair[1] !== undefined),
  ).toString();

export interface OAuthUnderTest extends OktaUnderTest {
  /** Posts a form. */
  form: (path: string, parameters: Parameters, headers?: Record<string, string>) => Promise<OktaAnswer>;
  /** Asks at the authorization endpoint; what is left out is as a good request of the SPA has it. */
  authorize: (parameters?: Parameters, base?: string, cookie?: string) => Promise<OktaAnswer>;
  sessionToken: (name?: string) => Promise<string>;
}

export const base64 = (text: string) => Buffer.from(text).toString('base64');
export const basic = { authorization: `Basic ${base64(`web:${webSecret}`)}` };

export async function openOAuth(options: TwinOptions = {}): Promise<OAuthUnderTest> {
  const okta = openOkta({ seed: await oauthSeed(), ...options });
  const form: OAuthUnderTest['form'] = (path, parameters, headers = {}) =>
    okta.send(path, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      body: formOf(parameters),
    });
  const authorize: OAuthUnderTest['authorize'] = (parameters = {}, base = '/oauth2/v1', cookie = '') => {
    const asked = {
      client_id: 'spa',
      redirect_uri: callback,
      response_type: 'code',
      scope: 'openid profile email offline_access',
      state: 'my state',
      nonce: 'n1',
      code_challenge: hashOf(verifier),
      code_challenge_method: 'S256',
      ...parameters,
    };
    return okta.send(`${base}/authorize?${formOf(asked)}`, { headers: { cookie } });
  };
  const sessionToken = async (name = 'isaac') => {
    const body = { username: `${name}@example.com`, password: goodPassword };
    const { json } = await okta.call('POST /api/v1/authn', body, { authorization: '' });
    return String(json['sessionToken']);
  };
  return { ...okta, form, authorize, sessionToken };
}

/** Where a browser is sent, as its path and parameters. */
export function sentTo({ status, headers }: OktaAnswer): {
  place: string;
  parameters: Record<string, string>;
} {
  assert.equal(status, 302);
  const url = new URL(headers.get('location') ?? '');
  const { searchParams, hash } = url;
  const all = [...searchParams, ...new URLSearchParams(hash.slice(1))];
  return { place: `${url.origin}${url.pathname}`, parameters: Object.fromEntries(all) };
}

export const oauthFailure = ({ status, json }: OktaAnswer) => [
  status,
  json['error'],
  json['error_description'],
];
export const claimsIn = (answer: OktaAnswer, name: string): JWTPayload =>
  decodeJwt(String(answer.json[name]));

/** A new code of the SPA, or of whom the parameters say. */
export async function newCode(
  okta: OAuthUnderTest,
  parameters: Parameters = {},
  base = '/oauth2/v1',
): Promise<string> {
  const answer = await okta.authorize({ sessionToken: await okta.sessionToken(), ...parameters }, base);
  return sentTo(answer).parameters['code'] ?? '';
}

/** Redeems a code of the SPA. */
export function redeem(
  okta: OAuthUnderTest,
  code: string,
  parameters: Parameters = {},
  base = '/oauth2/v1',
): Promise<OktaAnswer> {
  const grant = { grant_type: 'authorization_code', code, redirect_uri: callback };
  return okta.form(`${base}/token`, { ...grant, client_id: 'spa', code_verifier: verifier, ...parameters });
}

interface Assertion {
  client?: string;
  alg?: string;
  kid?: string;
  key?: KeyObject | Uint8Array;
  claims?: JWTPayload;
}

/** What a client signs to prove who it is. */
export function assertionOf({ client = 'service', alg = 'ES256', kid = 'ec', key, claims }: Assertion = {}) {
  const now = Math.floor(Date.now() / 1000);
  const aud = `${origin}/oauth2/v1/token`;
  const all = { iss: client, sub: client, aud, iat: now, exp: now + 300, jti: randomUUID(), ...claims };
  return new SignJWT(all).setProtectedHeader({ alg, kid }).sign(key ?? serviceKeys.privateKey);
}

export const asService = (client_assertion: string, parameters: Parameters = {}): Parameters => ({
  grant_type: 'client_credentials',
  scope: 'okta.users.read',
  client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
  client_assertion,
  ...parameters,
});

/** A proof that a request is made by who has the key. */
export async function proofOf(
  claims: JWTPayload,
  { typ = 'dpop+jwt', keys = serviceKeys } = {},
): Promise<string> {
  const jwk = await exportJWK(keys.publicKey);
  const all = { iat: Math.floor(Date.now() / 1000), jti: randomUUID(), ...claims };
  return new SignJWT(all).setProtectedHeader({ alg: 'ES256', typ, jwk }).sign(keys.privateKey);
}
