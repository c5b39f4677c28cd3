import { findChannel, secondsOf, type Call, type Handler } from './call';
import { refuse } from './refusal';
import { textArg } from './request';
import { newId, type SlackState } from './state';

type Bookmark = SlackState['bookmarks'][number];
const maxBookmarks = 100;

function viewBookmark(state: SlackState, bookmark: Bookmark): Record<string, unknown> {
  const { id, channel_id, title, link, emoji, created, updated, by } = bookmark;
  return {
    id,
    channel_id,
    title,
    link,
    emoji,
    icon_url: null,
    type: 'link',
    entity_id: null,
    date_created: created,
    date_updated: updated,
    rank: 'i',
    last_updated_by_user_id: by ?? '',
    last_updated_by_team_id: state.team.id,
    shortcut_id: null,
    app_id: null,
    app_action_id: null,
  };
}

function readLink(link: string): string {
  return /^https?:$/.test(URL.parse(link)?.protocol ?? '') ? link : refuse('invalid_link');
}

function findBookmark(call: Call): Bookmark {
  const channel = findChannel(call, textArg(call.args, 'channel_id'));
  const id = textArg(call.args, 'bookmark_id');
  const found = call.state.bookmarks.find((each) => each.id === id && each.channel_id === channel.id);
  return found ?? refuse('not_found');
}

export const add: Handler = (call) => {
  const { state, args, caller } = call;
  const channel = findChannel(call, textArg(args, 'channel_id'));
  if (textArg(args, 'type') !== 'link') refuse('invalid_bookmark_type');
  const link = readLink(textArg(args, 'link') ?? '');
  if (state.bookmarks.filter((each) => each.channel_id === channel.id).length >= maxBookmarks) {
    refuse('too_many_bookmarks');
  }
  const bookmark: Bookmark = {
    id: newId(state, 'Bk', state.bookmarks),
    channel_id: channel.id,
    title: textArg(args, 'title') ?? '',
    link,
    emoji: textArg(args, 'emoji') ?? '',
    created: secondsOf(call.now),
    updated: 0,
    by: caller.user.id,
  };
  state.bookmarks.push(bookmark);
  return { bookmark: viewBookmark(state, bookmark) };
};

export const edit: Handler = (call) => {
  const { state, args, caller } = call;
  const bookmark = findBookmark(call);
  const link = textArg(args, 'link');
  const changed = {
    title: textArg(args, 'title') ?? bookmark.title,
    emoji: textArg(args, 'emoji') ?? bookmark.emoji,
    link: link === undefined ? bookmark.link : readLink(link),
  };
  Object.assign(bookmark, changed, { updated: secondsOf(call.now), by: caller.user.id });
  return { bookmark: viewBookmark(state, bookmark) };
};

export const remove: Handler = (call) => {
  const bookmark = findBookmark(call);
  call.state.bookmarks.splice(call.state.bookmarks.indexOf(bookmark), 1);
  return {};
};

export const list: Handler = (call) => {
  const { state, args } = call;
  const channel = findChannel(call, textArg(args, 'channel_id'));
  const own = state.bookmarks.filter((each) => each.channel_id === channel.id);
  return { bookmarks: own.map((each) => viewBookmark(state, each)) };
};
