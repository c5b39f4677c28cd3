import * as auth from './auth';
import * as bookmarks from './bookmarks';
import type { Handler } from './call';
import * as channels from './channels';
import * as chat from './chat';
import * as conversations from './conversations';
import * as directs from './directs';
import * as dnd from './dnd';
import * as files from './files';
import type { SlackMethod } from './methods';
import { exchange } from './oauth';
import * as pins from './pins';
import * as reactions from './reactions';
import * as reminders from './reminders';
import * as scheduled from './scheduled';
import * as search from './search';
import { openConnection } from './sockets';
import * as stars from './stars';
import * as team from './team';
import * as usergroups from './usergroups';
import * as users from './users';
import * as views from './views';

/** Methods that want no token. */
export type OpenMethod = 'api.test' | 'oauth.v2.access';
/** Every other method. */
export type TokenMethod = Exclude<SlackMethod, OpenMethod>;

/** What the methods do; the compiler sees to it that none is forgotten. */
export const handlers: Readonly<Record<TokenMethod, Handler>> = {
  'apps.connections.open': openConnection,
  'apps.event.authorizations.list': auth.authorizations,
  'apps.uninstall': auth.uninstall,
  'auth.revoke': auth.revoke,
  'auth.teams.list': auth.teams,
  'auth.test': auth.test,
  'blocks.validate': team.validateBlocks,
  'bookmarks.add': bookmarks.add,
  'bookmarks.edit': bookmarks.edit,
  'bookmarks.list': bookmarks.list,
  'bookmarks.remove': bookmarks.remove,
  'bots.info': team.botInfo,
  'chat.delete': chat.deleteMessage,
  'chat.deleteScheduledMessage': scheduled.remove,
  'chat.getPermalink': chat.getPermalink,
  'chat.meMessage': chat.meMessage,
  'chat.postEphemeral': chat.postEphemeral,
  'chat.postMessage': chat.postMessage,
  'chat.scheduleMessage': scheduled.schedule,
  'chat.scheduledMessages.list': scheduled.list,
  'chat.unfurl': chat.unfurl,
  'chat.update': chat.update,
  'conversations.archive': channels.archive,
  'conversations.close': directs.close,
  'conversations.create': channels.create,
  'conversations.history': conversations.history,
  'conversations.info': conversations.info,
  'conversations.invite': channels.invite,
  'conversations.join': channels.join,
  'conversations.kick': channels.kick,
  'conversations.leave': channels.leave,
  'conversations.list': conversations.list,
  'conversations.mark': directs.mark,
  'conversations.members': conversations.members,
  'conversations.open': directs.open,
  'conversations.rename': channels.rename,
  'conversations.replies': conversations.replies,
  'conversations.setPurpose': channels.setPurpose,
  'conversations.setTopic': channels.setTopic,
  'conversations.unarchive': channels.unarchive,
  'dnd.endDnd': dnd.endDnd,
  'dnd.endSnooze': dnd.endSnooze,
  'dnd.info': dnd.info,
  'dnd.setSnooze': dnd.setSnooze,
  'dnd.teamInfo': dnd.teamInfo,
  'emoji.list': team.emojiList,
  'files.completeUploadExternal': files.completeUpload,
  'files.delete': files.remove,
  'files.getUploadURLExternal': files.getUploadUrl,
  'files.info': files.info,
  'files.list': files.list,
  'files.revokePublicURL': files.revokePublic,
  'files.sharedPublicURL': files.sharePublicly,
  'oauth.v2.exchange': exchange,
  'pins.add': pins.add,
  'pins.list': pins.list,
  'pins.remove': pins.remove,
  'reactions.add': reactions.add,
  'reactions.get': reactions.get,
  'reactions.list': reactions.list,
  'reactions.remove': reactions.remove,
  'reminders.add': reminders.add,
  'reminders.complete': reminders.complete,
  'reminders.delete': reminders.remove,
  'reminders.info': reminders.info,
  'reminders.list': reminders.list,
  'search.all': search.all,
  'search.files': search.files,
  'search.messages': search.messages,
  'stars.add': stars.add,
  'stars.list': stars.list,
  'stars.remove': stars.remove,
  'team.billableInfo': team.billableInfo,
  'team.info': team.info,
  'team.profile.get': team.profile,
  'usergroups.create': usergroups.create,
  'usergroups.disable': usergroups.disable,
  'usergroups.enable': usergroups.enable,
  'usergroups.list': usergroups.list,
  'usergroups.update': usergroups.update,
  'usergroups.users.list': usergroups.listUsers,
  'usergroups.users.update': usergroups.updateUsers,
  'users.conversations': conversations.ofUser,
  'users.getPresence': users.getPresence,
  'users.identity': users.identity,
  'users.info': users.info,
  'users.list': users.list,
  'users.lookupByEmail': users.lookupByEmail,
  'users.profile.get': users.getProfile,
  'users.profile.set': users.setProfile,
  'users.setActive': users.setActive,
  'users.setPresence': users.setPresence,
  'views.open': views.open,
  'views.publish': views.publish,
  'views.push': views.push,
  'views.update': views.update,
};
