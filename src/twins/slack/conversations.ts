import {
  findChannel,
  findUser,
  isMember,
  isVisible,
  kindOf,
  requireScope,
  scopeFor,
  type Call,
  type ChannelKind,
  type Handler,
} from './call';
import { viewChannel } from './channelViews';
import { findMessage, isReply, oldestFirst, repliesTo, viewMessage } from './messages';
import { paginate } from './paging';
import { isLimitedRead, limitedPage } from './rates';
import { refuse } from './refusal';
import { flagArg, limitArg, textArg } from './request';
import type { Channel, Message } from './state';
import { parseMoment, toMicros } from './timestamps';

const maxPage = 999;
const kinds: readonly string[] = ['public_channel', 'private_channel', 'im', 'mpim'] satisfies ChannelKind[];

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
  const user = findUser(call.state, id);
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
  const limited = isLimitedRead(call.state, 'conversations.history');
  const most = limited ? limitedPage : limits.most;
  const page = paginate(messages, {
    cursor: textArg(call.args, 'cursor'),
    limit: Math.min(limitArg(call.args, limits.usual), most),
    prefix: 'next_ts',
    key: (message) => message.ts.replace('.', ''),
  });
  return {
    messages: page.items.map((message) => viewMessage(call.twin, message)),
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
  return {
    ...answerMessages(call, messages, { usual: 100, most: maxPage }),
    pin_count: call.state.pins.filter((pin) => pin.channel === channel.id).length,
  };
};

export const replies: Handler = (call) => {
  const channel = readable(call, 'history');
  const named = findMessage(call.state, channel.id, textArg(call.args, 'ts')) ?? refuse('thread_not_found');
  const parent = isReply(named) ? findMessage(call.state, channel.id, named.thread_ts) : named;
  const answers = repliesTo(call.state, parent ?? named).filter(withinSpan(call));
  return answerMessages(call, [parent ?? named, ...answers], { usual: 1000, most: 1000 });
};

export const members: Handler = (call) => {
  const channel = readable(call, 'read');
  const limit = limitArg(call.args, 100, 'invalid_limit');
  if (limit > maxPage) refuse('invalid_limit');
  const page = paginate(channel.members, {
    cursor: textArg(call.args, 'cursor'),
    limit,
    prefix: 'user_id',
    key: (member) => member,
  });
  return { members: page.items, response_metadata: { next_cursor: page.nextCursor } };
};
