import { refuse } from './refusal';
import type { Message, SlackState } from './state';

export function findMessage(state: SlackState, channel: string, ts: string | undefined): Message | undefined {
  return state.messages.find((message) => message.channel === channel && message.ts === ts);
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
export function viewMessage(state: SlackState, message: Message): Record<string, unknown> {
  const reactions = message.reactions.map((reaction) => ({ ...reaction, count: reaction.users.length }));
  const parent = isReply(message) ? findMessage(state, message.channel, message.thread_ts) : undefined;
  return {
    type: 'message',
    ...message,
    channel: undefined,
    team: state.team.id,
    ...(parent ? { parent_user_id: parent.user } : {}),
    ...threadSummary(state, message),
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
