import { isMember, kindOf, type Call, type Handler } from './call';
import { seesFile } from './files';
import { viewFile } from './fileViews';
import { permalinkOf } from './messages';
import { pageOf } from './pageNumbers';
import { refuse } from './refusal';
import { textArg } from './request';
import type { Channel, Message, SlackState } from './state';

/** Words and modifiers of a query: `from:@ada in:#general has:link before:2026-01-31 "two words" -not`. */
interface Query {
  words: string[];
  without: string[];
  modifiers: [string, string][];
}

function readQuery(text: string): Query {
  const query: Query = { words: [], without: [], modifiers: [] };
  for (const [, minus, name, value, quoted, word] of text.matchAll(
    /(-)?(?:(from|in|has|before|after|on):(\S+)|"([^"]*)"|(\S+))/gi,
  )) {
    if (name !== undefined && value !== undefined) query.modifiers.push([name.toLowerCase(), value]);
    else (minus ? query.without : query.words).push((quoted ?? word ?? '').toLowerCase());
  }
  return query;
}

const dayOf = (ts: string): string => new Date(Number(ts) * 1000).toISOString().slice(0, 10);

/** What a modifier asks of a message. */
const tests: Readonly<Record<string, (value: string, message: Message, state: SlackState) => boolean>> = {
  from: (value, { user }, state) => {
    const wanted = value.replace(/^<?@?([^>]*)>?$/, '$1').toLowerCase();
    const sender = state.users.find(({ id }) => id === user);
    return wanted === user.toLowerCase() || wanted === sender?.name.toLowerCase();
  },
  in: (value, { channel }, state) => {
    const wanted = value.replace(/^<?#?([^>|]*)[^>]*>?$/, '$1').toLowerCase();
    const place = state.channels.find(({ id }) => id === channel);
    return wanted === channel.toLowerCase() || wanted === place?.name.toLowerCase();
  },
  has: (value, { text, reactions, files }) => {
    if (value === 'link') return /https?:\/\//.test(text);
    if (value === 'file') return (files?.length ?? 0) > 0;
    return reactions.some(({ name }) => value === `:${name}:` || value === 'reaction');
  },
  before: (value, { ts }) => dayOf(ts) < value,
  after: (value, { ts }) => dayOf(ts) > value,
  on: (value, { ts }) => dayOf(ts) === value,
};

function matches(state: SlackState, message: Message, { words, without, modifiers }: Query): boolean {
  const text = message.text.toLowerCase();
  return (
    words.every((word) => text.includes(word)) &&
    !without.some((word) => text.includes(word)) &&
    modifiers.every(([name, value]) => tests[name]?.(value, message, state) ?? true)
  );
}

function viewChannelOf(channel: Channel): Record<string, unknown> {
  return {
    id: channel.id,
    name: channel.name,
    is_private: channel.is_private,
    is_mpim: kindOf(channel) === 'mpim',
    is_ext_shared: false,
    is_org_shared: false,
    is_pending_ext_shared: false,
    is_shared: false,
    pending_shared: [],
  };
}

function queryOf({ args }: Call): { text: string; query: Query } {
  const text = textArg(args, 'query')?.trim() || refuse('no_query');
  return { text, query: readQuery(text) };
}

/** Results as Slack counts them, in both of its ways. */
function pageOfMatches<T>(found: readonly T[], { args }: Call, view: (item: T) => unknown) {
  const sorted = textArg(args, 'sort_dir') === 'asc' ? found : found.toReversed();
  const { items, paging } = pageOf(sorted, args, 20);
  const { count, total, page, pages } = paging;
  const first = total === 0 ? 0 : (page - 1) * count + 1;
  return {
    matches: items.map(view),
    paging,
    pagination: {
      first,
      last: first === 0 ? 0 : first + items.length - 1,
      page,
      page_count: pages,
      per_page: count,
      total_count: total,
    },
    total,
  };
}

/** Messages in conversations the caller may read: public ones, and those it is in. */
function findMessages(call: Call, query: Query) {
  const { state, caller } = call;
  const seen = new Map(
    state.channels
      .filter((channel) => kindOf(channel) === 'public_channel' || isMember(channel, caller.user))
      .map((channel) => [channel.id, channel]),
  );
  const found = state.messages.filter(
    (message) =>
      message.subtype !== 'tombstone' && seen.has(message.channel) && matches(state, message, query),
  );
  return pageOfMatches(found, call, (message) => {
    const { ts, text, user, channel } = message;
    const place = seen.get(channel);
    return {
      iid: `${channel}-${ts}`,
      team: state.team.id,
      channel: place && viewChannelOf(place),
      type: 'message',
      user,
      username: state.users.find(({ id }) => id === user)?.name ?? '',
      ts,
      text,
      permalink: permalinkOf(state, message),
      ...(message.blocks ? { blocks: message.blocks } : {}),
    };
  });
}

function findFiles(call: Call, { words, without }: Query) {
  const { twin, state, caller } = call;
  const found = state.files.filter((file) => {
    const name = `${file.title ?? ''} ${file.name}`.toLowerCase();
    return (
      file.complete &&
      seesFile(state, file, caller.user) &&
      words.every((word) => name.includes(word)) &&
      !without.some((word) => name.includes(word))
    );
  });
  return pageOfMatches(found, call, (file) => viewFile(twin, file));
}

export const messages: Handler = (call) => {
  const { text, query } = queryOf(call);
  return { query: text, messages: findMessages(call, query) };
};

export const files: Handler = (call) => {
  const { text, query } = queryOf(call);
  return { query: text, files: findFiles(call, query) };
};

export const all: Handler = (call) => {
  const { text, query } = queryOf(call);
  return { query: text, messages: findMessages(call, query), files: findFiles(call, query) };
};
