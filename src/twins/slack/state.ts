import { FactoryError } from '../../shared/errors';
import type { Twin } from '../contract';
import type { Workspace } from './schema';
import { toMicros, toTimestamp } from './timestamps';

export type User = Workspace['users'][number];
type Made<T, K extends keyof T> = T & { [P in K]-?: NonNullable<T[P]> };
export type Channel = Made<Workspace['channels'][number], 'id' | 'members' | 'creator' | 'created'>;
export type Message = Made<Workspace['messages'][number], 'ts'>;
export type Ephemeral = Made<Workspace['ephemerals'][number], 'ts'>;
export type SlackFile = Workspace['files'][number];
export type View = Workspace['views'][number];
export type Envelope = Workspace['envelopes'][number];
export type Token = Workspace['tokens'][number];

/** A workspace in which nothing is left open. */
export interface SlackState extends Workspace {
  channels: Channel[];
  messages: Message[];
}

export type SlackTwin = Twin<SlackState>;

/** A timestamp that no message of the workspace has, later than all before it. */
export function nextTimestamp(state: Pick<Workspace, 'last_ts'>, now: number): string {
  state.last_ts = Math.max(Math.floor(now) * 1000, state.last_ts + 1);
  return toTimestamp(state.last_ts);
}

/** An id of the kind (`C`, `F`, `Rm`) that was not given out before; the same history gives the same ids. */
export function newId(
  state: Pick<Workspace, 'last_id'>,
  kind: string,
  used: readonly { id?: string | undefined }[],
): string {
  for (;;) {
    state.last_id += 1;
    const candidate = `${kind}0${state.last_id.toString(36).toUpperCase().padStart(8, '0')}`;
    if (!used.some((entry) => entry.id === candidate)) return candidate;
  }
}

/** Text of this many characters out of an alphabet, by the twin's dice. */
export function throwText(twin: SlackTwin, length: number, alphabet: string): string {
  return Array.from({ length }, () => alphabet[Math.floor(twin.random() * alphabet.length)]).join('');
}

/** An id in the form of a UUID, by the twin's dice. */
export function newUuid(twin: SlackTwin): string {
  const digits = throwText(twin, 32, '0123456789abcdef');
  return digits.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, '$1-$2-4$3-a$4-$5');
}

function badSeed(problem: string): never {
  throw new FactoryError('bad-input', `The Slack workspace is not consistent: ${problem}.`, {
    hint: 'Correct the seed of the Slack twin; users and channels must be listed before they are used.',
  });
}

function duplicate(values: readonly string[]): string | undefined {
  const seen = new Set<string>();
  return values.find((value) => seen.size === seen.add(value).size);
}

function settleChannels(workspace: Workspace, now: number): Channel[] {
  const { bot, users } = workspace;
  const everyone = users.filter((user) => !user.deleted).map((user) => user.id);
  const channels = workspace.channels.map((channel) => ({
    ...channel,
    id: channel.id ?? newId(workspace, 'C', workspace.channels),
    members: channel.members ?? [...everyone],
    creator: channel.creator ?? bot.user,
    created: channel.created ?? Math.floor(now / 1000),
  }));
  const twice = duplicate(channels.map((channel) => channel.id));
  if (twice) badSeed(`two channels have the id ${twice}`);
  return channels;
}

/** Who and where the parts of a workspace name; the first that is not there is told. */
function checkNames(workspace: Workspace, channels: readonly Channel[]): void {
  const people = new Set(workspace.users.map((user) => user.id));
  const places = new Set(channels.map((channel) => channel.id));
  const needUser = (user: string | undefined, where: string) => {
    if (user !== undefined && !people.has(user)) {
      badSeed(`${where} names the user ${user}, who is not among the users`);
    }
  };
  const needChannel = (channel: string, what: string) => {
    if (!places.has(channel))
      badSeed(`${what} is in the channel ${channel}, which is not among the channels`);
  };
  const twice = duplicate(workspace.users.map((user) => user.id));
  if (twice) badSeed(`two users have the id ${twice}`);
  for (const channel of channels) {
    for (const member of channel.members) needUser(member, `channel ${channel.name}`);
  }
  for (const message of workspace.messages) {
    needUser(message.user, `a message in ${message.channel}`);
    needChannel(message.channel, 'a message');
  }
  for (const token of workspace.tokens) needUser(token.user, 'a token');
  for (const file of workspace.files) needUser(file.user, `the file ${file.id}`);
  for (const group of workspace.usergroups) {
    for (const user of group.users) needUser(user, `the user group ${group.id}`);
  }
  for (const { channel } of workspace.pins) needChannel(channel, 'a pin');
  for (const bookmark of workspace.bookmarks) needChannel(bookmark.channel_id, 'a bookmark');
  for (const hook of workspace.hooks) needChannel(hook.channel, 'a webhook');
  needUser(workspace.app.installer, 'the app');
}

/** Fills what a seed left open and checks that its parts know each other. */
export function settle(workspace: Workspace, now: number): SlackState {
  const { bot, users } = workspace;
  if (!users.some((user) => user.id === bot.user)) {
    users.push({ id: bot.user, name: bot.name, is_bot: true, is_admin: false, deleted: false });
  }
  const channels = settleChannels(workspace, now);
  checkNames(workspace, channels);
  const stamped = workspace.messages.flatMap((message) => (message.ts ? [toMicros(message.ts)] : []));
  workspace.last_ts = stamped.reduce((latest, micros) => Math.max(latest, micros), workspace.last_ts);
  const messages: Message[] = workspace.messages.map((message) => ({
    ...message,
    ts: message.ts ?? nextTimestamp(workspace, now),
  }));
  return { ...workspace, channels, messages };
}
