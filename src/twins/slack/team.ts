import { findUser, type Handler } from './call';
import { readBlocks } from './blocks';
import { refuse } from './refusal';
import { textArg } from './request';

export const info: Handler = ({ state, args }) => {
  const { id, name, domain } = state.team;
  const wanted = textArg(args, 'team') ?? id;
  if (wanted !== id || (textArg(args, 'domain') ?? domain) !== domain) refuse('team_not_found');
  const url = `https://${domain}.slack.com/`;
  return {
    team: {
      id,
      name,
      url,
      domain,
      email_domain: '',
      icon: { image_default: true },
      avatar_base_url: 'https://ca.slack-edge.com/',
      is_verified: false,
    },
  };
};

export const profile: Handler = () => ({ profile: { fields: [], sections: [] } });

export const billableInfo: Handler = ({ state, args }) => {
  const wanted = textArg(args, 'user');
  const users = wanted === undefined ? state.users : [findUser(state, wanted)];
  const paid = users
    .filter(({ is_bot }) => !is_bot)
    .map(({ id, deleted }) => [id, { billing_active: !deleted }] as const);
  return { billable_info: Object.fromEntries(paid), response_metadata: { next_cursor: '' } };
};

export const emojiList: Handler = ({ state }) => ({ emoji: state.emoji, cache_ts: `${state.last_ts / 1e6}` });

export const botInfo: Handler = ({ state, args }) => {
  const id = textArg(args, 'bot') ?? state.bot.bot_id;
  if (id !== state.bot.bot_id) refuse('bot_not_found');
  const { bot_id, app_id, user, name } = state.bot;
  return { bot: { id: bot_id, app_id, user_id: user, name, deleted: false, updated: 0, icons: {} } };
};

export const validateBlocks: Handler = ({ args }) => {
  if (args['blocks'] === undefined) refuse('invalid_blocks');
  readBlocks(args['blocks']);
  return {};
};
