import {
  findChannel,
  isMember,
  isVisible,
  kindOf,
  requireScope,
  scopeFor,
  type Call,
  type ChannelKind,
  type Handler,
} from './call';
import { findMessage, isReply, oldestFirst, repliesTo, viewMessage } from './messages';
import { paginate } from './paging';
import { refuse } from './refusal';
import { flagArg, limitArg, textArg } from './request';
import { newId, type Channel, type Message, type SlackState, type User } from './state';
import { parseMoment, toMicros } from './timestamps';

const maxPage = 999;
const kinds: readonly string[] = ['public_channel', 'private_channel', 'im', 'mpim'] satisfies ChannelKind[];

function viewChannel(channel: Channel, user: User, state: SlackState): Record<string, unknown> {
  if (channel.is_im) {
    return {
      id: channel.id,
      created: channel.created,
      is_im: true,
      is_org_shared: false,
      is_archived: channel.is_archived,
      user: channel.members.find((member) => member !== user.id) ?? user.id,
      is_user_deleted: false,
      priority: 0,
    };
  }
  return {
    id: channel.id,
    name: channel.name,
    is_channel: !channel.is_private,
    is_group: channel.is_private,
    is_im: false,
    is_mpim: false,
    is_private: channel.is_private,
    created: channel.created,
    creator: channel.creator,
    is_archived: channel.is_archived,
    is_general: channel.name === 'general',
    unlinked: 0,
    name_normalized: channel.name,
    is_shared: false,
    is_ext_shared: false,
    is_org_shared: false,
    pending_shared: [],
    is_pending_ext_shared: false,
    context_team_id: state.team.id,
    is_member: isMember(channel, user),
    topic: { value: channel.topic, creator: '', last_set: 0 },
    purpose: { value: channel.purpose, creator: '', last_set: 0 },
    previous_names: [],
  };
}

/** The page of conversations that pass, of the kinds asked for and allowed by the token's scopes. */
function pageOfChannels(call: Call, passes: (channel: Channel) => boolean) {
  const { state, args, caller } = call;
  const types = (textArg(args, 'types') || 'public_channel').split(',').map((type) => type.trim());
  const isKind = (type: string): type is ChannelKind => kinds.includes(type);
  for (const type of types) {
    requireScope(caller, [isKind(type) ? scopeFor(type, 'read') : refuse('invalid_types')]);
  }
  const limit = limitArg(args, 100, 'invalid_limit');
  if (limit > maxPage) refuse('invalid_limit');
  const channels = state.channels.filter(
    (channel) =>
      types.includes(kindOf(channel)) &&
      isVisible(channel, caller.user) &&
      !(flagArg(args, 'exclude_archived') && channel.is_archived) &&
      passes(channel),
  );
  return paginate(channels, {
    cursor: textArg(args, 'cursor'),
    limit,
    prefix: 'team',
    key: (channel) => channel.id,
  });
}

export const list: Handler = (call) => {
  const page = pageOfChannels(call, () => true);
  const channels = page.items.map((channel) => ({
    ...viewChannel(channel, call.caller.user, call.state),
    ...(channel.is_im ? {} : { num_members: channel.members.length }),
  }));
  return { channels, response_metadata: { next_cursor: page.nextCursor } };
};

export const ofUser: Handler = (call) => {
  const id = textArg(call.args, 'user') || call.caller.user.id;
  const user = call.state.users.find((candidate) => candidate.id === id) ?? refuse('user_not_found');
  const page = pageOfChannels(call, (channel) => isMember(channel, user));
  const channels = page.items.map((channel) => ({
    ...viewChannel(channel, user, call.state),
    is_member: undefined,
  }));
  return { channels, response_metadata: { next_cursor: page.nextCursor } };
};

/** A conversation that the token may look into; the scope asked for depends on its kind. */
function readable(call: Call, action: 'read' | 'history'): Channel {
  const channel = findChannel(call, textArg(call.args, 'channel'));
  requireScope(call.caller, [scopeFor(kindOf(channel), action)]);
  // A person's token may read public channels from outside, an app's may not.
  if (action === 'history' && call.caller.user.is_bot && !isMember(channel, call.caller.user)) {
    refuse('not_in_channel');
  }
  return channel;
}

