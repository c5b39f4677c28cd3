import { listParam, param, type Call, type Handler } from './call';
import { allFields, fieldOf, isCustomType, type Field } from './fields';
import { idOf, memberOf } from './formats';
import { pageBean, pageWish } from './paging';
import { canGlobally } from './permission';
import { refuse, refuseFields } from './refusal';
import { defaultContext } from './seeding';
import { nextId, type CustomField, type FieldContext, type FieldOption } from './state';

// Fields, their contexts and their options.

export function mustAdminister(call: Call): void {
  if (!canGlobally(call, 'ADMINISTER')) {
    refuse(403, 'You are not authorized to perform this action. Administrator privileges are required.');
  }
}

const view = ({ id, name, clauseNames, custom, navigable, orderable, searchable, schema }: Field) => ({
  id,
  key: id,
  name,
  untranslatedName: name,
  custom,
  orderable,
  navigable,
  searchable,
  clauseNames,
  ...(schema ? { schema } : {}),
});

const list: Handler = ({ state }) => ({ body: allFields(state).map(view) });

const inSearch = (call: Call, field: Field) => {
  const own = call.state.customFields.find(({ id }) => id === field.id);
  return {
    id: field.id,
    name: field.name,
    ...(field.schema ? { schema: field.schema } : {}),
    ...(own ? { description: own.description, searcherKey: own.searcherKey ?? '' } : {}),
    key: field.id,
    isLocked: false,
    isUnscreenable: false,
  };
};

const search: Handler = (call) => {
  const [types, ids] = [listParam(call, 'type'), listParam(call, 'id')];
  const query = (call.query.get('query') ?? '').toLowerCase();
  const fields = allFields(call.state).filter(
    (field) =>
      (types.length === 0 || types.includes(field.custom ? 'custom' : 'system')) &&
      (ids.length === 0 || ids.includes(field.id)) &&
      field.name.toLowerCase().includes(query),
  );
  return {
    body: pageBean(call, '/field/search', fields, pageWish(call, 50), (field) => inSearch(call, field)),
  };
};

const trashed: Handler = (call) => {
  mustAdminister(call);
  const fields = call.state.customFields.filter((field) => field.trashed).map(fieldOf);
  return {
    body: pageBean(call, '/field/search/trashed', fields, pageWish(call, 50), (field) =>
      inSearch(call, field),
    ),
  };
};

const create: Handler = (call) => {
  mustAdminister(call);
  const { state, body } = call;
  const [name, type, description, searcher] = ['name', 'type', 'description', 'searcherKey'].map((member) =>
    memberOf(body, member),
  );
  if (typeof name !== 'string' || name.trim() === '')
    refuseFields({ name: 'The name of the custom field is required.' });
  if (typeof type !== 'string' || !isCustomType(type)) {
    refuseFields({ type: `The custom field type ${JSON.stringify(type)} is not valid.` });
  }
  const field: CustomField = {
    id: `customfield_${nextId(state, 'field')}`,
    name,
    type,
    description: typeof description === 'string' ? description : '',
    ...(typeof searcher === 'string' ? { searcherKey: searcher } : {}),
    trashed: false,
    contexts: [{ ...defaultContext(name), id: nextId(state, 'context'), options: [] }],
  };
  state.customFields.push(field);
  return { status: 201, body: view(fieldOf(field)) };
};

function find(call: Call, name: 'fieldId' | 'id' = 'fieldId'): CustomField {
  mustAdminister(call);
  const id = param(call, name);
  return (
    call.state.customFields.find((field) => field.id === id) ?? refuse(404, 'The custom field was not found.')
  );
}

const update: Handler = (call) => {
  const field = find(call);
  for (const member of ['name', 'description', 'searcherKey'] as const) {
    const value = memberOf(call.body, member);
    if (typeof value === 'string' && value !== '') field[member] = value;
  }
  return { status: 204 };
};

const trash =
  (trashed: boolean): Handler =>
  (call) => {
    find(call, 'id').trashed = trashed;
    return { body: {} };
  };

const remove: Handler = (call) => {
  const field = find(call, 'id');
  const { state } = call;
  state.customFields = state.customFields.filter((row) => row !== field);
  for (const issue of state.issues) delete issue.customFields[field.id];
  return { status: 204 };
};

const viewContext = ({ id, name, description, projects, issueTypes }: FieldContext) => ({
  id,
  name,
  description,
  isGlobalContext: projects.length === 0,
  isAnyIssueType: issueTypes.length === 0,
});

const contexts: Handler = (call) => {
  const field = find(call);
  const path = `/field/${field.id}/context`;
  return { body: pageBean(call, path, field.contexts, pageWish(call, 50), viewContext) };
};

const ids = (value: unknown): string[] => (Array.isArray(value) ? value.map((item) => idOf(item) ?? '') : []);

