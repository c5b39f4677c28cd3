import { createHash, randomBytes, randomInt } from 'node:crypto';
import type { Call, Handler } from './call';
import { webhookChannel } from './hooks';
import { refuse } from './refusal';
import { textArg, type Args } from './request';
import type { SlackTwin, Token } from './state';
import { installerOf, ownTokenName, revokeToken } from './tokens';

/** How long a code is good, and a token that must be refreshed. */
const codeMs = 10 * 60_000;
const tokenSeconds = 12 * 60 * 60;

const listOf = (text: string | undefined): string[] => (text ?? '').split(/[\s,]+/).filter(Boolean);

/** A token in Slack's form; one that must be refreshed says so. */
export function newToken(kind: 'bot' | 'user' | 'refresh', rotates: boolean): string {
  const secret = randomBytes(kind === 'refresh' ? 64 : 24).toString('hex');
  if (kind === 'refresh') return `xoxe-1-${secret}`;
  const numbers = `${randomInt(1e12, 1e13 - 1)}-${randomInt(1e12, 1e13 - 1)}`;
  return `${rotates ? 'xoxe.' : ''}${kind === 'bot' ? 'xoxb' : 'xoxp'}-${numbers}-${secret}`;
}

/** What came to the authorization page, or what Slack shows instead of going back to the app. */
export function authorize(
  twin: SlackTwin,
  query: URLSearchParams,
  version: 'v1' | 'v2',
): { location: string } | { error: string } {
  const { state } = twin;
  if (query.get('client_id') !== twin.credentials['client_id']) return { error: 'invalid_client_id' };
  const redirect = query.get('redirect_uri') ?? state.app.redirect_urls[0];
  const target = redirect === undefined ? null : URL.parse(redirect);
  if (!target || !isAllowedRedirect(twin, target)) return { error: 'bad_redirect_uri' };
  const scopes = listOf(query.get('scope') ?? undefined);
  const user_scopes = listOf(query.get('user_scope') ?? undefined);
  if (scopes.length + user_scopes.length === 0) return { error: 'invalid_scope' };
  const given = query.get('state');
  if (given !== null) target.searchParams.set('state', given);
  const user = installerOf(state);
  if (state.app.denied || !user) target.searchParams.set('error', 'access_denied');
  else {
    const code = `${randomInt(1e12, 1e13 - 1)}.${randomInt(1e12, 1e13 - 1)}.${randomBytes(32).toString('hex')}`;
    const challenge = query.get('code_challenge') ?? undefined;
    const redirect_uri = query.get('redirect_uri') ?? undefined;
    const made = { code, user: user.id, scopes, user_scopes, at: twin.now(), version };
    const details = { ...(redirect_uri ? { redirect_uri } : {}), ...(challenge ? { challenge } : {}) };
    state.codes.push({ ...made, ...details });
    target.searchParams.set('code', code);
  }
  return { location: target.href };
}

/** An address is allowed when it lies at or below one of the app's, on the very same host. */
function isAllowedRedirect({ state }: SlackTwin, target: URL): boolean {
  const { redirect_urls: allowed } = state.app;
  return (
    allowed.length === 0 ||
    allowed.some((text) => {
      const url = URL.parse(text);
      return url?.origin === target.origin && target.pathname.startsWith(url.pathname);
    })
  );
}

/** Gives out a token, with the one that renews it where tokens rotate. */
function issue(
  twin: SlackTwin,
  kind: 'bot' | 'user',
  { user, scopes }: { user: string; scopes: string[] },
): Record<string, unknown> {
  const rotates = twin.state.app.token_rotation;
  const token = newToken(kind, rotates);
  const made: Token = { token, user, scopes, status: 'active' };
  const answer = { access_token: token, token_type: kind, scope: scopes.join(',') };
  twin.state.tokens.push(made);
  if (!rotates) return answer;
  made.expires_at = twin.now() + tokenSeconds * 1000;
  made.refresh_token = newToken('refresh', true);
  return { ...answer, expires_in: tokenSeconds, refresh_token: made.refresh_token };
}

/** Whose app asks: the secret, or for public clients a proof of the code. */
function checkClient(twin: SlackTwin, args: Args): void {
  if (textArg(args, 'client_id') !== twin.credentials['client_id']) refuse('invalid_client_id');
  const secret = textArg(args, 'client_secret');
  const isPublic = secret === undefined && args['code_verifier'] !== undefined;
  if (!isPublic && secret !== twin.credentials['client_secret']) refuse('bad_client_secret');
}

