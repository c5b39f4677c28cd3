import type { Args } from './request';
import { refuse } from './refusal';
import type { Channel, SlackState, User } from './state';

/** Who asks, once a token is known. */
export interface Caller {
  user: User;
  scopes: readonly string[];
}

/** One call of a method, as its handler sees it. */
export interface Call {
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
  return channel.is_private ? 'private_channel' : 'public_channel';
}

/** The scope that lets a token do `action` in conversations of this kind, for example `groups:history`. */
export function scopeFor(kind: ChannelKind, action: 'read' | 'history'): string {
  return `${family[kind]}:${action}`;
}

export function isMember(channel: Channel, user: User): boolean {
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
