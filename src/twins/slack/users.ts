import type { Call, Handler } from './call';
import { paginate } from './paging';
import { refuse } from './refusal';
import { limitArg, textArg } from './request';
import type { User } from './state';

const maxPage = 1000;

function viewUser(user: User, { state, caller }: Call): Record<string, unknown> {
  const realName = user.real_name ?? user.name;
  const showsEmail = user.email !== undefined && caller.scopes.includes('users:read.email');
  return {
    id: user.id,
    team_id: state.team.id,
    name: user.name,
    deleted: user.deleted,
    real_name: realName,
    profile: {
      real_name: realName,
      real_name_normalized: realName,
      display_name: user.name,
      display_name_normalized: user.name,
      ...(showsEmail ? { email: user.email } : {}),
      team: state.team.id,
    },
    is_admin: user.is_admin,
    is_owner: false,
    is_primary_owner: false,
    is_restricted: false,
    is_ultra_restricted: false,
    is_bot: user.is_bot,
    is_app_user: false,
    updated: 0,
  };
}

export const list: Handler = (call) => {
  const page = paginate(call.state.users, {
    cursor: textArg(call.args, 'cursor'),
    limit: Math.min(limitArg(call.args, maxPage), maxPage),
    prefix: 'user',
    key: (user) => user.id,
  });
  return {
    members: page.items.map((user) => viewUser(user, call)),
    cache_ts: Math.floor(call.now / 1000),
    response_metadata: { next_cursor: page.nextCursor },
  };
};

export const info: Handler = (call) => {
  const id = textArg(call.args, 'user');
  const user = call.state.users.find((candidate) => candidate.id === id) ?? refuse('user_not_found');
  return { user: viewUser(user, call) };
};
