import { canSee, flagParam, listParam, param, type Call, type Handler } from './call';
import { mustAdminister } from './fieldAdmin';
import { memberOf } from './formats';
import { pageBean, pageWish } from './paging';
import { findProject } from './projects';
import { refuse, refuseFields } from './refusal';
import { nextId, type PermissionScheme, type ProjectCategory, type Workflow } from './state';
import * as views from './views';

// The lists of a site that change seldom: statuses, types, priorities, resolutions, categories, schemes, workflows.

/** The row of the path, by id or by name. */
function rowOfPath<T extends { id: string; name: string }>(
  call: Call,
  rows: readonly T[],
  name: string,
  what: string,
): T {
  const wanted = param(call, name);
  const row =
    rows.find(({ id }) => id === wanted) ??
    rows.find((candidate) => candidate.name.toLowerCase() === wanted.toLowerCase());
  return row ?? refuse(404, `The ${what} '${wanted}' does not exist.`);
}

const status: Handler = (call) => ({
  body: views.viewStatus(call, rowOfPath(call, call.state.statuses, 'idOrName', 'status')),
});

const statusCategory: Handler = (call) => {
  const wanted = param(call, 'idOrKey');
  const categories = views.categoryKeys.map((key) => views.viewCategory(call, key));
  const found = categories.find(({ id, key }) => key === wanted || String(id) === wanted);
  return { body: found ?? refuse(404, `The status category '${wanted}' does not exist.`) };
};

const categoryNames = { new: 'TODO', indeterminate: 'IN_PROGRESS', done: 'DONE', undefined: 'TODO' };
const inStatuses = ({ id, name, description, category }: Call['state']['statuses'][number]) => ({
  id,
  name,
  description,
  statusCategory: categoryNames[category],
  scope: { type: 'GLOBAL' },
  usages: [],
});

const searchStatuses: Handler = (call) => {
  mustAdminister(call);
  const text = (call.query.get('searchString') ?? '').toLowerCase();
  const category = call.query.get('statusCategory');
  const rows = call.state.statuses.filter(
    (row) =>
      row.name.toLowerCase().includes(text) &&
      (category === null || categoryNames[row.category] === category),
  );
  return { body: pageBean(call, '/statuses/search', rows, pageWish(call, 200), inStatuses) };
};

const statusesById: Handler = (call) => {
  mustAdminister(call);
  const ids = listParam(call, 'id');
  if (ids.length === 0) refuse(400, 'At least one status id is required.');
  return { body: call.state.statuses.filter(({ id }) => ids.includes(id)).map(inStatuses) };
};

const issueType: Handler = (call) => ({
  body: views.viewIssueType(call, rowOfPath(call, call.state.issueTypes, 'id', 'issue type')),
});

const issueTypesOfProject: Handler = (call) => {
  const project = findProject(
    call,
    call.query.get('projectId') ?? refuse(400, "The parameter 'projectId' is required."),
  );
  const level = call.query.get('level');
  const types = call.state.issueTypes.filter(
    ({ id, hierarchyLevel }) =>
      project.issueTypes.includes(id) && (level === null || String(hierarchyLevel) === level),
  );
  return { body: types.map((row) => views.viewIssueType(call, row)) };
};

const createIssueType: Handler = (call) => {
  mustAdminister(call);
  const { state, body } = call;
  const [name, description, level, type] = ['name', 'description', 'hierarchyLevel', 'type'].map((member) =>
    memberOf(body, member),
  );
  if (typeof name !== 'string' || name.trim() === '' || name.length > 60)
    refuseFields({ name: 'You must specify a name.' });
  if (state.issueTypes.some((row) => row.name.toLowerCase() === name.toLowerCase())) {
    refuse(409, `An issue type with the name '${name}' exists already.`);
  }
  const row = {
    id: nextId(state, 'issueType'),
    name,
    description: typeof description === 'string' ? description : '',
    hierarchyLevel: level === -1 || type === 'subtask' ? -1 : 0,
    avatarId: 10318,
    properties: {},
  };
  state.issueTypes.push(row);
  return { status: 201, body: views.viewIssueType(call, row) };
};

const wholePriority = (call: Call, row: Call['state']['priorities'][number]) => ({
  ...views.viewPriority(call, row),
  description: row.description,
  statusColor: row.statusColor,
  isDefault: row.isDefault,
});

const priority: Handler = (call) => ({
  body: wholePriority(call, rowOfPath(call, call.state.priorities, 'id', 'priority')),
});

const searchPriorities: Handler = (call) => {
  const ids = listParam(call, 'id');
  const onlyDefault = flagParam(call, 'onlyDefault');
  const rows = call.state.priorities.filter(
    ({ id, isDefault }) => (ids.length === 0 || ids.includes(id)) && (!onlyDefault || isDefault),
  );
  return {
    body: pageBean(call, '/priority/search', rows, pageWish(call, 50), (row) => wholePriority(call, row)),
  };
};

