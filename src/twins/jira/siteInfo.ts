import { listParam, me, type Handler } from './call';
import { jiraTime } from './formats';
import { groupsOf } from './permission';
import {
  userDetails,
  viewCategory,
  categoryKeys,
  viewIssueType,
  viewPriority,
  viewResolution,
  viewStatus,
} from './views';
import type { User } from './state';
import type { Call } from './call';

export const serverInfo: Handler = ({ base, now }) => ({
  body: {
    baseUrl: base,
    version: '1001.0.0-SNAPSHOT',
    versionNumbers: [1001, 0, 0],
    deploymentType: 'Cloud',
    buildNumber: 100287,
    buildDate: '2026-01-01T00:00:00.000+0000',
    serverTime: jiraTime(now),
    scmInfo: '5ef8a4c1f3e2d3b4a5968778695a4b3c2d1e0f00',
    serverTitle: 'Jira',
    defaultLocale: { locale: 'en_US' },
    serverTimeZone: 'Etc/UTC',
  },
});

/** The whole of a person, with what `expand` asks for. */
export function wholeUser(call: Call, user: User): object {
  const expand = listParam(call, 'expand');
  const groups = groupsOf(call.state, user.accountId);
  const items = call.state.groups
    .filter(({ name }) => groups.includes(name))
    .map(({ name, groupId }) => ({ name, groupId, self: `${call.rest}/group?groupId=${groupId}` }));
  const role = { key: 'jira-software', name: 'Jira Software', groups, defaultGroups: [] };
  return {
    ...userDetails(call, user),
    locale: user.locale,
    groups: { size: items.length, items: expand.includes('groups') ? items : [] },
    applicationRoles: { size: 1, items: expand.includes('applicationRoles') ? [role] : [] },
    expand: 'groups,applicationRoles',
  };
}

export const myself: Handler = (call) => {
  const account = me(call);
  return { body: wholeUser(call, rowOfUser(call, account)) };
};

function rowOfUser({ state }: Call, account: string): User {
  const user = state.users.find(({ accountId }) => accountId === account);
  if (!user) throw new Error(`there is no user ${account}`);
  return user;
}

export const priorities: Handler = (call) => ({
  body: call.state.priorities.map((row) => ({
    ...viewPriority(call, row),
    statusColor: row.statusColor,
    description: row.description,
  })),
});
export const resolutions: Handler = (call) => ({
  body: call.state.resolutions.map((row) => viewResolution(call, row)),
});
export const statuses: Handler = (call) => ({
  body: call.state.statuses.map((row) => viewStatus(call, row)),
});
export const statusCategories: Handler = (call) => ({
  body: categoryKeys.map((key) => viewCategory(call, key)),
});
export const issueTypes: Handler = (call) => ({
  body: call.state.issueTypes.map((row) => ({ ...viewIssueType(call, row), untranslatedName: row.name })),
});
