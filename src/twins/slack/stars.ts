import { findChannel, secondsOf, type Call, type Handler } from './call';
import { permalinkOf, findMessage, viewMessage } from './messages';
import { pageOf } from './pageNumbers';
import { findItem } from './reactions';
import { refuse } from './refusal';
import { textArg } from './request';

/** A message, or a conversation as a whole. */
function starredItem(call: Call): { channel: string; ts?: string } {
  if (!textArg(call.args, 'timestamp') && textArg(call.args, 'channel')) {
    return { channel: findChannel(call, textArg(call.args, 'channel')).id };
  }
  const { channel, message } = findItem(call);
  return { channel: channel.id, ts: message.ts };
}

const sameItem = (
  a: { channel: string; ts?: string | undefined },
  b: { channel: string; ts?: string | undefined },
) => a.channel === b.channel && a.ts === b.ts;

export const add: Handler = (call) => {
  const { state, caller } = call;
  const item = starredItem(call);
  if (state.stars.some((star) => star.user === caller.user.id && sameItem(star, item)))
    refuse('already_starred');
  state.stars.push({ ...item, user: caller.user.id, created: secondsOf(call.now) });
  return {};
};

export const remove: Handler = (call) => {
  const { state, caller } = call;
  const item = starredItem(call);
  const star = state.stars.find((each) => each.user === caller.user.id && sameItem(each, item));
  if (!star) refuse('not_starred');
  state.stars.splice(state.stars.indexOf(star), 1);
  return {};
};

export const list: Handler = (call) => {
  const { twin, state, args, caller } = call;
  const own = state.stars.filter(({ user }) => user === caller.user.id).reverse();
  const { items, paging } = pageOf(own, args, 100);
  const shown = items.map(({ channel, ts, created }) => {
    const message = ts === undefined ? undefined : findMessage(state, channel, ts);
    if (!message) return { type: 'channel', channel, date_create: created };
    const seen = { ...viewMessage(twin, message), permalink: permalinkOf(state, message) };
    return { type: 'message', channel, message: seen, date_create: created };
  });
  return { items: shown, paging };
};