const resolution: Handler = (call) => ({
  body: views.viewResolution(call, rowOfPath(call, call.state.resolutions, 'id', 'resolution')),
});

const searchResolutions: Handler = (call) => {
  const ids = listParam(call, 'id');
  const rows = call.state.resolutions.filter(({ id }) => ids.length === 0 || ids.includes(id));
  return {
    body: pageBean(call, '/resolution/search', rows, pageWish(call, 50), ({ id, name, description }) => ({
      id,
      name,
      description,
      isDefault: false,
    })),
  };
};

const labels: Handler = (call) => {
  const seen = call.state.issues.filter((issue) => canSee(call, issue)).flatMap((issue) => issue.labels);
  const rows = [...new Set(seen)].toSorted();
  return { body: pageBean(call, '/label', rows, pageWish(call, 1000), (label) => label) };
};

const viewCategory = (call: Call, { id, name, description }: ProjectCategory) => ({
  self: `${call.rest}/projectCategory/${id}`,
  id,
  name,
  description,
});

const projectCategories: Handler = (call) => ({
  body: call.state.projectCategories.map((row) => viewCategory(call, row)),
});
const projectCategory: Handler = (call) => ({
  body: viewCategory(call, rowOfPath(call, call.state.projectCategories, 'id', 'project category')),
});

const createCategory: Handler = (call) => {
  mustAdminister(call);
  const [name, description] = [memberOf(call.body, 'name'), memberOf(call.body, 'description')];
  if (typeof name !== 'string' || name.trim() === '')
    refuse(400, 'The name of the project category is required.');
  const rows = call.state.projectCategories;
  if (rows.some((row) => row.name === name)) refuse(409, `The project category name '${name}' is in use.`);
  const row = {
    id: nextId(call.state, 'category'),
    name,
    description: typeof description === 'string' ? description : '',
  };
  rows.push(row);
  return { status: 201, body: viewCategory(call, row) };
};

const removeCategory: Handler = (call) => {
  mustAdminister(call);
  const row = rowOfPath(call, call.state.projectCategories, 'id', 'project category');
  call.state.projectCategories = call.state.projectCategories.filter((other) => other !== row);
  for (const project of call.state.projects) if (project.category === row.id) delete project.category;
  return { status: 204 };
};

const configuration: Handler = ({ state }) => {
  const { votingEnabled, watchingEnabled, unassignedIssuesAllowed, workingDaysPerWeek, workingHoursPerDay } =
    state.settings;
  return {
    body: {
      votingEnabled,
      watchingEnabled,
      unassignedIssuesAllowed,
      subTasksEnabled: true,
      issueLinkingEnabled: true,
      timeTrackingEnabled: true,
      attachmentsEnabled: true,
      timeTrackingConfiguration: {
        workingHoursPerDay,
        workingDaysPerWeek,
        timeFormat: 'pretty',
        defaultUnit: 'minute',
      },
    },
  };
};

function viewScheme(call: Call, scheme: PermissionScheme, withPermissions: boolean) {
  const self = `${call.rest}/permissionscheme/${scheme.id}`;
  const { id, name, description, permissions } = scheme;
  const grants = permissions.map((grant) => ({
    id: grant.id,
    self: `${self}/permission/${grant.id}`,
    holder: { ...grant.holder, expand: 'user,group,projectRole,field,all' },
    permission: grant.permission,
  }));
  return {
    expand: 'permissions,user,group,projectRole,field,all',
    id,
    self,
    name,
    description,
    ...(withPermissions ? { permissions: grants } : {}),
  };
}

const withPermissions = (call: Call): boolean =>
  listParam(call, 'expand').some((name) =>
    ['permissions', 'all', 'user', 'group', 'projectRole'].includes(name),
  );

const permissionSchemes: Handler = (call) => ({
  body: {
    permissionSchemes: call.state.permissionSchemes.map((row) =>
      viewScheme(call, row, withPermissions(call)),
    ),
  },
});

const permissionScheme: Handler = (call) => {
  const id = param(call, 'schemeId');
  const scheme = call.state.permissionSchemes.find((row) => String(row.id) === id);
  return {
    body: viewScheme(
      call,
      scheme ?? refuse(404, `The permission scheme with id ${id} does not exist.`),
      withPermissions(call),
    ),
  };
};

const schemeOfProject: Handler = (call) => {
  const project = findProject(call, param(call, 'projectKeyOrId'));
  return {
    body: viewScheme(
      call,
      views.rowOf(call.state.permissionSchemes, project.permissionScheme),
      withPermissions(call),
    ),
  };
};

