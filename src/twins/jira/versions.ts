import { param, type Call, type Handler } from './call';
import { idOf, isDay, memberOf } from './formats';
import type { Issue } from './issueState';
import { pageBean, pageWish } from './paging';
import { findProject, projectToChange } from './projects';
import { viewVersion } from './projectViews';
import { refuse, refuseFields } from './refusal';
import { nextId, type Version } from './state';

function find(call: Call, id = param(call, 'id')): Version {
  const version = call.state.versions.find((row) => row.id === id);
  if (!version) refuse(404, `Could not find version for id '${id}'`);
  findProject(call, version.project);
  return version;
}

type Draft = Partial<
  Pick<Version, 'name' | 'description' | 'archived' | 'released' | 'startDate' | 'releaseDate'>
>;

function dayIn({ body }: Call, name: 'startDate' | 'releaseDate'): string | undefined {
  const day = memberOf(body, name);
  if (day === undefined || day === null) return undefined;
  if (!isDay(day)) refuseFields({ [name]: 'The date must be in the format yyyy-MM-dd.' });
  return day;
}

function readDraft(call: Call, project: string, own?: Version): Draft {
  const { state, body } = call;
  const [name, description, archived, released] = ['name', 'description', 'archived', 'released'].map(
    (member) => memberOf(body, member),
  );
  if (name === undefined ? !own : typeof name !== 'string' || name.trim() === '' || name.length > 255) {
    refuseFields({ name: 'You must specify a valid version name' });
  }
  if (state.versions.some((row) => row !== own && row.project === project && row.name === name)) {
    refuseFields({ name: 'A version with this name already exists in this project.' });
  }
  const [startDate, releaseDate] = [dayIn(call, 'startDate'), dayIn(call, 'releaseDate')];
  const [start, end] = [startDate ?? own?.startDate, releaseDate ?? own?.releaseDate];
  if (start !== undefined && end !== undefined && start > end) {
    refuseFields({ startDate: 'Start date must be before or equal to release date.' });
  }
  return {
    ...(typeof name === 'string' ? { name } : {}),
    ...(typeof description === 'string' ? { description } : {}),
    ...(typeof archived === 'boolean' ? { archived } : {}),
    ...(typeof released === 'boolean' ? { released } : {}),
    ...(startDate === undefined ? {} : { startDate }),
    ...(releaseDate === undefined ? {} : { releaseDate }),
  };
}

const create: Handler = (call) => {
  const { body, state } = call;
  const name = idOf(memberOf(body, 'projectId')) ?? idOf(memberOf(body, 'project'));
  if (name === undefined) refuseFields({ projectId: 'Project must be specified to create a version.' });
  const project = projectToChange(call, name);
  const version: Version = {
    name: '',
    description: '',
    archived: false,
    released: false,
    ...readDraft(call, project.id),
    id: nextId(state, 'version'),
    project: project.id,
  };
  state.versions.push(version);
  return { status: 201, body: viewVersion(call, version) };
};

const get: Handler = (call) => ({ body: viewVersion(call, find(call)) });

const replaceIn = (issue: Issue, part: 'fixVersions' | 'versions', id: string, other?: string): void => {
  if (!issue[part].includes(id)) return;
  const left = issue[part].filter((row) => row !== id);
  issue[part] = other !== undefined && !left.includes(other) ? [...left, other] : left;
};

