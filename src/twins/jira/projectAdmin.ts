import { flagParam, me, param, type Call, type Handler } from './call';
import { isRecord } from '../../shared/records';
import { idOf, memberOf } from './formats';
import { canGlobally } from './permission';
import { findProject, projectToChange } from './projects';
import { viewProject } from './projectViews';
import { JiraRefusal, refuse } from './refusal';
import { nextId, type JiraState, type Project } from './state';

const keyPattern = /^[A-Z][A-Z0-9_]{1,9}$/;

/** Why this cannot be the key of a new project, in Jira's words; null when it can. */
function keyProblem(state: JiraState, key: string): string | null {
  if (key === '') return 'You must specify a valid project key.';
  if (!keyPattern.test(key)) {
    return 'Project keys must start with an uppercase letter, followed by one or more uppercase alphanumeric characters.';
  }
  const owner = state.projects.find((row) => row.key === key || row.formerKeys.includes(key));
  return owner ? `Project '${owner.name}' uses this project key.` : null;
}

function nameProblem(state: JiraState, name: string, own?: Project): string | null {
  if (name.trim() === '') return 'You must specify a valid project name.';
  if (name.length > 80) return 'The project name must not exceed 80 characters in length.';
  const taken = state.projects.some((row) => row !== own && row.name.toLowerCase() === name.toLowerCase());
  return taken ? 'A project with that name already exists.' : null;
}

const validateKey: Handler = ({ state, query }) => {
  const problem = keyProblem(state, query.get('key') ?? '');
  return { body: { errorMessages: [], errors: problem === null ? {} : { projectKey: problem } } };
};

/** A key near the one that was asked for which nobody has. */
const inventKey: Handler = ({ state, query }) => {
  const wanted = (query.get('key') ?? '')
    .toUpperCase()
    .replace(/[^A-Z0-9_]/g, '')
    .replace(/^[^A-Z]+/, '');
  const stem = (wanted === '' ? 'PROJECT' : wanted.length === 1 ? `${wanted}${wanted}` : wanted).slice(0, 10);
  for (let number = 1; ; number += 1) {
    const suffix = number === 1 ? '' : String(number);
    const key = `${stem.slice(0, 10 - suffix.length)}${suffix}`;
    if (keyProblem(state, key) === null)
      return { body: JSON.stringify(key), headers: [['content-type', 'application/json']] };
  }
};

const inventName: Handler = ({ state, query }) => {
  const wanted = query.get('name') ?? refuse(400, "The parameter 'name' is required.");
  for (let number = 1; ; number += 1) {
    const suffix = number === 1 ? '' : ` ${number}`;
    const name = `${wanted.slice(0, 80 - suffix.length)}${suffix}`;
    const problem = nameProblem(state, name);
    if (problem === null)
      return { body: JSON.stringify(name), headers: [['content-type', 'application/json']] };
    if (wanted.trim() === '') refuse(404, problem);
  }
};

type Draft = Partial<
  Pick<
    Project,
    | 'name'
    | 'description'
    | 'url'
    | 'lead'
    | 'assigneeType'
    | 'category'
    | 'permissionScheme'
    | 'workflowScheme'
  >
>;

/** Reads what create and update have in common; collects what is wrong with it. */
function readDraft(call: Call, errors: Record<string, string>, own?: Project): Draft {
  const { state, body } = call;
  const draft: Draft = {};
  const text = (name: 'name' | 'description' | 'url'): void => {
    const value = memberOf(body, name);
    if (value === undefined || value === null) return;
    if (typeof value === 'string') draft[name] = value;
    else errors[name] = 'must be a string';
  };
  for (const name of ['name', 'description', 'url'] as const) text(name);
  const problem = draft.name === undefined ? null : nameProblem(state, draft.name, own);
  if (problem !== null) errors['projectName'] = problem;
  const lead = memberOf(body, 'leadAccountId');
  if (lead !== undefined && lead !== null) {
    if (state.users.some(({ accountId }) => accountId === lead)) draft.lead = lead as string;
    else errors['projectLead'] = 'You must specify a valid project lead.';
  }
  const type = memberOf(body, 'assigneeType');
  if (type === 'PROJECT_LEAD' || type === 'UNASSIGNED') draft.assigneeType = type;
  else if (type !== undefined && type !== null) errors['assigneeType'] = 'Invalid assignee type.';
  const category = idOf(memberOf(body, 'categoryId'));
  if (category !== undefined && category !== '-1') {
    if (state.projectCategories.some(({ id }) => id === category)) draft.category = category;
    else errors['categoryId'] = `Project category with id '${category}' does not exist.`;
  }
  const scheme = memberOf(body, 'permissionScheme');
  if (typeof scheme === 'number') {
    if (state.permissionSchemes.some(({ id }) => id === scheme)) draft.permissionScheme = scheme;
    else errors['permissionScheme'] = 'You must specify a valid permission scheme.';
  }
  return draft;
}

const identifiers = ({ rest }: Call, { id, key }: Project) => ({
  self: `${rest}/project/${id}`,
  id: Number(id),
  key,
});

