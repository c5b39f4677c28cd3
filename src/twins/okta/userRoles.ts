import { noContent, param, textOf, type Call, type Handler } from './call';
import { needUser } from './directory';
import { refuse, refuseField, refuseUnknown } from './errors';
import { roleLabels } from './roles';
import type { User } from './state';
import { userParty } from './systemLog';

/** A role has one assignment to a user, whose id is made of both. */
const idOf = (user: User, type: string): string => `${type.toLowerCase()}.${user.id}`;

function viewRole(call: Call, user: User, type: string): object {
  const id = idOf(user, type);
  return {
    id,
    label: roleLabels[type],
    type,
    status: 'ACTIVE',
    created: user.created,
    lastUpdated: user.lastUpdated,
    assignmentType: 'USER',
    _links: { assignee: { href: `${call.origin}/api/v1/users/${user.id}` } },
  };
}

function needRole(call: Call, user: User): string {
  const wanted = param(call, 'roleAssignmentId');
  return user.roles.find((type) => idOf(user, type) === wanted) ?? refuseUnknown(wanted, 'RoleAssignment');
}

export const listRoles: Handler = (call) => {
  const user = needUser(call);
  return { body: user.roles.map((type) => viewRole(call, user, type)) };
};

export const assignRole: Handler = (call) => {
  const user = needUser(call);
  const type = textOf(call.body['type']) ?? '';
  if (!Object.hasOwn(roleLabels, type)) refuseField('type', 'type: The role type is not supported');
  if (user.roles.includes(type)) refuse('E0000090');
  user.roles.push(type);
  call.log('user.account.privilege.grant', [userParty(user)]);
  return { status: 201, body: viewRole(call, user, type) };
};

export const getRole: Handler = (call) => {
  const user = needUser(call);
  return { body: viewRole(call, user, needRole(call, user)) };
};

export const unassignRole: Handler = (call) => {
  const user = needUser(call);
  const type = needRole(call, user);
  user.roles = user.roles.filter((other) => other !== type);
  call.log('user.account.privilege.revoke', [userParty(user)]);
  return noContent;
};
