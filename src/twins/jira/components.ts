import { listParam, param, type Call, type Handler } from './call';
import { memberOf } from './formats';
import { pageBean, pageWish } from './paging';
import { findProject, projectToChange } from './projects';
import { viewComponent } from './projectViews';
import { refuse, refuseFields } from './refusal';
import { nextId, type Component, type Project } from './state';

function find(call: Call): Component {
  const id = param(call, 'id');
  const component = call.state.components.find((row) => row.id === id);
  const missing = `The component with id ${id} does not exist.`;
  if (!component) refuse(404, missing);
  findProject(call, component.project);
  return component;
}

const types = ['PROJECT_DEFAULT', 'COMPONENT_LEAD', 'PROJECT_LEAD', 'UNASSIGNED'] as const;

type Draft = Partial<Pick<Component, 'name' | 'description' | 'lead' | 'assigneeType'>>;

function readDraft(call: Call, project: Project, own?: Component): Draft {
  const { state, body } = call;
  const [name, description, lead, type] = ['name', 'description', 'leadAccountId', 'assigneeType'].map(
    (member) => memberOf(body, member),
  );
  if (name === undefined ? !own : typeof name !== 'string' || name.trim() === '' || name.length > 255) {
    refuseFields({ name: 'The component name specified is invalid - cannot be an empty string.' });
  }
  const taken = state.components.some(
    (row) => row !== own && row.project === project.id && row.name === name,
  );
  if (taken)
    refuseFields({ name: `A component with the name ${String(name)} already exists in this project.` });
  if (typeof lead === 'string' && !state.users.some(({ accountId }) => accountId === lead)) {
    refuseFields({ leadAccountId: `The user ${lead} does not exist.` });
  }
  const assigneeType = types.find((row) => row === type);
  if (type !== undefined && !assigneeType) refuseFields({ assigneeType: 'Invalid assignee type.' });
  return {
    ...(typeof name === 'string' ? { name } : {}),
    ...(typeof description === 'string' ? { description } : {}),
    ...(typeof lead === 'string' ? { lead } : {}),
    ...(assigneeType ? { assigneeType } : {}),
  };
}

const create: Handler = (call) => {
  const key = memberOf(call.body, 'project');
  if (typeof key !== 'string') refuseFields({ project: 'The project must be specified.' });
  const project = projectToChange(call, key);
  const component: Component = {
    name: '',
    description: '',
    assigneeType: 'PROJECT_DEFAULT',
    ...readDraft(call, project),
    id: nextId(call.state, 'component'),
    project: project.id,
  };
  call.state.components.push(component);
  return { status: 201, body: viewComponent(call, component) };
};

const get: Handler = (call) => ({ body: viewComponent(call, find(call)) });

const update: Handler = (call) => {
  const component = find(call);
  const project = projectToChange(call, component.project);
  return { body: viewComponent(call, Object.assign(component, readDraft(call, project, component))) };
};

const remove: Handler = (call) => {
  const { state } = call;
  const component = find(call);
  projectToChange(call, component.project);
  const target = call.query.get('moveIssuesTo');
  const other = state.components.find((row) => row.id === target && row.project === component.project);
  if (target !== null && (!other || other === component))
    refuse(404, `The component with id ${target} does not exist.`);
  state.components = state.components.filter((row) => row !== component);
  for (const issue of state.issues.filter((row) => row.components.includes(component.id))) {
    const left = issue.components.filter((id) => id !== component.id);
    issue.components = other && !left.includes(other.id) ? [...left, other.id] : left;
  }
  return { status: 204 };
};

const issueCount = ({ state }: Call, { id }: Component) =>
  state.issues.filter(({ components }) => components.includes(id)).length;

const counts: Handler = (call) => {
  const component = find(call);
  return {
    body: { self: `${call.rest}/component/${component.id}`, issueCount: issueCount(call, component) },
  };
};

const ofProject = (call: Call): Component[] => {
  const project = findProject(call, param(call, 'projectIdOrKey'));
  const query = (call.query.get('query') ?? '').toLowerCase();
  return call.state.components.filter(
    (row) => row.project === project.id && row.name.toLowerCase().includes(query),
  );
};

const list: Handler = (call) => ({ body: ofProject(call).map((row) => viewComponent(call, row)) });

const page: Handler = (call) => {
  const path = `/project/${param(call, 'projectIdOrKey')}/component`;
  return {
    body: pageBean(call, path, ofProject(call), pageWish(call, 50), (row) => ({
      ...viewComponent(call, row),
      issueCount: issueCount(call, row),
    })),
  };
};

/** Components of several projects. */
const search: Handler = (call) => {
  const projects = listParam(call, 'projectIdsOrKeys').map((name) => findProject(call, name).id);
  const rows = call.state.components.filter(
    ({ project }) => projects.length === 0 || projects.includes(project),
  );
  return { body: pageBean(call, '/component', rows, pageWish(call, 50), (row) => viewComponent(call, row)) };
};

export const componentHandlers = {
  'GET /rest/api/3/component': search,
  'POST /rest/api/3/component': create,
  'GET /rest/api/3/component/{id}': get,
  'PUT /rest/api/3/component/{id}': update,
  'DELETE /rest/api/3/component/{id}': remove,
  'GET /rest/api/3/component/{id}/relatedIssueCounts': counts,
  'GET /rest/api/3/project/{projectIdOrKey}/component': page,
  'GET /rest/api/3/project/{projectIdOrKey}/components': list,
};
