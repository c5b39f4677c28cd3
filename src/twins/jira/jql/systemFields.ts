import { secondsOf } from '../durations';
import type { Issue } from '../issueState';
import type { JiraState } from '../state';
import { same } from './context';
import type { NumberField, SearchField, SetField, TimeField, ValueType } from './fieldTypes';
import { byNameOrId, issuesOf, projectsOf, usersOf } from './lookup';
import { textFields } from './textFields';

// The fields of the system that JQL knows.

const java = (name: string) => `com.atlassian.jira.${name}`;
const one = (id: string | null | undefined): string[] => (id === null || id === undefined ? [] : [id]);
const time = (iso: string | null): number | null => (iso === null ? null : Date.parse(iso));

interface Named {
  id: string;
  name: string;
}
const indexOf = (rows: readonly Named[], id: string): number => rows.findIndex((row) => row.id === id);
const nameOf = (rows: readonly Named[], id: string | null): string | null =>
  rows.find((row) => row.id === id)?.name.toLowerCase() ?? null;
const personName = ({ users }: JiraState, id: string | null): string | null =>
  users.find(({ accountId }) => accountId === id)?.displayName.toLowerCase() ?? null;

const user = (
  names: string[],
  valuesOf: (issue: Issue) => readonly string[],
  more: Partial<SetField> = {},
): SetField => ({
  kind: 'set',
  names,
  valueType: 'user',
  javaType: java('user.ApplicationUser'),
  values: valuesOf,
  resolve: (text, _, context) => usersOf(context, text),
  sort: (issue, state) => personName(state, valuesOf(issue)[0] ?? null),
  ...more,
});

const rows = (
  names: string[],
  valueType: ValueType,
  table: (state: JiraState) => readonly Named[],
  values: (issue: Issue) => readonly string[],
  more: Partial<SetField> & { javaType: string },
): SetField => ({
  kind: 'set',
  names,
  valueType,
  values,
  resolve: (text, isNumber, { state }) => byNameOrId(table(state), text, isNumber),
  sort: (issue, state) => nameOf(table(state), values(issue)[0] ?? null),
  ...more,
});

/** Versions have an order within their project; the state lists them in it. */
const version = (names: string[], part: 'fixVersions' | 'versions', history?: string): SetField =>
  rows(
    names,
    'version',
    ({ versions }) => versions,
    (issue) => issue[part],
    {
      javaType: java('project.version.Version'),
      compare: (own, other, { versions }) => {
        const [a, b] = [own, other].map((id) => versions.find((row) => row.id === id));
        return a && b && a.project === b.project ? versions.indexOf(a) - versions.indexOf(b) : undefined;
      },
      like: (issue, { versions }) =>
        versions.filter(({ id }) => issue[part].includes(id)).map(({ name }) => name),
      sort: (issue, { versions }) =>
        issue[part][0] === undefined ? null : indexOf(versions, issue[part][0]),
      ...(history === undefined ? {} : { history }),
    },
  );

const point = (names: string[], value: (issue: Issue) => string | null): TimeField => ({
  kind: 'time',
  names,
  javaType: 'java.util.Date',
  value: (issue) => time(value(issue)),
  sort: (issue) => time(value(issue)),
  isDescending: true,
});

const duration = (names: string[], value: (issue: Issue) => number | null): NumberField => ({
  kind: 'number',
  names,
  javaType: java('jql.util.Duration'),
  value,
  read: (said, { settings }) => secondsOf(settings, said),
  invalid: (said, field) =>
    `The value '${said}' for field '${field}' is invalid. Please specify a positive duration format; for example: '1h 30m', '2d'.`,
  sort: value,
});
const count = (name: string, value: (issue: Issue) => number, noun: string): NumberField => ({
  kind: 'number',
  names: [name],
  javaType: 'java.lang.Number',
  value,
  read: (said) => (/^\d{1,9}$/.test(said) ? Number(said) : null),
  invalid: (said, field) =>
    `Value '${said}' is invalid for the '${field}' field. ${noun} must be a positive whole number.`,
  canBeEmpty: false,
  sort: value,
  isDescending: true,
});

const spent = ({ worklogs }: Issue): number | null =>
  worklogs.length === 0 ? null : worklogs.reduce((sum, log) => sum + log.timeSpentSeconds, 0);

const keyParts = (key: string): [project: string, number: number] => {
  const dash = key.lastIndexOf('-');
  return [key.slice(0, dash), Number(key.slice(dash + 1))];
};
/** Keys in the order of their numbers, as text. */
export const sortableKey = (key: string): string => {
  const [project, number] = keyParts(key);
  return `${project} ${String(number).padStart(12, '0')}`;
};

