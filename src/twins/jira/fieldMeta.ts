import { optionsFor } from './customValues';
import { maySet, type FieldPlace } from './fieldPlace';
import { allFields, type Field } from './fields';
import type { CustomField, IssueType } from './state';
import * as views from './views';

// What create and edit metadata say of a field.

const operationsFor = (field: Field): string[] => {
  if (field.id === 'comment') return ['add'];
  if (field.schema?.type === 'array') return ['add', 'set', 'remove'];
  return ['set'];
};

function allowedValues(
  place: FieldPlace,
  field: Field,
  custom: CustomField | undefined,
): unknown[] | undefined {
  const { call, project } = place;
  const { state } = call;
  switch (field.id) {
    case 'issuetype':
      return typesOf(place).map((row) => views.viewIssueType(call, row));
    case 'project':
      return [views.projectInside(call, project)];
    case 'priority':
      return state.priorities.map((row) => views.viewPriority(call, row));
    case 'resolution':
      return state.resolutions.map((row) => views.viewResolution(call, row));
    case 'components':
      return state.components
        .filter((row) => row.project === project.id)
        .map((row) => views.componentInside(call, row));
    case 'fixVersions':
    case 'versions':
      return state.versions
        .filter((row) => row.project === project.id && !row.archived)
        .map((row) => views.versionInside(call, row));
    default: {
      const options = custom ? optionsFor(custom, place) : [];
      if (options.length === 0) return undefined;
      return options
        .filter(({ disabled, optionId }) => !disabled && optionId === undefined)
        .map(({ id, value }) => ({ self: `${call.rest}/customFieldOption/${id}`, value, id }));
    }
  }
}

/** Issue types of the project, the one of the place first when it is fixed. */
export function typesOf({ call, project }: Pick<FieldPlace, 'call' | 'project'>): IssueType[] {
  return call.state.issueTypes.filter(({ id }) => project.issueTypes.includes(id));
}

export function fieldMeta(place: FieldPlace, id: string, required: boolean): object {
  const { call } = place;
  const field = allFields(call.state).find((candidate) => candidate.id === id);
  if (!field) throw new Error(`there is no field ${id}`);
  const custom = call.state.customFields.find((candidate) => candidate.id === id);
  const allowed = allowedValues(place, field, custom);
  const byDefault = id === 'priority' ? call.state.priorities.find(({ isDefault }) => isDefault) : undefined;
  return {
    required,
    schema: field.schema,
    name: field.name,
    key: field.id,
    hasDefaultValue: byDefault !== undefined,
    operations: operationsFor(field),
    ...(allowed ? { allowedValues: allowed } : {}),
    ...(byDefault ? { defaultValue: views.viewPriority(call, byDefault) } : {}),
    ...(['assignee', 'reporter'].includes(id)
      ? { autoCompleteUrl: `${call.rest}/user/assignable/search?project=${place.project.key}&query=` }
      : {}),
  };
}

const onCreate = [
  'summary',
  'issuetype',
  'project',
  'description',
  'environment',
  'priority',
  'assignee',
  'reporter',
  'labels',
  'components',
  'fixVersions',
  'versions',
  'duedate',
  'parent',
];
const notOnCreate = new Set([
  'com.pyxis.greenhopper.jira:gh-lexo-rank',
  'com.pyxis.greenhopper.jira:gh-epic-link',
]);

/** Fields of the create screen of the caller, and whether each must be given. */
export function createFields(place: FieldPlace): [string, boolean][] {
  const { call, project, issuetype } = place;
  const isSubtask = (call.state.issueTypes.find(({ id }) => id === issuetype)?.hierarchyLevel ?? 0) < 0;
  const required = new Set([
    'summary',
    'issuetype',
    'project',
    ...(isSubtask ? ['parent'] : []),
    ...project.requiredFields,
  ]);
  const custom = call.state.customFields.filter(({ trashed, type }) => !trashed && !notOnCreate.has(type));
  return [...onCreate, ...custom.map(({ id }) => id)]
    .filter((id) => maySet(place, id))
    .map((id) => [id, required.has(id)]);
}
