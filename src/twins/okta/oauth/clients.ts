import { timingSafeEqual } from 'node:crypto';
import type { JWK } from 'jose';
import { textOf, type Call } from '../call';
import { propertyOf } from '../filter';
import type { App, OrgState } from '../state';
import { refuseOAuth } from './errors';
import { atSomeClock, isSignedBy, readJwt, signatureAlgorithms, useOnce, type SentJwt } from './jwts';

export const grantTypes = ['authorization_code', 'refresh_token', 'client_credentials'];
const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
/** Seconds an assertion may last. */
const longestAssertion = 3600;
const hour = 3_600_000;

/** An application as a client of OAuth. */
export interface OAuthClient {
  app: App;
  id: string;
  /** How it proves who it is at the token endpoint. */
  method: string;
  secret: string | null;
  keys: readonly JWK[];
  type: string;
  grantTypes: readonly string[];
  redirectUris: readonly string[];
  logoutUris: readonly string[];
  pkceRequired: boolean;
  /** Its tokens are bound to a key. */
  dpop: boolean;
  /** For how long a replaced refresh token still works; null where none is replaced. */
  rotationLeewayMs: number | null;
}

const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];

/** What is no key all the same fails when it is used. */
const isKey = (value: unknown): value is JWK => typeof value === 'object' && value !== null;

const textIn = (value: unknown, fallback: string): string => (typeof value === 'string' ? value : fallback);

function clientOf(app: App): OAuthClient {
  const credential = (name: string) => propertyOf(app.credentials, `oauthClient.${name}`);
  const setting = (name: string) => propertyOf(app.settings, `oauthClient.${name}`);
  const method = textIn(credential('token_endpoint_auth_method'), 'client_secret_basic');
  const secret = credential('client_secret');
  const type = textIn(setting('application_type'), 'web');
  const keys = setting('jwks.keys');
  const leeway = setting('refresh_token.leeway');
  const rotation = setting('refresh_token.rotation_type') ?? (type === 'web' ? 'STATIC' : 'ROTATE');
  const grants = texts(setting('grant_types'));
  return {
    app,
    id: textIn(credential('client_id'), app.id),
    method,
    secret: typeof secret === 'string' ? secret : null,
    keys: Array.isArray(keys) ? keys.filter(isKey) : [],
    type,
    grantTypes:
      grants.length > 0 ? grants : [type === 'service' ? 'client_credentials' : 'authorization_code'],
    redirectUris: texts(setting('redirect_uris')),
    logoutUris: texts(setting('post_logout_redirect_uris')),
    pkceRequired: method === 'none' || credential('pkce_required') === true,
    dpop: setting('dpop_bound_access_tokens') === true,
    rotationLeewayMs: rotation === 'ROTATE' ? (typeof leeway === 'number' ? leeway : 30) * 1000 : null,
  };
}

/** The client with this id, while its application is active. */
export function findClient(state: OrgState, id: string): OAuthClient | undefined {
  const isClient = (app: App) =>
    app.signOnMode === 'OPENID_CONNECT' && propertyOf(app.credentials, 'oauthClient.client_id') === id;
  const app = state.apps.find(isClient);
  return app?.status === 'ACTIVE' ? clientOf(app) : undefined;
}

const isSame = (a: string, b: string): boolean =>
  Buffer.byteLength(a) === Buffer.byteLength(b) && timingSafeEqual(Buffer.from(a), Buffer.from(b));

interface SentCredentials {
  id: string;
  secret?: string | undefined;
  assertion?: SentJwt;
}

/** Id and secret of HTTP Basic, each of them URL-encoded. */
function readBasic(header: string): SentCredentials {
  const [, id, secret] = /^([^:]*):(.*)$/s.exec(Buffer.from(header, 'base64').toString('utf8')) ?? [];
  const decode = (text = ''): string => {
    try {
      return decodeURIComponent(text.replaceAll('+', ' '));
    } catch {
      return refuseOAuth('invalid_client');
    }
  };
  return { id: decode(id), secret: decode(secret) };
}

