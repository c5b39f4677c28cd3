import { viewFile } from './fileViews';
import { refuse } from './refusal';
import type { Message, SlackState, SlackTwin } from './state';

export function findMessage(state: SlackState, channel: string, ts: string | undefined): Message | undefined {
  return state.messages.find((message) => message.ts === ts && message.channel === channel);
}

/** Answers under a message, oldest first. */
export function repliesTo(state: SlackState, parent: Message): Message[] {
  return state.messages
    .filter(
      (message) => message.channel === parent.channel && isReply(message) && message.thread_ts === parent.ts,
    )
    .sort(oldestFirst);
}

export function isReply(message: Message): boolean {
  return message.thread_ts !== undefined && message.thread_ts !== message.ts;
}

export function oldestFirst(a: Message, b: Message): number {
  return a.ts < b.ts ? -1 : 1;
}

/** What a thread's first message says about its answers. */
function threadSummary(state: SlackState, message: Message): Record<string, unknown> {
  const replies = isReply(message) ? [] : repliesTo(state, message);
  const last = replies.at(-1);
  if (!last) return {};
  const users = [...new Set(replies.map((reply) => reply.user))];
  return {
    thread_ts: message.ts,
    reply_count: replies.length,
    reply_users_count: users.length,
    reply_users: users.slice(0, 5),
    latest_reply: last.ts,
    is_locked: false,
    subscribed: false,
  };
}

/** A message as Slack shows it: without the channel, with what can be derived from others. JSON drops what is undefined. */
export function viewMessage(twin: SlackTwin, message: Message): Record<string, unknown> {
  const { state } = twin;
  const reactions = message.reactions.map((reaction) => ({ ...reaction, count: reaction.users.length }));
  const parent = isReply(message) ? findMessage(state, message.channel, message.thread_ts) : undefined;
  const pinned = state.pins.some((pin) => pin.ts === message.ts && pin.channel === message.channel);
  const files = (message.files ?? []).flatMap((id) => state.files.filter((file) => file.id === id));
  return {
    type: 'message',
    ...message,
    channel: undefined,
    team: state.team.id,
    ...(parent ? { parent_user_id: parent.user } : {}),
    ...threadSummary(state, message),
    files: files.length > 0 ? files.map((file) => viewFile(twin, file)) : undefined,
    pinned_to: pinned ? [message.channel] : undefined,
    reactions: reactions.length > 0 ? reactions : undefined,
  };
}

/** The caller's message with this timestamp; refuses a missing one, and another's by the method's own error. */
export function ownMessage(
  state: SlackState,
  channel: string,
  ts: string | undefined,
  user: string,
  denied: string,
): Message {
  const message = findMessage(state, channel, ts);
  if (!message || message.subtype === 'tombstone') refuse('message_not_found');
  return message.user === user ? message : refuse(denied);
}

export function permalinkOf(
  { team }: SlackState,
  message: Pick<Message, 'channel' | 'ts' | 'thread_ts'>,
): string {
  const { channel, ts, thread_ts } = message;
  const inThread = thread_ts !== undefined && thread_ts !== ts;
  const thread = inThread ? `?thread_ts=${thread_ts}&cid=${channel}` : '';
  return `https://${team.domain}.slack.com/archives/${channel}/p${ts.replace('.', '')}${thread}`;
}
