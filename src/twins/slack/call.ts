import type { TokenKind } from './methods';
import type { Args } from './request';
import { refuse } from './refusal';
import type { Channel, SlackState, SlackTwin, User } from './state';

/** Who asks, once a token is known. */
export interface Caller {
  user: User;
  kind: TokenKind;
  scopes: readonly string[];
  token: string;
}

/** One call of a method, as its handler sees it. */
export interface Call {
  twin: SlackTwin;
  state: SlackState;
  args: Args;
  /** Milliseconds since the epoch. */
  now: number;
  caller: Caller;
  /** Adds a warning to the answer. */
  warn: (name: string) => void;
}

/** Members of the answer beside `ok`; refusals are thrown. Handlers check everything before they change anything. */
export type Handler = (call: Call) => Record<string, unknown>;

export function requireScope(caller: Caller, needed: readonly string[]): void {
  if (needed.length === 0 || needed.some((scope) => caller.scopes.includes(scope))) return;
  refuse('missing_scope', {
    extra: { needed: needed.join(','), provided: caller.scopes.join(',') },
  });
}

export type ChannelKind = 'public_channel' | 'private_channel' | 'im' | 'mpim';

const family: Record<ChannelKind, string> = {
  public_channel: 'channels',
  private_channel: 'groups',
  im: 'im',
  mpim: 'mpim',
};

export function kindOf(channel: Channel): ChannelKind {
  if (channel.is_im) return 'im';
  if (channel.is_mpim) return 'mpim';
  return channel.is_private ? 'private_channel' : 'public_channel';
}

/** The scope that lets a token do `action` in conversations of this kind, for example `groups:history`. */
export function scopeFor(kind: ChannelKind, action: 'read' | 'history'): string {
  return `${family[kind]}:${action}`;
}

/** The scopes of which one lets this caller change conversations of this kind. */
export function requireWrite(caller: Caller, channel: Channel, ...further: string[]): void {
  const kind = kindOf(channel);
  const usual =
    kind === 'public_channel' && caller.kind === 'bot' ? 'channels:manage' : `${family[kind]}:write`;
  requireScope(caller, [usual, ...further.map((action) => `${family[kind]}:${action}`)]);
}

export function isMember(channel: Channel, user: Pick<User, 'id'>): boolean {
  return channel.members.includes(user.id);
}

/** Public conversations and those the caller is in; the others do not exist for it. */
export function isVisible(channel: Channel, user: User): boolean {
  return kindOf(channel) === 'public_channel' || isMember(channel, user);
}

/** The conversation with this id, or `channel_not_found`, also for private ones the caller is not in. */
export function findChannel(call: Call, id: string | undefined): Channel {
  const channel = call.state.channels.find((candidate) => candidate.id === id);
  if (!channel || !isVisible(channel, call.caller.user)) refuse('channel_not_found');
  return channel;
}

export function findUser(state: SlackState, id: string | undefined, error = 'user_not_found'): User {
  return state.users.find((candidate) => candidate.id === id) ?? refuse(error);
}

/** Seconds since the epoch, as Slack counts most things but messages. */
export function secondsOf(now: number): number {
  return Math.floor(now / 1000);
}
