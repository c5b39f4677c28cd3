import type { JWK } from 'jose';
import { newSecret } from '../ids';
import type { OktaTwin } from '../state';
import { refuseOAuth } from './errors';
import { hashOf } from './hashes';
import { atSomeClock, isSignedBy, readJwt, signatureAlgorithms, useOnce, type SentJwt } from './jwts';
import { loadJose } from './keys';

const nonceLastsMs = 24 * 3_600_000;
/** Seconds a proof may be old, and what clocks may differ. */
const oldest = 300;
const skew = 60;

export interface ProvenRequest {
  twin: OktaTwin;
  now: number;
  headers: Headers;
  method: string;
  /** URL without query. */
  url: string;
}

/** The nonce that proofs should carry now. */
function currentNonce({ twin, now }: ProvenRequest): string {
  const { oauth } = twin.state;
  oauth.nonces = oauth.nonces.filter(({ until }) => until > now);
  const fresh = oauth.nonces.find(({ until }) => until - now > nonceLastsMs / 2);
  if (fresh) return fresh.id;
  const nonce = { id: newSecret(43), until: now + nonceLastsMs };
  oauth.nonces.push(nonce);
  return nonce.id;
}

function checkNonce(request: ProvenRequest, nonce: unknown): void {
  const { nonces } = request.twin.state.oauth;
  if (nonces.some(({ id, until }) => id === nonce && until > request.now)) return;
  refuseOAuth('use_dpop_nonce', { headers: [['dpop-nonce', currentNonce(request)]] });
}

/** What the address means, whatever it is written like; empty when it is none. */
function plainUrl(url: unknown): string {
  const parsed = typeof url === 'string' ? URL.parse(url) : null;
  return parsed ? `${parsed.origin}${parsed.pathname}` : '';
}

function checkClaims(request: ProvenRequest, { header, claims }: SentJwt): void {
  const { alg, typ } = header;
  if (typ !== 'dpop+jwt') refuseOAuth('invalid_dpop_proof_invalid_type');
  if (typeof alg !== 'string' || !signatureAlgorithms.includes(alg) || alg.startsWith('HS'))
    refuseOAuth('invalid_dpop_proof_invalid_signature_algorithm');
  const { htm, htu, iat, jti } = claims;
  if (typeof htm !== 'string' || htm.toUpperCase() !== request.method)
    refuseOAuth('invalid_dpop_proof_invalid_htm');
  if (plainUrl(htu) !== request.url) refuseOAuth('invalid_dpop_proof_invalid_htu');
  if (typeof iat !== 'number') return refuseOAuth('invalid_dpop_proof_invalid_iat');
  if (typeof jti !== 'string' || jti === '') refuseOAuth('invalid_dpop_proof_invalid_jti');
  if (!atSomeClock(request, (now) => iat <= now + skew))
    refuseOAuth('invalid_dpop_proof_jwt_issued_in_future');
  if (!atSomeClock(request, (now) => iat <= now + skew && iat >= now - oldest))
    refuseOAuth('invalid_dpop_proof_jwt_too_old');
}

/** The public key in a proof; a private one is refused, as is what is no key. */
async function readKey({ header }: SentJwt): Promise<{ jwk: JWK; thumbprint: string }> {
  const { jwk } = header;
  if (typeof jwk !== 'object' || jwk === null || 'd' in jwk || 'k' in jwk)
    return refuseOAuth('invalid_dpop_proof');
  const { calculateJwkThumbprint } = await loadJose();
  try {
    return { jwk, thumbprint: await calculateJwkThumbprint(jwk) };
  } catch {
    return refuseOAuth('invalid_dpop_proof');
  }
}

/**
 * Checks that the request proves it has a key (DPoP, RFC 9449), and returns the key's thumbprint.
 * @param accessToken the token it is sent with; a request for one has none, and must carry a nonce
 */
export async function checkProof(request: ProvenRequest, accessToken?: string): Promise<string> {
  const text = request.headers.get('dpop') ?? refuseOAuth('invalid_dpop_proof_missing_header');
  const proof = (await readJwt(text)) ?? refuseOAuth('invalid_dpop_proof_invalid_jwt');
  checkClaims(request, proof);
  const { jwk, thumbprint } = await readKey(proof);
  if (!(await isSignedBy(proof, jwk))) refuseOAuth('invalid_dpop_proof_invalid_signature');
  if (accessToken === undefined) checkNonce(request, proof.claims['nonce']);
  else if (proof.claims['ath'] !== hashOf(accessToken)) refuseOAuth('dpop_proof_invalid_ath');
  const id = `${thumbprint} ${String(proof.claims['jti'])}`;
  if (!useOnce(request, id, 2 * (oldest + skew) * 1000)) refuseOAuth('dpop_proof_already_used');
  return thumbprint;
}
