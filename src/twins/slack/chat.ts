import { findChannel, findUser, isMember, requireScope, type Call, type Handler } from './call';
import { readContent } from './content';
import { openDirect } from './direct';
import { whisper } from './hooks';
import { findMessage, ownMessage, permalinkOf, viewMessage } from './messages';
import { addMessage, appMark, changeMessage, removeMessage } from './posting';
import { refuse } from './refusal';
import { flagArg, textArg } from './request';
import type { Channel, Message } from './state';
import { isTimestamp } from './timestamps';

/** Longer text is refused when a message is changed. */
const maxUpdated = 4_000;

/** Posting alone takes a name with or without `#`, and a user's id for a direct message. */
export function findTarget(call: Call): Channel {
  const { state, args, caller } = call;
  const wanted = textArg(args, 'channel');
  const user = state.users.find((candidate) => candidate.id === wanted && !candidate.deleted);
  if (user) return openDirect(call.twin, [caller.user.id, user.id]).channel;
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
export function findThread(call: Call, channel: string): string | undefined {
  const ts = textArg(call.args, 'thread_ts');
  if (ts === undefined || ts === '') return undefined;
  if (!isTimestamp(ts)) {
    refuse('invalid_thread_ts', { messages: [`[ERROR] ${ts} is not a valid thread_ts`] });
  }
  const parent = findMessage(call.state, channel, ts) ?? refuse('thread_not_found');
  if (parent.subtype?.startsWith('channel_')) refuse('cannot_reply_to_message');
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

/** Metadata needs a type and a payload; Slack ignores what is no JSON. */
function readMetadata({ args }: Call): Pick<Message, 'metadata'> {
  const { metadata } = args;
  if (metadata === undefined || metadata === '') return {};
  if (typeof metadata !== 'object' || metadata === null) refuse('invalid_metadata_format');
  const { event_type: type, event_payload: payload } = metadata as Record<string, unknown>;
  if (typeof type !== 'string' || typeof payload !== 'object') refuse('invalid_metadata_schema');
  return { metadata };
}

export const postMessage: Handler = (call) => {
  const { twin, args, caller } = call;
  const content = readContent(args, call.warn);
  const costume = readCostume(call);
  const metadata = readMetadata(call);
  const channel = findTarget(call);
  const thread = findThread(call, channel.id);
  const message = addMessage(twin, channel, caller.user, {
    ...appMark(twin, caller.user),
    ...content,
    ...costume,
    ...(thread ? { thread_ts: thread } : {}),
    ...(thread && flagArg(args, 'reply_broadcast') ? { subtype: 'thread_broadcast' } : {}),
    ...metadata,
  });
  return { channel: channel.id, ts: message.ts, message: viewMessage(twin, message) };
};

export const postEphemeral: Handler = (call) => {
  const { twin, state, args, caller } = call;
  const content = readContent(args, call.warn);
  const costume = readCostume(call);
  const channel = findChannel(call, textArg(args, 'channel'));
  if (channel.is_archived) refuse('is_archived');
  if (!isMember(channel, caller.user)) refuse('not_in_channel');
  const user = findUser(state, textArg(args, 'user'), 'user_not_in_channel');
  if (!isMember(channel, user)) refuse('user_not_in_channel');
  const thread = findThread(call, channel.id);
  const sent = { ...appMark(twin, caller.user), ...content, ...costume };
  return {
    message_ts: whisper(twin, channel.id, user.id, { ...sent, ...(thread ? { thread_ts: thread } : {}) }),
  };
};

export const meMessage: Handler = (call) => {
  const text = textArg(call.args, 'text') || refuse('no_text');
  const channel = findTarget(call);
  const message = addMessage(call.twin, channel, call.caller.user, {
    ...appMark(call.twin, call.caller.user),
    subtype: 'me_message',
    text,
  });
  return { channel: channel.id, ts: message.ts };
};

export const update: Handler = (call) => {
  const { twin, state, args, caller } = call;
  const channel = findChannel(call, textArg(args, 'channel'));
  if (channel.is_archived) refuse('is_inactive');
  const message = ownMessage(state, channel.id, textArg(args, 'ts'), caller.user.id, 'cant_update_message');
  if ((textArg(args, 'text') ?? '').length > maxUpdated) refuse('msg_too_long');
  const content = readContent(args, call.warn);
  changeMessage(twin, channel, message, { ...content, ...readMetadata(call) }, caller.user);
  return { channel: channel.id, ts: message.ts, text: message.text, message: viewMessage(twin, message) };
};

export const deleteMessage: Handler = (call) => {
  const { twin, state, args, caller } = call;
  const channel = findChannel(call, textArg(args, 'channel'));
  const ts = textArg(args, 'ts');
  const message = ownMessage(state, channel.id, ts, caller.user.id, 'cant_delete_message');
  removeMessage(twin, channel, message);
  return { channel: channel.id, ts };
};

export const getPermalink: Handler = (call) => {
  const channel = findChannel(call, textArg(call.args, 'channel'));
  const message =
    findMessage(call.state, channel.id, textArg(call.args, 'message_ts')) ?? refuse('message_not_found');
  return { channel: channel.id, permalink: permalinkOf(call.state, message) };
};

/** Adds previews to the links of a message; the app must have been told of them. */
export const unfurl: Handler = (call) => {
  const { twin, state, args } = call;
  const [channelOfId, tsOfId] = (textArg(args, 'unfurl_id') ?? '').split(/\.(.*)/);
  const id = textArg(args, 'channel') ?? (channelOfId || refuse('missing_channel'));
  const ts = textArg(args, 'ts') ?? tsOfId ?? refuse('missing_ts');
  const { unfurls } = args;
  if (unfurls === undefined) refuse('missing_unfurls');
  if (typeof unfurls !== 'object' || unfurls === null || Array.isArray(unfurls))
    refuse('invalid_unfurls_format');
  const channel = state.channels.find((candidate) => candidate.id === id) ?? refuse('cannot_find_channel');
  const message = findMessage(state, channel.id, ts) ?? refuse('cannot_find_message');
  const urls = Object.entries(unfurls);
  if (urls.some(([url]) => !message.text.includes(url))) refuse('cannot_unfurl_url');
  const previews = urls.map(([url, preview], index) => ({
    ...(preview as object),
    from_url: url,
    app_unfurl_url: url,
    is_app_unfurl: true,
    bot_id: twin.state.bot.bot_id,
    id: index + 1,
  }));
  message.attachments = [...(message.attachments ?? []), ...previews];
  return {};
};