function viewWorkflow(call: Call, workflow: Workflow) {
  const expand = listParam(call, 'expand');
  const { id, name, description, isDefault, statuses, transitions } = workflow;
  const type = (initial: boolean, from: string[]) =>
    initial ? 'initial' : from.length === 0 ? 'global' : 'directed';
  return {
    id: { name, entityId: id },
    description,
    isDefault,
    ...(expand.includes('statuses')
      ? {
          statuses: statuses.map((row) => ({
            id: row,
            name: views.statusOf(call.state, row).name,
            properties: {},
          })),
        }
      : {}),
    ...(expand.includes('transitions')
      ? {
          transitions: transitions.map((row) => ({
            id: row.id,
            name: row.name,
            description: row.description,
            from: row.from,
            to: row.to,
            type: type(row.initial, row.from),
          })),
        }
      : {}),
  };
}

const workflows: Handler = (call) => {
  mustAdminister(call);
  const names = call.query.getAll('workflowName');
  const text = (call.query.get('queryString') ?? '').toLowerCase();
  const rows = call.state.workflows.filter(
    ({ name }) => (names.length === 0 || names.includes(name)) && name.toLowerCase().includes(text),
  );
  return {
    body: pageBean(call, '/workflow/search', rows, pageWish(call, 50), (row) => viewWorkflow(call, row)),
  };
};

const viewWorkflowScheme = (
  call: Call,
  { id, name, description, defaultWorkflow, issueTypeMappings }: Call['state']['workflowSchemes'][number],
) => ({
  id: Number(id),
  name,
  description,
  defaultWorkflow,
  issueTypeMappings,
  draft: false,
  self: `${call.rest}/workflowscheme/${id}`,
});

const workflowSchemes: Handler = (call) => {
  mustAdminister(call);
  const rows = call.state.workflowSchemes;
  return {
    body: pageBean(call, '/workflowscheme', rows, pageWish(call, 50), (row) => viewWorkflowScheme(call, row)),
  };
};
const workflowScheme: Handler = (call) => {
  mustAdminister(call);
  return {
    body: viewWorkflowScheme(call, rowOfPath(call, call.state.workflowSchemes, 'id', 'workflow scheme')),
  };
};

const projectTypes = [
  {
    key: 'software',
    formattedKey: 'Software',
    descriptionI18nKey: 'jira.project.type.software.description',
    color: '#F5F5F5',
    icon: '',
  },
  {
    key: 'business',
    formattedKey: 'Business',
    descriptionI18nKey: 'jira.project.type.business.description',
    color: '#F5F5F5',
    icon: '',
  },
  {
    key: 'service_desk',
    formattedKey: 'Service Desk',
    descriptionI18nKey: 'jira.project.type.servicedesk.description',
    color: '#F5F5F5',
    icon: '',
  },
];
const listProjectTypes: Handler = () => ({ body: projectTypes });
const projectType: Handler = (call) => {
  const key = param(call, 'projectTypeKey');
  return {
    body:
      projectTypes.find((row) => row.key === key) ?? refuse(404, `The project type '${key}' does not exist.`),
  };
};

export const catalogueHandlers = {
  'GET /rest/api/3/status/{idOrName}': status,
  'GET /rest/api/3/statuscategory/{idOrKey}': statusCategory,
  'GET /rest/api/3/statuses': statusesById,
  'GET /rest/api/3/statuses/search': searchStatuses,
  'POST /rest/api/3/issuetype': createIssueType,
  'GET /rest/api/3/issuetype/project': issueTypesOfProject,
  'GET /rest/api/3/issuetype/{id}': issueType,
  'GET /rest/api/3/priority/search': searchPriorities,
  'GET /rest/api/3/priority/{id}': priority,
  'GET /rest/api/3/resolution/search': searchResolutions,
  'GET /rest/api/3/resolution/{id}': resolution,
  'GET /rest/api/3/label': labels,
  'GET /rest/api/3/projectCategory': projectCategories,
  'POST /rest/api/3/projectCategory': createCategory,
  'GET /rest/api/3/projectCategory/{id}': projectCategory,
  'DELETE /rest/api/3/projectCategory/{id}': removeCategory,
  'GET /rest/api/3/project/type': listProjectTypes,
  'GET /rest/api/3/project/type/{projectTypeKey}': projectType,
  'GET /rest/api/3/configuration': configuration,
  'GET /rest/api/3/permissionscheme': permissionSchemes,
  'GET /rest/api/3/permissionscheme/{schemeId}': permissionScheme,
  'GET /rest/api/3/project/{projectKeyOrId}/permissionscheme': schemeOfProject,
  'GET /rest/api/3/workflow/search': workflows,
  'GET /rest/api/3/workflowscheme': workflowSchemes,
  'GET /rest/api/3/workflowscheme/{id}': workflowScheme,
};
