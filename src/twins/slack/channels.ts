import {
  findChannel,
  findUser,
  isMember,
  kindOf,
  requireScope,
  requireWrite,
  secondsOf,
  type Call,
  type ChannelKind,
  type Handler,
} from './call';
import { viewChannel } from './channelViews';
import { emit, emitMembership, eventOf } from './events';
import { addMessage } from './posting';
import { refuse } from './refusal';
import { flagArg, textArg } from './request';
import { newId, type Channel, type SlackTwin, type User } from './state';

const maxTopic = 250;
const wrongKind = 'method_not_supported_for_channel_type';

/** The conversation named by the caller, if it is of a kind the method works on and the caller may change it. */
function changeable(call: Call, kinds: readonly ChannelKind[], ...scopes: string[]): Channel {
  const channel = findChannel(call, textArg(call.args, 'channel'));
  requireWrite(call.caller, channel, ...scopes);
  return kinds.includes(kindOf(channel)) ? channel : refuse(wrongKind);
}

const rooms: readonly ChannelKind[] = ['public_channel', 'private_channel'];
const groups: readonly ChannelKind[] = [...rooms, 'mpim'];

function needMember(call: Call, channel: Channel): void {
  if (!isMember(channel, call.caller.user)) refuse('not_in_channel');
}

/** Slack's rules for names of channels. */
function checkName(name: string, channels: readonly Channel[]): string {
  if (name === '') refuse('invalid_name_required');
  if (name.length > 80) refuse('invalid_name_maxlength');
  if (/^[-_]+$/.test(name)) refuse('invalid_name_punctuation');
  if (!/^[\p{Ll}\p{Lo}\p{N}_-]+$/u.test(name)) refuse('invalid_name_specials');
  if (channels.some((channel) => channel.name === name)) refuse('name_taken');
  return name;
}

/** Writes into a channel what was done to it: `channel_join`, `channel_topic`, … */
function note(
  twin: SlackTwin,
  channel: Channel,
  user: Pick<User, 'id'>,
  what: string,
  text: string,
  more: Record<string, string> = {},
): void {
  const family = channel.is_private ? 'group' : 'channel';
  addMessage(twin, channel, user, { subtype: `${family}_${what}`, text, ...more });
}

/** Brings somebody in, with the line that says so. */
function addMember(twin: SlackTwin, channel: Channel, user: User, inviter?: string): void {
  channel.members.push(user.id);
  const invited = inviter ? { inviter } : {};
  note(
    twin,
    channel,
    user,
    'join',
    `<@${user.id}> has joined the ${channel.is_private ? 'group' : 'channel'}`,
    invited,
  );
  emitMembership(twin, 'member_joined_channel', channel, user, inviter);
}

function removeMember(twin: SlackTwin, channel: Channel, user: User): void {
  const isApp = user.id === twin.state.bot.user;
  const gone = { channel: channel.id, actor_id: user.id };
  note(
    twin,
    channel,
    user,
    'leave',
    `<@${user.id}> has left the ${channel.is_private ? 'group' : 'channel'}`,
  );
  emitMembership(twin, 'member_left_channel', channel, user);
  channel.members = channel.members.filter((member) => member !== user.id);
  if (isApp) emit(twin, eventOf(channel, 'left'), gone);
}

export const join: Handler = (call) => {
  const { twin, state, args, caller, warn } = call;
  const channel = findChannel(call, textArg(args, 'channel'));
  if (kindOf(channel) !== 'public_channel') refuse(wrongKind);
  if (channel.is_archived) refuse('is_archived');
  if (isMember(channel, caller.user)) warn('already_in_channel');
  else addMember(twin, channel, caller.user);
  return { channel: viewChannel(channel, caller.user, state) };
};

export const create: Handler = (call) => {
  const { twin, state, args, caller, now } = call;
  const isPrivate = flagArg(args, 'is_private');
  const open = caller.kind === 'bot' ? 'channels:manage' : 'channels:write';
  requireScope(caller, [isPrivate ? 'groups:write' : open]);
  const channel: Channel = {
    name: checkName(textArg(args, 'name') ?? '', state.channels),
    id: newId(state, 'C', state.channels),
    is_private: isPrivate,
    is_archived: false,
    is_im: false,
    creator: caller.user.id,
    created: secondsOf(now),
    topic: '',
    purpose: '',
    members: [caller.user.id],
  };
  state.channels.push(channel);
  const { id, name, created, creator } = channel;
  if (!isPrivate)
    emit(twin, 'channel_created', { channel: { id, name, created, creator, is_channel: true } });
  return { channel: { ...viewChannel(channel, caller.user, state), last_read: '0000000000.000000' } };
};

const isGeneral = (channel: Channel): boolean => channel.name === 'general';

