import { projectOfIssue } from './call';
import type { Issue, Visibility } from './issueState';
import { groupsOf } from './permission';
import type { JiraState, User } from './state';

/** Comments or worklogs of an issue that the caller may see: some are for a group or a role only. */
export function visibleIn<T extends { visibility?: Visibility | undefined }>(
  { state, caller }: { state: JiraState; caller: { user: Pick<User, 'accountId'> | null } },
  issue: Issue,
  rows: readonly T[],
): T[] {
  if (rows.every(({ visibility }) => visibility === undefined)) return [...rows];
  const account = caller.user?.accountId ?? '';
  const groups = groupsOf(state, account);
  const { actors } = projectOfIssue(state, issue);
  return rows.filter(({ visibility }) => {
    if (!visibility) return true;
    if (visibility.type === 'group') return groups.includes(visibility.value ?? '');
    const role = state.roles.find(({ name }) => name === visibility.value)?.id ?? '';
    const people = Object.hasOwn(actors, role) ? actors[role] : undefined;
    if (!people) return false;
    return people.users.includes(account) || people.groups.some((group) => groups.includes(group));
  });
}
