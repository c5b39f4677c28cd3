import type { Handler } from './call';
import { findChannel } from './call';
import { deleteMessage, postMessage, update } from './chat';
import * as conversations from './conversations';
import { findMessage } from './messages';
import type { SlackMethod } from './methods';
import { refuse } from './refusal';
import { textArg } from './request';
import { isTimestamp } from './timestamps';
import * as users from './users';

const authTest: Handler = ({ state, caller }) => ({
  url: `https://${state.team.domain}.slack.com/`,
  team: state.team.name,
  user: caller.user.name,
  team_id: state.team.id,
  user_id: caller.user.id,
  ...(caller.user.is_bot ? { bot_id: state.bot.bot_id } : {}),
  is_enterprise_install: false,
});

const addReaction: Handler = (call) => {
  const { state, args, caller } = call;
  const ts = textArg(args, 'timestamp');
  const id = textArg(args, 'channel');
  if (!ts || !id) refuse('no_item_specified');
  const name = (textArg(args, 'name') ?? '').replace(/^:(.*):$/, '$1');
  if (!/^[a-z0-9_'+-]{1,100}(::skin-tone-[2-6])?$/.test(name)) refuse('invalid_name');
  if (!isTimestamp(ts)) refuse('bad_timestamp');
  const channel = findChannel(call, id);
  if (channel.is_archived) refuse('is_archived');
  const message = findMessage(state, channel.id, ts) ?? refuse('message_not_found');
  const reaction = message.reactions.find((candidate) => candidate.name === name);
  if (reaction?.users.includes(caller.user.id)) refuse('already_reacted');
  if (reaction) reaction.users.push(caller.user.id);
  else message.reactions.push({ name, users: [caller.user.id] });
  return {};
};

/** Every modelled method wants a token, but for this one. */
export type TokenMethod = Exclude<SlackMethod, 'api.test'>;

/** What the methods do; the compiler sees to it that none is forgotten. */
export const handlers: Readonly<Record<TokenMethod, Handler>> = {
  'auth.test': authTest,
  'chat.postMessage': postMessage,
  'chat.update': update,
  'chat.delete': deleteMessage,
  'conversations.create': conversations.create,
  'conversations.history': conversations.history,
  'conversations.info': conversations.info,
  'conversations.join': conversations.join,
  'conversations.list': conversations.list,
  'conversations.replies': conversations.replies,
  'reactions.add': addReaction,
  'users.conversations': conversations.ofUser,
  'users.info': users.info,
  'users.list': users.list,
};
