import { findIssue, listParam, me, projectOfIssue, type Call, type Handler } from './call';
import { idOf, memberOf } from './formats';
import type { Issue } from './issueState';
import { can, canGlobally, hasPermission, visibleProjects } from './permission';
import { permissionKeys, type PermissionKey } from './permissionKeys';
import { findProject } from './projects';
import { refuse } from './refusal';
import type { Project } from './state';

const known = new Map(permissionKeys.map((row) => [row.key, row]));

function keysOf(names: readonly string[]): PermissionKey[] {
  const wrong = names.filter((name) => !known.has(name));
  if (wrong.length > 0) refuse(400, ...wrong.map((name) => `Unrecognized permission: ${name}`));
  return names.flatMap((name) => known.get(name) ?? []);
}

/** The project and issue that a question about permissions is for, if any. */
function subjectOf(call: Call): { project?: Project; issue?: Issue } {
  const { query, state } = call;
  const issueName = query.get('issueKey') ?? query.get('issueId');
  if (issueName !== null) {
    const issue = findIssue(call, issueName);
    return { issue, project: projectOfIssue(state, issue) };
  }
  const name = query.get('projectKey') ?? query.get('projectId');
  return name === null ? {} : { project: findProject(call, name) };
}

function has(
  call: Call,
  { key, type }: PermissionKey,
  { project, issue }: ReturnType<typeof subjectOf>,
): boolean {
  if (type === 'GLOBAL') return canGlobally(call, key);
  if (project) return can(call, key, project, issue);
  return visibleProjects(call).some((candidate) => can(call, key, candidate));
}

const mine: Handler = (call) => {
  const names = listParam(call, 'permissions');
  if (names.length === 0) refuse(400, "The 'permissions' query parameter is required.");
  const subject = subjectOf(call);
  const entries = keysOf(names).map(
    (row) => [row.key, { ...row, havePermission: has(call, row, subject) }] as const,
  );
  return { body: { permissions: Object.fromEntries(entries) } };
};

const all: Handler = () => ({
  body: {
    permissions: Object.fromEntries(
      permissionKeys.map(({ key, name, type, description }) => [key, { key, name, type, description }]),
    ),
  },
});

const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.map((item) => idOf(item) ?? '') : [];

const check: Handler = (call) => {
  const { body, state } = call;
  const account = idOf(memberOf(body, 'accountId')) ?? me(call);
  if (account !== me(call) && !canGlobally(call, 'ADMINISTER')) {
    refuse(403, 'You do not have permission to check permissions of other users.');
  }
  const globals = keysOf(texts(memberOf(body, 'globalPermissions')));
  const wrong = globals.find(({ type }) => type !== 'GLOBAL');
  if (wrong) refuse(400, `${wrong.key} is not a global permission.`);
  const asked = memberOf(body, 'projectPermissions');
  const asker = {
    state,
    caller: { ...call.caller, user: state.users.find((row) => row.accountId === account) ?? null },
  };
  const projectPermissions = (Array.isArray(asked) ? asked : []).flatMap((entry) => {
    const [issues, projects] = [texts(memberOf(entry, 'issues')), texts(memberOf(entry, 'projects'))];
    return keysOf(texts(memberOf(entry, 'permissions'))).map(({ key }) => ({
      permission: key,
      issues: issues.filter((id) => {
        const issue = state.issues.find((row) => row.id === id);
        return issue && hasPermission(state, account, key, projectOfIssue(state, issue), issue);
      }),
      projects: projects.filter((id) => {
        const project = state.projects.find((row) => row.id === id);
        return project && hasPermission(state, account, key, project);
      }),
    }));
  });
  return {
    body: {
      globalPermissions: globals.filter(({ key }) => canGlobally(asker, key)).map(({ key }) => key),
      projectPermissions: projectPermissions.map((row) => ({
        ...row,
        issues: row.issues.map(Number),
        projects: row.projects.map(Number),
      })),
    },
  };
};

const permitted: Handler = (call) => {
  const keys = keysOf(texts(memberOf(call.body, 'permissions')));
  if (keys.length === 0) refuse(400, 'At least one permission is required.');
  const projects = call.state.projects.filter((project) => keys.every(({ key }) => can(call, key, project)));
  return { body: { projects: projects.map(({ id, key }) => ({ id: Number(id), key })) } };
};

export const permissionHandlers = {
  'GET /rest/api/3/mypermissions': mine,
  'GET /rest/api/3/permissions': all,
  'POST /rest/api/3/permissions/check': check,
  'POST /rest/api/3/permissions/project': permitted,
};
