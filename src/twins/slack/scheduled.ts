import { secondsOf, type Call, type Handler } from './call';
import { findTarget, findThread } from './chat';
import { readContent } from './content';
import { paginate } from './paging';
import { addMessage, appMark } from './posting';
import { refuse } from './refusal';
import { flagArg, limitArg, textArg } from './request';
import { newId, type SlackTwin } from './state';
import { parseMoment } from './timestamps';

/** Seconds ahead that a message can be scheduled at most. */
const maxAhead = 120 * 24 * 60 * 60;
/** Messages that may wait in a channel within five minutes. */
const maxWaiting = 30;

export const schedule: Handler = (call) => {
  const { twin, state, args, caller } = call;
  const content = readContent(args, call.warn);
  const { post_at: at } = args;
  const now = secondsOf(call.now);
  if (typeof at !== 'number' || !Number.isInteger(at) || at < 0) refuse('invalid_time');
  if (at <= now) refuse('time_in_past');
  if (at > now + maxAhead) refuse('time_too_far');
  const channel = findTarget(call);
  const thread = findThread(call, channel.id);
  const near = state.scheduled.filter(
    (waiting) => waiting.message.channel === channel.id && Math.abs(waiting.post_at - at) < 300,
  );
  if (near.length >= maxWaiting) refuse('restricted_too_many');
  const id = newId(state, 'Q', state.scheduled);
  const message = {
    channel: channel.id,
    user: caller.user.id,
    ...appMark(twin, caller.user),
    ...content,
    ...(thread ? { thread_ts: thread } : {}),
    ...(thread && flagArg(args, 'reply_broadcast') ? { subtype: 'thread_broadcast' } : {}),
    reactions: [],
  };
  state.scheduled.push({ id, post_at: at, created: now, message });
  twin.later(at * 1000 - call.now, 'scheduled', id);
  const shown = { ...message, reactions: undefined, type: 'delayed_message', team: state.team.id };
  return { channel: channel.id, scheduled_message_id: id, post_at: at, message: shown };
};

/** Posts a message whose time has come, unless it was taken back or its channel is closed by now. */
export function postScheduled(twin: SlackTwin, id: unknown): void {
  const { state } = twin;
  const waiting = state.scheduled.find((candidate) => candidate.id === id);
  if (!waiting) return;
  state.scheduled.splice(state.scheduled.indexOf(waiting), 1);
  const { message } = waiting;
  const channel = state.channels.find((candidate) => candidate.id === message.channel);
  if (channel && !channel.is_archived) addMessage(twin, channel, { id: message.user }, message);
}

const momentOf = ({ args }: Call, name: string): number | undefined => {
  const text = textArg(args, name);
  return text === undefined ? undefined : (parseMoment(text) ?? refuse('invalid_arguments')) / 1e6;
};

export const list: Handler = (call) => {
  const { state, args } = call;
  const id = textArg(args, 'channel');
  if (id !== undefined && !state.channels.some((channel) => channel.id === id)) refuse('invalid_channel');
  const oldest = momentOf(call, 'oldest') ?? 0;
  const latest = momentOf(call, 'latest') ?? Infinity;
  const own = state.scheduled.filter(
    ({ message, post_at: at }) =>
      message.user === call.caller.user.id &&
      (id === undefined || message.channel === id) &&
      at >= oldest &&
      at <= latest,
  );
  const page = paginate(own, {
    cursor: textArg(args, 'cursor'),
    limit: limitArg(args, 100),
    prefix: 'scheduled',
    key: (waiting) => waiting.id,
  });
  return {
    scheduled_messages: page.items.map((waiting) => ({
      id: waiting.id,
      channel_id: waiting.message.channel,
      post_at: waiting.post_at,
      date_created: waiting.created,
      text: waiting.message.text,
    })),
    response_metadata: { next_cursor: page.nextCursor },
  };
};

export const remove: Handler = ({ state, args, caller }) => {
  const channel = textArg(args, 'channel');
  if (!state.channels.some((candidate) => candidate.id === channel)) refuse('channel_not_found');
  const id = textArg(args, 'scheduled_message_id');
  const waiting = state.scheduled.find(
    ({ id: own, message }) => own === id && message.channel === channel && message.user === caller.user.id,
  );
  if (!waiting) refuse('invalid_scheduled_message_id');
  state.scheduled.splice(state.scheduled.indexOf(waiting), 1);
  return {};
};
