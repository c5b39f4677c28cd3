import { listParam, param, type Call, type Handler } from './call';
import { createFields, fieldMeta, typesOf } from './fieldMeta';
import { cut, pageWish, type PageWish } from './paging';
import { can, visibleProjects } from './permission';
import { findProject } from './projects';
import { refuse } from './refusal';
import type { IssueType, Project } from './state';
import { projectInside, viewIssueType } from './views';

const most = 200;

/** A page of create metadata; a larger one than 200 is refused, not cut. */
function metaPage(call: Call): PageWish {
  const wish = pageWish(call, 50, Number.MAX_SAFE_INTEGER);
  if (wish.maxResults > most) refuse(400, `Parameter 'maxResults' must not exceed the limit '${most}'`);
  return wish;
}

function projectForCreate(call: Call): Project {
  const project = findProject(call, param(call, 'projectIdOrKey'));
  if (!can(call, 'CREATE_ISSUES', project))
    refuse(404, `No project could be found with key '${project.key}'.`);
  return project;
}

const fieldsFor = (call: Call, project: Project, type: IssueType) => {
  const place = { call, project, issuetype: type.id, issue: null };
  return createFields(place).map(([id, required]) => ({ fieldId: id, ...fieldMeta(place, id, required) }));
};

const page = (items: readonly unknown[], wish: PageWish, name: string) => ({
  startAt: wish.startAt,
  maxResults: wish.maxResults,
  total: items.length,
  [name]: cut(items, wish),
});

export const issueTypes: Handler = (call) => {
  const wish = metaPage(call);
  const project = projectForCreate(call);
  const types = typesOf({ call, project }).map((type) => ({
    ...viewIssueType(call, type),
    untranslatedName: type.name,
  }));
  return { body: page(types, wish, 'issueTypes') };
};

export const fields: Handler = (call) => {
  const wish = metaPage(call);
  const project = projectForCreate(call);
  const id = param(call, 'issueTypeId');
  const type = typesOf({ call, project }).find((row) => row.id === id);
  if (!type) refuse(404, `No issue type could be found with id '${id}' in the project.`);
  return { body: page(fieldsFor(call, project, type), wish, 'fields') };
};

/** The older form, everything at once. */
export const all: Handler = (call) => {
  const [ids, keys, typeIds, typeNames] = ['projectIds', 'projectKeys', 'issuetypeIds', 'issuetypeNames'].map(
    (name) => listParam(call, name),
  );
  const withFields = listParam(call, 'expand').includes('projects.issuetypes.fields');
  const some = (list: string[] | undefined, value: string) => !list?.length || list.includes(value);
  const projects = visibleProjects(call).filter(
    (project) => some(ids, project.id) && some(keys, project.key) && can(call, 'CREATE_ISSUES', project),
  );
  const view = (project: Project, type: IssueType) => ({
    ...viewIssueType(call, type),
    ...(withFields
      ? {
          expand: 'fields',
          fields: Object.fromEntries(fieldsFor(call, project, type).map((row) => [row.fieldId, row])),
        }
      : {}),
  });
  const shown = projects.map((project) => {
    const { self, id, key, name, avatarUrls } = projectInside(call, project);
    const types = typesOf({ call, project }).filter(
      (type) => some(typeIds, type.id) && some(typeNames, type.name),
    );
    return { self, id, key, name, avatarUrls, issuetypes: types.map((type) => view(project, type)) };
  });
  return { body: { expand: 'projects', projects: shown } };
};
