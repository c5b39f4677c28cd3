/** How an argument is understood, whichever way it was sent. */
export type ArgumentKind = 'text' | 'flag' | 'number' | 'json';

export interface MethodModel {
  /** Any one of these scopes lets a token in; some methods ask more closely by kind of conversation. */
  scopes: readonly string[];
  /** False for methods that ignore a JSON body, as Slack's form-only methods do. */
  json: boolean;
  args: Readonly<Record<string, ArgumentKind>>;
  /** Arguments whose absence is `invalid_arguments`; other absences have an error of the method's own. */
  required?: readonly string[];
}

const content = { text: 'text', blocks: 'json', attachments: 'json', markdown_text: 'text' } as const;
const readScopes = ['channels:read', 'groups:read', 'im:read', 'mpim:read'] as const;
const historyScopes = ['channels:history', 'groups:history', 'im:history', 'mpim:history'] as const;
const page = { cursor: 'text', limit: 'number' } as const;
const span = { oldest: 'text', latest: 'text', inclusive: 'flag' } as const;

/** The methods this twin models, as Slack's reference describes them; every other one is `unknown_method`. */
export const slackMethods = {
  'api.test': { scopes: [], json: true, args: { error: 'text' } },
  'auth.test': { scopes: [], json: true, args: {} },
  'chat.postMessage': {
    scopes: ['chat:write'],
    json: true,
    args: {
      ...content,
      channel: 'text',
      thread_ts: 'text',
      reply_broadcast: 'flag',
      username: 'text',
      icon_emoji: 'text',
      icon_url: 'text',
      metadata: 'json',
      mrkdwn: 'flag',
      parse: 'text',
      link_names: 'flag',
      unfurl_links: 'flag',
      unfurl_media: 'flag',
    },
  },
  'chat.update': {
    scopes: ['chat:write'],
    json: true,
    args: {
      ...content,
      channel: 'text',
      ts: 'text',
      metadata: 'json',
      parse: 'text',
      link_names: 'flag',
    },
  },
  'chat.delete': { scopes: ['chat:write'], json: true, args: { channel: 'text', ts: 'text' } },
  'conversations.create': {
    scopes: ['channels:manage', 'groups:write', 'im:write', 'mpim:write'],
    json: true,
    args: { name: 'text', is_private: 'flag' },
    required: ['name'],
  },
  'conversations.history': {
    scopes: historyScopes,
    json: true,
    args: { ...page, ...span, channel: 'text' },
    required: ['channel'],
  },
  'conversations.info': {
    scopes: readScopes,
    json: false,
    args: { channel: 'text', include_num_members: 'flag' },
    required: ['channel'],
  },
  'conversations.join': {
    scopes: ['channels:join'],
    json: true,
    args: { channel: 'text' },
    required: ['channel'],
  },
  'conversations.list': {
    scopes: readScopes,
    json: false,
    args: { ...page, types: 'text', exclude_archived: 'flag' },
  },
  'conversations.replies': {
    scopes: historyScopes,
    json: false,
    args: { ...page, ...span, channel: 'text', ts: 'text' },
    required: ['channel', 'ts'],
  },
  'reactions.add': {
    scopes: ['reactions:write'],
    json: true,
    args: { channel: 'text', timestamp: 'text', name: 'text' },
  },
  'users.conversations': {
    scopes: readScopes,
    json: false,
    args: { ...page, types: 'text', exclude_archived: 'flag', user: 'text' },
  },
  'users.info': { scopes: ['users:read'], json: false, args: { user: 'text' } },
  'users.list': { scopes: ['users:read'], json: false, args: page },
} as const satisfies Record<string, MethodModel>;

export type SlackMethod = keyof typeof slackMethods;

export function isSlackMethod(name: string): name is SlackMethod {
  return Object.hasOwn(slackMethods, name);
}
