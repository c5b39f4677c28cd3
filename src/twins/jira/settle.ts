import { groups as defaultGroups, me, myAccountId } from './defaults';
import { accessLife, defaultScopes, firstGrant } from './oauthTokens';
import { badSeed, defaultContext, isoOf, named, raise } from './seeding';
import { settleIssues } from './settleIssues';
import { nextId, nextNumber, type JiraState, type Project, type Site } from './state';

/** Gives ids to the rows that have none; later ones follow the highest. */
function number<T extends { id?: string | undefined }>(site: Site, kind: string, rows: T[]) {
  raise(site, kind, rows);
  return rows.map((row) => ({ ...row, id: row.id ?? nextId(site, kind) }));
}

/** The same for things whose ids are numbers. */
function count<T extends { id?: number | undefined }>(site: Site, kind: string, rows: T[]) {
  raise(site, kind, rows);
  return rows.map((row) => ({ ...row, id: row.id ?? nextNumber(site, kind) }));
}

const uuid = (kind: number, number: number) =>
  `${String(kind).padStart(8, '0')}-0000-4000-8000-${String(number).padStart(12, '0')}`;

type Workflows = Pick<JiraState, 'statuses' | 'workflows' | 'workflowSchemes' | 'resolutions'>;

function settleWorkflows(site: Site): Workflows {
  const statuses = number(site, 'status', site.statuses);
  const resolutions = number(site, 'resolution', site.resolutions);
  const status = (value: string) => named(statuses, value, 'status').id;
  const workflows = site.workflows.map((workflow, index) => ({
    ...workflow,
    id: workflow.id ?? uuid(1, index),
    statuses: workflow.statuses.map(status),
    transitions: workflow.transitions.map((transition, place) => ({
      ...transition,
      id: transition.id ?? String(place * 10 + 1),
      from: transition.from.map(status),
      to: status(transition.to),
      ...(transition.resolution
        ? { resolution: named(resolutions, transition.resolution, 'resolution').id }
        : {}),
    })),
  }));
  for (const { name, transitions } of workflows) {
    if (!transitions.some(({ initial }) => initial))
      badSeed(`the workflow ${name} has no initial transition`);
    if (new Set(transitions.map(({ id }) => id)).size < transitions.length) {
      badSeed(`two transitions of the workflow ${name} have one id`);
    }
  }
  const workflowSchemes = number(site, 'workflowScheme', site.workflowSchemes);
  for (const { defaultWorkflow, issueTypeMappings } of workflowSchemes) {
    for (const name of [defaultWorkflow, ...Object.values(issueTypeMappings)])
      named(workflows, name, 'workflow');
  }
  return { statuses, resolutions, workflows, workflowSchemes };
}

function settleFields(site: Site): Pick<JiraState, 'customFields' | 'screens'> {
  const bare = site.customFields.map(({ id }) => ({ id: id?.replace('customfield_', '') }));
  raise(site, 'field', bare);
  raise(
    site,
    'context',
    site.customFields.flatMap(({ contexts }) => contexts),
  );
  raise(
    site,
    'option',
    site.customFields.flatMap(({ contexts }) => contexts.flatMap(({ options }) => options)),
  );
  const customFields = site.customFields.map((field) => ({
    ...field,
    id: field.id ?? `customfield_${nextId(site, 'field')}`,
    contexts: (field.contexts.length > 0 ? field.contexts : [defaultContext(field.name)]).map((context) => ({
      ...context,
      id: context.id ?? nextId(site, 'context'),
      options: context.options.map((option) => ({ ...option, id: option.id ?? nextId(site, 'option') })),
    })),
  }));
  raise(
    site,
    'tab',
    site.screens.flatMap(({ tabs }) => tabs),
  );
  const screens = count(site, 'screen', site.screens).map((screen) => ({
    ...screen,
    tabs: screen.tabs.map((tab) => ({ ...tab, id: tab.id ?? nextNumber(site, 'tab') })),
  }));
  return { customFields, screens };
}

type Directory = Pick<JiraState, 'groups' | 'users'>;

/** Groups of a site that names none: the default ones, with those of their people whom the site has. */
const usualGroups = ({ me: own }: Site, isKnown: (id: string) => boolean) =>
  defaultGroups.map((group) => {
    const members = group.members.map((member) => (member === myAccountId ? own : member));
    return { ...group, members: [...new Set(members)].filter(isKnown) };
  });

function settlePeople(site: Site): Directory & { needUser: (id: string, where: string) => string } {
  const users = [...site.users];
  if (!users.some(({ accountId }) => accountId === site.me)) users.push({ ...me, accountId: site.me });
  const known = new Set(users.map(({ accountId }) => accountId));
  if (known.size < users.length) badSeed('two users have one accountId');
  const isKnown = (id: string) => known.has(id);
  const needUser = (id: string, where: string) => {
    if (!isKnown(id)) badSeed(`${where} names the user ${id}, who is not among the users`);
    return id;
  };
  const groups = (site.groups ?? usualGroups(site, isKnown)).map((group, index) => ({
    ...group,
    groupId: group.groupId ?? uuid(2, index),
    members: group.members.map((member) => needUser(member, `group ${group.name}`)),
  }));
  for (const { user } of [...site.tokens, ...site.grants]) needUser(user, 'a token');
  return { users, groups, needUser };
}

type Projects = Pick<
  JiraState,
  'issueTypes' | 'permissionSchemes' | 'roles' | 'projectCategories' | 'projects' | 'components' | 'versions'
>;