const create: Handler = (call) => {
  const { state, body } = call;
  if (!canGlobally(call, 'CREATE_PROJECT')) refuse(403, 'You do not have permission to create projects.');
  if (!isRecord(body))
    refuse(400, 'Invalid request payload. Refer to the REST API documentation and try again.');
  const errors: Record<string, string> = {};
  const draft = readDraft(call, errors);
  const key = memberOf(body, 'key');
  const problem = keyProblem(state, typeof key === 'string' ? key : '');
  if (problem !== null) errors['projectKey'] = problem;
  if (draft.name === undefined) errors['projectName'] ??= 'You must specify a valid project name.';
  const type = memberOf(body, 'projectTypeKey') ?? 'software';
  if (type !== 'software' && type !== 'business' && type !== 'service_desk') {
    errors['projectTypeKey'] = 'Invalid project type.';
  }
  if (Object.keys(errors).length > 0) throw new JiraRefusal(400, [], errors);
  const [scheme, permissions] = [state.workflowSchemes[0]?.id, state.permissionSchemes[0]?.id];
  if (scheme === undefined || permissions === undefined) refuse(400, 'The site has no schemes.');
  const project: Project = {
    id: nextId(state, 'project'),
    key: key as string,
    name: '',
    description: '',
    lead: me(call),
    projectTypeKey: type as Project['projectTypeKey'],
    style: 'classic',
    assigneeType: 'UNASSIGNED',
    avatarId: 10400,
    url: '',
    archived: false,
    issueTypes: state.issueTypes.map(({ id }) => id),
    workflowScheme: scheme,
    permissionScheme: permissions,
    actors: { '10002': { users: [me(call)], groups: [] } },
    requiredFields: [],
    formerKeys: [],
    features: {},
    properties: {},
    lastIssue: 0,
    ...draft,
  };
  state.projects.push(project);
  return { status: 201, body: identifiers(call, project) };
};

/** Gives a project another key; its issues go with it, and the old ones still lead there. */
function rekey(state: JiraState, project: Project, key: string): void {
  project.formerKeys.push(project.key);
  for (const issue of state.issues.filter((row) => row.project === project.id)) {
    issue.formerKeys.push(issue.key);
    issue.key = issue.key.replace(/^.*-/, `${key}-`);
  }
  project.key = key;
}

const update: Handler = (call) => {
  const project = projectToChange(call, param(call, 'projectIdOrKey'));
  const errors: Record<string, string> = {};
  const draft = readDraft(call, errors, project);
  const key = memberOf(call.body, 'key');
  const isNewKey = typeof key === 'string' && key !== project.key;
  const problem = isNewKey ? keyProblem(call.state, key) : null;
  if (problem !== null) errors['projectKey'] = problem;
  if (Object.keys(errors).length > 0) throw new JiraRefusal(400, [], errors);
  Object.assign(project, draft);
  if (isNewKey) rekey(call.state, project, key);
  return { body: viewProject(call, project, []) };
};

/** Takes a project and all that is in it out of the site. */
function removeProject(state: JiraState, project: Project): void {
  const issues = new Set(state.issues.filter((row) => row.project === project.id).map(({ id }) => id));
  const elsewhere = (row: { project: string }) => row.project !== project.id;
  state.projects = state.projects.filter((row) => row !== project);
  state.issues = state.issues.filter(elsewhere);
  for (const issue of state.issues) if (issues.has(issue.parent ?? '')) delete issue.parent;
  state.links = state.links.filter(({ inward, outward }) => !issues.has(inward) && !issues.has(outward));
  state.components = state.components.filter(elsewhere);
  state.versions = state.versions.filter(elsewhere);
}

function mustAdminister(call: Call): void {
  if (!canGlobally(call, 'ADMINISTER')) refuse(401, 'You do not have permission to administer projects.');
}

const remove: Handler = (call) => {
  const project = findProject(call, param(call, 'projectIdOrKey'));
  mustAdminister(call);
  if (flagParam(call, 'enableUndo', true)) project.deletedAt = call.now;
  else removeProject(call.state, project);
  return { status: 204 };
};

/** A project, also one in the archive or the bin. */
function anyProject(call: Call): Project {
  const name = param(call, 'projectIdOrKey');
  const project = call.state.projects.find(({ id, key }) => id === name || key === name);
  return project ?? refuse(404, `No project could be found with key '${name}'.`);
}

const archive: Handler = (call) => {
  const project = findProject(call, param(call, 'projectIdOrKey'));
  mustAdminister(call);
  project.archived = true;
  return { status: 204 };
};

const restore: Handler = (call) => {
  const project = anyProject(call);
  mustAdminister(call);
  if (project.deletedAt === undefined && !project.archived)
    refuse(400, 'The project is not in the trash or the archive.');
  delete project.deletedAt;
  project.archived = false;
  return { body: viewProject(call, project, []) };
};

export const projectAdminHandlers = {
  'POST /rest/api/3/project': create,
  'PUT /rest/api/3/project/{projectIdOrKey}': update,
  'DELETE /rest/api/3/project/{projectIdOrKey}': remove,
  'POST /rest/api/3/project/{projectIdOrKey}/archive': archive,
  'POST /rest/api/3/project/{projectIdOrKey}/restore': restore,
  'GET /rest/api/3/projectvalidate/key': validateKey,
  'GET /rest/api/3/projectvalidate/validProjectKey': inventKey,
  'GET /rest/api/3/projectvalidate/validProjectName': inventName,
};
