import { findUser, secondsOf, type Call, type Handler } from './call';
import { emit } from './events';
import { paginate } from './paging';
import { refuse } from './refusal';
import { limitArg, textArg } from './request';
import type { User } from './state';
import { viewZone } from './timeZones';

const maxPage = 1000;
const maxStatus = 100;

function viewProfile(user: User, { state, caller }: Pick<Call, 'state' | 'caller'>): Record<string, unknown> {
  const realName = user.real_name ?? user.name;
  const showsEmail = user.email !== undefined && caller.scopes.includes('users:read.email');
  return {
    title: '',
    phone: '',
    skype: '',
    real_name: realName,
    real_name_normalized: realName,
    display_name: user.name,
    display_name_normalized: user.name,
    status_text: '',
    status_emoji: '',
    status_expiration: 0,
    avatar_hash: '',
    ...(user.is_bot ? { api_app_id: state.bot.app_id, bot_id: state.bot.bot_id } : {}),
    ...user.profile,
    ...(showsEmail ? { email: user.email } : {}),
    team: state.team.id,
  };
}

function viewUser(user: User, call: Pick<Call, 'state' | 'caller' | 'now'>): Record<string, unknown> {
  return {
    id: user.id,
    team_id: call.state.team.id,
    name: user.name,
    deleted: user.deleted,
    color: '9f69e7',
    real_name: user.real_name ?? user.name,
    ...viewZone(user.tz ?? 'America/Los_Angeles', call.now),
    profile: viewProfile(user, call),
    is_admin: user.is_admin,
    is_owner: user.is_owner ?? false,
    is_primary_owner: false,
    is_restricted: user.is_restricted ?? false,
    is_ultra_restricted: user.is_ultra_restricted ?? false,
    is_bot: user.is_bot,
    is_app_user: false,
    updated: user.updated ?? 0,
    is_email_confirmed: !user.is_bot,
    who_can_share_contact_card: 'EVERYONE',
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
    cache_ts: secondsOf(call.now),
    response_metadata: { next_cursor: page.nextCursor },
  };
};

export const info: Handler = (call) => ({
  user: viewUser(findUser(call.state, textArg(call.args, 'user')), call),
});

export const lookupByEmail: Handler = (call) => {
  const email = textArg(call.args, 'email')?.toLowerCase();
  const user = call.state.users.find((candidate) => email && candidate.email?.toLowerCase() === email);
  return { user: viewUser(user && !user.deleted ? user : refuse('users_not_found'), call) };
};

export const identity: Handler = ({ state, caller }) => ({
  user: { name: caller.user.real_name ?? caller.user.name, id: caller.user.id },
  team: { id: state.team.id },
});

export const getPresence: Handler = ({ state, args, caller }) => {
  const user = findUser(state, textArg(args, 'user') || caller.user.id);
  const away = user.presence === 'away' || user.deleted;
  const presence = away ? 'away' : 'active';
  if (user.id !== caller.user.id) return { presence };
  const details = {
    online: !away,
    auto_away: false,
    manual_away: user.presence === 'away',
    connection_count: 1,
  };
  return { presence, ...details };
};

export const setPresence: Handler = ({ args, caller }) => {
  const presence = textArg(args, 'presence');
  if (presence !== 'auto' && presence !== 'away') refuse('invalid_presence');
  caller.user.presence = presence;
  return {};
};

export const getProfile: Handler = (call) => {
  const id = textArg(call.args, 'user') || call.caller.user.id;
  return { profile: viewProfile(findUser(call.state, id), call) };
};

/** What is to be changed: one `name` with its `value`, or a `profile` of several. */
function changesOf({ args }: Call): Record<string, unknown> {
  const { profile } = args;
  const name = textArg(args, 'name');
  if (name !== undefined) return { [name]: textArg(args, 'value') ?? '' };
  if (typeof profile !== 'object' || profile === null || Array.isArray(profile)) refuse('invalid_profile');
  return profile as Record<string, unknown>;
}

export const setProfile: Handler = (call) => {
  const { twin, state, args, caller } = call;
  const user = findUser(state, textArg(args, 'user') || caller.user.id);
  if (user !== caller.user && !caller.user.is_admin) refuse('not_admin');
  const { email, real_name: realName, ...changes } = changesOf(call);
  const status = changes['status_text'];
  if (typeof status === 'string' && status.length > maxStatus) refuse('too_long');
  const taken = state.users.some((other) => other !== user && email !== undefined && other.email === email);
  if (taken) refuse('email_taken');
  if (typeof email === 'string') user.email = email;
  if (typeof realName === 'string') user.real_name = realName;
  user.profile = { ...user.profile, ...changes };
  user.updated = secondsOf(call.now);
  emit(twin, 'user_change', { user: viewUser(user, call), cache_ts: user.updated });
  return { username: user.name, profile: viewProfile(user, call) };
};

export const setActive: Handler = ({ caller }) => {
  caller.user.presence = 'auto';
  return {};
};