const issueKey: SetField = {
  kind: 'set',
  names: ['issuekey', 'key', 'issue', 'id'],
  valueType: 'issue',
  javaType: java('issue.Issue'),
  values: ({ id }) => [id],
  resolve: (said, _, context) => issuesOf(context, said),
  missing: (said, field, isNumber) => {
    if (isNumber) return `A value with ID '${said}' does not exist for the field '${field}'.`;
    return /^[a-z][a-z0-9_]*-\d+$/i.test(said)
      ? `An issue with key '${said}' does not exist for field '${field}'.`
      : `The issue key '${said}' for field '${field}' is invalid.`;
  },
  compare: (own, other, { issues }) => {
    const [a, b] = [own, other].map((id) => issues.find((issue) => issue.id === id)?.key);
    if (a === undefined || b === undefined) return undefined;
    const [[ownProject, ownNumber], [project, number]] = [keyParts(a), keyParts(b)];
    return ownProject === project ? ownNumber - number : undefined;
  },
  sort: ({ key }) => sortableKey(key),
};

/** Names of a status category: on screen, and its key. */
const categoryNames: readonly (readonly [id: string, ...names: string[]])[] = [
  ['undefined', 'No Category', '1'],
  ['new', 'To Do', '2'],
  ['done', 'Done', 'Complete', '3'],
  ['indeterminate', 'In Progress', '4'],
];

const statusCategory: SetField = {
  kind: 'set',
  names: ['statusCategory'],
  valueType: 'other',
  javaType: java('issue.status.category.StatusCategory'),
  values: ({ status }, { statuses }) => one(statuses.find(({ id }) => id === status)?.category),
  resolve: (said) =>
    categoryNames.filter((names) => names.some((name) => same(name, said))).map(([id]) => id),
  canBeEmpty: false,
  sort: ({ status }, { statuses }) => {
    const category = statuses.find(({ id }) => id === status)?.category;
    return categoryNames.findIndex(([id]) => id === category);
  },
};

const issueLinkType: SetField = {
  kind: 'set',
  names: ['issueLinkType', 'issueLink'],
  valueType: 'other',
  javaType: java('issue.link.IssueLinkType'),
  values: ({ id }, { links, linkTypes }) =>
    links.flatMap(({ type, inward, outward }) => {
      const row = linkTypes.find((candidate) => candidate.id === type);
      if (!row) return [];
      return [
        ...(inward === id ? [row.outward.toLowerCase()] : []),
        ...(outward === id ? [row.inward.toLowerCase()] : []),
      ];
    }),
  resolve: (said, _, { state }) => [
    ...new Set(
      state.linkTypes.flatMap(({ name, inward, outward }) => {
        const ends = [inward.toLowerCase(), outward.toLowerCase()];
        return same(name, said) ? ends : ends.filter((end) => same(end, said));
      }),
    ),
  ],
};

const category: SetField = {
  kind: 'set',
  names: ['category'],
  valueType: 'category',
  javaType: java('project.ProjectCategory'),
  values: ({ project }, { projects }) => one(projects.find(({ id }) => id === project)?.category),
  resolve: (said, isNumber, { state }) => byNameOrId(state.projectCategories, said, isNumber),
};

const projectType: SetField = {
  kind: 'set',
  names: ['projectType'],
  valueType: 'other',
  javaType: java('project.type.ProjectType'),
  values: ({ project }, { projects }) => one(projects.find(({ id }) => id === project)?.projectTypeKey),
  resolve: (said) => ['software', 'service_desk', 'business'].filter((type) => same(type, said)),
};

const labels: SetField = {
  kind: 'set',
  names: ['labels'],
  valueType: 'label',
  javaType: java('issue.label.Label'),
  values: (issue) => issue.labels,
  resolve: (said) => [said],
  sort: (issue) => (issue.labels.length === 0 ? null : issue.labels.join(' ').toLowerCase()),
};

/** The state has no security levels: the field is there, and empty everywhere. */
const level: SetField = {
  kind: 'set',
  names: ['level'],
  valueType: 'other',
  javaType: java('issue.security.IssueSecurityLevel'),
  values: () => [],
  resolve: () => [],
};

