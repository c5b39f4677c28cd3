import { findChannel, isMember, secondsOf, type Handler } from './call';
import { emit } from './events';
import { permalinkOf, findMessage, viewMessage } from './messages';
import { findItem } from './reactions';
import { refuse } from './refusal';
import { textArg } from './request';
import { nextTimestamp } from './state';

const maxPins = 100;

export const add: Handler = (call) => {
  const { twin, state, caller } = call;
  const { channel, message } = findItem(call);
  if (!isMember(channel, caller.user)) refuse('not_in_channel');
  const pinned = state.pins.filter((pin) => pin.channel === channel.id);
  if (pinned.some((pin) => pin.ts === message.ts)) refuse('already_pinned');
  if (message.subtype === 'tombstone') refuse('not_pinnable');
  if (pinned.length >= maxPins) refuse('too_many_pins');
  const created = secondsOf(call.now);
  state.pins.push({ channel: channel.id, ts: message.ts, user: caller.user.id, created });
  const item = { type: 'message', channel: channel.id, created_by: caller.user.id, created };
  const shown = { ...item, message: viewMessage(twin, message) };
  const event_ts = nextTimestamp(state, twin.now());
  emit(twin, 'pin_added', { user: caller.user.id, channel_id: channel.id, item: shown, event_ts }, channel);
  return {};
};

export const remove: Handler = (call) => {
  const { twin, state, caller } = call;
  const { channel, message } = findItem(call);
  const pin = state.pins.find(({ ts, channel: place }) => ts === message.ts && place === channel.id);
  if (!pin) refuse('no_pin');
  state.pins.splice(state.pins.indexOf(pin), 1);
  const event = {
    user: caller.user.id,
    channel_id: channel.id,
    item: { type: 'message', channel: channel.id, created_by: pin.user, created: pin.created },
    has_pins: state.pins.some(({ channel: place }) => place === channel.id),
    event_ts: nextTimestamp(state, twin.now()),
  };
  emit(twin, 'pin_removed', event, channel);
  return {};
};

export const list: Handler = (call) => {
  const { twin, state, args } = call;
  const channel = findChannel(call, textArg(args, 'channel'));
  const items = state.pins
    .filter((pin) => pin.channel === channel.id)
    .reverse()
    .flatMap(({ ts, user, created }) => {
      const message = findMessage(state, channel.id, ts);
      if (!message) return [];
      const shown = { ...viewMessage(twin, message), permalink: permalinkOf(state, message) };
      return [{ type: 'message', channel: channel.id, created, created_by: user, message: shown }];
    });
  return { items };
};
