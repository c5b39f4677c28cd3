import type { CustomField, JiraState } from './state';

// The fields an issue may have: the system's own, and the custom ones of the site.

export interface FieldSchema {
  type: string;
  items?: string;
  system?: string;
  custom?: string;
  customId?: number;
}

export interface Field {
  id: string;
  name: string;
  schema?: FieldSchema;
  /** How JQL names it. */
  clauseNames: readonly string[];
  custom: boolean;
  orderable: boolean;
  navigable: boolean;
  searchable: boolean;
}

interface Traits {
  items?: string;
  clauses?: readonly string[];
  orderable?: boolean;
  navigable?: boolean;
  searchable?: boolean;
}

const system = (
  id: string,
  name: string,
  type: string,
  { items, clauses = [id], orderable = false, navigable = true, searchable = true }: Traits = {},
): Field => ({
  id,
  name,
  schema: { type, ...(items === undefined ? {} : { items }), system: id },
  clauseNames: clauses,
  custom: false,
  orderable,
  navigable,
  searchable,
});

const systemFields: readonly Field[] = [
  system('summary', 'Summary', 'string', { orderable: true }),
  system('issuetype', 'Issue Type', 'issuetype', { clauses: ['issuetype', 'type'], orderable: true }),
  system('project', 'Project', 'project'),
  system('description', 'Description', 'string', { orderable: true }),
  system('environment', 'Environment', 'string', { orderable: true }),
  system('status', 'Status', 'status'),
  system('statuscategorychangedate', 'Status Category Changed', 'datetime', {
    clauses: ['statusCategoryChangedDate'],
  }),
  system('priority', 'Priority', 'priority', { orderable: true }),
  system('resolution', 'Resolution', 'resolution', { orderable: true }),
  system('resolutiondate', 'Resolved', 'datetime', { clauses: ['resolutiondate', 'resolved'] }),
  system('assignee', 'Assignee', 'user', { orderable: true }),
  system('reporter', 'Reporter', 'user', { orderable: true }),
  system('creator', 'Creator', 'user'),
  system('labels', 'Labels', 'array', { items: 'string', orderable: true }),
  system('components', 'Components', 'array', {
    items: 'component',
    clauses: ['component'],
    orderable: true,
  }),
  system('fixVersions', 'Fix versions', 'array', {
    items: 'version',
    clauses: ['fixVersion'],
    orderable: true,
  }),
  system('versions', 'Affects versions', 'array', {
    items: 'version',
    clauses: ['affectedVersion'],
    orderable: true,
  }),
  system('duedate', 'Due date', 'date', { clauses: ['due', 'duedate'], orderable: true }),
  system('created', 'Created', 'datetime', { clauses: ['created', 'createdDate'] }),
  system('updated', 'Updated', 'datetime', { clauses: ['updated', 'updatedDate'] }),
  system('lastViewed', 'Last Viewed', 'datetime'),
  system('issuelinks', 'Linked Issues', 'array', { items: 'issuelinks', orderable: true, clauses: [] }),
  system('subtasks', 'Sub-tasks', 'array', { items: 'issuelinks', clauses: ['subtasks'], searchable: false }),
  system('watches', 'Watchers', 'watches', { clauses: ['watchers'] }),
  system('votes', 'Votes', 'votes'),
  system('workratio', 'Work Ratio', 'number'),
  system('timeestimate', 'Remaining Estimate', 'number', { clauses: ['remainingEstimate', 'timeestimate'] }),
  system('timeoriginalestimate', 'Original estimate', 'number', {
    clauses: ['originalEstimate', 'timeoriginalestimate'],
  }),
  system('timespent', 'Time Spent', 'number', { clauses: ['timespent'] }),
  system('aggregatetimeestimate', 'Σ Remaining Estimate', 'number', { clauses: [], searchable: false }),
  system('aggregatetimeoriginalestimate', 'Σ Original Estimate', 'number', {
    clauses: [],
    searchable: false,
  }),
  system('aggregatetimespent', 'Σ Time Spent', 'number', { clauses: [], searchable: false }),
  system('progress', 'Progress', 'progress', { searchable: false }),
  system('aggregateprogress', 'Σ Progress', 'progress', { clauses: [], searchable: false }),
  system('timetracking', 'Time tracking', 'timetracking', {
    clauses: [],
    orderable: true,
    navigable: false,
  }),
  system('attachment', 'Attachment', 'array', {
    items: 'attachment',
    clauses: ['attachments'],
    orderable: true,
    navigable: false,
  }),
  system('comment', 'Comment', 'comments-page', { clauses: ['comment'], orderable: true, navigable: false }),
  system('worklog', 'Log Work', 'array', {
    items: 'worklog',
    clauses: [],
    orderable: true,
    navigable: false,
  }),
  {
    ...system('issuekey', 'Key', 'string', {
      clauses: ['id', 'issue', 'issuekey', 'key'],
      searchable: false,
    }),
  },
  { ...system('thumbnail', 'Images', 'string', { clauses: [], searchable: false }) },
  { ...system('parent', 'Parent', 'issuelink', { clauses: ['parent'], orderable: false }) },
];

