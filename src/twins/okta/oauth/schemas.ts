import * as z from 'zod/mini';
import { id, list } from '../schemas';

const text = z.string();
const maybeText = z._default(z.nullable(text), null);

/** A custom authorization server. */
export const authorizationServerSchema = z.strictObject({
  id,
  name: text,
  description: z._default(text, ''),
  status: z._default(z.enum(['ACTIVE', 'INACTIVE']), 'ACTIVE'),
  audiences: z.array(text),
  /** Scopes beyond those of OpenID Connect. */
  scopes: list(text),
  /** Minutes an access token lasts. */
  tokenMinutes: z._default(z.int().check(z.minimum(5), z.maximum(1440)), 60),
});

/** What a client was allowed, by a user or by itself; codes and tokens come from it and die with it. */
const authorizationSchema = z.strictObject({
  id: text,
  client: text,
  /** The custom authorization server; null is the organisation's own. */
  server: z.nullable(text),
  /** Null where the client acts for itself. */
  user: z.nullable(id),
  scopes: z.array(text),
  /** Milliseconds; when the user signed in. */
  signedIn: z.nullable(z.number()),
  amr: list(text),
});

const codeSchema = z.strictObject({
  code: text,
  authorization: text,
  redirectUri: text,
  nonce: maybeText,
  challenge: maybeText,
  expiresAt: z.number(),
  used: z._default(z.boolean(), false),
});

const tokenSchema = z.strictObject({
  /** `jti` of an access token; a refresh token itself. */
  id: text,
  kind: z.enum(['access', 'refresh']),
  authorization: text,
  scopes: z.array(text),
  issuedAt: z.number(),
  expiresAt: z.number(),
  /** Thumbprint of the key it is bound to. */
  key: maybeText,
  /** When a newer refresh token took its place. */
  replacedAt: z._default(z.nullable(z.number()), null),
});

const until = z.strictObject({ id: text, until: z.number() });

export const oauthSchema = z.strictObject({
  authorizations: list(authorizationSchema),
  codes: list(codeSchema),
  tokens: list(tokenSchema),
  /** Ids of assertions and proofs that were used. */
  used: list(until),
  /** Nonces that proofs may carry. */
  nonces: list(until),
});

export const noOauth = { authorizations: [], codes: [], tokens: [], used: [], nonces: [] };

export type AuthorizationServer = z.output<typeof authorizationServerSchema>;
export type Authorization = z.output<typeof authorizationSchema>;
export type AuthorizationCode = z.output<typeof codeSchema>;
export type OAuthToken = z.output<typeof tokenSchema>;
export type OAuthState = z.output<typeof oauthSchema>;
