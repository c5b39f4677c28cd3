import type { Call } from './call';
import { jiraTime } from './formats';
import type { Component, Project, Version } from './state';
import { componentInside, projectInside, rowOf, versionInside, viewIssueType, viewUser } from './views';

/** A component as lists of a project's components show it. */
export function viewComponent(call: Call, component: Component) {
  const { state } = call;
  const project = rowOf(state.projects, component.project);
  const lead = component.lead === undefined ? null : viewUser(call, component.lead);
  const realType =
    component.assigneeType === 'PROJECT_DEFAULT' ? project.assigneeType : component.assigneeType;
  const byType = { PROJECT_LEAD: project.lead, COMPONENT_LEAD: component.lead, UNASSIGNED: undefined };
  const assigneeOf = (type: keyof typeof byType) => viewUser(call, byType[type]);
  const nominal = component.assigneeType === 'PROJECT_DEFAULT' ? null : assigneeOf(component.assigneeType);
  const real = assigneeOf(realType);
  return {
    ...componentInside(call, component),
    ...(lead ? { lead } : {}),
    assigneeType: component.assigneeType,
    ...(nominal ? { assignee: nominal } : {}),
    realAssigneeType: realType,
    ...(real ? { realAssignee: real } : {}),
    isAssigneeTypeValid: component.assigneeType !== 'COMPONENT_LEAD' || lead !== null,
    project: project.key,
    projectId: Number(project.id),
  };
}

export function viewVersion(call: Call, version: Version) {
  const { startDate, releaseDate, released, project, driver } = version;
  const overdue = releaseDate !== undefined && !released && releaseDate < call.now.slice(0, 10);
  return {
    ...versionInside(call, version),
    ...(startDate === undefined ? {} : { startDate, userStartDate: userDate(startDate) }),
    ...(releaseDate === undefined ? {} : { releaseDate, userReleaseDate: userDate(releaseDate), overdue }),
    ...(driver === undefined ? {} : { driver }),
    projectId: Number(project),
  };
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
/** `2019-06-01` as people read it: `01/Jun/19`. */
function userDate(day: string): string {
  const [year = '', month = '', date = ''] = day.split('-');
  return `${date}/${months[Number(month) - 1] ?? ''}/${year.slice(2)}`;
}

/** A project as lists show it. */
export function projectInList(call: Call, project: Project) {
  const { description, url, email } = project;
  return {
    expand: 'description,lead,issueTypes,url,projectKeys,permissions,insight',
    ...projectInside(call, project),
    style: project.style,
    isPrivate: false,
    properties: {},
    ...(project.archived ? { archived: true } : {}),
    ...(project.deletedAt === undefined ? {} : { deleted: true, deletedDate: jiraTime(project.deletedAt) }),
    ...(project.style === 'next-gen' ? { entityId: entityId(project), uuid: entityId(project) } : {}),
    description,
    ...(url === '' ? {} : { url }),
    ...(email === undefined ? {} : { email }),
  };
}

const entityId = ({ id }: Project) => `00000000-0000-4000-8000-${id.padStart(12, '0')}`;

/** What a project's `expand` adds to it in lists. */
export function expandProject(call: Call, project: Project, expand: readonly string[]): object {
  const takes = (name: string) => expand.includes(name);
  return {
    ...(takes('lead') ? { lead: viewUser(call, project.lead) } : {}),
    ...(takes('issueTypes') ? { issueTypes: typesOfProject(call, project) } : {}),
    ...(takes('projectKeys') ? { projectKeys: [project.key, ...project.formerKeys] } : {}),
    ...(takes('insight') ? { insight: insight(call, project) } : {}),
  };
}

const typesOfProject = (call: Call, project: Project) =>
  call.state.issueTypes
    .filter(({ id }) => project.issueTypes.includes(id))
    .map((type) => viewIssueType(call, type));

function insight({ state }: Call, { id }: Project): object {
  const issues = state.issues.filter((issue) => issue.project === id);
  const last = issues.reduce((latest, { updated }) => (updated > latest ? updated : latest), '');
  return { totalIssueCount: issues.length, ...(last === '' ? {} : { lastIssueUpdateTime: jiraTime(last) }) };
}

/** The whole of a project. */
export function viewProject(call: Call, project: Project, expand: readonly string[]) {
  const { state, rest } = call;
  const own = <T extends { project: string }>(rows: readonly T[]) =>
    rows.filter((row) => row.project === project.id);
  return {
    ...projectInList(call, project),
    ...expandProject(call, project, expand),
    lead: viewUser(call, project.lead),
    components: own(state.components).map((component) => viewComponent(call, component)),
    issueTypes: typesOfProject(call, project),
    assigneeType: project.assigneeType,
    versions: own(state.versions).map((version) => viewVersion(call, version)),
    roles: Object.fromEntries(
      state.roles.map(({ id, name }) => [name, `${rest}/project/${project.id}/role/${id}`]),
    ),
  };
}
