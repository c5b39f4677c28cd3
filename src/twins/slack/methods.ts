/** How an argument is understood, whichever way it was sent. A list is an array, or words between commas. */
export type ArgumentKind = 'text' | 'flag' | 'number' | 'json' | 'list';

/** Whose token it is: an installed app's, a person's, or the app's own for Socket Mode. */
export type TokenKind = 'bot' | 'user' | 'app';

/** Slack's rate tiers; 5 stands for a limit of the method's own. */
export type Tier = 1 | 2 | 3 | 4 | 5;

export interface MethodModel {
  tier: Tier;
  /**
   * Scopes by kind of token: any one of them lets it in, none means that it needs no scope, and a kind that is left
   * out may not call. Some methods ask more closely by kind of conversation. Without any kind no token is needed.
   */
  scopes: Readonly<Partial<Record<TokenKind, readonly string[]>>>;
  /** False for methods that ignore a JSON body, as Slack's form-only methods do. */
  json: boolean;
  args: Readonly<Record<string, ArgumentKind>>;
  /** Arguments whose absence is `invalid_arguments`; other absences have an error of the method's own. */
  required: readonly string[];
}

const wordsOf = (text: string): string[] => (text === '-' ? [] : text.split(' ').filter(Boolean));

/** `a b`: either scope, for both kinds of token; `a | b`: for an app's and a person's; `-`: not with this kind. */
function scopesOf(text: string): MethodModel['scopes'] {
  if (text === 'none') return {};
  if (text.startsWith('app ')) return { app: wordsOf(text.slice(4)) };
  const [bot = '', user = bot] = text.split(' | ');
  return {
    ...(bot === '-' ? {} : { bot: wordsOf(bot) }),
    ...(user === '-' ? {} : { user: wordsOf(user) }),
  };
}

/** @param args names with their kinds, text when not said; `!` where absence is `invalid_arguments`: `channel! limit:number` */
function method(tier: Tier, scopes: string, args: string): MethodModel {
  const named = wordsOf(args).map((word) => {
    const [name = '', kind = 'text'] = word.replace('!', '').split(':');
    return [name, kind as ArgumentKind] as const;
  });
  const required = wordsOf(args).filter((word) => word.endsWith('!'));
  return {
    tier,
    scopes: scopesOf(scopes),
    json: true,
    args: Object.fromEntries(named),
    required: required.map((word) => word.replace(/[:!].*$/, '')),
  };
}

function form(tier: Tier, scopes: string, args: string): MethodModel {
  return { ...method(tier, scopes, args), json: false };
}

const reads = 'channels:read groups:read mpim:read im:read';
const histories = 'channels:history groups:history mpim:history im:history';
const writes =
  'channels:manage groups:write mpim:write im:write | channels:write groups:write mpim:write im:write';
const topics =
  'channels:write.topic channels:manage groups:write.topic groups:write mpim:write.topic mpim:write im:write.topic im:write | channels:write.topic channels:write groups:write.topic groups:write mpim:write.topic mpim:write im:write.topic im:write';

