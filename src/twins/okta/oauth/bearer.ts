import type { OktaTwin } from '../state';
import { refuseOAuth } from './errors';
import { checkProof } from './proofs';
import { findAccessToken, type LiveToken } from './tokens';

export interface SentToken {
  twin: OktaTwin;
  now: number;
  scheme: string;
  token: string;
  headers: Headers;
  method: string;
  /** URL without query. */
  url: string;
}

/** The good token a request is sent with, by a client that has the key it is bound to; null when it is no good. */
export async function checkAccessToken(sent: SentToken): Promise<LiveToken | null> {
  const { twin, scheme, token } = sent;
  const found = await findAccessToken(twin, token);
  if (!found) return null;
  const isDpop = scheme.toUpperCase() === 'DPOP';
  if (found.token.key === null) return isDpop ? refuseOAuth('access_token_not_dpop_bound') : found;
  if (!isDpop) return refuseOAuth('dpop_authentication_scheme_required');
  const key = await checkProof(sent, token);
  return key === found.token.key ? found : refuseOAuth('invalid_access_token_dpop_binding');
}