const createContext: Handler = (call) => {
  const field = find(call);
  const { state, body } = call;
  const [name, description] = [memberOf(body, 'name'), memberOf(body, 'description')];
  if (typeof name !== 'string' || name === '') refuse(400, 'The name of the context is required.');
  const [projects, issueTypes] = [ids(memberOf(body, 'projectIds')), ids(memberOf(body, 'issueTypeIds'))];
  if (!projects.every((id) => state.projects.some((row) => row.id === id)))
    refuse(404, 'The project was not found.');
  if (!issueTypes.every((id) => state.issueTypes.some((row) => row.id === id)))
    refuse(404, 'The issue type was not found.');
  if (projects.length === 0 && field.contexts.some((row) => row.projects.length === 0)) {
    refuse(409, 'The field has a global context already.');
  }
  const context: FieldContext = {
    id: nextId(state, 'context'),
    name,
    description: typeof description === 'string' ? description : '',
    projects,
    issueTypes,
    options: [],
  };
  field.contexts.push(context);
  const { id, description: words } = context;
  return {
    status: 201,
    body: { id, name, description: words, projectIds: projects, issueTypeIds: issueTypes },
  };
};

function contextOf(call: Call): { field: CustomField; context: FieldContext } {
  const field = find(call);
  const id = param(call, 'contextId');
  const context = field.contexts.find((row) => row.id === id);
  return { field, context: context ?? refuse(404, 'The custom field context was not found.') };
}

const updateContext: Handler = (call) => {
  const { context } = contextOf(call);
  for (const member of ['name', 'description'] as const) {
    const value = memberOf(call.body, member);
    if (typeof value === 'string') context[member] = value;
  }
  return { status: 204 };
};

const removeContext: Handler = (call) => {
  const { field, context } = contextOf(call);
  field.contexts = field.contexts.filter((row) => row !== context);
  return { status: 204 };
};

const viewOption = ({ id, value, disabled, optionId }: FieldOption) => ({
  id,
  value,
  disabled,
  ...(optionId === undefined ? {} : { optionId }),
});

const options: Handler = (call) => {
  const { field, context } = contextOf(call);
  const path = `/field/${field.id}/context/${context.id}/option`;
  return { body: pageBean(call, path, context.options, pageWish(call, 100), viewOption) };
};

function optionsIn({ body }: Call): unknown[] {
  const given = memberOf(body, 'options');
  return Array.isArray(given) && given.length > 0 ? given : refuse(400, 'At least one option is required.');
}

const addOptions: Handler = (call) => {
  const { context } = contextOf(call);
  const made = optionsIn(call).map((item) => {
    const [value, optionId] = [memberOf(item, 'value'), idOf(memberOf(item, 'optionId'))];
    if (typeof value !== 'string' || value === '' || value.length > 255)
      refuse(400, 'The option value is not valid.');
    if (context.options.some((row) => row.value === value && row.optionId === optionId)) {
      refuse(400, `The option '${value}' exists already.`);
    }
    return {
      value,
      disabled: memberOf(item, 'disabled') === true,
      ...(optionId === undefined ? {} : { optionId }),
    };
  });
  const added = made.map((option): FieldOption => ({ ...option, id: nextId(call.state, 'option') }));
  context.options.push(...added);
  return { body: { options: added.map(viewOption) } };
};

const updateOptions: Handler = (call) => {
  const { context } = contextOf(call);
  const changed = optionsIn(call).map((item) => {
    const option = context.options.find((row) => row.id === idOf(memberOf(item, 'id')));
    return { item, option: option ?? refuse(404, 'One or more custom field options was not found.') };
  });
  for (const { item, option } of changed) {
    const [value, disabled] = [memberOf(item, 'value'), memberOf(item, 'disabled')];
    if (typeof value === 'string' && value !== '') option.value = value;
    if (typeof disabled === 'boolean') option.disabled = disabled;
  }
  return { body: { options: changed.map(({ option }) => viewOption(option)) } };
};

const removeOption: Handler = (call) => {
  const { context } = contextOf(call);
  const id = param(call, 'optionId');
  if (!context.options.some((row) => row.id === id)) refuse(404, 'The custom field option was not found.');
  context.options = context.options.filter((row) => row.id !== id && row.optionId !== id);
  return { status: 204 };
};

const option: Handler = (call) => {
  const id = param(call, 'id');
  const all = call.state.customFields.flatMap((field) =>
    field.contexts.flatMap((context) => context.options),
  );
  const found =
    all.find((row) => row.id === id) ?? refuse(404, `The custom field option with id '${id}' was not found.`);
  return { body: { self: `${call.rest}/customFieldOption/${id}`, value: found.value } };
};

export const fieldHandlers = {
  'GET /rest/api/3/field': list,
  'POST /rest/api/3/field': create,
  'GET /rest/api/3/field/search': search,
  'GET /rest/api/3/field/search/trashed': trashed,
  'PUT /rest/api/3/field/{fieldId}': update,
  'DELETE /rest/api/3/field/{id}': remove,
  'POST /rest/api/3/field/{id}/trash': trash(true),
  'POST /rest/api/3/field/{id}/restore': trash(false),
  'GET /rest/api/3/field/{fieldId}/context': contexts,
  'POST /rest/api/3/field/{fieldId}/context': createContext,
  'PUT /rest/api/3/field/{fieldId}/context/{contextId}': updateContext,
  'DELETE /rest/api/3/field/{fieldId}/context/{contextId}': removeContext,
  'GET /rest/api/3/field/{fieldId}/context/{contextId}/option': options,
  'POST /rest/api/3/field/{fieldId}/context/{contextId}/option': addOptions,
  'PUT /rest/api/3/field/{fieldId}/context/{contextId}/option': updateOptions,
  'DELETE /rest/api/3/field/{fieldId}/context/{contextId}/option/{optionId}': removeOption,
  'GET /rest/api/3/customFieldOption/{id}': option,
};
