import * as z from 'zod/mini';
import { FactoryError } from '../../shared/errors';
import { toMicros, toTimestamp } from './timestamps';

const id = (letters: string) =>
  z
    .string()
    .check(
      z.regex(new RegExp(`^[${letters}][A-Z0-9]{2,20}$`), `must be an id such as ${letters[0]}012A3CDE`),
    );
const timestamp = z
  .string()
  .check(z.regex(/^\d{10}\.\d{6}$/, 'must be a timestamp such as "1503435956.000247"'));
const list = <T extends z.ZodMiniType>(item: T) => z._default(z.array(item), []);

const userSchema = z.strictObject({
  id: id('UW'),
  name: z.string(),
  real_name: z.optional(z.string()),
  email: z.optional(z.string()),
  is_bot: z._default(z.boolean(), false),
  is_admin: z._default(z.boolean(), false),
  deleted: z._default(z.boolean(), false),
});

const channelSchema = z.strictObject({
  id: z.optional(id('CGD')),
  /** Empty for a direct message. */
  name: z.string(),
  is_private: z._default(z.boolean(), false),
  is_archived: z._default(z.boolean(), false),
  is_im: z._default(z.boolean(), false),
  creator: z.optional(id('UW')),
  created: z.optional(z.int()),
  topic: z._default(z.string(), ''),
  purpose: z._default(z.string(), ''),
  /** Users in it; everyone, the bot included, when left out. */
  members: z.optional(z.array(id('UW'))),
});

const messageSchema = z.strictObject({
  channel: id('CGD'),
  ts: z.optional(timestamp),
  user: id('UW'),
  text: z._default(z.string(), ''),
  subtype: z.optional(z.string()),
  bot_id: z.optional(z.string()),
  app_id: z.optional(z.string()),
  username: z.optional(z.string()),
  icons: z.optional(z.record(z.string(), z.string())),
  blocks: z.optional(z.array(z.unknown())),
  attachments: z.optional(z.array(z.unknown())),
  metadata: z.optional(z.unknown()),
  thread_ts: z.optional(timestamp),
  edited: z.optional(z.strictObject({ user: id('UW'), ts: timestamp })),
  reactions: list(z.strictObject({ name: z.string(), users: z.array(id('UW')) })),
});

const tokenSchema = z.strictObject({
  token: z.string(),
  /** Who the token speaks for; the bot when left out. */
  user: z.optional(id('UW')),
  scopes: z.optional(z.array(z.string())),
  status: z._default(z.enum(['active', 'revoked', 'inactive', 'expired']), 'active'),
});

/** Scopes of an app that may use every modelled method; `chat:write.public` is not among them, so channels must be joined. */
const defaultScopes = [
  'channels:history',
  'channels:join',
  'channels:manage',
  'channels:read',
  'chat:write',
  'chat:write.customize',
  'groups:history',
  'groups:read',
  'groups:write',
  'im:history',
  'im:read',
  'mpim:history',
  'mpim:read',
  'reactions:write',
  'users:read',
  'users:read.email',
];

/** A workspace. As a seed everything may be left out; the workspace of Slack's own examples fills the gaps. */
export const workspaceSchema = z.strictObject({
  team: z._default(z.strictObject({ id: id('T'), name: z.string(), domain: z.string() }), {
    id: 'T012AB3C4',
    name: 'Subarachnoid Workspace',
    domain: 'subarachnoid',
  }),
  bot: z._default(
    z.strictObject({
      user: z._default(id('UW'), 'U0B0TTW1N'),
      name: z._default(z.string(), 'factory'),
      bot_id: z._default(id('B'), 'B0B0TTW1N'),
      app_id: z._default(id('A'), 'A0B0TTW1N'),
      scopes: z._default(z.array(z.string()), defaultScopes),
    }),
    { user: 'U0B0TTW1N', name: 'factory', bot_id: 'B0B0TTW1N', app_id: 'A0B0TTW1N', scopes: defaultScopes },
  ),
  tokens: list(tokenSchema),
  users: z._default(z.array(userSchema), [
    {
      id: 'U012A3CDE',
      name: 'spengler',
      real_name: 'Egon Spengler',
      email: 'spengler@ghostbusters.example.com',
      is_bot: false,
      is_admin: true,
      deleted: false,
    },
  ]),
  channels: z._default(z.array(channelSchema), [
    {
      id: 'C024BE91L',
      name: 'general',
      is_private: false,
      is_archived: false,
      is_im: false,
      topic: 'Company-wide announcements and work-based matters',
      purpose: '',
    },
    {
      id: 'C061EG9T2',
      name: 'random',
      is_private: false,
      is_archived: false,
      is_im: false,
      topic: '',
      purpose: '',
      members: ['U012A3CDE'],
    },
  ]),
  messages: list(messageSchema),
  /** The newest timestamp given out, in microseconds; the next one is later. */
  last_ts: z._default(z.int(), 0),
});

