import { readBlocks } from './blocks';
import { findChannel, isMember, requireScope, type Call, type Handler } from './call';
import { findMessage, isReply, ownMessage, repliesTo, viewMessage } from './messages';
import { refuse } from './refusal';
import { flagArg, textArg } from './request';
import { newId, nextTimestamp, type Channel, type Message } from './state';
import { isTimestamp } from './timestamps';

/** Longer text is cut when it is posted. */
const maxPosted = 40_000;
/** Longer text is refused when a message is changed. */
const maxUpdated = 4_000;
const maxAttachments = 100;

interface Content {
  text: string;
  blocks?: unknown[];
  attachments?: unknown[];
}

function readAttachments(value: unknown): unknown[] | undefined {
  if (value === undefined) return undefined;
  const attachments: unknown[] = Array.isArray(value) ? value : refuse('invalid_attachments');
  if (attachments.length > maxAttachments) refuse('too_many_attachments');
  return attachments.length > 0 ? attachments : undefined;
}

/** What the message says; text, blocks or attachments must be there. */
function readContent({ args, warn }: Call): Content {
  const markdown = textArg(args, 'markdown_text');
  if (markdown !== undefined && (args['text'] !== undefined || args['blocks'] !== undefined)) {
    refuse('markdown_text_conflict');
  }
  const text = markdown ?? textArg(args, 'text') ?? '';
  const blocks = readBlocks(args['blocks']);
  const attachments = readAttachments(args['attachments']);
  if (text === '' && !blocks && !attachments) refuse('no_text');
  if (text.length > maxPosted) warn('message_truncated');
  return {
    text: text.slice(0, maxPosted),
    ...(blocks ? { blocks } : {}),
    ...(attachments ? { attachments } : {}),
  };
}

/** The direct conversation with a user, made on the first message as Slack does. */
function openDirectMessage(call: Call, user: string): Channel {
  const { state, caller, now } = call;
  const members = [caller.user.id, user];
  const existing = state.channels.find(
    (channel) => channel.is_im && members.every((member) => channel.members.includes(member)),
  );
  if (existing) return existing;
  const channel: Channel = {
    id: newId('D', state.channels),
    name: '',
    is_private: true,
    is_archived: false,
    is_im: true,
    creator: caller.user.id,
    created: Math.floor(now / 1000),
    topic: '',
    purpose: '',
    members,
  };
  state.channels.push(channel);
  return channel;
}

/** Posting alone takes a name with or without `#`, and a user's id for a direct message. */
function findTarget(call: Call): Channel {
  const { state, args, caller } = call;
  const wanted = textArg(args, 'channel');
  const user = state.users.find((candidate) => candidate.id === wanted && !candidate.deleted);
  if (user) return openDirectMessage(call, user.id);
  const name = wanted?.replace(/^#/, '');
  const named = state.channels.find((channel) => channel.name !== '' && channel.name === name);
  const channel = findChannel(call, named?.id ?? wanted);
  if (channel.is_archived) refuse('is_archived');
  if (!isMember(channel, caller.user) && !caller.scopes.includes('chat:write.public')) {
    refuse('not_in_channel');
  }
  return channel;
}

/** The first message of the thread that is answered; answering an answer joins the same thread. */
function findThread(call: Call, channel: Channel): string | undefined {
  const ts = textArg(call.args, 'thread_ts');
  if (ts === undefined || ts === '') return undefined;
  if (!isTimestamp(ts)) {
    refuse('invalid_thread_ts', { messages: [`[ERROR] ${ts} is not a valid thread_ts`] });
  }
  const parent = findMessage(call.state, channel.id, ts) ?? refuse('thread_not_found');
  return parent.thread_ts ?? parent.ts;
}

/** A name or picture for this message only, which asks for a scope of its own. */
function readCostume(call: Call): Partial<Message> {
  const username = textArg(call.args, 'username');
  const emoji = textArg(call.args, 'icon_emoji');
  const image = textArg(call.args, 'icon_url');
  if (!username && !emoji && !image) return {};
  requireScope(call.caller, ['chat:write.customize']);
  const icons = { ...(emoji ? { emoji } : {}), ...(image ? { image_48: image } : {}) };
  return {
    subtype: 'bot_message',
    ...(username ? { username } : {}),
    ...(emoji || image ? { icons } : {}),
  };
}

export const postMessage: Handler = (call) => {
  const { state, args, caller, now } = call;
  const content = readContent(call);
  const costume = readCostume(call);
  const channel = findTarget(call);
  const thread = findThread(call, channel);
  const message: Message = {
    channel: channel.id,
    ts: nextTimestamp(state, now),
    user: caller.user.id,
    ...(caller.user.is_bot ? { bot_id: state.bot.bot_id, app_id: state.bot.app_id } : {}),
    ...content,
    ...costume,
    ...(thread ? { thread_ts: thread } : {}),
    ...(thread && flagArg(args, 'reply_broadcast') ? { subtype: 'thread_broadcast' } : {}),
    ...(args['metadata'] === undefined ? {} : { metadata: args['metadata'] }),
    reactions: [],
  };
  state.messages.push(message);
  return { channel: channel.id, ts: message.ts, message: viewMessage(state, message) };
};

export const update: Handler = (call) => {
  const { state, args, caller, now } = call;
  const channel = findChannel(call, textArg(args, 'channel'));
  if (channel.is_archived) refuse('is_inactive');
  const message = ownMessage(state, channel.id, textArg(args, 'ts'), caller.user.id, 'cant_update_message');
  if ((textArg(args, 'text') ?? '').length > maxUpdated) refuse('msg_too_long');
  const content = readContent(call);
  // New text replaces the old message as a whole: blocks that are not sent again are gone.
  delete message.blocks;
  delete message.attachments;
  Object.assign(message, content, {
    edited: { user: caller.user.id, ts: nextTimestamp(state, now) },
    ...(args['metadata'] === undefined ? {} : { metadata: args['metadata'] }),
  });
  return { channel: channel.id, ts: message.ts, text: message.text, message: viewMessage(state, message) };
};

export const deleteMessage: Handler = (call) => {
  const { state, args, caller } = call;
  const channel = findChannel(call, textArg(args, 'channel'));
  const message = ownMessage(state, channel.id, textArg(args, 'ts'), caller.user.id, 'cant_delete_message');
  const index = state.messages.indexOf(message);
  const { ts, user } = message;
  if (!isReply(message) && repliesTo(state, message).length > 0) {
    // A thread keeps its place: Slack leaves a tombstone for the answers to hang on.
    const text = 'This message was deleted.';
    state.messages[index] = { channel: channel.id, ts, user, subtype: 'tombstone', text, reactions: [] };
  } else {
    state.messages.splice(index, 1);
  }
  return { channel: channel.id, ts };
};
