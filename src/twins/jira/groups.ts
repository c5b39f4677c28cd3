import { flagParam, listParam, type Call, type Handler } from './call';
import { idOf, memberOf } from './formats';
import { pageBean, pageWish } from './paging';
import { canGlobally } from './permission';
import { refuse } from './refusal';
import { nextNumber, type Group, type User } from './state';
import { userDetails } from './views';

function mustAdminister(call: Call): void {
  if (!canGlobally(call, 'ADMINISTER')) refuse(403, 'You do not have permission to administer groups.');
}

function findGroup({ state, query }: Call): Group {
  const [id, name] = [query.get('groupId'), query.get('groupname')];
  if (id === null && name === null) refuse(400, "Either 'groupname' or 'groupId' is required.");
  const group = state.groups.find((row) => (id === null ? row.name === name : row.groupId === id));
  return group ?? refuse(404, `The group named '${name ?? id ?? ''}' does not exist.`);
}

const view = ({ rest }: Call, { name, groupId }: Group) => ({
  name,
  groupId,
  self: `${rest}/group?groupId=${groupId}`,
});

const membersOf = ({ state }: Call, group: Group): User[] =>
  state.users.filter(({ accountId }) => group.members.includes(accountId));

function whole(call: Call, group: Group) {
  const users = membersOf(call, group);
  const shown = listParam(call, 'expand').includes('users') ? users.slice(0, 50) : [];
  return {
    ...view(call, group),
    users: {
      size: users.length,
      items: shown.map((user) => userDetails(call, user)),
      'max-results': 50,
      'start-index': 0,
      'end-index': 0,
    },
    expand: 'users',
  };
}

const create: Handler = (call) => {
  mustAdminister(call);
  const name = memberOf(call.body, 'name');
  if (typeof name !== 'string' || name.trim() === '') refuse(400, 'The group name must be specified.');
  const { state } = call;
  if (state.groups.some((row) => row.name.toLowerCase() === name.toLowerCase())) {
    refuse(400, `A group with the name '${name}' already exists.`);
  }
  const number = String(nextNumber(state, 'group')).padStart(12, '0');
  const group: Group = { groupId: `00000003-0000-4000-8000-${number}`, name, members: [] };
  state.groups.push(group);
  return { status: 201, body: whole(call, group) };
};

const get: Handler = (call) => ({ body: whole(call, findGroup(call)) });

const remove: Handler = (call) => {
  mustAdminister(call);
  const group = findGroup(call);
  call.state.groups = call.state.groups.filter((row) => row !== group);
  return { status: 200 };
};

const members: Handler = (call) => {
  const group = findGroup(call);
  const withInactive = flagParam(call, 'includeInactiveUsers');
  const users = membersOf(call, group).filter(({ active }) => active || withInactive);
  return {
    body: pageBean(call, '/group/member', users, pageWish(call, 50, 200), (user) => userDetails(call, user)),
  };
};

function personOf({ state }: Call, account: unknown): string {
  const id = idOf(account) ?? refuse(400, "The 'accountId' is required.");
  if (!state.users.some(({ accountId }) => accountId === id)) refuse(404, `The user '${id}' does not exist.`);
  return id;
}

const addMember: Handler = (call) => {
  mustAdminister(call);
  const group = findGroup(call);
  const account = personOf(call, memberOf(call.body, 'accountId'));
  if (group.members.includes(account))
    refuse(400, `The user is already a member of the group '${group.name}'.`);
  group.members.push(account);
  return { status: 201, body: whole(call, group) };
};

const removeMember: Handler = (call) => {
  mustAdminister(call);
  const group = findGroup(call);
  const account = personOf(call, call.query.get('accountId') ?? undefined);
  if (!group.members.includes(account)) refuse(400, `The user is not a member of the group '${group.name}'.`);
  group.members = group.members.filter((other) => other !== account);
  return { status: 200 };
};

const bulk: Handler = (call) => {
  const [ids, names] = [call.query.getAll('groupId'), call.query.getAll('groupName')];
  const all = ids.length === 0 && names.length === 0;
  const groups = call.state.groups.filter(
    ({ groupId, name }) => all || ids.includes(groupId) || names.includes(name),
  );
  return {
    body: pageBean(call, '/group/bulk', groups, pageWish(call, 50), ({ name, groupId }) => ({
      name,
      groupId,
    })),
  };
};

const picker: Handler = (call) => {
  const query = (call.query.get('query') ?? '').toLowerCase();
  const excluded = call.query.getAll('excludeId');
  const found = call.state.groups.filter(
    ({ name, groupId }) => name.toLowerCase().includes(query) && !excluded.includes(groupId),
  );
  const groups = found.map(({ name, groupId }) => ({ name, groupId, html: name, labels: [] }));
  return {
    body: {
      header: `Showing ${groups.length} of ${found.length} matching groups`,
      total: found.length,
      groups,
    },
  };
};

export const groupHandlers = {
  'GET /rest/api/3/group': get,
  'POST /rest/api/3/group': create,
  'DELETE /rest/api/3/group': remove,
  'GET /rest/api/3/group/bulk': bulk,
  'GET /rest/api/3/group/member': members,
  'POST /rest/api/3/group/user': addMember,
  'DELETE /rest/api/3/group/user': removeMember,
  'GET /rest/api/3/groups/picker': picker,
};
