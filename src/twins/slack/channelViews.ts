import { isMember, kindOf } from './call';
import type { Channel, SlackState, User } from './state';

const unset = { creator: '', last_set: 0 };

/** A conversation as Slack shows it to this person. */
export function viewChannel(
  channel: Channel,
  user: Pick<User, 'id'>,
  state: SlackState,
): Record<string, unknown> {
  if (channel.is_im) {
    const other = channel.members.find((member) => member !== user.id) ?? user.id;
    return {
      id: channel.id,
      created: channel.created,
      is_im: true,
      is_org_shared: false,
      is_archived: channel.is_archived,
      user: other,
      is_user_deleted: state.users.find(({ id }) => id === other)?.deleted ?? false,
      priority: 0,
    };
  }
  const kind = kindOf(channel);
  return {
    id: channel.id,
    name: channel.name,
    is_channel: !channel.is_private,
    is_group: kind === 'private_channel',
    is_im: false,
    is_mpim: kind === 'mpim',
    is_private: channel.is_private,
    created: channel.created,
    creator: channel.creator,
    is_archived: channel.is_archived,
    is_general: channel.name === 'general',
    unlinked: 0,
    name_normalized: channel.name,
    is_shared: false,
    is_ext_shared: false,
    is_org_shared: false,
    pending_shared: [],
    is_pending_ext_shared: false,
    context_team_id: state.team.id,
    is_member: isMember(channel, user),
    topic: { value: channel.topic, ...(channel.topic_set ?? unset) },
    purpose: { value: channel.purpose, ...(channel.purpose_set ?? unset) },
    previous_names: channel.previous_names ?? [],
  };
}
