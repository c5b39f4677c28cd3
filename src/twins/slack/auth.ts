import type { Handler } from './call';
import { emit, eventContext } from './events';
import { paginate } from './paging';
import { refuse } from './refusal';
import { flagArg, limitArg, textArg } from './request';
import { revokeToken } from './tokens';

export const test: Handler = ({ state, caller }) => ({
  url: `https://${state.team.domain}.slack.com/`,
  team: state.team.name,
  user: caller.user.name,
  team_id: state.team.id,
  user_id: caller.user.id,
  ...(caller.user.is_bot ? { bot_id: state.bot.bot_id } : {}),
  is_enterprise_install: false,
});

export const revoke: Handler = ({ twin, args, caller }) => {
  if (flagArg(args, 'test')) return { revoked: false };
  const kind = caller.kind === 'user' ? 'oauth' : 'bot';
  emit(twin, 'tokens_revoked', { tokens: { [kind]: [caller.user.id] } });
  revokeToken(twin, caller.token);
  return { revoked: true };
};

export const teams: Handler = ({ state, args }) => {
  const { id, name } = state.team;
  const page = paginate([{ id, name }], {
    cursor: textArg(args, 'cursor'),
    limit: limitArg(args, 100, 'invalid_limit'),
    prefix: 'team_id',
    key: (team) => team.id,
  });
  return { teams: page.items, response_metadata: { next_cursor: page.nextCursor } };
};

/** Takes the app out of the workspace: every token of it is dead. */
export const uninstall: Handler = ({ twin, state, args, caller }) => {
  if (textArg(args, 'client_id') !== twin.credentials['client_id']) refuse('invalid_client_id');
  if (textArg(args, 'client_secret') !== twin.credentials['client_secret']) refuse('bad_client_secret');
  if (caller.kind === 'app') refuse('client_id_token_mismatch');
  emit(twin, 'app_uninstalled', {});
  emit(twin, 'tokens_revoked', { tokens: { oauth: [], bot: [state.bot.user] } });
  state.revoked = ['token', 'user_token'];
  for (const token of state.tokens) token.status = 'revoked';
  return {};
};

export const authorizations: Handler = ({ twin, state, args }) => {
  if (textArg(args, 'event_context') !== eventContext(twin)) refuse('invalid_event_context');
  const { team, bot } = state;
  const own = {
    enterprise_id: null,
    team_id: team.id,
    user_id: bot.user,
    is_bot: true,
    is_enterprise_install: false,
  };
  return { authorizations: [own], response_metadata: { next_cursor: '' } };
};