export const systemSearchFields: readonly SearchField[] = [
  rows(
    ['project'],
    'project',
    ({ projects }) => projects,
    ({ project }) => [project],
    {
      javaType: java('project.Project'),
      resolve: (said, isNumber, context) => projectsOf(context, said, isNumber),
    },
  ),
  rows(
    ['issuetype', 'type'],
    'issuetype',
    ({ issueTypes }) => issueTypes,
    ({ issuetype }) => [issuetype],
    {
      javaType: java('issue.issuetype.IssueType'),
    },
  ),
  rows(
    ['status'],
    'status',
    ({ statuses }) => statuses,
    ({ status }) => [status],
    {
      javaType: java('issue.status.Status'),
      history: 'status',
      sort: ({ status }, { statuses }) => indexOf(statuses, status),
    },
  ),
  statusCategory,
  rows(
    ['priority'],
    'priority',
    ({ priorities }) => priorities,
    ({ priority }) => one(priority),
    {
      javaType: java('issue.priority.Priority'),
      history: 'priority',
      // The state lists the highest first.
      compare: (own, other, { priorities }) => indexOf(priorities, other) - indexOf(priorities, own),
      sort: ({ priority }, { priorities }) => (priority === null ? null : -indexOf(priorities, priority)),
      isDescending: true,
    },
  ),
  rows(
    ['resolution'],
    'resolution',
    ({ resolutions }) => resolutions,
    ({ resolution }) => one(resolution),
    {
      javaType: java('issue.resolution.Resolution'),
      history: 'resolution',
      emptyName: 'Unresolved',
      compare: (own, other, { resolutions }) => indexOf(resolutions, own) - indexOf(resolutions, other),
      sort: ({ resolution }, { resolutions }) =>
        resolution === null ? null : indexOf(resolutions, resolution),
    },
  ),
  user(['assignee'], ({ assignee }) => one(assignee), { history: 'assignee' }),
  user(['reporter'], ({ reporter }) => one(reporter), { history: 'reporter' }),
  user(['creator'], ({ creator }) => [creator]),
  user(['watcher'], ({ watchers }) => watchers),
  user(['voter'], ({ votes }) => votes),
  user(['worklogAuthor'], ({ worklogs }) => worklogs.map(({ author }) => author)),
  user(['lastCommentedBy', 'commentedBy'], ({ comments }) => one(comments.at(-1)?.author)),
  rows(
    ['component'],
    'component',
    ({ components }) => components,
    ({ components }) => components,
    {
      javaType: java('bc.project.component.ProjectComponent'),
    },
  ),
  version(['fixVersion'], 'fixVersions', 'Fix Version'),
  version(['affectedVersion'], 'versions'),
  labels,
  level,
  issueKey,
  {
    kind: 'set',
    names: ['parent'],
    valueType: 'issue',
    javaType: java('issue.Issue'),
    values: ({ parent }) => one(parent),
    resolve: (said, _, context) => issuesOf(context, said),
    ...(issueKey.missing ? { missing: issueKey.missing } : {}),
  },
  category,
  projectType,
  issueLinkType,
  point(['created', 'createdDate'], ({ created }) => created),
  point(['updated', 'updatedDate'], ({ updated }) => updated),
  point(['resolutiondate', 'resolved', 'resolutionDate'], ({ resolutiondate }) => resolutiondate),
  point(['lastViewed'], ({ lastViewed }) => lastViewed),
  point(['statusCategoryChangedDate'], ({ statuscategorychangedate }) => statuscategorychangedate),
  {
    kind: 'day',
    names: ['due', 'duedate', 'dueDate'],
    javaType: 'java.util.Date',
    value: ({ duedate }) => duedate,
    sort: ({ duedate }) => duedate,
  },
  ...textFields,
  count('votes', ({ votes }) => votes.length, 'Votes'),
  count('watchers', ({ watchers }) => watchers.length, 'Watches'),
  duration(['originalEstimate', 'timeoriginalestimate'], ({ timeoriginalestimate }) => timeoriginalestimate),
  duration(['remainingEstimate', 'timeestimate'], ({ timeestimate }) => timeestimate),
  duration(['timespent'], spent),
  {
    kind: 'number',
    names: ['workratio', 'workRatio'],
    javaType: 'java.lang.Number',
    value: (issue) =>
      issue.timeoriginalestimate
        ? Math.floor(((spent(issue) ?? 0) * 100) / issue.timeoriginalestimate)
        : null,
    read: (said) => (/^-?\d{1,9}$/.test(said) ? Number(said) : null),
    invalid: (said, field) =>
      `The value '${said}' for field '${field}' is invalid - please specify an integer.`,
  },
  {
    kind: 'number',
    names: ['hierarchyLevel'],
    javaType: 'java.lang.Number',
    value: ({ issuetype }, { issueTypes }) =>
      issueTypes.find(({ id }) => id === issuetype)?.hierarchyLevel ?? 0,
    read: (said) => (/^-?\d{1,3}$/.test(said) ? Number(said) : null),
    invalid: (said, field) =>
      `The value '${said}' for field '${field}' is invalid - please specify an integer.`,
  },
  {
    kind: 'presence',
    names: ['attachments'],
    javaType: java('issue.attachment.Attachment'),
    isThere: ({ attachments }) => attachments.length > 0,
  },
  {
    kind: 'filter',
    names: ['filter', 'request', 'savedFilter', 'searchRequest'],
    javaType: java('issue.search.SearchRequest'),
  },
];