export type Workspace = z.output<typeof workspaceSchema>;
export type User = Workspace['users'][number];
type Made<T, K extends keyof T> = T & { [P in K]-?: NonNullable<T[P]> };
export type Channel = Made<Workspace['channels'][number], 'id' | 'members' | 'creator' | 'created'>;
export type Message = Made<Workspace['messages'][number], 'ts'>;

/** A workspace in which nothing is left open. */
export interface SlackState extends Workspace {
  channels: Channel[];
  messages: Message[];
}

/** A timestamp that no message of the workspace has, later than all before it. */
export function nextTimestamp(state: Pick<Workspace, 'last_ts'>, now: number): string {
  state.last_ts = Math.max(Math.floor(now) * 1000, state.last_ts + 1);
  return toTimestamp(state.last_ts);
}

/** An id of the kind (`C`, `D`) that the workspace does not use yet; the same history gives the same ids. */
export function newId(kind: 'C' | 'D', used: readonly { id?: string | undefined }[]): string {
  const taken = new Set(used.map((entry) => entry.id));
  for (let number = used.length + 1; ; number += 1) {
    const candidate = `${kind}0${number.toString(36).toUpperCase().padStart(8, '0')}`;
    if (!taken.has(candidate)) return candidate;
  }
}

function badSeed(problem: string): never {
  throw new FactoryError('bad-input', `The Slack workspace is not consistent: ${problem}.`, {
    hint: 'Correct the seed of the Slack twin; users and channels must be listed before they are used.',
  });
}

function duplicate(values: readonly string[]): string | undefined {
  return values.find((value, index) => values.indexOf(value) !== index);
}

/** Fills what a seed left open and checks that its parts know each other. */
export function settle(workspace: Workspace, now: number): SlackState {
  const { bot, users } = workspace;
  if (!users.some((user) => user.id === bot.user)) {
    users.push({ id: bot.user, name: bot.name, is_bot: true, is_admin: false, deleted: false });
  }
  const known = new Set(users.map((user) => user.id));
  const needUser = (user: string, where: string) => {
    if (!known.has(user)) badSeed(`${where} names the user ${user}, who is not among the users`);
  };

  const channels: Channel[] = [];
  for (const channel of workspace.channels) {
    const complete = {
      ...channel,
      id: channel.id ?? newId('C', [...channels, ...workspace.channels]),
      members: channel.members ?? users.filter((user) => !user.deleted).map((user) => user.id),
      creator: channel.creator ?? bot.user,
      created: channel.created ?? Math.floor(now / 1000),
    };
    for (const member of complete.members) needUser(member, `channel ${channel.name}`);
    channels.push(complete);
  }
  const twice = duplicate(channels.map((channel) => channel.id));
  if (twice) badSeed(`two channels have the id ${twice}`);

  const stamped = workspace.messages.flatMap((message) => (message.ts ? [toMicros(message.ts)] : []));
  workspace.last_ts = stamped.reduce((latest, micros) => Math.max(latest, micros), workspace.last_ts);
  const messages: Message[] = workspace.messages.map((message) => {
    needUser(message.user, `a message in ${message.channel}`);
    if (!channels.some((channel) => channel.id === message.channel)) {
      badSeed(`a message is in the channel ${message.channel}, which is not among the channels`);
    }
    return { ...message, ts: message.ts ?? nextTimestamp(workspace, now) };
  });
  for (const token of workspace.tokens) if (token.user) needUser(token.user, 'a token');
  return { ...workspace, channels, messages };
}
