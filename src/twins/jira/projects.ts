import { listParam, param, type Call, type Handler } from './call';
import { pageBean, pageWish } from './paging';
import { can, canGlobally, visibleProjects } from './permission';
import { expandProject, projectInList, viewProject } from './projectViews';
import { refuse } from './refusal';
import type { Project } from './state';
import { rowOf, viewIssueType, viewStatus } from './views';
import { workflowOf } from './workflow';

/** The project with this id or key; keys are told apart by case, and one that may not be seen is not there. */
export function findProject(call: Call, name: string): Project {
  const project = call.state.projects.find(
    ({ id, key, formerKeys }) => id === name || key === name || formerKeys.includes(name),
  );
  const isId = /^\d+$/.test(name);
  if (!project || project.deletedAt !== undefined || !can(call, 'BROWSE_PROJECTS', project)) {
    refuse(404, `No project could be found with ${isId ? 'id' : 'key'} '${name}'.`);
  }
  return project;
}

/** The project of the path, for people who may change it. */
export function projectToChange(call: Call, name: string): Project {
  const project = findProject(call, name);
  if (!can(call, 'ADMINISTER_PROJECTS', project) && !canGlobally(call, 'ADMINISTER')) {
    refuse(403, 'You do not have permission to administer this project.');
  }
  return project;
}

export const get: Handler = (call) => {
  const project = findProject(call, param(call, 'projectIdOrKey'));
  return { body: viewProject(call, project, listParam(call, 'expand')) };
};

const shown = (call: Call, project: Project) => ({
  ...projectInList(call, project),
  ...expandProject(call, project, listParam(call, 'expand')),
});

export const list: Handler = (call) => {
  const projects = visibleProjects(call).filter(({ archived }) => !archived);
  const recent = Number(call.query.get('recent') ?? projects.length);
  return {
    body: projects.slice(0, Number.isNaN(recent) ? projects.length : recent).map((row) => shown(call, row)),
  };
};

type Order = (a: Project, b: Project) => number;
const orders: Readonly<Record<string, Order>> = {
  key: (a, b) => a.key.localeCompare(b.key),
  name: (a, b) => a.name.localeCompare(b.name),
  category: (a, b) => (a.category ?? '').localeCompare(b.category ?? ''),
  owner: (a, b) => a.lead.localeCompare(b.lead),
};

function orderOf(name: string): Order {
  const order = /^[+-]?/.exec(name)?.[0] === '' ? name : name.slice(1);
  const compare = Object.hasOwn(orders, order) ? orders[order] : undefined;
  if (!compare) refuse(400, `The orderBy value '${name}' is not supported.`);
  return name.startsWith('-') ? (a, b) => compare(b, a) : compare;
}

const actions: Readonly<Record<string, string>> = {
  view: 'BROWSE_PROJECTS',
  browse: 'BROWSE_PROJECTS',
  edit: 'ADMINISTER_PROJECTS',
  create: 'CREATE_ISSUES',
};

/** Projects that the parameters of a search leave. */
function matching(call: Call): Project[] {
  const { query, state } = call;
  const text = query.get('query')?.toLowerCase();
  const [ids, keys, types, status] = ['id', 'keys', 'typeKey', 'status'].map((name) => listParam(call, name));
  const action = query.get('action') ?? 'view';
  const permission = Object.hasOwn(actions, action) ? actions[action] : undefined;
  if (!permission) refuse(400, `The action '${action}' is not supported.`);
  const category = query.get('categoryId');
  const at = (project: Project) =>
    project.deletedAt !== undefined ? 'deleted' : project.archived ? 'archived' : 'live';
  const wanted = status && status.length > 0 ? status : ['live'];
  return state.projects.filter(
    (project) =>
      can(call, permission, project) &&
      wanted.includes(at(project)) &&
      (!ids?.length || ids.includes(project.id)) &&
      (!keys?.length || keys.includes(project.key)) &&
      (!types?.length || types.includes(project.projectTypeKey)) &&
      (category === null || category === project.category) &&
      (text === undefined ||
        project.key.toLowerCase().includes(text) ||
        project.name.toLowerCase().includes(text)),
  );
}

export const search: Handler = (call) => {
  const wish = pageWish(call, 50, 100);
  const projects = matching(call).toSorted(orderOf(call.query.get('orderBy') ?? 'key'));
  return { body: pageBean(call, '/project/search', projects, wish, (row) => shown(call, row)) };
};

export const statuses: Handler = (call) => {
  const project = findProject(call, param(call, 'projectIdOrKey'));
  const { state } = call;
  const types = state.issueTypes.filter(({ id }) => project.issueTypes.includes(id));
  const body = types.map((type) => {
    const { self, id, name, subtask } = viewIssueType(call, type);
    const own = workflowOf(state, project, type.id).statuses;
    return {
      self,
      id,
      name,
      subtask,
      statuses: own.map((status) => viewStatus(call, rowOf(state.statuses, status))),
    };
  });
  return { body };
};