const builtIn = 'com.atlassian.jira.plugin.system.customfieldtypes';
const greenhopper = 'com.pyxis.greenhopper.jira';

/** Type of the values of a custom field, by the key of its type. */
const customTypes: Readonly<Record<string, { type: string; items?: string }>> = {
  [`${builtIn}:textfield`]: { type: 'string' },
  [`${builtIn}:textarea`]: { type: 'string' },
  [`${builtIn}:url`]: { type: 'string' },
  [`${builtIn}:readonlyfield`]: { type: 'string' },
  [`${builtIn}:float`]: { type: 'number' },
  [`${builtIn}:datepicker`]: { type: 'date' },
  [`${builtIn}:datetime`]: { type: 'datetime' },
  [`${builtIn}:select`]: { type: 'option' },
  [`${builtIn}:radiobuttons`]: { type: 'option' },
  [`${builtIn}:cascadingselect`]: { type: 'option-with-child' },
  [`${builtIn}:multiselect`]: { type: 'array', items: 'option' },
  [`${builtIn}:multicheckboxes`]: { type: 'array', items: 'option' },
  [`${builtIn}:labels`]: { type: 'array', items: 'string' },
  [`${builtIn}:userpicker`]: { type: 'user' },
  [`${builtIn}:multiuserpicker`]: { type: 'array', items: 'user' },
  [`${builtIn}:grouppicker`]: { type: 'group' },
  [`${builtIn}:multigrouppicker`]: { type: 'array', items: 'group' },
  [`${builtIn}:project`]: { type: 'project' },
  [`${builtIn}:version`]: { type: 'version' },
  [`${builtIn}:multiversion`]: { type: 'array', items: 'version' },
  [`${greenhopper}:gh-epic-label`]: { type: 'string' },
  [`${greenhopper}:gh-epic-link`]: { type: 'any' },
  [`${greenhopper}:jsw-story-points`]: { type: 'number' },
  [`${greenhopper}:gh-lexo-rank`]: { type: 'any' },
  [`${greenhopper}:gh-sprint`]: { type: 'array', items: 'json' },
};

export const isCustomType = (type: string): boolean => Object.hasOwn(customTypes, type);

/** Long text among custom fields, which is an Atlassian Document in version 3. */
export const isRichType = (type: string): boolean => type === `${builtIn}:textarea`;

export function fieldOf(custom: CustomField): Field {
  const number = Number(custom.id.replace('customfield_', ''));
  const shape = Object.hasOwn(customTypes, custom.type) ? customTypes[custom.type] : undefined;
  return {
    id: custom.id,
    name: custom.name,
    schema: { ...(shape ?? { type: 'any' }), custom: custom.type, customId: number },
    clauseNames: [`cf[${number}]`, custom.name],
    custom: true,
    orderable: true,
    navigable: true,
    searchable: custom.searcherKey !== undefined,
  };
}

/** Every field of the site that is not in the bin. */
export function allFields(state: JiraState): Field[] {
  return [...systemFields, ...state.customFields.filter(({ trashed }) => !trashed).map(fieldOf)];
}
