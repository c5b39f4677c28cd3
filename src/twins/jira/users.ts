import { findIssue, listParam, me, projectOfIssue, type Call, type Handler } from './call';
import { memberOf } from './formats';
import { cut, pageBean, pageWish } from './paging';
import { canGlobally, hasPermission } from './permission';
import { permissionKeys } from './permissionKeys';
import { findProject } from './projects';
import { refuse, refuseFields } from './refusal';
import { wholeUser } from './siteInfo';
import type { Project, User } from './state';
import { nextNumber } from './state';
import { userDetails } from './views';

function userOf({ state }: Call, account: string | null): User {
  if (account === null) refuse(400, "The query parameter 'accountId' is required.");
  const user = state.users.find(({ accountId }) => accountId === account);
  return user ?? refuse(404, 'Specified user does not exist or you do not have required permissions');
}

/** Since accounts are known by their ids only, older ways of naming one are refused. */
function noUsernames({ query }: Call): void {
  if (query.has('username') || query.has('key')) {
    refuse(400, "The query parameter 'username' is not supported; use 'accountId'.");
  }
}

const get: Handler = (call) => {
  noUsernames(call);
  return { body: wholeUser(call, userOf(call, call.query.get('accountId'))) };
};

const bulk: Handler = (call) => {
  noUsernames(call);
  const ids = call.query.getAll('accountId');
  if (ids.length === 0) refuse(400, "The query parameter 'accountId' is required.");
  const found = call.state.users.filter(({ accountId }) => ids.includes(accountId));
  return {
    body: pageBean(call, '/user/bulk', found, pageWish(call, 10, 200), (user) => userDetails(call, user)),
  };
};

const groups: Handler = (call) => {
  const user = userOf(call, call.query.get('accountId'));
  const own = call.state.groups.filter(({ members }) => members.includes(user.accountId));
  return {
    body: own.map(({ name, groupId }) => ({ name, groupId, self: `${call.rest}/group?groupId=${groupId}` })),
  };
};

/** Whether a person is meant by a text: words of the name and the address begin with it. */
function matches({ displayName, emailAddress, emailHidden }: User, text: string): boolean {
  const query = text.toLowerCase().trim();
  const name = displayName.toLowerCase();
  const words = [name, ...name.split(/\s+/), ...(emailHidden ? [] : [emailAddress?.toLowerCase() ?? ''])];
  return words.some((word) => word.startsWith(query));
}

/** People that `query` or `accountId` mean; one of both is needed where `isNeeded`. */
function search(call: Call, isNeeded: boolean): User[] {
  noUsernames(call);
  const [query, account] = [call.query.get('query'), call.query.get('accountId')];
  if (query !== null && account !== null)
    refuse(400, "The parameters 'query' and 'accountId' exclude each other.");
  if (isNeeded && query === null && account === null && !call.query.has('property')) {
    refuse(400, "The query parameter 'query', 'accountId' or 'property' is required.");
  }
  const { users } = call.state;
  if (account !== null) return users.filter(({ accountId }) => accountId === account);
  return query === null || query === '' ? users : users.filter((user) => matches(user, query));
}

const page = (call: Call, users: readonly User[]) => ({
  body: cut(users, pageWish(call, 50, 1000)).map((user) => userDetails(call, user)),
});

const find: Handler = (call) =>
  page(
    call,
    search(call, true).filter(({ active }) => active),
  );

/** The project that a search for people is about: that of an issue, or one named. */
function contextOf(call: Call): Project {
  const { query, state } = call;
  const issue = query.get('issueKey') ?? query.get('issueId');
  if (issue !== null) return projectOfIssue(state, findIssue(call, issue));
  const project = query.get('project') ?? query.get('projectKey');
  if (project === null) refuse(400, "One of the parameters 'project', 'issueKey' and 'issueId' is required.");
  return findProject(call, project);
}

const withPermission = (call: Call, users: readonly User[], project: Project, permission: string): User[] =>
  users.filter(
    ({ active, accountType, accountId }) =>
      active && accountType === 'atlassian' && hasPermission(call.state, accountId, permission, project),
  );

const assignable: Handler = (call) => {
  const project = contextOf(call);
  return page(call, withPermission(call, search(call, false), project, 'ASSIGNABLE_USER'));
};

