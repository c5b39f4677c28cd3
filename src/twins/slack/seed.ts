/** What placeholders `{{twin.slack.*}}` stand for. */
export const slackValues = {
  url: 'base URL of the Web API, ending in /api/, as clients take it for slackApiUrl',
  token: 'bot token (xoxb-…), new for each twin',
  user_token: 'token of the person who installed the app (xoxp-…)',
  app_token: 'app-level token for Socket Mode (xapp-…)',
  signing_secret: 'what events and interactions are signed with',
  verification_token: 'the older sign of Slack in events and interactions',
  client_id: 'of the app, for OAuth',
  client_secret: 'of the app, for OAuth',
  authorize_url: 'where the OAuth flow begins',
  webhook_url: 'incoming webhook into the general channel',
};

/** Keys of a seed, which are those of the state. */
export const slackSeed = {
  team: 'the workspace: { id, name, domain }',
  bot: 'the app that the token belongs to: { user, name, bot_id, app_id, scopes }; without scopes it may use every method',
  app: 'how the app is set up: { request_url, interactivity_url, commands: [{ command, url }], events, redirect_urls, token_rotation, pkce, commercial, installer, denied, user_scopes }; events are all that the scopes allow when left out',
  tokens:
    'further tokens: [{ token, user, scopes, status, expires_at, refresh_token }], status active, revoked, inactive or expired; without a user the bot’s',
  revoked: 'which of the twin’s own tokens were revoked: token, user_token, app_token',
  users:
    'people: [{ id, name, real_name, email, is_bot, is_admin, deleted, tz, profile, presence, dnd }]; the bot is added',
  channels:
    'conversations: [{ id, name, is_private, is_archived, is_im, is_mpim, creator, created, topic, purpose, members }]; without members everyone is in',
  messages:
    'messages already there, oldest first: [{ channel, user, text, ts, thread_ts, blocks, attachments, reactions, … }] as in the state',
  ephemerals: 'messages that only one person saw: those of messages with { to }',
  scheduled: 'messages that wait: [{ id, post_at, message }]; those of a seed are listed, but never sent',
  pins: 'pinned messages: [{ channel, ts, user, created }]',
  stars: 'what people saved: [{ channel, ts, user, created }]',
  bookmarks: 'links on top of channels: [{ id, channel_id, title, link, emoji }]',
  usergroups: 'user groups: [{ id, name, handle, description, channels, users, deleted }]',
  reminders: 'reminders: [{ id, creator, user, text, time, complete_ts, recurring }]',
  emoji: 'custom emoji: { name: URL or alias:name }',
  files: 'files: [{ id, name, title, user, mimetype, content (base64), shares: [{ channel, ts }] }]',
  views: 'open modals and published home tabs',
  triggers: 'what people’s actions gave the app to open views with',
  hooks: 'further incoming webhooks: [{ secret, kind: webhook, channel, disabled }]',
  codes: 'codes of the OAuth flow that were not exchanged yet',
  tickets: 'tickets for Socket Mode that were not used yet',
  envelopes: 'what was sent over Socket Mode and not acknowledged yet',
  last_ts: 'newest timestamp given out, in microseconds',
  last_id: 'how many ids were given out',
};

/** What people do in Slack, by the key of the action; `user` says who, the installer when left out. */
export const slackActs = {
  call: 'a method as this person, with every scope: { user, call: "chat.postMessage", args: { channel, text } }',
  command: 'a slash command: { user, command: "/deploy", text, channel }',
  click:
    'an element of a message or view: { user, click: ACTION_ID, channel, ts } (without ts the newest message that has it) or { user, click: ACTION_ID, view }; action adds members such as selected_option',
  submit: 'the modal on top, filled in: { user, submit: { BLOCK_ID: { ACTION_ID: text or members } } }',
  close: 'the modal on top: { user, close: true }',
  shortcut: 'a global shortcut: { user, shortcut: CALLBACK_ID }, or that of a message with channel and ts',
  open_home: 'the app’s home tab: { user, open_home: true }',
  configure:
    'the app’s settings: { configure: { request_url, interactivity_url, commands, events, denied } }; a Request URL must answer the challenge',
  disconnect: 'ends Socket Mode connections: { disconnect: warning, refresh_requested or link_disabled }',
};