export const archive: Handler = (call) => {
  const { twin, caller } = call;
  const channel = changeable(call, rooms);
  if (channel.is_archived) refuse('already_archived');
  if (isGeneral(channel)) refuse('cant_archive_general');
  needMember(call, channel);
  note(twin, channel, caller.user, 'archive', 'archived the channel');
  channel.is_archived = true;
  emit(twin, eventOf(channel, 'archive'), { channel: channel.id, user: caller.user.id, is_moved: 0 });
  return {};
};

export const unarchive: Handler = (call) => {
  const { twin, caller } = call;
  const channel = changeable(call, rooms);
  if (!channel.is_archived) refuse('not_archived');
  channel.is_archived = false;
  note(twin, channel, caller.user, 'unarchive', 'un-archived the channel');
  emit(twin, eventOf(channel, 'unarchive'), { channel: channel.id, user: caller.user.id });
  return {};
};

export const rename: Handler = (call) => {
  const { twin, state, args, caller } = call;
  const channel = changeable(call, rooms);
  if (channel.is_archived) refuse('is_archived');
  needMember(call, channel);
  if (channel.creator !== caller.user.id && !caller.user.is_admin) refuse('not_authorized');
  const others = state.channels.filter((other) => other !== channel);
  const name = checkName(textArg(args, 'name') ?? '', others);
  const old_name = channel.name;
  channel.previous_names = [...(channel.previous_names ?? []), old_name];
  channel.name = name;
  const text = `has renamed the channel from "${old_name}" to "${name}"`;
  note(twin, channel, caller.user, 'name', text, { name, old_name });
  const { id, created } = channel;
  emit(twin, eventOf(channel, 'rename'), { channel: { id, name, created } }, channel);
  return { channel: viewChannel(channel, caller.user, state) };
};

/** Sets one of the two texts on top of a channel. */
function setText(what: 'topic' | 'purpose'): Handler {
  return (call) => {
    const { twin, state, args, caller } = call;
    const channel = changeable(call, groups, 'write.topic');
    if (channel.is_archived) refuse('is_archived');
    needMember(call, channel);
    const text = textArg(args, what) ?? '';
    if (text.length > maxTopic) refuse('too_long');
    channel[what] = text;
    channel[`${what}_set`] = { creator: caller.user.id, last_set: secondsOf(call.now) };
    const said = text === '' ? `cleared the channel ${what}` : `set the channel ${what}: ${text}`;
    note(twin, channel, caller.user, what, said, { [what]: text });
    return { channel: viewChannel(channel, caller.user, state), [what]: text };
  };
}
export const setTopic = setText('topic');
export const setPurpose = setText('purpose');

function problemOfInvite({ caller, state }: Call, channel: Channel, id: string): string | null {
  const user = state.users.find((candidate) => candidate.id === id);
  if (!user || user.deleted) return 'user_not_found';
  if (user.id === caller.user.id) return 'cant_invite_self';
  return isMember(channel, user) ? 'already_in_channel' : null;
}

export const invite: Handler = (call) => {
  const { twin, state, args, caller } = call;
  const channel = changeable(call, rooms, 'write.invites');
  if (channel.is_archived) refuse('is_archived');
  needMember(call, channel);
  const ids = [...new Set(args['users'] as string[])];
  if (ids.length === 0) refuse('no_user');
  const errors = ids.flatMap((user) => {
    const error = problemOfInvite(call, channel, user);
    return error ? [{ user, ok: false, error }] : [];
  });
  const [first] = errors;
  const good = ids.filter((id) => !errors.some(({ user }) => user === id));
  if (first && (!flagArg(args, 'force') || good.length === 0)) {
    refuse(first.error, ids.length > 1 ? { extra: { errors } } : {});
  }
  for (const id of good) addMember(twin, channel, findUser(state, id), caller.user.id);
  return { channel: viewChannel(channel, caller.user, state), ...(first ? { errors } : {}) };
};

export const kick: Handler = (call) => {
  const { twin, state, args, caller } = call;
  const channel = changeable(call, rooms);
  const user = findUser(state, textArg(args, 'user'));
  if (user.id === caller.user.id) refuse('cant_kick_self');
  if (isGeneral(channel)) refuse('cant_kick_from_general');
  if (!isMember(channel, caller.user) || !isMember(channel, user)) refuse('not_in_channel');
  removeMember(twin, channel, user);
  return { errors: {} };
};

export const leave: Handler = (call) => {
  const { twin, caller } = call;
  const channel = changeable(call, groups);
  if (channel.is_archived) refuse('is_archived');
  if (isGeneral(channel)) refuse('cant_leave_general');
  if (!isMember(channel, caller.user)) return { not_in_channel: true };
  if (channel.is_private && channel.members.length === 1) refuse('last_member');
  removeMember(twin, channel, caller.user);
  return {};
};
