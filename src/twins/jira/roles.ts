import { param, type Call, type Handler } from './call';
import { mustAdminister } from './fieldAdmin';
import { idOf, memberOf } from './formats';
import { findProject, projectToChange } from './projects';
import { refuse } from './refusal';
import { nextId, type Project, type Role } from './state';

const noActors = () => ({ users: [] as string[], groups: [] as string[] });
const actorsOf = (project: Project, role: Role) =>
  Object.hasOwn(project.actors, role.id) ? (project.actors[role.id] ?? noActors()) : noActors();

function findRole(call: Call): Role {
  const id = param(call, 'id');
  return (
    call.state.roles.find((row) => row.id === id) ??
    refuse(404, `Can not find a project role with id '${id}'.`)
  );
}

const bare = (call: Call, { id, name, description }: Role, self = `${call.rest}/role/${id}`) => ({
  self,
  name,
  id: Number(id),
  description,
});

function viewInProject(call: Call, project: Project, role: Role) {
  const { state, rest } = call;
  const { users, groups } = actorsOf(project, role);
  const people = state.users
    .filter(({ accountId }) => users.includes(accountId))
    .map(({ accountId, displayName }, index) => ({
      id: 10000 + index,
      displayName,
      type: 'atlassian-user-role-actor',
      actorUser: { accountId },
    }));
  const teams = state.groups
    .filter(({ name, groupId }) => groups.includes(name) || groups.includes(groupId))
    .map(({ name, groupId }, index) => ({
      id: 20000 + index,
      displayName: name,
      type: 'atlassian-group-role-actor',
      name,
      actorGroup: { name, displayName: name, groupId },
    }));
  return {
    ...bare(call, role, `${rest}/project/${project.id}/role/${role.id}`),
    actors: [...people, ...teams],
  };
}

const list: Handler = (call) => ({
  body: call.state.roles.map((row) => ({ ...bare(call, row), actors: [] })),
});
const get: Handler = (call) => ({ body: { ...bare(call, findRole(call)), actors: [] } });

const create: Handler = (call) => {
  mustAdminister(call);
  const [name, description] = [memberOf(call.body, 'name'), memberOf(call.body, 'description')];
  if (typeof name !== 'string' || name.trim() === '') refuse(400, 'The name of the role is required.');
  if (call.state.roles.some((row) => row.name === name))
    refuse(409, `A project role with the name '${name}' exists already.`);
  const role = {
    id: nextId(call.state, 'role'),
    name,
    description: typeof description === 'string' ? description : '',
  };
  call.state.roles.push(role);
  return { body: { ...bare(call, role), actors: [] } };
};

const remove: Handler = (call) => {
  mustAdminister(call);
  const role = findRole(call);
  call.state.roles = call.state.roles.filter((row) => row !== role);
  for (const project of call.state.projects) delete project.actors[role.id];
  return { status: 204 };
};

const ofProject: Handler = (call) => {
  const project = findProject(call, param(call, 'projectIdOrKey'));
  const links = call.state.roles.map(
    ({ id, name }) => [name, `${call.rest}/project/${project.id}/role/${id}`] as const,
  );
  return { body: Object.fromEntries(links) };
};

const details: Handler = (call) => {
  findProject(call, param(call, 'projectIdOrKey'));
  return { body: call.state.roles.map((row) => ({ ...bare(call, row), translatedName: row.name })) };
};

const inProject: Handler = (call) => {
  const project = findProject(call, param(call, 'projectIdOrKey'));
  return { body: viewInProject(call, project, findRole(call)) };
};

const names = (value: unknown): string[] =>
  Array.isArray(value) ? value.map((item) => idOf(item) ?? '') : [];

/** People and groups of a request, all of them known. */
function actorsIn({ state }: Call, users: string[], groups: string[]) {
  const nobody = users.find((id) => !state.users.some(({ accountId }) => accountId === id));
  const noGroup = groups.find(
    (name) => !state.groups.some((row) => row.name === name || row.groupId === name),
  );
  const missing = nobody ?? noGroup;
  if (missing !== undefined) refuse(404, `'${missing}' could not be found to add to the role.`);
  if (users.length + groups.length === 0) refuse(400, 'At least one user or group is required.');
  return { users, groups };
}

const add: Handler = (call) => {
  const project = projectToChange(call, param(call, 'projectIdOrKey'));
  const role = findRole(call);
  const { body } = call;
  const given = actorsIn(call, names(memberOf(body, 'user')), [
    ...names(memberOf(body, 'group')),
    ...names(memberOf(body, 'groupId')),
  ]);
  const { users, groups } = actorsOf(project, role);
  project.actors[role.id] = {
    users: [...new Set([...users, ...given.users])],
    groups: [...new Set([...groups, ...given.groups])],
  };
  return { body: viewInProject(call, project, role) };
};

const set: Handler = (call) => {
  const project = projectToChange(call, param(call, 'projectIdOrKey'));
  const role = findRole(call);
  const given = memberOf(call.body, 'categorisedActors');
  const of = (type: string) => names(memberOf(given, `atlassian-${type}-role-actor`));
  const groups = [...of('group'), ...of('group-id').filter((name) => name !== '')];
  project.actors[role.id] = actorsIn(call, of('user'), groups);
  return { body: viewInProject(call, project, role) };
};

const drop: Handler = (call) => {
  const project = projectToChange(call, param(call, 'projectIdOrKey'));
  const role = findRole(call);
  const { users, groups } = actorsOf(project, role);
  const [user, group] = [call.query.get('user'), call.query.get('group') ?? call.query.get('groupId')];
  const isThere = users.includes(user ?? '') || groups.includes(group ?? '');
  if (!isThere) refuse(404, 'The actor is not in the role.');
  project.actors[role.id] = {
    users: users.filter((id) => id !== user),
    groups: groups.filter((name) => name !== group),
  };
  return { status: 204 };
};

export const roleHandlers = {
  'GET /rest/api/3/role': list,
  'POST /rest/api/3/role': create,
  'GET /rest/api/3/role/{id}': get,
  'DELETE /rest/api/3/role/{id}': remove,
  'GET /rest/api/3/project/{projectIdOrKey}/role': ofProject,
  'GET /rest/api/3/project/{projectIdOrKey}/roledetails': details,
  'GET /rest/api/3/project/{projectIdOrKey}/role/{id}': inProject,
  'POST /rest/api/3/project/{projectIdOrKey}/role/{id}': add,
  'PUT /rest/api/3/project/{projectIdOrKey}/role/{id}': set,
  'DELETE /rest/api/3/project/{projectIdOrKey}/role/{id}': drop,
};
