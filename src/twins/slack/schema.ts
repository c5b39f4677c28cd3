import * as z from 'zod/mini';
import { defaultChannels, defaultScopes, defaultUsers, personScopes } from './defaults';
import { isTimeZone } from './timeZones';

const id = (letters: string) =>
  z
    .string()
    .check(
      z.regex(new RegExp(`^[${letters}][A-Z0-9]{2,20}$`), `must be an id such as ${letters[0]}012A3CDE`),
    );
const person = id('UW');
const place = id('CGD');
const timestamp = z
  .string()
  .check(z.regex(/^\d{10}\.\d{6}$/, 'must be a timestamp such as "1503435956.000247"'));
const list = <T extends z.ZodMiniType>(item: T) => z._default(z.array(item), []);
const no = z._default(z.boolean(), false);
const empty = z._default(z.string(), '');
/** Seconds since the epoch. */
const seconds = z.int();

const userSchema = z.strictObject({
  id: person,
  name: z.string(),
  real_name: z.optional(z.string()),
  email: z.optional(z.string()),
  is_bot: no,
  is_admin: no,
  is_owner: z.optional(z.boolean()),
  is_restricted: z.optional(z.boolean()),
  is_ultra_restricted: z.optional(z.boolean()),
  deleted: no,
  tz: z.optional(z.string().check(z.refine(isTimeZone, 'is no time zone such as Europe/Berlin'))),
  /** What people write about themselves: title, phone, pronouns, status_text, status_emoji, status_expiration, fields … */
  profile: z.optional(z.record(z.string(), z.unknown())),
  /** Present unless said otherwise. */
  presence: z.optional(z.enum(['auto', 'away'])),
  /** Do not disturb: when it begins and ends today, and until when notifications are snoozed. */
  dnd: z.optional(
    z.strictObject({
      start: z._default(seconds, 1),
      end: z._default(seconds, 1),
      snoozed_until: z._default(seconds, 0),
    }),
  ),
  updated: z.optional(seconds),
});

const setSchema = z.optional(z.strictObject({ creator: person, last_set: seconds }));

const channelSchema = z.strictObject({
  id: z.optional(place),
  /** Empty for a direct message. */
  name: z.string(),
  is_private: no,
  is_archived: no,
  is_im: no,
  is_mpim: z.optional(z.boolean()),
  creator: z.optional(person),
  created: z.optional(seconds),
  topic: empty,
  purpose: empty,
  topic_set: setSchema,
  purpose_set: setSchema,
  previous_names: z.optional(z.array(z.string())),
  /** Newest timestamp that each member has read. */
  last_read: z.optional(z.record(z.string(), timestamp)),
  /** Members who closed the direct conversation. */
  closed_by: z.optional(z.array(person)),
  /** Users in it; everyone, the bot included, when left out. */
  members: z.optional(z.array(person)),
});

const messageSchema = z.strictObject({
  channel: place,
  ts: z.optional(timestamp),
  user: person,
  text: empty,
  subtype: z.optional(z.string()),
  bot_id: z.optional(z.string()),
  app_id: z.optional(z.string()),
  client_msg_id: z.optional(z.string()),
  username: z.optional(z.string()),
  icons: z.optional(z.record(z.string(), z.string())),
  blocks: z.optional(z.array(z.unknown())),
  attachments: z.optional(z.array(z.unknown())),
  metadata: z.optional(z.unknown()),
  /** Ids of files. */
  files: z.optional(z.array(z.string())),
  topic: z.optional(z.string()),
  purpose: z.optional(z.string()),
  name: z.optional(z.string()),
  old_name: z.optional(z.string()),
  inviter: z.optional(person),
  thread_ts: z.optional(timestamp),
  edited: z.optional(z.strictObject({ user: person, ts: timestamp })),
  reactions: list(z.strictObject({ name: z.string(), users: z.array(person) })),
});

const tokenSchema = z.strictObject({
  token: z.string(),
  /** Who the token speaks for; the bot when left out. */
  user: z.optional(person),
  scopes: z.optional(z.array(z.string())),
  status: z._default(z.enum(['active', 'revoked', 'inactive', 'expired']), 'active'),
  /** When it expires, milliseconds since the epoch; never when left out. */
  expires_at: z.optional(z.number()),
  /** The token that renews it. */
  refresh_token: z.optional(z.string()),
});

const fileSchema = z.strictObject({
  id: id('F'),
  name: z.string(),
  title: z.optional(z.string()),
  user: person,
  created: z.optional(seconds),
  mimetype: z.optional(z.string()),
  alt_txt: z.optional(z.string()),
  snippet_type: z.optional(z.string()),
  /** Bytes announced, and, once uploaded, the bytes themselves in base64. */
  size: z._default(z.int(), 0),
  content: z.optional(z.string()),
  /** Where it was shared. Nobody sees a file before its upload is completed. */
  shares: list(z.strictObject({ channel: place, ts: timestamp })),
  complete: z._default(z.boolean(), true),
  /** The secret of the upload address. */
  upload: z.optional(z.string()),
  /** The secret of the public address. */
  public_secret: z.optional(z.string()),
});

const viewSchema = z.strictObject({
  id: z.string(),
  type: z.enum(['modal', 'home']),
  user: person,
  /** What the app sent: title, blocks, submit, close, callback_id, private_metadata, external_id … */
  content: z.record(z.string(), z.unknown()),
  /** What the person entered, by block and action. */
  values: z._default(z.record(z.string(), z.record(z.string(), z.unknown())), {}),
  hash: z.string(),
  /** What was wrong with the last submission, by block. */
  errors: z.optional(z.record(z.string(), z.string())),
  root: z.string(),
  previous: z._default(z.nullable(z.string()), null),
});

