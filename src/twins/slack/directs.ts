import {
  findChannel,
  findUser,
  isMember,
  kindOf,
  requireScope,
  requireWrite,
  type Call,
  type Handler,
} from './call';
import { viewChannel } from './channelViews';
import { openDirect } from './direct';
import { emit } from './events';
import { refuse } from './refusal';
import { flagArg, textArg } from './request';
import type { Channel } from './state';
import { isTimestamp } from './timestamps';

/** People in a group conversation, without the caller. */
const maxPeople = 8;

function peopleOf(call: Call): string[] {
  const { state, args, caller } = call;
  const ids = [...new Set((args['users'] as string[] | undefined) ?? [])].filter(
    (id) => id !== caller.user.id,
  );
  if (ids.length === 0) refuse('users_list_not_supplied');
  if (ids.length > maxPeople) refuse('too_many_users');
  for (const id of ids) if (findUser(state, id).deleted) refuse('user_disabled');
  return ids;
}

function findOrMake(call: Call): { channel: Channel; made: boolean } {
  const { twin, state, args, caller } = call;
  const id = textArg(args, 'channel');
  if (id) {
    const channel = findChannel(call, id);
    if (!isMember(channel, caller.user)) refuse('channel_not_found');
    if (!channel.is_im && !channel.is_mpim) refuse('method_not_supported_for_channel_type');
    return { channel, made: false };
  }
  const people = [caller.user.id, ...peopleOf(call)];
  requireScope(caller, [people.length > 2 ? 'mpim:write' : 'im:write']);
  if (!flagArg(args, 'prevent_creation')) return openDirect(twin, people);
  const existing = state.channels.find(
    (channel) =>
      (channel.is_im || channel.is_mpim) &&
      channel.members.length === people.length &&
      people.every((member) => channel.members.includes(member)),
  );
  return existing ? { channel: existing, made: false } : refuse('channel_not_found');
}

export const open: Handler = (call) => {
  const { twin, state, args, caller } = call;
  const { channel, made } = findOrMake(call);
  const closed = channel.closed_by?.includes(caller.user.id) ?? false;
  if (closed) channel.closed_by = channel.closed_by?.filter((id) => id !== caller.user.id);
  if (channel.is_im && (made || closed))
    emit(twin, 'im_open', { user: caller.user.id, channel: channel.id }, channel);
  const known = made || closed ? {} : { no_op: true, already_open: true };
  if (!flagArg(args, 'return_im')) return { ...known, channel: { id: channel.id } };
  return { ...known, channel: viewChannel(channel, caller.user, state) };
};

export const close: Handler = (call) => {
  const { twin, args, caller } = call;
  const channel = findChannel(call, textArg(args, 'channel'));
  requireWrite(caller, channel);
  const kind = kindOf(channel);
  if (kind !== 'im' && kind !== 'mpim') refuse('method_not_supported_for_channel_type');
  if (channel.closed_by?.includes(caller.user.id)) return { no_op: true, already_closed: true };
  channel.closed_by = [...(channel.closed_by ?? []), caller.user.id];
  if (kind === 'im') emit(twin, 'im_close', { user: caller.user.id, channel: channel.id }, channel);
  return {};
};

export const mark: Handler = (call) => {
  const { args, caller } = call;
  const channel = findChannel(call, textArg(args, 'channel'));
  requireWrite(caller, channel);
  const ts = textArg(args, 'ts') ?? '';
  if (!isTimestamp(ts)) refuse('invalid_timestamp');
  if (!isMember(channel, caller.user)) refuse('not_in_channel');
  channel.last_read = { ...channel.last_read, [caller.user.id]: ts };
  return {};
};
