import { kindOf, type ChannelKind } from './call';
import { viewMessage } from './messages';
import { isListening, notify } from './notify';
import { throwText, type Channel, type Message, type SlackTwin, type User } from './state';

/** What apps can subscribe to here, and the scopes of which one lets them hear it. */
const slackEvents = {
  app_home_opened: [],
  app_mention: ['app_mentions:read'],
  app_uninstalled: [],
  channel_archive: ['channels:read'],
  channel_created: ['channels:read'],
  channel_left: ['channels:read'],
  channel_rename: ['channels:read'],
  channel_unarchive: ['channels:read'],
  dnd_updated_user: ['dnd:read'],
  file_created: ['files:read'],
  file_deleted: ['files:read'],
  file_public: ['files:read'],
  file_shared: ['files:read'],
  group_archive: ['groups:read'],
  group_left: ['groups:read'],
  group_rename: ['groups:read'],
  group_unarchive: ['groups:read'],
  im_close: ['im:read'],
  im_created: ['im:read'],
  im_open: ['im:read'],
  link_shared: ['links:read'],
  member_joined_channel: ['channels:read', 'groups:read'],
  member_left_channel: ['channels:read', 'groups:read'],
  'message.channels': ['channels:history'],
  'message.groups': ['groups:history'],
  'message.im': ['im:history'],
  'message.mpim': ['mpim:history'],
  pin_added: ['pins:read'],
  pin_removed: ['pins:read'],
  reaction_added: ['reactions:read'],
  reaction_removed: ['reactions:read'],
  subteam_created: ['usergroups:read'],
  subteam_members_changed: ['usergroups:read'],
  subteam_updated: ['usergroups:read'],
  tokens_revoked: [],
  user_change: ['users:read'],
} as const satisfies Record<string, readonly string[]>;

export type SlackEventName = keyof typeof slackEvents;

const channelTypes: Record<ChannelKind, 'channel' | 'group' | 'im' | 'mpim'> = {
  public_channel: 'channel',
  private_channel: 'group',
  im: 'im',
  mpim: 'mpim',
};

const messageNames = {
  channel: 'message.channels',
  group: 'message.groups',
  im: 'message.im',
  mpim: 'message.mpim',
} as const;

/** What tells the events of one kind of conversation from those of another: `channel_rename`, `group_rename`. */
export function eventOf(channel: Channel, what: 'archive' | 'left' | 'rename' | 'unarchive'): SlackEventName {
  return `${channel.is_private ? 'group' : 'channel'}_${what}`;
}

/** Whether the app subscribed to the event, may hear it, and is where it happens. */
function isHeard(twin: SlackTwin, name: SlackEventName, channel: Channel | undefined): boolean {
  const { app, bot } = twin.state;
  const subscribed = app.events?.includes(name) ?? true;
  const scopes: readonly string[] = slackEvents[name];
  const allowed = scopes.length === 0 || scopes.some((scope) => bot.scopes.includes(scope));
  return subscribed && allowed && (!channel || channel.members.includes(bot.user));
}

const idAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

/** Members every event has beside its own. */
function callbackOf(twin: SlackTwin, event: Record<string, unknown>): Record<string, unknown> {
  const { team, bot } = twin.state;
  const now = Math.floor(twin.now() / 1000);
  return {
    token: twin.credentials['verification_token'],
    team_id: team.id,
    context_team_id: team.id,
    context_enterprise_id: null,
    api_app_id: bot.app_id,
    event,
    type: 'event_callback',
    event_id: `Ev0${throwText(twin, 9, idAlphabet)}`,
    event_time: now,
    authorizations: [
      {
        enterprise_id: null,
        team_id: team.id,
        user_id: bot.user,
        is_bot: true,
        is_enterprise_install: false,
      },
    ],
    is_ext_shared_channel: false,
    event_context: eventContext(twin),
  };
}

/** What `apps.event.authorizations.list` takes. */
export function eventContext({ state }: SlackTwin): string {
  const words = JSON.stringify({ et: 'event', tid: state.team.id, aid: state.bot.app_id });
  return `4-${Buffer.from(words).toString('base64url')}`;
}

/**
 * Tells the app of something that happened.
 * @param channel where, when only those who are there may know
 */
export function emit(
  twin: SlackTwin,
  name: SlackEventName,
  event: Record<string, unknown>,
  channel?: Channel,
): void {
  if (!isListening(twin) || !isHeard(twin, name, channel)) return;
  const type = name.startsWith('message.') ? 'message' : name;
  notify(twin, {
    name: `event_callback ${name}`,
    type: 'events_api',
    payload: callbackOf(twin, { ...event, type }),
    url: twin.state.app.request_url,
  });
}

/** Tells the app of a message, or of what happened to one. @param event what differs from the message itself */
export function emitMessage(twin: SlackTwin, channel: Channel, event: Record<string, unknown>): void {
  const channel_type = channelTypes[kindOf(channel)];
  emit(twin, messageNames[channel_type], { ...event, channel: channel.id, channel_type }, channel);
}

const links = /<(https?:\/\/[^|>\s]+)(?:\|[^>]*)?>/g;

/** All that a new message sets off: the message, a mention of the app, links in it. */
export function emitPosted(twin: SlackTwin, channel: Channel, message: Message): void {
  const { state } = twin;
  if (!isListening(twin)) return;
  const view = viewMessage(twin, message);
  const eventTs = { event_ts: message.ts };
  emitMessage(twin, channel, { ...view, ...eventTs });
  if (message.user === state.bot.user || message.subtype) return;
  if (message.text.includes(`<@${state.bot.user}>`) && !channel.is_im) {
    emit(twin, 'app_mention', { ...view, channel: channel.id, ...eventTs }, channel);
  }
  const urls = [...message.text.matchAll(links)].map(([, url = '']) => url);
  if (urls.length === 0) return;
  emit(
    twin,
    'link_shared',
    {
      channel: channel.id,
      is_bot_user_member: true,
      user: message.user,
      message_ts: message.ts,
      unfurl_id: `${channel.id}.${message.ts}`,
      source: 'conversations_history',
      links: urls.map((url) => ({ domain: URL.parse(url)?.hostname ?? '', url })),
      ...eventTs,
    },
    channel,
  );
}

/** Tells the app who came or went. */
export function emitMembership(
  twin: SlackTwin,
  name: 'member_joined_channel' | 'member_left_channel',
  channel: Channel,
  user: Pick<User, 'id'>,
  inviter?: string,
): void {
  const event = {
    user: user.id,
    channel: channel.id,
    channel_type: channel.is_private ? 'G' : 'C',
    team: twin.state.team.id,
    ...(inviter ? { inviter } : {}),
    event_ts: `${(twin.now() / 1000).toFixed(6)}`,
  };
  emit(twin, name, event, channel);
}
