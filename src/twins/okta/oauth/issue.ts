import type { OAuthClient } from './clients';
import type { Authorization } from './schemas';
import type { Issuer } from './servers';

/** What tokens are made for. */
export interface Issue {
  issuer: Issuer;
  client: OAuthClient;
  authorization: Authorization;
  scopes: readonly string[];
  /** Thumbprint of the key the tokens are bound to. */
  key: string | null;
  nonce?: string | null;
  /** The refresh token to answer with; a new one where it is left out and the scopes ask for one. */
  refreshToken?: string;
}
