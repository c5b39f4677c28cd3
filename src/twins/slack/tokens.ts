import type { Caller } from './call';
import type { TokenKind } from './methods';
import { refuse } from './refusal';
import type { SlackState, SlackTwin, User } from './state';

const tokenErrors = { revoked: 'token_revoked', inactive: 'account_inactive', expired: 'token_expired' };

/** The names under which a twin keeps tokens of its own. */
const ownNames = ['token', 'user_token', 'app_token'] as const;
export type OwnToken = (typeof ownNames)[number];

/** Who installed the app: the person of its user token, and of everything else that is not said. */
export function installerOf(state: SlackState): User | undefined {
  const { installer } = state.app;
  return state.users.find((user) =>
    installer === undefined ? !user.is_bot && !user.deleted : user.id === installer,
  );
}

export function ownTokenName(twin: SlackTwin, token: string): OwnToken | undefined {
  return ownNames.find((name) => twin.credentials[name] === token);
}

const botOf = (state: SlackState): User | undefined =>
  state.users.find((candidate) => candidate.id === state.bot.user);

function ownCaller(state: SlackState, name: OwnToken): Omit<Caller, 'kind' | 'token'> | null {
  if (name === 'app_token') {
    const user = botOf(state);
    return user ? { user, scopes: ['connections:write', 'authorizations:read'] } : null;
  }
  const user = name === 'token' ? botOf(state) : installerOf(state);
  return user ? { user, scopes: name === 'token' ? state.bot.scopes : state.app.user_scopes } : null;
}

function seededCaller(state: SlackState, token: string, now: number): Omit<Caller, 'kind' | 'token'> {
  const seeded = state.tokens.find((candidate) => candidate.token === token) ?? refuse('invalid_auth');
  if (seeded.status !== 'active') refuse(tokenErrors[seeded.status]);
  if (seeded.expires_at !== undefined && seeded.expires_at <= now) refuse('token_expired');
  const user = state.users.find((candidate) => candidate.id === (seeded.user ?? state.bot.user));
  if (!user) refuse('invalid_auth');
  const usual = user.is_bot ? state.bot.scopes : state.app.user_scopes;
  return { user, scopes: seeded.scopes ?? usual };
}

function kindOfToken(token: string, user: User): TokenKind {
  if (token.startsWith('xapp-')) return 'app';
  return user.is_bot ? 'bot' : 'user';
}

/** Who a token speaks for; refuses tokens that are missing, unknown or no longer good. */
export function authenticate(twin: SlackTwin, token: string | null): Caller {
  if (!token) refuse('not_authed');
  const { state } = twin;
  const own = ownTokenName(twin, token);
  if (own && state.revoked.includes(own)) refuse('token_revoked');
  const found = (own && ownCaller(state, own)) ?? seededCaller(state, token, twin.now());
  if (found.user.deleted) refuse('account_inactive');
  return { ...found, kind: kindOfToken(token, found.user), token };
}

/** Ends a token for good; it answers `token_revoked` from now on. */
export function revokeToken(twin: SlackTwin, token: string): void {
  const own = ownTokenName(twin, token);
  if (own && !twin.state.revoked.includes(own)) twin.state.revoked.push(own);
  const seeded = twin.state.tokens.find((candidate) => candidate.token === token);
  if (seeded) seeded.status = 'revoked';
}
