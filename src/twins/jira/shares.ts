import { me, type Call } from './call';
import { isRecord } from '../../shared/records';
import { idIn, idOf, memberOf } from './formats';
import { can, canGlobally, groupsOf } from './permission';
import { refuse } from './refusal';
import { nextNumber, type Share } from './state';
import { projectInside, userDetails } from './views';

// Whom filters and dashboards are shared with.

/** What is shared. */
export interface Shared {
  owner: string;
  sharePermissions: Share[];
  editPermissions: Share[];
}

function includesCaller(call: Call, share: Share): boolean {
  const { state, caller } = call;
  if (share.type === 'global') return true;
  const account = caller.user?.accountId;
  if (account === undefined) return false;
  switch (share.type) {
    case 'loggedin':
    case 'authenticated':
      return true;
    case 'user':
      return share.user === account;
    case 'group': {
      const group = state.groups.find(({ groupId }) => groupId === share.group);
      return group !== undefined && groupsOf(state, account).includes(group.name);
    }
    case 'project':
    case 'projectRole': {
      const project = state.projects.find(({ id }) => id === share.project);
      if (!project || !can(call, 'BROWSE_PROJECTS', project)) return false;
      if (share.role === undefined) return true;
      const actors = Object.hasOwn(project.actors, share.role) ? project.actors[share.role] : undefined;
      return actors?.users.includes(account) ?? false;
    }
  }
}

export function canView(call: Call, shared: Shared): boolean {
  const account = call.caller.user?.accountId;
  if (account !== undefined && shared.owner === account) return true;
  return [...shared.sharePermissions, ...shared.editPermissions].some((share) => includesCaller(call, share));
}

export function canEdit(call: Call, shared: Shared): boolean {
  const account = call.caller.user?.accountId;
  if (account === undefined) return false;
  return (
    shared.owner === account ||
    canGlobally(call, 'ADMINISTER') ||
    shared.editPermissions.some((share) => includesCaller(call, share))
  );
}

/** A share as the client says it: nested, as in a filter, or flat, as in the operation that adds one. */
export function readShare(call: Call, value: unknown): Omit<Share, 'id'> {
  const { state } = call;
  const type = memberOf(value, 'type');
  const flat = (name: string) => idOf(memberOf(value, name));
  if (!isRecord(value) || typeof type !== 'string')
    refuse(400, 'The type of a share permission must be given.');
  switch (type) {
    case 'global':
    case 'loggedin':
    case 'authenticated':
      return { type };
    case 'user': {
      const account = idIn(value['user'], 'accountId') ?? flat('accountId');
      const user = state.users.find(({ accountId }) => accountId === account);
      return { type, user: user?.accountId ?? refuse(400, 'The user specified does not exist.') };
    }
    case 'group': {
      const id = idIn(value['group'], 'groupId') ?? flat('groupId');
      const name = idIn(value['group'], 'name') ?? flat('groupname');
      const group = state.groups.find((row) => (id === undefined ? row.name === name : row.groupId === id));
      return { type, group: group?.groupId ?? refuse(400, `Group: '${name ?? id ?? ''}' does not exist.`) };
    }
    case 'project':
    case 'projectRole': {
      const id = idIn(value['project']) ?? flat('projectId');
      const project = state.projects.find((row) => row.id === id);
      if (!project || !can(call, 'BROWSE_PROJECTS', project))
        refuse(400, 'The project specified does not exist.');
      if (type === 'project') return { type, project: project.id };
      const wanted = idIn(value['role']) ?? flat('projectRoleId');
      const role = state.roles.find((row) => row.id === wanted);
      return {
        type,
        project: project.id,
        role: role?.id ?? refuse(400, 'The role specified does not exist.'),
      };
    }
    default:
      return refuse(400, `The share permission type '${type}' is not valid.`);
  }
}

export function readShares(call: Call, value: unknown): Omit<Share, 'id'>[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) refuse(400, 'Share permissions must be a list.');
  return value.map((item) => readShare(call, item));
}

export const withIds = (call: Call, shares: readonly Omit<Share, 'id'>[]): Share[] =>
  shares.map((share) => ({ ...share, id: nextNumber(call.state, 'share') }));

export function viewShare(call: Call, share: Share): object {
  const { state, rest } = call;
  const project = state.projects.find(({ id }) => id === share.project);
  const role = state.roles.find(({ id }) => id === share.role);
  const group = state.groups.find(({ groupId }) => groupId === share.group);
  const user = state.users.find(({ accountId }) => accountId === share.user);
  return {
    id: share.id,
    type: share.type,
    ...(project ? { project: projectInside(call, project) } : {}),
    ...(role && project
      ? {
          role: {
            self: `${rest}/project/${project.id}/role/${role.id}`,
            name: role.name,
            id: Number(role.id),
            description: role.description,
          },
        }
      : {}),
    ...(group
      ? {
          group: {
            name: group.name,
            groupId: group.groupId,
            self: `${rest}/group?groupId=${encodeURIComponent(group.groupId)}`,
          },
        }
      : {}),
    ...(user ? { user: userDetails(call, user) } : {}),
  };
}

/** The caller, who must have the permission to share with others when there is something to share. */
export function sharer(call: Call, shares: readonly unknown[]): string {
  const account = me(call);
  if (shares.length > 0 && !canGlobally(call, 'CREATE_SHARED_OBJECTS')) {
    refuse(400, 'You do not have permission to share. All shares are invalid.');
  }
  return account;
}
