import { flag, makeId, noContent, objectOf, param, textOf, textsOf, type Call, type Handler } from './call';
import { findUser } from './directory';
import { refuseField, refuseUnknown } from './errors';
import { isEveryone } from './everyone';
import { isExpression } from './expressions';
import { removeMember } from './membership';
import { listPage } from './paging';
import type { GroupRule } from './state';

const longestName = 50;
const limits = { usual: 50, most: 200 };

function viewRule(call: Call, rule: GroupRule): object {
  const names = rule.groupIds.map((id) => [
    id,
    call.state.groups.find((group) => group.id === id)?.profile.name,
  ]);
  const embeds = call.query.get('expand') === 'groupIdToGroupNameMap';
  return {
    type: 'group_rule',
    id: rule.id,
    status: rule.status,
    name: rule.name,
    created: rule.created,
    lastUpdated: rule.lastUpdated,
    conditions: {
      people: { users: { exclude: rule.excludedUsers }, groups: { exclude: [] } },
      expression: { value: rule.expression, type: 'urn:okta:expression:1.0' },
    },
    actions: { assignUserToGroups: { groupIds: rule.groupIds } },
    ...(embeds ? { _embedded: { groupIdToGroupNameMap: Object.fromEntries(names) as object } } : {}),
  };
}

function needRule(call: Call): GroupRule {
  const wanted = param(call, 'groupRuleId');
  return call.state.groupRules.find((rule) => rule.id === wanted) ?? refuseUnknown(wanted, 'GroupRule');
}

function readExpression(value: unknown): string {
  const text = textOf(objectOf(objectOf(value)?.['expression'])?.['value']) ?? '';
  return isExpression(text) ? text : refuseField('expression', 'expression: Invalid expression');
}

function readGroups(call: Call): string[] {
  const ids = textsOf(objectOf(objectOf(call.body['actions'])?.['assignUserToGroups'])?.['groupIds']);
  if (ids.length === 0) refuseField('actions', 'actions: The field cannot be left blank');
  for (const id of ids) {
    const group = call.state.groups.find((other) => other.id === id);
    if (!group) refuseUnknown(id, 'UserGroup');
    if (isEveryone(group)) refuseField('actions', 'actions: Rules cannot assign users to this group');
  }
  return ids;
}

function readExcluded(call: Call, conditions: unknown): string[] {
  const ids = textsOf(objectOf(objectOf(objectOf(conditions)?.['people'])?.['users'])?.['exclude']);
  for (const id of ids) if (!findUser(call.state, id)) refuseUnknown(id, 'User');
  return ids;
}

function readRule(
  call: Call,
  rule?: GroupRule,
): Pick<GroupRule, 'name' | 'expression' | 'excludedUsers' | 'groupIds'> {
  const name = textOf(call.body['name']) ?? '';
  if (name === '') refuseField('name', 'name: The field cannot be left blank');
  if (name.length > longestName)
    refuseField('name', `name: The field cannot be longer than ${longestName} characters`);
  const taken = call.state.groupRules.some((other) => other !== rule && other.name === name);
  if (taken)
    refuseField('name', 'name: An object with this field already exists in the current organization');
  const conditions = objectOf(call.body['conditions']);
  const expression = readExpression(conditions);
  return { name, expression, excludedUsers: readExcluded(call, conditions), groupIds: readGroups(call) };
}

export const listRules: Handler = (call) => {
  const words = call.query.get('search')?.toLowerCase() ?? '';
  return listPage(
    call,
    call.state.groupRules.filter(({ name }) => name.toLowerCase().includes(words)),
    {
      limits,
      idOf: (rule) => rule.id,
      view: (rule) => viewRule(call, rule),
    },
  );
};

export const getRule: Handler = (call) => ({ body: viewRule(call, needRule(call)) });

export const createRule: Handler = (call) => {
  const content = readRule(call);
  const rule: GroupRule = {
    ...content,
    id: makeId(call, '0pr'),
    status: 'INACTIVE',
    created: call.at,
    lastUpdated: call.at,
    placed: [],
  };
  call.state.groupRules.push(rule);
  return { body: viewRule(call, rule) };
};

export const replaceRule: Handler = (call) => {
  const rule = needRule(call);
  if (rule.status === 'ACTIVE') refuseField('status', 'Cannot update an active rule');
  Object.assign(rule, readRule(call, rule), { lastUpdated: call.at });
  return { body: viewRule(call, rule) };
};

/** Removes a rule; who it put into groups stays there unless the request says otherwise. */
export const deleteRule: Handler = (call) => {
  const rule = needRule(call);
  const { state } = call;
  state.groupRules = state.groupRules.filter((other) => other !== rule);
  if (!flag(call, 'removeUsers', false)) return noContent;
  for (const { user: userId, group: groupId } of rule.placed) {
    const user = state.users.find(({ id }) => id === userId);
    const group = state.groups.find(({ id }) => id === groupId);
    if (user && group) removeMember(call, group, user);
  }
  return noContent;
};

export const activateRule: Handler = (call) => {
  const rule = needRule(call);
  rule.status = 'ACTIVE';
  rule.lastUpdated = call.at;
  call.twin.later(call.state.settings.ruleLag, 'rule', { rule: rule.id });
  call.log('group.user_membership.rule.trigger', []);
  return noContent;
};

export const deactivateRule: Handler = (call) => {
  const rule = needRule(call);
  rule.status = 'INACTIVE';
  rule.lastUpdated = call.at;
  call.log('group.user_membership.rule.deactivated', []);
  return noContent;
};
