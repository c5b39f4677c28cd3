import { findChannel, findUser, isMember, type Call, type Handler } from './call';
import { emit } from './events';
import { findMessage, permalinkOf, viewMessage } from './messages';
import { paginate } from './paging';
import { refuse } from './refusal';
import { limitArg, textArg } from './request';
import { nextTimestamp, type Channel, type Message } from './state';
import { isTimestamp } from './timestamps';

/** Different emoji on one message, and reactions by one person to it. */
const maxEmoji = 50;
const maxOwn = 23;

/** The message named by `channel` and `timestamp`, with the errors that reactions, pins and stars share. */
export function findItem(call: Call): { channel: Channel; message: Message } {
  const ts = textArg(call.args, 'timestamp');
  const id = textArg(call.args, 'channel');
  if (!ts || !id) refuse('no_item_specified');
  if (!isTimestamp(ts)) refuse('bad_timestamp');
  const channel = findChannel(call, id);
  const message = findMessage(call.state, channel.id, ts) ?? refuse('message_not_found');
  return { channel, message };
}

function readName(call: Call): string {
  const { args } = call;
  if (!textArg(args, 'timestamp') || !textArg(args, 'channel')) refuse('no_item_specified');
  const name = (textArg(args, 'name') ?? '').replace(/^:(.*):$/, '$1');
  return /^[a-z0-9_'+-]{1,100}(::skin-tone-[2-6])?$/.test(name) ? name : refuse('invalid_name');
}

function tell(
  { twin, caller }: Call,
  what: 'added' | 'removed',
  reaction: string,
  { channel, message }: ReturnType<typeof findItem>,
) {
  const event = {
    user: caller.user.id,
    reaction,
    item_user: message.user,
    item: { type: 'message', channel: channel.id, ts: message.ts },
    event_ts: nextTimestamp(twin.state, twin.now()),
  };
  emit(twin, `reaction_${what}`, event, channel);
}

export const add: Handler = (call) => {
  const { caller } = call;
  const name = readName(call);
  const item = findItem(call);
  const { channel, message } = item;
  if (channel.is_archived) refuse('is_archived');
  if (message.subtype === 'tombstone') refuse('message_not_found');
  const reaction = message.reactions.find((candidate) => candidate.name === name);
  if (reaction?.users.includes(caller.user.id)) refuse('already_reacted');
  if (!reaction && message.reactions.length >= maxEmoji) refuse('too_many_emoji');
  const own = message.reactions.filter(({ users }) => users.includes(caller.user.id));
  if (own.length >= maxOwn) refuse('too_many_reactions');
  if (reaction) reaction.users.push(caller.user.id);
  else message.reactions.push({ name, users: [caller.user.id] });
  tell(call, 'added', name, item);
  return {};
};

export const remove: Handler = (call) => {
  const { caller } = call;
  const name = readName(call);
  const item = findItem(call);
  const { message } = item;
  const reaction = message.reactions.find((candidate) => candidate.name === name);
  if (!reaction?.users.includes(caller.user.id)) refuse('no_reaction');
  reaction.users = reaction.users.filter((id) => id !== caller.user.id);
  message.reactions = message.reactions.filter(({ users }) => users.length > 0);
  tell(call, 'removed', name, item);
  return {};
};

export const get: Handler = (call) => {
  const { channel, message } = findItem(call);
  const shown = { ...viewMessage(call.twin, message), permalink: permalinkOf(call.state, message) };
  return { type: 'message', channel: channel.id, message: shown };
};

export const list: Handler = (call) => {
  const { twin, state, args, caller } = call;
  const user = findUser(state, textArg(args, 'user') || caller.user.id);
  const seen = new Set(
    state.channels
      .filter((channel) => !channel.is_private || isMember(channel, caller.user))
      .map(({ id }) => id),
  );
  const reacted = state.messages
    .filter(
      (message) =>
        seen.has(message.channel) && message.reactions.some(({ users }) => users.includes(user.id)),
    )
    .reverse();
  const page = paginate(reacted, {
    cursor: textArg(args, 'cursor'),
    limit: limitArg(args, 100),
    prefix: 'reaction',
    key: (message) => `${message.channel}.${message.ts}`,
  });
  const items = page.items.map((message) => ({
    type: 'message',
    channel: message.channel,
    message: { ...viewMessage(twin, message), permalink: permalinkOf(state, message) },
  }));
  return { items, response_metadata: { next_cursor: page.nextCursor } };
};