function settleProjects(
  site: Site,
  schemes: JiraState['workflowSchemes'],
  needUser: (id: string, where: string) => string,
): Projects {
  const issueTypes = number(site, 'issueType', site.issueTypes);
  const roles = number(site, 'role', site.roles);
  const projectCategories = number(site, 'category', site.projectCategories);
  raise(
    site,
    'permission',
    site.permissionSchemes.flatMap(({ permissions }) => permissions),
  );
  const permissionSchemes = count(site, 'permissionScheme', site.permissionSchemes).map((scheme) => ({
    ...scheme,
    permissions: scheme.permissions.map((grant) => ({
      ...grant,
      id: grant.id ?? nextNumber(site, 'permission'),
    })),
  }));
  const projects = number(site, 'project', site.projects).map((project): Project => ({
    ...project,
    name: project.name ?? project.key,
    lead: needUser(project.lead ?? site.me, `project ${project.key}`),
    issueTypes:
      project.issueTypes?.map((type) => named(issueTypes, type, 'issue type').id) ??
      issueTypes.map(({ id }) => id),
    workflowScheme: project.workflowScheme
      ? named(schemes, project.workflowScheme, 'workflow scheme').id
      : (schemes[0]?.id ?? badSeed('there is no workflow scheme')),
    permissionScheme: named(
      permissionSchemes,
      project.permissionScheme ?? permissionSchemes[0]?.id ?? 0,
      'permission scheme',
    ).id,
    actors:
      Object.keys(project.actors).length > 0 ? project.actors : { '10002': { users: [site.me], groups: [] } },
    ...(project.category
      ? { category: named(projectCategories, project.category, 'project category').id }
      : {}),
  }));
  for (const { key } of projects) {
    if (!/^[A-Z][A-Z0-9_]{1,9}$/.test(key)) badSeed(`${JSON.stringify(key)} is no key of a project`);
  }
  if (new Set(projects.map(({ key }) => key)).size < projects.length) badSeed('two projects have one key');
  const projectOf = (value: string) => named(projects, value, 'project').id;
  const inProject = <T extends { project: string }>(row: T) => ({ ...row, project: projectOf(row.project) });
  return {
    issueTypes,
    roles,
    projectCategories,
    permissionSchemes,
    projects,
    components: number(site, 'component', site.components).map(inProject),
    versions: number(site, 'version', site.versions).map(inProject),
  };
}

type Views = Pick<JiraState, 'filters' | 'dashboards' | 'boards' | 'sprints' | 'webhooks'>;
type SeededShare = Site['filters'][number]['sharePermissions'][number];

function settleViews(site: Site, now: number): Views {
  const owned = [...site.filters, ...site.dashboards];
  raise(
    site,
    'share',
    owned.flatMap((row) => [...row.sharePermissions, ...row.editPermissions]),
  );
  const shares = (rows: SeededShare[]) =>
    rows.map((row) => ({ ...row, id: row.id ?? nextNumber(site, 'share') }));
  const shared = <
    T extends { owner?: string | undefined; sharePermissions: SeededShare[]; editPermissions: SeededShare[] },
  >(
    row: T,
  ) => ({
    ...row,
    owner: row.owner ?? site.me,
    sharePermissions: shares(row.sharePermissions),
    editPermissions: shares(row.editPermissions),
  });
  raise(
    site,
    'gadget',
    site.dashboards.flatMap(({ gadgets }) => gadgets),
  );
  const dashboards = number(site, 'dashboard', site.dashboards).map((row) => ({
    ...shared(row),
    gadgets: row.gadgets.map((gadget) => ({ ...gadget, id: gadget.id ?? nextNumber(site, 'gadget') })),
  }));
  site.counters['board'] ??= 0;
  site.counters['sprint'] ??= 0;
  const boards = count(site, 'board', site.boards);
  const at = (value: string | undefined) => (value === undefined ? {} : { value: isoOf(value) });
  const sprints = count(site, 'sprint', site.sprints).map((sprint) => {
    if (!boards.some(({ id }) => id === sprint.board)) badSeed(`sprint ${sprint.name} is on no board`);
    const { startDate, endDate, completeDate } = sprint;
    return {
      ...sprint,
      createdDate: isoOf(sprint.createdDate ?? now),
      ...(startDate ? { startDate: at(startDate).value } : {}),
      ...(endDate ? { endDate: at(endDate).value } : {}),
      ...(completeDate ? { completeDate: at(completeDate).value } : {}),
    };
  });
  const month = 30 * 24 * 3_600_000;
  return {
    filters: number(site, 'filter', site.filters).map(shared),
    dashboards,
    boards,
    sprints,
    webhooks: count(site, 'webhook', site.webhooks).map((hook) => ({
      ...hook,
      expirationDate: isoOf(hook.expirationDate ?? now + month),
    })),
  };
}

/** Fills what a seed left open and checks that its parts know each other. */
export function settle(site: Site, now: number): JiraState {
  if (!site.grants.some(({ id }) => id === firstGrant)) {
    site.grants.push({
      id: firstGrant,
      user: site.me,
      scopes: defaultScopes,
      generation: 0,
      expires: { 0: now + accessLife },
      code: null,
    });
  }
  const { needUser, ...people } = settlePeople(site);
  const workflows = settleWorkflows(site);
  const projects = settleProjects(site, workflows.workflowSchemes, needUser);
  const priorities = number(site, 'priority', site.priorities);
  const linkTypes = number(site, 'linkType', site.linkTypes);
  const rest = { ...people, ...workflows, ...projects, priorities, linkTypes };
  const base = { ...site, ...rest, ...settleFields(site), ...settleViews(site, now) };
  return { ...base, ...settleIssues(base, now, needUser) };
}
