import { projectOfIssue, type Call } from '../call';
import type { Issue } from '../issueState';
import { viewIssue } from '../issues';
import type { Board, Project, Sprint } from '../state';
import { projectInside, rowOf, statusOf } from '../views';

// What boards, sprints, epics and their issues look like in answers.

export const agileUrl = ({ base }: Pick<Call, 'base'>): string => `${base}/rest/agile/1.0`;

function projectLocation(call: Call, project: Project): object {
  const avatar = `/rest/api/2/universal_avatar/view/type/project/avatar/${project.avatarId}?size=small`;
  return {
    projectId: Number(project.id),
    displayName: `${project.name} (${project.key})`,
    projectName: project.name,
    projectKey: project.key,
    projectTypeKey: project.projectTypeKey,
    avatarURI: `${call.base}${avatar}`,
    name: `${project.name} (${project.key})`,
  };
}

function locationOf(call: Call, board: Board): object {
  const { state, base } = call;
  const project = state.projects.find(({ id }) => id === board.project);
  if (project) return { location: projectLocation(call, project) };
  const user = state.users.find(({ accountId }) => accountId === board.user);
  if (!user) return {};
  const index = state.users.indexOf(user);
  return {
    location: {
      userId: 10_000 + index,
      userAccountId: user.accountId,
      displayName: user.displayName,
      avatarURI: `${base}/secure/useravatar/${encodeURIComponent(user.accountId)}?size=small`,
      name: user.displayName,
    },
  };
}

export function viewBoard(call: Call, board: Board): object {
  const { id, name, type, isPrivate } = board;
  return { id, self: `${agileUrl(call)}/board/${id}`, name, type, ...locationOf(call, board), isPrivate };
}

export function viewSprint(call: Call, sprint: Sprint): object {
  const { id, state, name, startDate, endDate, completeDate, createdDate, board, goal } = sprint;
  return {
    id,
    self: `${agileUrl(call)}/sprint/${id}`,
    state,
    name,
    ...(startDate === undefined ? {} : { startDate }),
    ...(endDate === undefined ? {} : { endDate }),
    ...(completeDate === undefined ? {} : { completeDate }),
    createdDate,
    originBoardId: board,
    goal,
  };
}

export const isEpic = ({ state }: Call, issue: Issue): boolean =>
  rowOf(state.issueTypes, issue.issuetype).hierarchyLevel === 1;
export const isDone = ({ state }: Call, issue: Issue): boolean =>
  statusOf(state, issue.status).category === 'done';

export function epicOf(call: Call, issue: Issue): Issue | undefined {
  const parent = call.state.issues.find(({ id }) => id === issue.parent);
  return parent && isEpic(call, parent) ? parent : undefined;
}

export const epicNameField = ({ state }: Call): string | undefined =>
  state.customFields.find(
    ({ type, trashed }) => type === 'com.pyxis.greenhopper.jira:gh-epic-label' && !trashed,
  )?.id;

export function viewEpic(call: Call, epic: Issue): object {
  const name = epic.customFields[epicNameField(call) ?? ''];
  return {
    id: Number(epic.id),
    key: epic.key,
    self: `${agileUrl(call)}/epic/${epic.id}`,
    name: typeof name === 'string' && name !== '' ? name : epic.summary,
    summary: epic.summary,
    color: { key: epic.epicColor ?? 'color_1' },
    done: epic.epicDone ?? false,
  };
}

/** What boards add to the fields of an issue. */
const agileFields: Readonly<Record<string, (call: Call, issue: Issue) => unknown>> = {
  flagged: (_, { flagged }) => flagged,
  sprint: (call, issue) => {
    const open = sprintsOf(call, issue).find(({ state }) => state !== 'closed');
    return open ? viewSprint(call, open) : null;
  },
  closedSprints: (call, issue) =>
    sprintsOf(call, issue)
      .filter(({ state }) => state === 'closed')
      .map((sprint) => viewSprint(call, sprint)),
  epic: (call, issue) => {
    const epic = epicOf(call, issue);
    return epic ? viewEpic(call, epic) : null;
  },
  project: (call, issue) => projectInside(call, projectOfIssue(call.state, issue)),
};

export function sprintsOf({ state }: Call, issue: Issue): Sprint[] {
  return state.sprints.filter(({ id }) => issue.sprints.includes(id));
}

/** An issue as boards show it, with the navigable fields and their own unless others are asked for. */
export function viewAgileIssue(
  call: Call,
  issue: Issue,
  { fields, expand }: { fields: readonly string[]; expand: readonly string[] },
): object {
  const view = viewIssue(call, issue, {
    fields: fields.length === 0 ? ['*navigable', 'comment'] : fields,
    expand,
  });
  const isAll = fields.length === 0 || fields.some((name) => name.startsWith('*'));
  const more = Object.entries(agileFields).filter(
    ([name]) => (isAll && !fields.includes(`-${name}`)) || fields.includes(name),
  );
  return {
    ...view,
    self: `${agileUrl(call)}/issue/${issue.id}`,
    fields: {
      ...(view['fields'] as object),
      ...Object.fromEntries(more.map(([name, show]) => [name, show(call, issue)])),
    },
  };
}

/** A page of the lists of boards, which say no address of their own. */
export function viewPage<T>(
  items: readonly T[],
  { startAt, maxResults }: { startAt: number; maxResults: number },
  view: (item: T) => object,
): object {
  return {
    maxResults,
    startAt,
    total: items.length,
    isLast: startAt + maxResults >= items.length,
    values: items.slice(startAt, startAt + maxResults).map(view),
  };
}
