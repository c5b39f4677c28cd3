import { secondsOf, type Call, type Handler } from './call';
import { emit } from './events';
import { refuse } from './refusal';
import { flagArg, textArg } from './request';
import { newId, type SlackState } from './state';

type Group = SlackState['usergroups'][number];

function viewGroup({ state, args }: Pick<Call, 'state' | 'args'>, group: Group): Record<string, unknown> {
  const { id, name, handle, description, channels, users, created, updated, deleted, by } = group;
  return {
    id,
    team_id: state.team.id,
    is_usergroup: true,
    is_subteam: true,
    name,
    description,
    handle,
    is_external: false,
    date_create: created,
    date_update: updated,
    date_delete: deleted,
    auto_type: null,
    auto_provision: false,
    enterprise_subteam_id: '',
    created_by: by ?? '',
    updated_by: by ?? '',
    deleted_by: deleted ? (by ?? '') : null,
    prefs: { channels, groups: [] },
    ...(flagArg(args, 'include_users') ? { users } : {}),
    ...(flagArg(args, 'include_count') ? { user_count: users.length } : {}),
  };
}

function findGroup({ state, args }: Call): Group {
  const id = textArg(args, 'usergroup');
  if (!id) refuse('missing_argument');
  return state.usergroups.find((group) => group.id === id) ?? refuse('no_such_subteam');
}

function readHandle(call: Call, own?: Group): string {
  const handle = (textArg(call.args, 'handle') ?? '').replace(/^@/, '');
  if (handle === '') return own?.handle ?? '';
  if (!/^[\p{Ll}\p{N}._-]{1,80}$/u.test(handle)) refuse('bad_handle');
  if (['here', 'channel', 'everyone'].includes(handle)) refuse('forbidden_handle');
  const taken =
    call.state.usergroups.some((group) => group !== own && group.handle === handle) ||
    call.state.users.some((user) => user.name === handle);
  return taken ? refuse('handle_already_exists') : handle;
}

function readChannels({ state, args }: Call): string[] | undefined {
  const channels = args['channels'] as string[] | undefined;
  const known = new Set(state.channels.map(({ id }) => id));
  return channels?.every((id) => known.has(id)) === false ? refuse('invalid_channel_provided') : channels;
}

function readName(call: Call, own?: Group): string {
  const name = textArg(call.args, 'name') ?? own?.name ?? '';
  if (name === '') refuse('missing_subteam_name');
  if (name.length > 100) refuse('name_too_long');
  return call.state.usergroups.some((group) => group !== own && group.name === name)
    ? refuse('name_already_exists')
    : name;
}

export const create: Handler = (call) => {
  const { twin, state, args, caller } = call;
  const description = textArg(args, 'description') ?? '';
  if (description.length > 140) refuse('description_too_long');
  const parts = { name: readName(call), handle: readHandle(call), channels: readChannels(call) ?? [] };
  const now = secondsOf(call.now);
  const group: Group = {
    id: newId(state, 'S', state.usergroups),
    ...parts,
    description,
    users: [],
    created: now,
    updated: now,
    deleted: 0,
    by: caller.user.id,
  };
  state.usergroups.push(group);
  emit(twin, 'subteam_created', { subteam: viewGroup(call, group) });
  return { usergroup: viewGroup(call, group) };
};

/** Notes who changed a group, and tells the app. */
function changed(call: Call, group: Group): Record<string, unknown> {
  group.updated = secondsOf(call.now);
  group.by = call.caller.user.id;
  emit(call.twin, 'subteam_updated', { subteam: viewGroup(call, group) });
  return { usergroup: viewGroup(call, group) };
}

export const update: Handler = (call) => {
  const group = findGroup(call);
  const changes = {
    name: readName(call, group),
    handle: readHandle(call, group),
    channels: readChannels(call) ?? group.channels,
    description: textArg(call.args, 'description') ?? group.description,
  };
  if (changes.description.length > 140) refuse('description_too_long');
  Object.assign(group, changes);
  return changed(call, group);
};

export const disable: Handler = (call) => {
  const group = findGroup(call);
  group.deleted ||= secondsOf(call.now);
  return changed(call, group);
};

export const enable: Handler = (call) => {
  const group = findGroup(call);
  group.deleted = 0;
  return changed(call, group);
};

export const list: Handler = (call) => {
  const all = flagArg(call.args, 'include_disabled');
  const groups = call.state.usergroups.filter(({ deleted }) => all || deleted === 0);
  return { usergroups: groups.map((group) => viewGroup(call, group)) };
};

export const listUsers: Handler = (call) => {
  const group = findGroup(call);
  const shown = group.deleted === 0 || flagArg(call.args, 'include_disabled');
  return { users: shown ? group.users : [] };
};

export const updateUsers: Handler = (call) => {
  const { twin, state, args } = call;
  const group = findGroup(call);
  const users = [...new Set((args['users'] as string[] | undefined) ?? [])];
  if (users.length === 0) refuse('no_users_provided');
  const known = new Set(state.users.filter(({ deleted }) => !deleted).map(({ id }) => id));
  if (!users.every((id) => known.has(id))) refuse('invalid_users');
  const before = group.users;
  group.users = users;
  const event = {
    subteam_id: group.id,
    team_id: state.team.id,
    added_users: users.filter((id) => !before.includes(id)),
    removed_users: before.filter((id) => !users.includes(id)),
    date_update: secondsOf(call.now),
    date_previous_update: group.updated,
  };
  emit(twin, 'subteam_members_changed', event);
  return changed(call, group);
};