const assignableEverywhere: Handler = (call) => {
  const keys = listParam(call, 'projectKeys');
  if (keys.length === 0) refuse(400, "The query parameter 'projectKeys' is required.");
  const projects = keys.map((key) => findProject(call, key));
  const users = projects.reduce(
    (left, project) => withPermission(call, left, project, 'ASSIGNABLE_USER'),
    search(call, false),
  );
  return page(call, users);
};

const viewers: Handler = (call) => {
  const project = contextOf(call);
  return page(call, withPermission(call, search(call, true), project, 'BROWSE_PROJECTS'));
};

const permitted: Handler = (call) => {
  const names = listParam(call, 'permissions');
  const wrong = names.find((name) => !permissionKeys.some(({ key }) => key === name));
  if (names.length === 0 || wrong !== undefined) refuse(400, `Unrecognized permission: ${wrong ?? ''}`);
  const project = contextOf(call);
  const users = names.reduce((left, name) => withPermission(call, left, project, name), search(call, true));
  return page(call, users);
};

const picker: Handler = (call) => {
  const query = call.query.get('query') ?? refuse(400, "The query parameter 'query' is required.");
  const excluded = call.query.getAll('excludeAccountIds');
  const found = call.state.users.filter(
    (user) => user.active && matches(user, query) && !excluded.includes(user.accountId),
  );
  const users = found.slice(0, Math.max(0, Number(call.query.get('maxResults') ?? 50) || 0));
  return {
    body: {
      users: users.map(({ accountId, accountType, displayName }) => ({
        accountId,
        accountType,
        html: displayName,
        displayName,
      })),
      total: found.length,
      header: `Showing ${users.length} of ${found.length} matching users`,
    },
  };
};

const everyone: Handler = (call) => page(call, call.state.users);

/** Addresses are for apps that Atlassian approved, which the twin has none of. */
const email: Handler = () => refuse(400, 'The calling app is not approved to use this API.');

const create: Handler = (call) => {
  if (!canGlobally(call, 'ADMINISTER')) refuse(403, 'You do not have permission to create users.');
  const { state, body } = call;
  const emailAddress = memberOf(body, 'emailAddress');
  if (typeof emailAddress !== 'string' || !/^[^@\s]+@[^@\s]+$/.test(emailAddress)) {
    refuseFields({ emailAddress: 'You must specify a valid email address.' });
  }
  const products = memberOf(body, 'products');
  if (!Array.isArray(products)) refuse(400, "The field 'products' is required.");
  const known = state.users.find((user) => user.emailAddress?.toLowerCase() === emailAddress.toLowerCase());
  const name = memberOf(body, 'displayName');
  const user: User = known ?? {
    accountId: `712020:${String(nextNumber(state, 'user')).padStart(12, '0')}`,
    accountType: 'atlassian',
    displayName:
      typeof name === 'string' && name !== '' ? name : (emailAddress.split('@')[0] ?? emailAddress),
    emailAddress,
    emailHidden: false,
    active: true,
    timeZone: 'Etc/UTC',
    locale: 'en_US',
    properties: {},
  };
  if (!known) state.users.push(user);
  const group = state.groups.find((row) => row.name === 'jira-software-users');
  if (products.length > 0 && group && !group.members.includes(user.accountId))
    group.members.push(user.accountId);
  return { status: 201, body: wholeUser(call, user) };
};

const remove: Handler = (call) => {
  if (!canGlobally(call, 'ADMINISTER')) refuse(403, 'You do not have permission to delete users.');
  const { state } = call;
  const user = userOf(call, call.query.get('accountId'));
  if (user.accountId === me(call)) refuse(400, 'You cannot delete yourself.');
  // The account goes on elsewhere at Atlassian; what it did here stays.
  user.active = false;
  for (const group of state.groups) group.members = group.members.filter((id) => id !== user.accountId);
  return { status: 204 };
};

export const userHandlers = {
  'GET /rest/api/3/user': get,
  'POST /rest/api/3/user': create,
  'DELETE /rest/api/3/user': remove,
  'GET /rest/api/3/user/bulk': bulk,
  'GET /rest/api/3/user/email': email,
  'GET /rest/api/3/user/groups': groups,
  'GET /rest/api/3/user/search': find,
  'GET /rest/api/3/user/picker': picker,
  'GET /rest/api/3/user/assignable/search': assignable,
  'GET /rest/api/3/user/assignable/multiProjectSearch': assignableEverywhere,
  'GET /rest/api/3/user/permission/search': permitted,
  'GET /rest/api/3/user/viewissue/search': viewers,
  'GET /rest/api/3/users': everyone,
  'GET /rest/api/3/users/search': everyone,
};
