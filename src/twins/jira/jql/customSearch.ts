import type { CustomField, JiraState } from '../state';
import type { Issue } from '../issueState';
import { isRecord } from '../../../shared/records';
import { idIn, memberOf, readTime } from '../formats';
import { plainText } from '../markup/plainText';
import { same } from './context';
import type { SearchField, SetField } from './fieldTypes';
import { byNameOrId, issuesOf, projectsOf, usersOf } from './lookup';

// Custom fields as JQL sees them, by the type of the field.

interface Custom {
  names: readonly string[];
  customId: number;
  javaType: string;
}
type Maker = (field: CustomField, common: Custom) => SearchField;

const values = (issue: Issue, field: CustomField): unknown[] => {
  const value = issue.customFields[field.id];
  if (value === null || value === undefined) return [];
  return Array.isArray(value) ? value : [value];
};
const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : isRecord(value) ? plainText(value) : '';
const nameIn = (value: unknown): string => {
  const name = memberOf(value, 'displayName') ?? memberOf(value, 'value') ?? memberOf(value, 'name');
  return typeof name === 'string' ? name.toLowerCase() : '';
};
const firstName = (field: CustomField) => (issue: Issue) => {
  const [first] = values(issue, field);
  return first === undefined ? null : typeof first === 'string' ? first.toLowerCase() : nameIn(first);
};

const set =
  (
    valueType: SetField['valueType'],
    javaType: string,
    idOf: (value: unknown) => string[],
    resolve: (field: CustomField) => SetField['resolve'],
    more: Partial<SetField> = {},
  ): Maker =>
  (field, common) => ({
    ...common,
    kind: 'set',
    javaType,
    valueType,
    values: (issue) => values(issue, field).flatMap(idOf),
    resolve: resolve(field),
    sort: firstName(field),
    ...more,
  });

const byId = (value: unknown): string[] => {
  const id = idIn(value);
  return id === undefined ? [] : [id];
};
/** An option and, in a cascading select, the one below it. */
const optionIds = (value: unknown): string[] => [...byId(value), ...byId(memberOf(value, 'child'))];

export const optionsOf = (field: CustomField) =>
  field.contexts
    .flatMap(({ options }) => options)
    .map(({ id, value, optionId }) => ({ id, name: value, optionId }));

const option = set(
  'option',
  'com.atlassian.jira.issue.customfields.option.Option',
  optionIds,
  (field) => (text, isNumber) => byNameOrId(optionsOf(field), text, isNumber),
  { missing: (text, field) => `The option '${text}' for field '${field}' does not exist.` },
);
const user = set(
  'user',
  'com.atlassian.jira.user.ApplicationUser',
  (value) => {
    const id = idIn(value, 'accountId');
    return id === undefined ? [] : [id];
  },
  () => (text, _, context) => usersOf(context, text),
);
const group = set(
  'group',
  'com.atlassian.crowd.embedded.api.Group',
  (value) => [nameIn(value)],
  () =>
    (text, _, { state }) =>
      state.groups
        .filter(({ name, groupId }) => same(name, text) || groupId === text)
        .map(({ name }) => name.toLowerCase()),
  { missing: (text, field) => `The group '${text}' for field '${field}' does not exist.` },
);
const project = set(
  'project',
  'com.atlassian.jira.project.Project',
  byId,
  () => (text, isNumber, context) => projectsOf(context, text, isNumber),
);
const version = set(
  'version',
  'com.atlassian.jira.project.version.Version',
  byId,
  () =>
    (text, isNumber, { state }) =>
      byNameOrId(state.versions, text, isNumber),
);
const label = set(
  'label',
  'com.atlassian.jira.issue.label.Label',
  (value) => (typeof value === 'string' ? [value] : []),
  () => (text) => [text],
);

const text: Maker = (field, common) => ({
  ...common,
  kind: 'text',
  texts: (issue) => values(issue, field).map(textOf),
  sort: (issue) => {
    const [first] = values(issue, field);
    return first === undefined ? null : textOf(first).toLowerCase();
  },
});
const number: Maker = (field, common) => {
  const value = (issue: Issue) => {
    const [first] = values(issue, field);
    return typeof first === 'number' ? first : null;
  };
  return {
    ...common,
    kind: 'number',
    javaType: 'java.lang.Number',
    value,
    read: (said) => (/^[+-]?\d{1,15}(\.\d{1,15})?$/.test(said) ? Number(said) : null),
    invalid: (said, name) => `The value '${said}' is not a valid number for the field '${name}'.`,
    sort: value,
  };
};
const day: Maker = (field, common) => {
  const value = (issue: Issue) => {
    const [first] = values(issue, field);
    return typeof first === 'string' ? first : null;
  };
  return { ...common, kind: 'day', javaType: 'java.util.Date', value, sort: value };
};
const time: Maker = (field, common) => {
  const value = (issue: Issue) => {
    const [first] = values(issue, field);
    return typeof first === 'string' ? (readTime(first)?.getTime() ?? null) : null;
  };
  return { ...common, kind: 'time', javaType: 'java.util.Date', value, sort: value, isDescending: true };
};

