import { secondsOf } from './call';
import { emit } from './events';
import { newId, type Channel, type SlackTwin } from './state';

/** The direct conversation of exactly these people, made when there is none yet; three or more are a group. */
export function openDirect(twin: SlackTwin, people: readonly string[]): { channel: Channel; made: boolean } {
  const { state } = twin;
  const members = [...new Set(people)];
  const isGroup = members.length > 2;
  const existing = state.channels.find(
    (channel) =>
      (isGroup ? channel.is_mpim : channel.is_im) &&
      channel.members.length === members.length &&
      members.every((member) => channel.members.includes(member)),
  );
  if (existing) return { channel: existing, made: false };
  const names = members.map((id) => state.users.find((user) => user.id === id)?.name ?? id);
  const channel: Channel = {
    id: newId(state, isGroup ? 'G' : 'D', state.channels),
    name: isGroup ? `mpdm-${names.join('--')}-1` : '',
    is_private: true,
    is_archived: false,
    is_im: !isGroup,
    ...(isGroup ? { is_mpim: true } : {}),
    creator: members[0] ?? state.bot.user,
    created: secondsOf(twin.now()),
    topic: '',
    purpose: isGroup ? `Group messaging with: ${names.map((name) => `@${name}`).join(' ')}` : '',
    members,
  };
  state.channels.push(channel);
  if (!isGroup) {
    emit(twin, 'im_created', { user: channel.creator, channel: { id: channel.id, is_im: true } }, channel);
  }
  return { channel, made: true };
}
