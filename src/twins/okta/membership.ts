import { reconcileGroup } from './assignments';
import type { Change } from './call';
import { isEveryone } from './everyone';
import type { Group, OrgState, User } from './state';
import { groupParty, userParty } from './systemLog';

export function membersOf(state: OrgState, group: Group): User[] {
  if (isEveryone(group)) return state.users.filter((user) => user.status !== 'DEPROVISIONED');
  const ids = new Set(group.members);
  return state.users.filter((user) => ids.has(user.id));
}

/** Puts a user into a group; nothing happens when it is there. */
export function addMember(change: Change, group: Group, user: User): void {
  if (group.members.includes(user.id)) return;
  group.members.push(user.id);
  group.lastMembershipUpdated = change.at;
  change.log('group.user_membership.add', [userParty(user), groupParty(group)]);
  reconcileGroup(change, group);
}

/** Takes a user out of a group; nothing happens when it is not there. */
export function removeMember(change: Change, group: Group, user: User): void {
  if (!group.members.includes(user.id)) return;
  group.members = group.members.filter((member) => member !== user.id);
  group.lastMembershipUpdated = change.at;
  change.log('group.user_membership.remove', [userParty(user), groupParty(group)]);
  reconcileGroup(change, group);
}