const sprint: Maker = (_, common) => ({
  ...common,
  kind: 'set',
  valueType: 'sprint',
  javaType: 'com.atlassian.greenhopper.service.sprint.Sprint',
  values: ({ sprints }) => sprints.map(String),
  resolve: (said, isNumber, { state }) =>
    byNameOrId(
      state.sprints.map(({ id, name }) => ({ id: String(id), name })),
      said,
      isNumber,
    ),
  missing: (said, _name, isNumber) =>
    `Sprint with ${isNumber ? 'id' : 'name'} '${said}' does not exist or you do not have permission to view it.`,
  sort: ({ sprints }) => sprints.at(-1) ?? null,
});
const isEpic = ({ issues, issueTypes }: JiraState, id: string): boolean => {
  const type = issues.find((issue) => issue.id === id)?.issuetype;
  return issueTypes.find((row) => row.id === type)?.hierarchyLevel === 1;
};
const epicLink: Maker = (_, common) => ({
  ...common,
  kind: 'set',
  valueType: 'issue',
  javaType: 'com.atlassian.jira.issue.Issue',
  values: ({ parent }, state) => (parent !== undefined && isEpic(state, parent) ? [parent] : []),
  resolve: (said, __, context) => issuesOf(context, said),
  missing: (said) => `No issues have a parent epic with key or name '${said}'`,
});
const rank: Maker = (_, common) => ({ ...common, kind: 'order', sort: (issue) => issue.rank });

const builtIn = 'com.atlassian.jira.plugin.system.customfieldtypes';
const greenhopper = 'com.pyxis.greenhopper.jira';
const makers: Readonly<Record<string, Maker>> = {
  [`${builtIn}:textfield`]: text,
  [`${builtIn}:textarea`]: text,
  [`${builtIn}:url`]: text,
  [`${builtIn}:readonlyfield`]: text,
  [`${builtIn}:float`]: number,
  [`${builtIn}:datepicker`]: day,
  [`${builtIn}:datetime`]: time,
  [`${builtIn}:select`]: option,
  [`${builtIn}:radiobuttons`]: option,
  [`${builtIn}:cascadingselect`]: option,
  [`${builtIn}:multiselect`]: option,
  [`${builtIn}:multicheckboxes`]: option,
  [`${builtIn}:labels`]: label,
  [`${builtIn}:userpicker`]: user,
  [`${builtIn}:multiuserpicker`]: user,
  [`${builtIn}:grouppicker`]: group,
  [`${builtIn}:multigrouppicker`]: group,
  [`${builtIn}:project`]: project,
  [`${builtIn}:version`]: version,
  [`${builtIn}:multiversion`]: version,
  [`${greenhopper}:gh-epic-label`]: text,
  [`${greenhopper}:gh-epic-link`]: epicLink,
  [`${greenhopper}:jsw-story-points`]: number,
  [`${greenhopper}:gh-lexo-rank`]: rank,
  [`${greenhopper}:gh-sprint`]: sprint,
};

const typeNames: Readonly<Record<string, string>> = {
  textfield: 'Short text',
  textarea: 'Paragraph',
  url: 'URL',
  float: 'Number',
  datepicker: 'Date',
  datetime: 'Time stamp',
  select: 'Dropdown',
  radiobuttons: 'Radio Buttons',
  cascadingselect: 'Cascading select',
  multiselect: 'Select List (multiple choices)',
  multicheckboxes: 'Checkboxes',
  labels: 'Labels',
  userpicker: 'User Picker (single user)',
  multiuserpicker: 'User Picker (multiple users)',
  'jsw-story-points': 'Number',
};

/** How a custom field shows in JQL, or null when its type cannot be searched. */
export function customSearchField(field: CustomField): SearchField | null {
  const maker = Object.hasOwn(makers, field.type) ? makers[field.type] : undefined;
  if (!maker || field.trashed) return null;
  const customId = Number(field.id.replace('customfield_', ''));
  const type = field.type.slice(field.type.indexOf(':') + 1);
  const collapsed = Object.hasOwn(typeNames, type) ? [`${field.name}[${typeNames[type]}]`] : [];
  const names = [field.name, `cf[${customId}]`, ...collapsed];
  return maker(field, { names, customId, javaType: 'java.lang.String' });
}