function checkProof(challenge: string | undefined, args: Args, allowed: boolean): void {
  const verifier = textArg(args, 'code_verifier');
  if (verifier === undefined && challenge === undefined) return;
  if (!allowed) refuse('pkce_not_allowed');
  const proof = createHash('sha256')
    .update(verifier ?? '')
    .digest('base64url');
  if (verifier === undefined || challenge !== proof) refuse('invalid_code_verifier');
}

/** What every answer with tokens says of the installation. */
function installation({ state }: SlackTwin): Record<string, unknown> {
  const { team, bot } = state;
  return {
    app_id: bot.app_id,
    team: { id: team.id, name: team.name },
    enterprise: null,
    is_enterprise_install: false,
  };
}

/** An incoming webhook for the app that was just allowed. */
function webhookOf(twin: SlackTwin): Record<string, unknown> {
  const { state } = twin;
  const channel = webhookChannel(state);
  if (!channel) return {};
  const secret = randomBytes(12).toString('hex');
  state.hooks.push({ secret, kind: 'webhook', channel: channel.id, disabled: false });
  const { team, bot } = state;
  return {
    incoming_webhook: {
      channel: `#${channel.name}`,
      channel_id: channel.id,
      configuration_url: `https://${team.domain}.slack.com/services/${bot.bot_id}`,
      url: `${twin.origin}/services/${team.id}/${bot.bot_id}/${secret}`,
    },
  };
}

function exchangeCode(twin: SlackTwin, args: Args): Record<string, unknown> {
  const { state } = twin;
  const code = state.codes.find((candidate) => candidate.code === textArg(args, 'code'));
  if (!code || twin.now() - code.at > codeMs) refuse('invalid_code');
  if (code.version === 'v1') refuse('oauth_authorization_url_mismatch');
  if (textArg(args, 'redirect_uri') !== code.redirect_uri) refuse('bad_redirect_uri');
  checkProof(code.challenge, args, state.app.pkce);
  state.codes.splice(state.codes.indexOf(code), 1);
  const { user, scopes, user_scopes } = code;
  const person = user_scopes.length > 0 ? issue(twin, 'user', { user, scopes: user_scopes }) : {};
  const bot = scopes.length > 0 ? issue(twin, 'bot', { user: state.bot.user, scopes }) : {};
  return {
    ...bot,
    ...(scopes.length > 0 ? { bot_user_id: state.bot.user } : {}),
    ...installation(twin),
    authed_user: { id: user, ...person },
    ...(scopes.includes('incoming-webhook') ? webhookOf(twin) : {}),
  };
}

/** New tokens for old; the old ones are dead at once. */
function refresh(twin: SlackTwin, args: Args): Record<string, unknown> {
  const { state } = twin;
  const wanted = textArg(args, 'refresh_token');
  const old = state.tokens.find(
    (token) => wanted && token.refresh_token === wanted && token.status === 'active',
  );
  if (!old) refuse('invalid_refresh_token');
  old.status = 'revoked';
  const user = old.user ?? state.bot.user;
  const kind = user === state.bot.user ? 'bot' : 'user';
  const made = issue(twin, kind, { user, scopes: old.scopes ?? state.bot.scopes });
  return kind === 'bot'
    ? { ...made, bot_user_id: user, ...installation(twin) }
    : { ...made, user_id: user, ...installation(twin) };
}

/** `oauth.v2.access`: asked by the app itself, so that no token is needed. */
export function access(twin: SlackTwin, args: Args): Record<string, unknown> {
  checkClient(twin, args);
  const type =
    textArg(args, 'grant_type') ??
    (args['refresh_token'] === undefined ? 'authorization_code' : 'refresh_token');
  if (type === 'refresh_token') return refresh(twin, args);
  return type === 'authorization_code' ? exchangeCode(twin, args) : refuse('invalid_grant_type');
}

/** A token that lasts for one that must be refreshed. */
export const exchange: Handler = ({ twin, state, args, caller }: Call) => {
  checkClient(twin, args);
  if (!state.app.token_rotation) refuse('token_rotation_not_enabled');
  const seeded = state.tokens.find(({ token }) => token === caller.token);
  if (seeded?.refresh_token !== undefined) refuse('token_already_exchanged');
  if (!seeded && !ownTokenName(twin, caller.token)) refuse('invalid_token');
  revokeToken(twin, caller.token);
  const kind = caller.kind === 'user' ? 'user' : 'bot';
  return {
    ...issue(twin, kind, { user: caller.user.id, scopes: [...caller.scopes] }),
    ...installation(twin),
  };
};
