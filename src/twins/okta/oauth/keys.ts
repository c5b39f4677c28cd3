import { generateKeyPair, verify, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import type { JWTPayload, JWK } from 'jose';
import type { OktaTwin } from '../state';

interface SigningKey {
  privateKey: KeyObject;
  publicKey: KeyObject;
  jwk: JWK & { kid: string };
}

/** Signing keys of the twins in this process by the secret of each, so that a fork has the key of its twin. */
const keys = new Map<string, Promise<SigningKey>>();

/** Loaded when the first token is made or checked, for most programs never ask for one. */
export const loadJose = () => import('jose');

async function makeKey(): Promise<SigningKey> {
  const { privateKey, publicKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  const { exportJWK, calculateJwkThumbprint } = await loadJose();
  const { kty, n, e } = await exportJWK(publicKey);
  const jwk = { kty, n, e } as JWK;
  return { privateKey, publicKey, jwk: { ...jwk, kid: await calculateJwkThumbprint(jwk) } };
}

function keyOf(twin: OktaTwin): Promise<SigningKey> {
  const secret = twin.credentials['token'] ?? '';
  const known = keys.get(secret) ?? makeKey();
  keys.set(secret, known);
  return known;
}

/** The keys an authorization server publishes. */
export async function publicKeys(twin: OktaTwin): Promise<object> {
  const { jwk } = await keyOf(twin);
  return { keys: [{ kty: 'RSA', alg: 'RS256', kid: jwk.kid, use: 'sig', e: jwk.e, n: jwk.n }] };
}

export async function sign(twin: OktaTwin, claims: JWTPayload): Promise<string> {
  const [{ SignJWT }, { privateKey, jwk }] = await Promise.all([loadJose(), keyOf(twin)]);
  return new SignJWT(claims).setProtectedHeader({ kid: jwk.kid, alg: 'RS256' }).sign(privateKey);
}

/**
 * The claims of a token this twin signed, however old; null for everything else. What its own key signed needs no
 * further look, so this does without the library and costs little on every request.
 */
export async function claimsOf(twin: OktaTwin, token: string): Promise<JWTPayload | null> {
  const [header, payload, signature, ...rest] = token.split('.');
  if (payload === undefined || signature === undefined || rest.length > 0) return null;
  const { publicKey } = await keyOf(twin);
  const signed = Buffer.from(`${header}.${payload}`);
  if (!verify('RSA-SHA256', signed, publicKey, Buffer.from(signature, 'base64url'))) return null;
  return JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as JWTPayload;
}
