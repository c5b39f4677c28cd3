import { accountIn, pick, problem, type FieldPlace, type IssuePatch } from './fieldPlace';
import { idIn, isDay, jiraTime, memberOf, readTime } from './formats';
import { readRich, tooLong } from './rich';
import { fieldOf, isRichType } from './fields';
import type { CustomField, FieldOption } from './state';
import { projectInside, viewUser } from './views';

/** Options of a field where the issue is. */
export function optionsFor(
  field: CustomField,
  { project, issuetype }: Pick<FieldPlace, 'project' | 'issuetype'>,
): FieldOption[] {
  const fits = field.contexts.filter(
    ({ projects, issueTypes }) =>
      (projects.length === 0 || projects.includes(project.id)) &&
      (issueTypes.length === 0 || issueTypes.includes(issuetype)),
  );
  return (fits.find(({ projects }) => projects.length > 0) ?? fits[0])?.options ?? [];
}

const optionView = (place: FieldPlace, { id, value }: FieldOption) => ({
  self: `${place.call.rest}/customFieldOption/${id}`,
  value,
  id,
});

function readOption(field: CustomField, value: unknown, place: FieldPlace): object {
  const options = optionsFor(field, place).filter(({ disabled }) => !disabled);
  const id = idIn(value);
  const said = memberOf(value, 'value');
  const option = options.find((row) => (id === undefined ? row.value === said : row.id === id));
  if (!option)
    problem(
      id === undefined ? `Option value '${String(said)}' is not valid` : `Option id '${id}' is not valid`,
    );
  const child = memberOf(value, 'child');
  if (child === undefined || child === null) return optionView(place, option);
  const below = options.find(
    (row) => row.optionId === option.id && (row.id === idIn(child) || row.value === memberOf(child, 'value')),
  );
  return {
    ...optionView(place, option),
    child: optionView(place, below ?? problem('Option value is not valid')),
  };
}

/** Characters of a field of one line. */
const maxLine = 255;

/** One value of the type, in the form in which answers show it. */
function readOne(field: CustomField, type: string | undefined, value: unknown, place: FieldPlace): unknown {
  const { call } = place;
  switch (type) {
    case 'number':
      return typeof value === 'number' ? value : problem('Operation value must be a number');
    case 'date':
      return isDay(value) ? value : problem(`Error parsing date string: ${String(value)}`);
    case 'datetime': {
      const time = typeof value === 'string' ? readTime(value) : null;
      return jiraTime((time ?? problem(`Error parsing time: ${String(value)}`)).toISOString());
    }
    case 'option':
    case 'option-with-child':
      return readOption(field, value, place);
    case 'user': {
      const view = viewUser(call, accountIn(value) ?? null);
      return view ?? problem(`Specify a valid user for the field '${field.name}'.`);
    }
    case 'group': {
      const name = memberOf(value, 'name');
      const group = call.state.groups.find(
        (row) => row.name === name || row.groupId === memberOf(value, 'groupId'),
      );
      if (!group) problem(`Could not find group with name '${String(name)}'.`);
      return {
        name: group.name,
        groupId: group.groupId,
        self: `${call.rest}/group?groupId=${group.groupId}`,
      };
    }
    case 'project': {
      const key = memberOf(value, 'key');
      const project = call.state.projects.find((row) => row.key === key || row.id === idIn(value));
      return projectInside(call, project ?? problem('Specify a valid project ID or key'));
    }
    case 'version': {
      const own = call.state.versions.filter((row) => row.project === place.project.id);
      const version = pick(own, value) ?? problem('Version is not valid');
      return { self: `${call.rest}/version/${version.id}`, id: version.id, name: version.name };
    }
    default:
      if (typeof value !== 'string') problem('Operation value must be a string');
      return value.length > maxLine ? problem(tooLong(maxLine)) : value;
  }
}

function readEpicLink(value: unknown, { call }: FieldPlace): IssuePatch {
  const epic = call.state.issues.find(({ key, id }) => key === value || id === value);
  const level = call.state.issueTypes.find(({ id }) => id === epic?.issuetype)?.hierarchyLevel;
  if (!epic || level !== 1) problem(`Issue key '${String(value)}' is not an epic.`);
  return { parent: epic.id };
}

function readSprint(value: unknown, { call, issue }: FieldPlace): IssuePatch {
  const id = Number(typeof value === 'string' ? value : typeof value === 'number' ? value : Number.NaN);
  const sprint = call.state.sprints.find((row) => row.id === id && row.state !== 'closed');
  if (!sprint) problem('Number value expected as the Sprint id.');
  const isClosed = (row: number) => call.state.sprints.find((other) => other.id === row)?.state === 'closed';
  return { sprints: [...(issue?.sprints ?? []).filter((row) => row !== id && isClosed(row)), id] };
}

/** Custom fields that are parts of the issue itself. */
const special: Readonly<Record<string, (value: unknown, place: FieldPlace) => IssuePatch>> = {
  'com.pyxis.greenhopper.jira:gh-epic-link': (value, place) =>
    value === null ? { parent: undefined } : readEpicLink(value, place),
  'com.pyxis.greenhopper.jira:gh-sprint': (value, place) =>
    value === null ? { sprints: [] } : readSprint(value, place),
  'com.pyxis.greenhopper.jira:gh-lexo-rank': () => problem("Field 'Rank' cannot be set."),
};

/** Reads the value of a custom field; the patch holds all custom values of the issue. */
export function parseCustom(field: CustomField, value: unknown, place: FieldPlace): IssuePatch {
  const own = Object.hasOwn(special, field.type) ? special[field.type] : undefined;
  if (own) return own(value, place);
  const { call, issue } = place;
  const schema = fieldOf(field).schema;
  let stored: unknown = null;
  if (value !== null) {
    if (isRichType(field.type)) {
      const doc = readRich(call, value);
      stored = typeof doc === 'string' ? problem(doc) : doc;
    } else if (schema?.type === 'array') {
      if (!Array.isArray(value)) problem('data was not an array');
      stored = value.map((item) => readOne(field, schema.items, item, place));
    } else stored = readOne(field, schema?.type, value, place);
  }
  return { customFields: { ...issue?.customFields, [field.id]: stored } };
}