export const info: Handler = (call) => {
  const channel = readable(call, 'read');
  const shown = viewChannel(channel, call.caller.user, call.state);
  const counted = flagArg(call.args, 'include_num_members') ? { num_members: channel.members.length } : {};
  return { channel: { ...shown, ...counted } };
};

function moment(call: Call, name: 'oldest' | 'latest'): number | undefined {
  const text = textArg(call.args, name);
  if (text === undefined || text === '') return undefined;
  return parseMoment(text) ?? refuse(`invalid_ts_${name}`);
}

/** Keeps the messages between `oldest` and `latest`, the ends themselves only when `inclusive`. */
function withinSpan(call: Call): (message: Message) => boolean {
  const oldest = moment(call, 'oldest') ?? 0;
  const latest = moment(call, 'latest') ?? Number.MAX_SAFE_INTEGER;
  const inclusive = flagArg(call.args, 'inclusive');
  return ({ ts }) => {
    const at = toMicros(ts);
    return (at > oldest && at < latest) || (inclusive && (at === oldest || at === latest));
  };
}

function answerMessages(call: Call, messages: Message[], limits: { usual: number; most: number }) {
  const page = paginate(messages, {
    cursor: textArg(call.args, 'cursor'),
    limit: Math.min(limitArg(call.args, limits.usual), limits.most),
    prefix: 'next_ts',
    key: (message) => message.ts.replace('.', ''),
  });
  return {
    messages: page.items.map((message) => viewMessage(call.state, message)),
    has_more: page.nextCursor !== '',
    response_metadata: { next_cursor: page.nextCursor },
  };
}

export const history: Handler = (call) => {
  const channel = readable(call, 'history');
  const inSpan = withinSpan(call);
  const messages = call.state.messages
    .filter((message) => message.channel === channel.id && inSpan(message))
    .filter((message) => !isReply(message) || message.subtype === 'thread_broadcast')
    .sort((a, b) => oldestFirst(b, a));
  return { ...answerMessages(call, messages, { usual: 100, most: maxPage }), pin_count: 0 };
};

export const replies: Handler = (call) => {
  const channel = readable(call, 'history');
  const named = findMessage(call.state, channel.id, textArg(call.args, 'ts')) ?? refuse('thread_not_found');
  const parent = isReply(named) ? findMessage(call.state, channel.id, named.thread_ts) : named;
  const answers = repliesTo(call.state, parent ?? named).filter(withinSpan(call));
  return answerMessages(call, [parent ?? named, ...answers], { usual: 1000, most: 1000 });
};

export const join: Handler = (call) => {
  const { state, args, caller, warn } = call;
  const channel = findChannel(call, textArg(args, 'channel'));
  if (kindOf(channel) !== 'public_channel') refuse('method_not_supported_for_channel_type');
  if (channel.is_archived) refuse('is_archived');
  if (isMember(channel, caller.user)) warn('already_in_channel');
  else channel.members.push(caller.user.id);
  return { channel: viewChannel(channel, caller.user, state) };
};

/** Slack's rules for names of new channels. */
function checkName(name: string, channels: readonly Channel[]): string {
  if (name === '') refuse('invalid_name_required');
  if (name.length > 80) refuse('invalid_name_maxlength');
  if (/^[-_]+$/.test(name)) refuse('invalid_name_punctuation');
  if (!/^[\p{Ll}\p{Lo}\p{N}_-]+$/u.test(name)) refuse('invalid_name_specials');
  if (channels.some((channel) => channel.name === name)) refuse('name_taken');
  return name;
}

export const create: Handler = (call) => {
  const { state, args, caller, now } = call;
  const isPrivate = flagArg(args, 'is_private');
  requireScope(caller, [isPrivate ? 'groups:write' : 'channels:manage']);
  const channel: Channel = {
    id: newId('C', state.channels),
    name: checkName(textArg(args, 'name') ?? '', state.channels),
    is_private: isPrivate,
    is_archived: false,
    is_im: false,
    creator: caller.user.id,
    created: Math.floor(now / 1000),
    topic: '',
    purpose: '',
    members: [caller.user.id],
  };
  state.channels.push(channel);
  return { channel: { ...viewChannel(channel, caller.user, state), last_read: '0000000000.000000' } };
};
