import { type Call, type Handler } from '../call';
import { isRecord } from '../../../shared/records';
import { idOf, memberOf } from '../formats';
import { can } from '../permission';
import { refuse } from '../refusal';
import { compileJql } from './compile';
import { contextOf } from './run';
import { searchFields } from './fieldIndex';
import { operatorsOf, type SearchField } from './fieldTypes';
import { jqlFunctions } from './functions';
import { tryParseJql } from './parser';
import { structureOf } from './structure';
import { suggestionsFor } from './suggestions';
import { encodeText, reservedWords } from './words';

/** Queries that one request may bring. */
const maxQueries = 500;

const isNames = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((name) => typeof name === 'string');

type Validation = 'strict' | 'warn' | 'none';

function parseOne(call: Call, query: string, validation: Validation): object {
  const parsed = tryParseJql(query);
  if ('error' in parsed) return { query, errors: [parsed.error] };
  const structure = structureOf(parsed.query);
  if (validation === 'none') return { query, structure };
  const { problems } = compileJql(parsed.query, contextOf(call));
  const messages = (isMissing: boolean) =>
    problems.filter((problem) => problem.isMissing === isMissing).map(({ message }) => message);
  const [errors, warnings] = [messages(false), messages(true)];
  return {
    query,
    ...(errors.length > 0 && validation === 'strict' ? {} : { structure }),
    ...(errors.length > 0 ? { errors } : {}),
    ...(warnings.length > 0 ? { warnings } : {}),
  };
}

export const parse: Handler = (call) => {
  const validation = call.query.get('validation') ?? 'strict';
  if (validation !== 'strict' && validation !== 'warn' && validation !== 'none') {
    refuse(
      400,
      `The value '${validation}' of the 'validation' parameter is not valid. Valid values are: strict, warn, none.`,
    );
  }
  const queries = memberOf(call.body, 'queries');
  if (!isNames(queries) || queries.length === 0) refuse(400, 'At least one query must be provided.');
  if (queries.length > maxQueries) refuse(400, `At most ${maxQueries} queries can be parsed at once.`);
  return { body: { queries: queries.map((query) => parseOne(call, query, validation)) } };
};

/** How a field is written; of several fields of one name only the number tells which is meant. */
function fieldData(field: SearchField, others: readonly SearchField[]): object {
  const [name = ''] = field.names;
  const operators = operatorsOf(field);
  const hasTwins = others.filter(({ names }) => names[0]?.toLowerCase() === name.toLowerCase()).length > 1;
  const number = `cf[${field.customId}]`;
  return {
    value: field.customId !== undefined && hasTwins ? number : encodeText(name),
    displayName: field.customId === undefined ? name : `${name} - ${number}`,
    ...(field.kind === 'set' ? { auto: 'true' } : {}),
    orderable: String(field.sort !== undefined),
    searchable: String(operators.length > 0),
    ...(field.customId === undefined ? {} : { cfid: number }),
    operators,
    types: [field.javaType],
  };
}

const functionTypes: Readonly<Record<string, string>> = {
  date: 'java.util.Date',
  user: 'com.atlassian.jira.user.ApplicationUser',
  project: 'com.atlassian.jira.project.Project',
  issuetype: 'com.atlassian.jira.issue.issuetype.IssueType',
  component: 'com.atlassian.jira.bc.project.component.ProjectComponent',
  version: 'com.atlassian.jira.project.version.Version',
  sprint: 'com.atlassian.greenhopper.service.sprint.Sprint',
  issue: 'com.atlassian.jira.issue.Issue',
  option: 'com.atlassian.jira.issue.customfields.option.CascadeOption',
};

/** Custom fields that can be had in one of these projects; all of them when there are none. */
function inProjects({ state }: Call, field: SearchField, projects: readonly string[]): boolean {
  if (field.customId === undefined || projects.length === 0) return true;
  const custom = state.customFields.find(({ id }) => id === `customfield_${field.customId}`);
  return (custom?.contexts ?? []).some(
    (context) => context.projects.length === 0 || context.projects.some((id) => projects.includes(id)),
  );
}

function referenceData(call: Call, projects: readonly string[]): object {
  const fields = searchFields(call.state).filter((field) => inProjects(call, field, projects));
  return {
    visibleFieldNames: fields.map((field) => fieldData(field, fields)),
    visibleFunctionNames: jqlFunctions.map(({ usage, isList, type }) => ({
      value: usage,
      displayName: usage,
      ...(isList ? { isList: 'true' } : {}),
      types: [functionTypes[type] ?? 'java.lang.String'],
    })),
    jqlReservedWords: reservedWords,
  };
}

export const autocompleteData: Handler = (call) => ({ body: referenceData(call, []) });

export const autocompleteDataOf: Handler = (call) => {
  const { body, state } = call;
  if (body !== undefined && !isRecord(body))
    refuse(400, 'Invalid request payload. Refer to the REST API documentation and try again.');
  const given = memberOf(body, 'projectIds');
  if (given !== undefined && given !== null && !Array.isArray(given))
    refuse(400, 'projectIds must be a list of ids.');
  const wanted = new Set((Array.isArray(given) ? given : []).map(idOf));
  const projects = state.projects.filter(
    (project) => wanted.has(project.id) && can(call, 'BROWSE_PROJECTS', project),
  );
  return {
    body: referenceData(
      call,
      projects.map(({ id }) => id),
    ),
  };
};

export const suggestions: Handler = (call) => {
  const { query } = call;
  const [predicate, typed] = [
    query.get('predicateName'),
    query.get('predicateValue') ?? query.get('fieldValue') ?? '',
  ];
  if (predicate !== null && !['by', 'from', 'to'].includes(predicate.toLowerCase())) {
    refuse(400, `The predicate '${predicate}' is not valid. Valid predicates are: by, from, to.`);
  }
  const name = query.get('fieldName') ?? '';
  const results = suggestionsFor(
    contextOf(call),
    predicate?.toLowerCase() === 'by' ? 'assignee' : name,
    typed,
  );
  return { body: { results } };
};
