import type { Content } from './content';
import { emitMessage, emitPosted } from './events';
import { isReply, repliesTo, viewMessage } from './messages';
import { nextTimestamp, type Channel, type Message, type SlackTwin, type User } from './state';

/** What marks a message as an app's. */
export function appMark(twin: SlackTwin, user: User): Partial<Message> {
  const { bot_id, app_id } = twin.state.bot;
  return user.is_bot ? { bot_id, app_id } : {};
}

/** Adds a message to a conversation and tells the app of it. */
export function addMessage(
  twin: SlackTwin,
  channel: Channel,
  user: Pick<User, 'id'>,
  content: Omit<Partial<Message>, 'ts' | 'channel' | 'user'>,
): Message {
  const message: Message = {
    text: '',
    ...content,
    channel: channel.id,
    ts: nextTimestamp(twin.state, twin.now()),
    user: user.id,
    reactions: [],
  };
  twin.state.messages.push(message);
  // A direct conversation that somebody closed opens again.
  if (channel.closed_by) channel.closed_by = [];
  emitPosted(twin, channel, message);
  return message;
}

/** New text replaces the old message as a whole: blocks that are not sent again are gone. */
export function changeMessage(
  twin: SlackTwin,
  channel: Channel,
  message: Message,
  content: Content & Pick<Partial<Message>, 'metadata' | 'subtype'>,
  editor: Pick<User, 'id'>,
): void {
  const previous_message = viewMessage(twin, message);
  delete message.blocks;
  delete message.attachments;
  const edited = { user: editor.id, ts: nextTimestamp(twin.state, twin.now()) };
  Object.assign(message, content, { edited });
  emitMessage(twin, channel, {
    subtype: 'message_changed',
    hidden: true,
    message: viewMessage(twin, message),
    previous_message,
    ts: edited.ts,
    event_ts: edited.ts,
  });
}

/** A thread keeps its place: Slack leaves a tombstone for the answers to hang on. */
export function removeMessage(twin: SlackTwin, channel: Channel, message: Message): void {
  const { state } = twin;
  const previous_message = viewMessage(twin, message);
  const index = state.messages.indexOf(message);
  const { ts, user } = message;
  if (!isReply(message) && repliesTo(state, message).length > 0) {
    const text = 'This message was deleted.';
    state.messages[index] = { channel: channel.id, ts, user, subtype: 'tombstone', text, reactions: [] };
  } else {
    state.messages.splice(index, 1);
  }
  state.pins = state.pins.filter((pin) => pin.ts !== ts || pin.channel !== channel.id);
  state.stars = state.stars.filter((star) => star.ts !== ts || star.channel !== channel.id);
  const eventTs = nextTimestamp(state, twin.now());
  emitMessage(twin, channel, {
    subtype: 'message_deleted',
    hidden: true,
    deleted_ts: ts,
    previous_message,
    ts: eventTs,
    event_ts: eventTs,
  });
}
