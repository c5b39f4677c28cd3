import type { Issue } from './issueState';
import type { JiraState, PermissionGrant, Project, User } from './state';

/** Who asks. */
export interface Caller {
  /** Null for anonymous requests. */
  user: User | null;
  kind: 'anonymous' | 'basic' | 'oauth';
  /** Of OAuth tokens; null for those that may do what the person may. */
  scopes: readonly string[] | null;
  /** The OAuth app. */
  client: string | null;
}

interface Asker {
  state: JiraState;
  caller: Caller;
}

export function groupsOf(state: JiraState, accountId: string): string[] {
  return state.groups.filter(({ members }) => members.includes(accountId)).map(({ name }) => name);
}

function inGroup(state: JiraState, accountId: string, group: string | undefined): boolean {
  return state.groups.some(
    ({ name, groupId, members }) => (name === group || groupId === group) && members.includes(accountId),
  );
}

function hasRole(state: JiraState, accountId: string, project: Project, role: string | undefined): boolean {
  const actors = Object.hasOwn(project.actors, role ?? '') ? project.actors[role ?? ''] : undefined;
  if (!actors) return false;
  return actors.users.includes(accountId) || actors.groups.some((group) => inGroup(state, accountId, group));
}

/** Whether one grant of a permission scheme holds for a person; `user` is null for the anonymous. */
function holds(
  state: JiraState,
  { holder }: PermissionGrant,
  user: string | null,
  project: Project,
  issue: Issue | undefined,
): boolean {
  if (holder.type === 'anyone') return true;
  if (user === null) return false;
  switch (holder.type) {
    case 'applicationRole':
      return true;
    case 'group':
      return inGroup(state, user, holder.value ?? holder.parameter) || inGroup(state, user, holder.parameter);
    case 'projectRole':
      return hasRole(state, user, project, holder.value ?? holder.parameter);
    case 'user':
      return (holder.value ?? holder.parameter) === user;
    case 'projectLead':
      return project.lead === user;
    case 'reporter':
      return issue?.reporter === user;
    case 'assignee':
      return issue?.assignee === user;
    default:
      return false;
  }
}

/** Whether a person has a permission in a project, or for one issue of it. */
export function hasPermission(
  state: JiraState,
  user: string | null,
  permission: string,
  project: Project,
  issue?: Issue,
): boolean {
  const scheme = state.permissionSchemes.find(({ id }) => id === project.permissionScheme);
  return (scheme?.permissions ?? []).some(
    (grant) => grant.permission === permission && holds(state, grant, user, project, issue),
  );
}

export function can({ state, caller }: Asker, permission: string, project: Project, issue?: Issue): boolean {
  if (caller.user && !caller.user.active) return false;
  return hasPermission(state, caller.user?.accountId ?? null, permission, project, issue);
}

/** Whether the caller has a global permission, such as ADMINISTER. */
export function canGlobally({ state, caller }: Asker, permission: string): boolean {
  const { user } = caller;
  const groups = Object.hasOwn(state.globalPermissions, permission)
    ? state.globalPermissions[permission]
    : undefined;
  return user !== null && (groups ?? []).some((group) => inGroup(state, user.accountId, group));
}

/** Projects that the caller may know of. */
export function visibleProjects(asker: Asker): Project[] {
  return asker.state.projects.filter(
    (project) => project.deletedAt === undefined && can(asker, 'BROWSE_PROJECTS', project),
  );
}