const update: Handler = (call) => {
  const version = find(call);
  const project = projectToChange(call, version.project);
  const draft = readDraft(call, project.id, version);
  const target = memberOf(call.body, 'moveUnfixedIssuesTo');
  const other = typeof target === 'string' ? find(call, target.replace(/^.*\//, '')) : undefined;
  Object.assign(version, draft);
  const open = other ? call.state.issues.filter(({ resolution }) => resolution === null) : [];
  for (const issue of open) replaceIn(issue, 'fixVersions', version.id, other?.id);
  return { body: viewVersion(call, version) };
};

/** Takes a version out; issues that had it get others, or none. */
function drop(call: Call, version: Version, fix?: string, affected?: string): void {
  const { state } = call;
  state.versions = state.versions.filter((row) => row !== version);
  for (const issue of state.issues) {
    replaceIn(issue, 'fixVersions', version.id, fix);
    replaceIn(issue, 'versions', version.id, affected);
  }
}

function targetOf(call: Call, version: Version, id: string | undefined): string | undefined {
  if (id === undefined) return undefined;
  const other = find(call, id);
  if (other === version || other.project !== version.project)
    refuse(400, `The version '${id}' is not a valid target.`);
  return other.id;
}

const remove: Handler = (call) => {
  const version = find(call);
  projectToChange(call, version.project);
  const [fix, affected] = ['moveFixIssuesTo', 'moveAffectedIssuesTo'].map(
    (name) => call.query.get(name) ?? undefined,
  );
  drop(call, version, targetOf(call, version, fix), targetOf(call, version, affected));
  return { status: 204 };
};

const removeAndSwap: Handler = (call) => {
  const version = find(call);
  projectToChange(call, version.project);
  const [fix, affected] = ['moveFixIssuesTo', 'moveAffectedIssuesTo'].map((name) =>
    idOf(memberOf(call.body, name)),
  );
  drop(call, version, targetOf(call, version, fix), targetOf(call, version, affected));
  return { status: 204 };
};

const merge: Handler = (call) => {
  const version = find(call);
  projectToChange(call, version.project);
  const target = targetOf(call, version, param(call, 'moveIssuesTo'));
  drop(call, version, target, target);
  return { status: 204 };
};

const having = ({ state }: Call, part: 'fixVersions' | 'versions', { id }: Version): Issue[] =>
  state.issues.filter((issue) => issue[part].includes(id));

const counts: Handler = (call) => {
  const version = find(call);
  return {
    body: {
      self: `${call.rest}/version/${version.id}`,
      issuesFixedCount: having(call, 'fixVersions', version).length,
      issuesAffectedCount: having(call, 'versions', version).length,
      issueCountWithCustomFieldsShowingVersion: 0,
      customFieldUsage: [],
    },
  };
};

const unresolved: Handler = (call) => {
  const version = find(call);
  const issues = having(call, 'fixVersions', version);
  return {
    body: {
      self: `${call.rest}/version/${version.id}`,
      issuesCount: issues.length,
      issuesUnresolvedCount: issues.filter(({ resolution }) => resolution === null).length,
    },
  };
};

const ofProject = (call: Call): Version[] => {
  const project = findProject(call, param(call, 'projectIdOrKey'));
  const query = (call.query.get('query') ?? '').toLowerCase();
  const statuses = (call.query.get('status') ?? '').split(',').filter((status) => status !== '');
  const at = ({ archived, released }: Version) =>
    archived ? 'archived' : released ? 'released' : 'unreleased';
  return call.state.versions.filter(
    (row) =>
      row.project === project.id &&
      row.name.toLowerCase().includes(query) &&
      (statuses.length === 0 || statuses.includes(at(row))),
  );
};

const list: Handler = (call) => ({ body: ofProject(call).map((row) => viewVersion(call, row)) });
const page: Handler = (call) => {
  const path = `/project/${param(call, 'projectIdOrKey')}/version`;
  return { body: pageBean(call, path, ofProject(call), pageWish(call, 50), (row) => viewVersion(call, row)) };
};

const move: Handler = (call) => {
  const version = find(call);
  projectToChange(call, version.project);
  const { state, body } = call;
  const [position, after] = [memberOf(body, 'position'), memberOf(body, 'after')];
  const others = state.versions.filter((row) => row !== version);
  const own = others.filter((row) => row.project === version.project);
  const target = typeof after === 'string' ? find(call, after.replace(/^.*\//, '')) : undefined;
  const before = state.versions.filter((row) => row.project === version.project).indexOf(version);
  const places: Record<string, number> = {
    First: 0,
    Last: own.length,
    Earlier: Math.max(0, before - 1),
    Later: before + 1,
  };
  const place = target ? own.indexOf(target) + 1 : places[typeof position === 'string' ? position : ''];
  if (place === undefined) refuse(400, "Either 'position' or 'after' must be given.");
  const ordered = own.toSpliced(Math.min(place, own.length), 0, version);
  state.versions = [...others.filter((row) => row.project !== version.project), ...ordered];
  return { body: viewVersion(call, version) };
};

export const versionHandlers = {
  'POST /rest/api/3/version': create,
  'GET /rest/api/3/version/{id}': get,
  'PUT /rest/api/3/version/{id}': update,
  'DELETE /rest/api/3/version/{id}': remove,
  'PUT /rest/api/3/version/{id}/mergeto/{moveIssuesTo}': merge,
  'POST /rest/api/3/version/{id}/move': move,
  'GET /rest/api/3/version/{id}/relatedIssueCounts': counts,
  'GET /rest/api/3/version/{id}/unresolvedIssueCount': unresolved,
  'POST /rest/api/3/version/{id}/removeAndSwap': removeAndSwap,
  'GET /rest/api/3/project/{projectIdOrKey}/version': page,
  'GET /rest/api/3/project/{projectIdOrKey}/versions': list,
};