const triggerSchema = z.strictObject({ id: z.string(), user: person, at: z.number(), used: no });

const hookSchema = z.strictObject({
  secret: z.string(),
  /** `webhook`: an incoming webhook; `response`: an answer to an interaction. */
  kind: z.enum(['webhook', 'response']),
  channel: place,
  user: z.optional(person),
  ts: z.optional(timestamp),
  /** Answers left, and when it ends, for those of interactions. */
  left: z.optional(z.int()),
  until: z.optional(z.number()),
  disabled: no,
});

const appSchema = z.strictObject({
  /** Where events are sent while nobody is connected by Socket Mode. */
  request_url: z.optional(z.string()),
  /** Where clicks, submitted views and shortcuts are sent. */
  interactivity_url: z.optional(z.string()),
  commands: list(z.strictObject({ command: z.string(), url: z.optional(z.string()) })),
  /** Names of subscribed events; all that the scopes allow when left out. */
  events: z.optional(z.array(z.string())),
  redirect_urls: list(z.string()),
  token_rotation: no,
  pkce: no,
  /** A commercial app outside of the Marketplace, whose reading of messages is limited further. */
  commercial: no,
  /** Who installs it in the OAuth flow, and whether they cancel. */
  installer: z.optional(person),
  denied: no,
  user_scopes: z._default(z.array(z.string()), personScopes),
});

/** A workspace. As a seed everything may be left out; the workspace of Slack's own examples fills the gaps. */
export const workspaceSchema = z.strictObject({
  team: z._default(z.strictObject({ id: id('T'), name: z.string(), domain: z.string() }), {
    id: 'T012AB3C4',
    name: 'Subarachnoid Workspace',
    domain: 'subarachnoid',
  }),
  bot: z._default(
    z.strictObject({
      user: z._default(person, 'U0B0TTW1N'),
      name: z._default(z.string(), 'factory'),
      bot_id: z._default(id('B'), 'B0B0TTW1N'),
      app_id: z._default(id('A'), 'A0B0TTW1N'),
      scopes: z._default(z.array(z.string()), defaultScopes),
    }),
    { user: 'U0B0TTW1N', name: 'factory', bot_id: 'B0B0TTW1N', app_id: 'A0B0TTW1N', scopes: defaultScopes },
  ),
  app: z.prefault(appSchema, {}),
  tokens: list(tokenSchema),
  /** Which of the twin's own tokens were revoked. */
  revoked: list(z.enum(['token', 'user_token', 'app_token'])),
  users: z._default(z.array(userSchema), defaultUsers),
  channels: z._default(z.array(channelSchema), defaultChannels),
  messages: list(messageSchema),
  /** Messages that only one person sees, and that no history holds. */
  ephemerals: list(z.extend(messageSchema, { to: person })),
  scheduled: list(
    z.strictObject({
      id: z.string(),
      post_at: seconds,
      created: z._default(seconds, 0),
      message: messageSchema,
    }),
  ),
  pins: list(z.strictObject({ channel: place, ts: timestamp, user: person, created: seconds })),
  stars: list(z.strictObject({ channel: place, ts: z.optional(timestamp), user: person, created: seconds })),
  bookmarks: list(
    z.strictObject({
      id: z.string(),
      channel_id: place,
      title: z.string(),
      link: empty,
      emoji: empty,
      created: z._default(seconds, 0),
      updated: z._default(seconds, 0),
      by: z.optional(person),
    }),
  ),
  usergroups: list(
    z.strictObject({
      id: id('S'),
      name: z.string(),
      handle: empty,
      description: empty,
      channels: list(place),
      users: list(person),
      created: z._default(seconds, 0),
      updated: z._default(seconds, 0),
      /** When it was disabled; 0 while it is in use. */
      deleted: z._default(seconds, 0),
      by: z.optional(person),
    }),
  ),
  reminders: list(
    z.strictObject({
      id: z.string(),
      creator: person,
      user: person,
      text: z.string(),
      time: z._default(seconds, 0),
      complete_ts: z._default(seconds, 0),
      recurring: no,
    }),
  ),
  /** Addresses of pictures by name, or `alias:name`. */
  emoji: z._default(z.record(z.string(), z.string()), {}),
  files: list(fileSchema),
  views: list(viewSchema),
  triggers: list(triggerSchema),
  hooks: list(hookSchema),
  /** Codes of the OAuth flow that were not exchanged yet. */
  codes: list(
    z.strictObject({
      code: z.string(),
      redirect_uri: z.optional(z.string()),
      user: person,
      scopes: z.array(z.string()),
      user_scopes: z.array(z.string()),
      challenge: z.optional(z.string()),
      /** Codes of the first OAuth are of no use to the second. */
      version: z._default(z.enum(['v1', 'v2']), 'v2'),
      at: z.number(),
    }),
  ),
  /** Tickets for Socket Mode that were not used yet. */
  tickets: list(z.string()),
  /** What was sent over Socket Mode and not acknowledged yet. */
  envelopes: list(
    z.strictObject({
      envelope_id: z.string(),
      type: z.enum(['events_api', 'interactive', 'slash_commands']),
      accepts_response_payload: z.boolean(),
      payload: z.record(z.string(), z.unknown()),
      attempt: z._default(z.int(), 0),
      /** What the answer is for, when it may hold one. */
      context: z._default(z.record(z.string(), z.string()), {}),
    }),
  ),
  /** The newest timestamp given out, in microseconds; the next one is later. */
  last_ts: z._default(z.int(), 0),
  /** How many ids were given out. */
  last_id: z._default(z.int(), 0),
});

export type Workspace = z.output<typeof workspaceSchema>;
