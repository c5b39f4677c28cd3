import type { Change } from '../call';
import { newSecret } from '../ids';
import type { OrgState } from '../state';
import type { Authorization } from './schemas';

const day = 86_400_000;
/** Tokens an organisation holds; the oldest end first. */
const maxTokens = 5000;

/** Forgets what is over, and authorizations of which nothing is left. */
export function sweep({ oauth }: OrgState, now: number): void {
  oauth.codes = oauth.codes.filter(({ expiresAt }) => expiresAt > now - day);
  oauth.tokens = oauth.tokens.filter(({ expiresAt }) => expiresAt > now).slice(-maxTokens);
  const used = new Set([...oauth.codes, ...oauth.tokens].map(({ authorization }) => authorization));
  oauth.authorizations = oauth.authorizations.filter(({ id }) => used.has(id));
}

/** Notes what a client was allowed; a code or token must be made of it at once. */
export function authorize({ state, now }: Change, allowed: Omit<Authorization, 'id'>): Authorization {
  sweep(state, now);
  const authorization = { ...allowed, id: newSecret(20) };
  state.oauth.authorizations.push(authorization);
  return authorization;
}

/** Ends the authorizations for which `isOver` holds, and every code and token that came from them. */
export function endAuthorizations(
  { oauth }: OrgState,
  isOver: (authorization: Authorization) => boolean,
): void {
  const ended = new Set(oauth.authorizations.filter(isOver).map(({ id }) => id));
  if (ended.size === 0) return;
  oauth.authorizations = oauth.authorizations.filter(({ id }) => !ended.has(id));
  oauth.codes = oauth.codes.filter(({ authorization }) => !ended.has(authorization));
  oauth.tokens = oauth.tokens.filter(({ authorization }) => !ended.has(authorization));
}
