import { reconcileApp } from './assignments';
import { makeId, noContent, objectOf, textOf, type Call, type Handler } from './call';
import { needGroup, needUser } from './directory';
import { refuse, refuseField } from './errors';
import { matches, type FilterRules } from './filter';
import { isEveryone } from './everyone';
import { viewGroup } from './groupViews';
import { addMember, membersOf, removeMember } from './membership';
import { listPage } from './paging';
import type { Group } from './state';
import { groupParty } from './systemLog';
import { readFilter } from './userSearch';
import { listedUser } from './userViews';

const mostGroups = 10_000;
const longestName = 255;
const longestDescription = 1024;

const filterRules: FilterRules = {
  operators: (property) => {
    if (property === 'type' || property === 'id') return ['eq'];
    const isTime = property === 'lastUpdated' || property === 'lastMembershipUpdated';
    return isTime ? ['eq', 'gt', 'ge', 'lt', 'le'] : null;
  },
  not: false,
};
const searched = /^(id|type|created|lastUpdated|lastMembershipUpdated|profile\.\w+)$/;
const searchRules: FilterRules = {
  operators: (property) =>
    searched.test(property) ? ['eq', 'sw', 'co', 'pr', 'gt', 'ge', 'lt', 'le'] : null,
  not: true,
};

/** The profile of a request, checked; the name must not be that of another group. */
function readProfile(call: Call, group?: Group): Group['profile'] {
  const given = objectOf(call.body['profile']) ?? {};
  const name = textOf(given['name']) ?? '';
  const description = textOf(given['description']) ?? null;
  if (name === '') refuseField('name', 'name: The field cannot be left blank');
  if (name.length > longestName)
    refuseField('name', `name: The field cannot be longer than ${longestName} characters`);
  if (description !== null && description.length > longestDescription) {
    refuseField(
      'description',
      `description: The field cannot be longer than ${longestDescription} characters`,
    );
  }
  const stranger = Object.keys(given).find((key) => key !== 'name' && key !== 'description');
  if (stranger) refuseField('profile', `${stranger}: Property is not defined in the schema`);
  const taken = call.state.groups.some((other) => other !== group && other.profile.name === name);
  if (taken)
    refuseField('name', 'name: An object with this field already exists in the current organization');
  return { name, description };
}

/** Only groups made in Okta can be changed. */
function needOwn(call: Call): Group {
  const group = needGroup(call);
  return group.type === 'OKTA_GROUP' ? group : refuse('E0000006');
}

export const listGroups: Handler = (call) => {
  const { query, state } = call;
  const filter = query.get('filter');
  const search = query.get('search');
  const words = query.get('q')?.toLowerCase() ?? '';
  if (filter && search) refuse('E0000033');
  const filtered = filter ? readFilter(filter, filterRules) : null;
  const wanted = search ? readFilter(search, searchRules) : null;
  const fits = (group: Group) =>
    (!filtered || matches(filtered, group, { ignoreCase: false })) &&
    (!wanted || matches(wanted, group, { ignoreCase: true })) &&
    group.profile.name.toLowerCase().startsWith(words);
  return listPage(call, state.groups.filter(fits), {
    limits: { usual: mostGroups, most: mostGroups },
    idOf: (group) => group.id,
    view: (group) => viewGroup(group, call.origin),
  });
};

export const getGroup: Handler = (call) => ({ body: viewGroup(needGroup(call), call.origin) });

export const createGroup: Handler = (call) => {
  const profile = readProfile(call);
  const { at } = call;
  const group: Group = {
    id: makeId(call, '00g'),
    type: 'OKTA_GROUP',
    created: at,
    lastUpdated: at,
    lastMembershipUpdated: at,
    profile,
    members: [],
  };
  call.state.groups.push(group);
  call.log('group.lifecycle.create', [groupParty(group)]);
  return { body: viewGroup(group, call.origin) };
};

export const replaceGroup: Handler = (call) => {
  const group = needOwn(call);
  group.profile = readProfile(call, group);
  group.lastUpdated = call.at;
  call.log('group.profile.update', [groupParty(group)]);
  return { body: viewGroup(group, call.origin) };
};

/** Takes a group that is gone out of all that names it. */
function forgetGroup(call: Call, { id }: Group): void {
  const { state } = call;
  for (const app of state.apps.filter(({ groups }) => groups.some((group) => group.id === id))) {
    app.groups = app.groups.filter((group) => group.id !== id);
    reconcileApp(call, app);
  }
  for (const rule of state.groupRules) {
    rule.groupIds = rule.groupIds.filter((group) => group !== id);
    rule.placed = rule.placed.filter(({ group }) => group !== id);
  }
}

export const deleteGroup: Handler = (call) => {
  const group = needOwn(call);
  call.state.groups = call.state.groups.filter((other) => other !== group);
  call.log('group.lifecycle.delete', [groupParty(group)]);
  forgetGroup(call, group);
  return noContent;
};

export const listMembers: Handler = (call) => {
  const group = needGroup(call);
  return listPage(call, membersOf(call.state, group), {
    limits: { usual: 1000, most: 1000 },
    idOf: (user) => user.id,
    view: (user) => listedUser(user, call.origin),
  });
};

export const putMember: Handler = (call) => {
  const group = needGroup(call);
  const user = needUser(call);
  if (isEveryone(group) || group.type === 'APP_GROUP') refuse('E0000006');
  if (user.status === 'DEPROVISIONED') refuse('E0000038');
  addMember(call, group, user);
  return noContent;
};

export const deleteMember: Handler = (call) => {
  const group = needOwn(call);
  removeMember(call, group, needUser(call));
  return noContent;
};
