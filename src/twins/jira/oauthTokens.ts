import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Twin } from '../contract';
import type { Grant, JiraState } from './state';

// Tokens of the OAuth app. Each is derived from a grant, its generation and the twin's own secret, so that the state
// holds none of them and a restored twin takes those that programs already have.

export type TokenKind = 'access' | 'refresh' | 'code';
type Credentials = Readonly<Record<string, string>>;

/** The grant that the twin's own tokens come from. */
export const firstGrant = 'first';
/** The site's id among all of Atlassian's. */
export const cloudId = '11223344-a1b2-4b33-8444-def123456789';
/** Milliseconds that an access token lives. */
export const accessLife = 3_600_000;

export const defaultScopes = [
  'read:jira-work',
  'write:jira-work',
  'read:jira-user',
  'manage:jira-project',
  'manage:jira-configuration',
  'manage:jira-webhook',
  'read:me',
  'offline_access',
];

function signature({ secret = '' }: Credentials, text: string): Buffer {
  return createHmac('sha256', secret).update(text).digest();
}

export function issueToken(
  credentials: Credentials,
  kind: TokenKind,
  id: string,
  generation: number,
): string {
  const claim = `${kind}.${id}.${generation}`;
  const body = Buffer.from(claim).toString('base64url');
  return `${body}.${signature(credentials, claim).toString('base64url')}`;
}

/** The grant of a token of this kind and the generation it is of; null for one that was never given out. */
export function readToken(
  { credentials, state }: Pick<Twin<JiraState>, 'credentials' | 'state'>,
  kind: TokenKind,
  token: string,
): { grant: Grant; generation: number } | null {
  const [body = '', given = ''] = token.split('.');
  const claim = Buffer.from(body, 'base64url').toString();
  const [type, id, generation = ''] = claim.split('.');
  const [expected, actual] = [signature(credentials, claim), Buffer.from(given, 'base64url')];
  if (type !== kind || expected.length !== actual.length || !timingSafeEqual(expected, actual)) return null;
  const grant = state.grants.find((row) => row.id === id);
  return grant ? { grant, generation: Number(generation) } : null;
}