/** The methods this twin models, as Slack's reference describes them; every other one is `unknown_method`. */
export const slackMethods = {
  'api.test': method(4, 'none', 'error'),
  'apps.connections.open': method(3, 'app connections:write', ''),
  'apps.event.authorizations.list': method(
    5,
    'app authorizations:read',
    'event_context! cursor limit:number',
  ),
  'apps.uninstall': form(1, '', 'client_id! client_secret!'),
  'auth.revoke': form(3, '', 'test:flag'),
  'auth.teams.list': form(2, '', 'limit:number cursor include_icon:flag'),
  'auth.test': method(5, '', ''),
  'blocks.validate': method(3, '', 'blocks:json message:json view:json'),
  'bookmarks.add': method(
    2,
    'bookmarks:write',
    'channel_id title! link type! emoji entity_id access_level parent_id',
  ),
  'bookmarks.edit': method(2, 'bookmarks:write', 'channel_id bookmark_id title link emoji'),
  'bookmarks.list': method(3, 'bookmarks:read', 'channel_id'),
  'bookmarks.remove': method(2, 'bookmarks:write', 'channel_id bookmark_id quip_section_id'),
  'bots.info': form(3, 'users:read', 'bot'),
  'chat.delete': method(3, 'chat:write', 'as_user:flag channel ts'),
  'chat.deleteScheduledMessage': method(3, 'chat:write', 'as_user:flag channel scheduled_message_id!'),
  'chat.getPermalink': form(5, '', 'channel message_ts'),
  'chat.meMessage': method(3, 'chat:write', 'channel text'),
  'chat.postEphemeral': method(
    4,
    'chat:write',
    'as_user:flag attachments:json blocks:json channel icon_emoji icon_url link_names:flag markdown_text metadata:json parse text thread_ts user username',
  ),
  'chat.postMessage': method(
    5,
    'chat:write',
    'as_user:flag attachments:json blocks:json channel icon_emoji icon_url link_names:flag markdown_text metadata:json mrkdwn:flag parse reply_broadcast:flag text thread_ts unfurl_links:flag unfurl_media:flag username',
  ),
  'chat.scheduleMessage': method(
    3,
    'chat:write',
    'as_user:flag attachments:json blocks:json channel link_names:flag markdown_text parse post_at:number reply_broadcast:flag text thread_ts unfurl_links:flag unfurl_media:flag metadata:json',
  ),
  'chat.scheduledMessages.list': method(3, '', 'channel cursor latest limit:number oldest'),
  'chat.unfurl': method(
    3,
    'links:write',
    'channel ts unfurls:json user_auth_message user_auth_required:flag user_auth_url user_auth_blocks:json unfurl_id source',
  ),
  'chat.update': method(
    3,
    'chat:write',
    'as_user:flag attachments:json unfurled_attachments:json blocks:json markdown_text metadata:json channel link_names:flag parse text ts reply_broadcast:flag file_ids:list',
  ),
  'conversations.archive': method(2, writes, 'channel!'),
  'conversations.close': method(2, writes, 'channel!'),
  'conversations.create': method(2, writes, 'is_private:flag name!'),
  'conversations.history': method(
    3,
    histories,
    'channel! cursor include_all_metadata:flag inclusive:flag latest limit:number oldest',
  ),
  'conversations.info': form(3, reads, 'channel! include_locale:flag include_num_members:flag'),
  'conversations.invite': method(
    3,
    'channels:write.invites channels:manage groups:write.invites groups:write mpim:write im:write | channels:write.invites channels:write groups:write.invites groups:write mpim:write im:write',
    'channel! force:flag users:list!',
  ),
  'conversations.join': method(3, 'channels:join | channels:write', 'channel!'),
  'conversations.kick': method(
    3,
    'channels:manage groups:write | channels:write groups:write',
    'channel! user',
  ),
  'conversations.leave': method(3, writes, 'channel!'),
  'conversations.list': form(2, reads, 'cursor exclude_archived:flag limit:number types'),
  'conversations.mark': method(3, writes, 'channel! ts!'),
  'conversations.members': form(4, reads, 'channel! cursor limit:number'),
  'conversations.open': method(
    3,
    'channels:manage groups:write mpim:write im:write | channels:write groups:write mpim:write im:write',
    'channel return_im:flag users:list prevent_creation:flag',
  ),
  'conversations.rename': method(2, writes, 'channel! name!'),
  'conversations.replies': form(
    3,
    histories,
    'channel! cursor include_all_metadata:flag inclusive:flag latest limit:number oldest ts!',
  ),
  'conversations.setPurpose': method(2, topics, 'channel! purpose!'),
  'conversations.setTopic': method(2, topics, 'channel! topic!'),
  'conversations.unarchive': method(2, writes, 'channel!'),
  'dnd.endDnd': method(2, '- | dnd:write', ''),
  'dnd.endSnooze': method(2, '- | dnd:write', ''),
  'dnd.info': form(3, 'dnd:read', 'user'),
  'dnd.setSnooze': method(2, '- | dnd:write', 'num_minutes'),
  'dnd.teamInfo': form(2, 'dnd:read', 'users:list'),
  'emoji.list': form(2, 'emoji:read', 'include_categories:flag'),
  'files.completeUploadExternal': method(
    4,
    'files:write',
    'files:json! channel_id thread_ts channels:list initial_comment blocks:json username icon_url icon_emoji',
  ),
  'files.delete': method(3, 'files:write', 'file!'),
  'files.getUploadURLExternal': form(4, 'files:write', 'filename! length:number! snippet_type alt_txt'),
  'files.info': form(4, 'files:read', 'count:number cursor file! limit:number page:number'),
  'files.list': form(
    3,
    'files:read',
    'channel count:number page:number show_files_hidden_by_limit:flag ts_from ts_to types user',
  ),
  'files.revokePublicURL': method(3, 'files:write', 'file!'),
  'files.sharedPublicURL': method(3, '- | files:write', 'file!'),
  'oauth.v2.access': form(
    5,
    'none',
    'client_id client_secret code code_verifier redirect_uri grant_type refresh_token assertion',
  ),
  'oauth.v2.exchange': form(3, '', 'client_id client_secret'),
  'pins.add': method(2, 'pins:write', 'channel timestamp'),
  'pins.list': form(2, 'pins:read', 'channel'),
  'pins.remove': method(2, 'pins:write', 'channel timestamp'),
  'reactions.add': method(3, 'reactions:write', 'channel name timestamp'),
  'reactions.get': form(3, 'reactions:read', 'channel file file_comment full:flag timestamp'),
  'reactions.list': form(2, 'reactions:read', 'user full:flag count:number page:number cursor limit:number'),
  'reactions.remove': method(2, 'reactions:write', 'name file file_comment channel timestamp'),
  'reminders.add': method(2, '- | reminders:write', 'text time user recurrence:json'),
  'reminders.complete': method(2, '- | reminders:write', 'reminder'),
  'reminders.delete': method(2, '- | reminders:write', 'reminder'),
  'reminders.info': form(2, '- | reminders:read', 'reminder'),
  'reminders.list': form(2, '- | reminders:read', ''),
  'search.all': form(2, '- | search:read', 'count:number highlight:flag page:number query sort sort_dir'),
  'search.files': form(2, '- | search:read', 'count:number highlight:flag page:number query sort sort_dir'),
  'search.messages': form(
    2,
    '- | search:read',
    'count:number highlight:flag page:number cursor query sort sort_dir',
  ),
  'stars.add': method(2, '- | stars:write', 'channel file file_comment timestamp'),
  'stars.list': form(3, '- | stars:read', 'count:number cursor limit:number page:number'),
  'stars.remove': method(2, '- | stars:write', 'channel file file_comment timestamp'),
  'team.billableInfo': form(2, '- | admin', 'cursor limit:number user'),
  'team.info': method(3, 'team:read', 'domain team'),
  'team.profile.get': form(3, 'users.profile:read', 'visibility'),
  'usergroups.create': method(
    2,
    'usergroups:write',
    'channels:list additional_channels:list description handle include_count:flag name enable_section:flag',
  ),
  'usergroups.disable': method(2, 'usergroups:write', 'include_count:flag usergroup'),
  'usergroups.enable': method(2, 'usergroups:write', 'include_count:flag usergroup'),
  'usergroups.list': form(
    2,
    'usergroups:read',
    'include_count:flag include_disabled:flag include_users:flag',
  ),
  'usergroups.update': method(
    2,
    'usergroups:write',
    'channels:list additional_channels:list description handle include_count:flag name usergroup enable_section:flag',
  ),
  'usergroups.users.list': form(2, 'usergroups:read', 'include_disabled:flag usergroup'),
  'usergroups.users.update': method(
    2,
    'usergroups:write',
    'include_count:flag usergroup users:list additional_channels:list is_shared:flag',
  ),
  'users.conversations': form(
    3,
    reads,
    'cursor exclude_archived:flag exclude_muted:flag limit:number types user',
  ),
  'users.getPresence': form(3, 'users:read', 'user'),
  'users.identity': form(3, '- | identity:read', ''),
  'users.info': form(4, 'users:read', 'include_locale:flag user'),
  'users.list': form(2, 'users:read', 'cursor include_locale:flag limit:number'),
  'users.lookupByEmail': form(3, 'users:read.email', 'email'),
  'users.profile.get': form(4, 'users.profile:read', 'include_labels:flag user'),
  'users.profile.set': method(3, '- | users.profile:write', 'name profile:json user value'),
  'users.setActive': method(2, 'users:write', ''),
  'users.setPresence': method(2, 'users:write', 'presence'),
  'views.open': method(4, '', 'trigger_id interactivity_pointer view:json!'),
  'views.publish': method(4, '', 'user_id! view:json! hash interactivity_pointer'),
  'views.push': method(4, '', 'trigger_id interactivity_pointer view:json!'),
  'views.update': method(4, '', 'view_id external_id view:json! hash'),
} as const satisfies Record<string, MethodModel>;

export type SlackMethod = keyof typeof slackMethods;

export function isSlackMethod(name: string): name is SlackMethod {
  return Object.hasOwn(slackMethods, name);
}

/** The model of a method, or undefined when it is not modelled. */
export function modelOf(name: string): MethodModel | undefined {
  return isSlackMethod(name) ? slackMethods[name] : undefined;
}

/** What is asked of the twin by address instead of method, as faults, the call log and the coverage table name it. */
export const slackRoutes = {
  authorize: 'GET /oauth/v2/authorize',
  answer: 'POST /{actions or commands}/{team}/{id}/{secret}',
  file: 'GET /files-pri/{file}/{name}',
  upload: 'POST /upload/v1/{secret}',
  webhook: 'POST /services/{team}/{app}/{secret}',
} as const;

export function isSlackOperation(name: string): boolean {
  return isSlackMethod(name) || Object.values<string>(slackRoutes).includes(name);
}