async function readAssertion(call: Call, text: string): Promise<SentCredentials> {
  if (call.body['client_assertion_type'] !== assertionType) refuseOAuth('client_assertion_type_invalid');
  const assertion = (await readJwt(text)) ?? refuseOAuth('client_assertion_invalid_jwt');
  const { iss, sub } = assertion.claims;
  if (typeof iss !== 'string') return refuseOAuth('client_assertion_invalid_issuer');
  if (sub !== iss) refuseOAuth('client_assertion_invalid_subject');
  const named = textOf(call.body['client_id']);
  if (named !== undefined && named !== iss) refuseOAuth('client_assertion_invalid_issuer');
  return { id: iss, assertion };
}

async function readCredentials(call: Call): Promise<SentCredentials> {
  const [, basic] = /^Basic\s+(.+)$/i.exec(call.headers.get('authorization') ?? '') ?? [];
  const assertion = textOf(call.body['client_assertion']);
  const secret = textOf(call.body['client_secret']);
  if ([basic, assertion, secret].filter((sent) => sent !== undefined).length > 1)
    refuseOAuth('multiple_client_credentials');
  if (basic !== undefined) return readBasic(basic);
  if (assertion !== undefined) return readAssertion(call, assertion);
  return { id: textOf(call.body['client_id']) ?? refuseOAuth('missing_client_credentials'), secret };
}

function checkClaims(call: Call, { claims }: SentJwt, endpoint: string): void {
  const { aud, exp, iat } = claims;
  if (![aud].flat().includes(endpoint)) refuseOAuth('client_assertion_invalid_audience');
  if (typeof exp !== 'number') return refuseOAuth('client_assertion_expiration_required');
  if (!atSomeClock(call, (now) => exp > now)) refuseOAuth('client_assertion_expired_token');
  if (!atSomeClock(call, (now) => exp > now && exp <= now + longestAssertion))
    refuseOAuth('client_assertion_expires_too_far_in_future');
  if (typeof iat === 'number' && !atSomeClock(call, (now) => iat <= now))
    refuseOAuth('client_assertion_issued_at_in_future');
}

/** The secret or public key that must have signed the assertion. */
function keyFor(client: OAuthClient, { header }: SentJwt): JWK | string {
  const { alg, kid } = header;
  if (typeof alg !== 'string' || !signatureAlgorithms.includes(alg))
    return refuseOAuth('client_assertion_invalid_signature_algorithm');
  if (client.method === 'client_secret_jwt') {
    if (!alg.startsWith('HS')) refuseOAuth('client_assertion_invalid_signature_algorithm');
    return client.secret ?? refuseOAuth('client_assertion_invalid_no_secret');
  }
  if (client.method !== 'private_key_jwt') return refuseOAuth('invalid_client');
  if (alg.startsWith('HS')) refuseOAuth('client_assertion_invalid_signature_algorithm');
  const [first, ...others] = client.keys;
  if (!first) return refuseOAuth('client_assertion_jwks_not_configured');
  if (kid === undefined && others.length === 0) return first;
  return client.keys.find((key) => key.kid === kid) ?? refuseOAuth('client_assertion_invalid_kid');
}

async function checkAssertion(
  call: Call,
  client: OAuthClient,
  assertion: SentJwt,
  endpoint: string,
): Promise<void> {
  checkClaims(call, assertion, endpoint);
  const key = keyFor(client, assertion);
  if (!(await isSignedBy(assertion, key))) refuseOAuth('client_assertion_invalid_signature');
  const { jti } = assertion.claims;
  if (typeof jti === 'string' && !useOnce(call, `${client.id} ${jti}`, hour))
    refuseOAuth('client_assertion_already_used');
}

/** The client that sends a request to `endpoint`, once it has proved who it is. */
export async function authenticateClient(call: Call, endpoint: string): Promise<OAuthClient> {
  const { id, secret, assertion } = await readCredentials(call);
  const client = findClient(call.twin.state, id) ?? refuseOAuth('invalid_client_id');
  if (assertion) await checkAssertion(call, client, assertion, endpoint);
  else if (client.method === 'none') {
    if (secret !== undefined) refuseOAuth('invalid_client');
  } else if (!client.method.startsWith('client_secret_') || client.method === 'client_secret_jwt')
    refuseOAuth('invalid_client');
  else if (secret === undefined) refuseOAuth('invalid_client');
  else if (client.secret === null || !isSame(secret, client.secret)) refuseOAuth('invalid_client_secret');
  return client;
}
