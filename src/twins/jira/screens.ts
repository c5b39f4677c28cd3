import { listParam, param, type Call, type Handler } from './call';
import { mustAdminister } from './fieldAdmin';
import { allFields } from './fields';
import { memberOf } from './formats';
import { pageBean, pageWish } from './paging';
import { refuse } from './refusal';
import { nextNumber, type Screen, type ScreenTab } from './state';

function find(call: Call): Screen {
  mustAdminister(call);
  const id = param(call, 'screenId');
  return (
    call.state.screens.find((row) => String(row.id) === id) ??
    refuse(404, `Screen with id ${id} does not exist`)
  );
}

function findTab(call: Call): { screen: Screen; tab: ScreenTab } {
  const screen = find(call);
  const id = param(call, 'tabId');
  const tab = screen.tabs.find((row) => String(row.id) === id);
  return { screen, tab: tab ?? refuse(404, `Screen tab with id ${id} does not exist`) };
}

const view = ({ id, name, description }: Screen) => ({ id, name, description });
const viewTab = ({ id, name }: ScreenTab) => ({ id, name });

function nameIn({ body }: Call): string {
  const name = memberOf(body, 'name');
  return typeof name === 'string' && name.trim() !== '' ? name : refuse(400, 'The name is required.');
}

const list: Handler = (call) => {
  mustAdminister(call);
  const ids = listParam(call, 'id');
  const query = (call.query.get('queryString') ?? '').toLowerCase();
  const screens = call.state.screens.filter(
    ({ id, name }) => (ids.length === 0 || ids.includes(String(id))) && name.toLowerCase().includes(query),
  );
  return { body: pageBean(call, '/screens', screens, pageWish(call, 100), view) };
};

const create: Handler = (call) => {
  mustAdminister(call);
  const name = nameIn(call);
  const description = memberOf(call.body, 'description');
  const screen: Screen = {
    id: nextNumber(call.state, 'screen'),
    name,
    description: typeof description === 'string' ? description : '',
    tabs: [{ id: nextNumber(call.state, 'tab'), name: 'Field Tab', fields: [] }],
  };
  call.state.screens.push(screen);
  return { status: 201, body: view(screen) };
};

const update: Handler = (call) => {
  const screen = find(call);
  const [name, description] = [memberOf(call.body, 'name'), memberOf(call.body, 'description')];
  if (typeof name === 'string' && name !== '') screen.name = name;
  if (typeof description === 'string') screen.description = description;
  return { body: view(screen) };
};

const remove: Handler = (call) => {
  const screen = find(call);
  call.state.screens = call.state.screens.filter((row) => row !== screen);
  return { status: 204 };
};

const tabs: Handler = (call) => ({ body: find(call).tabs.map(viewTab) });

const addTab: Handler = (call) => {
  const screen = find(call);
  const tab = { name: nameIn(call), id: nextNumber(call.state, 'tab'), fields: [] };
  screen.tabs.push(tab);
  return { body: viewTab(tab) };
};

const updateTab: Handler = (call) => {
  const { tab } = findTab(call);
  tab.name = nameIn(call);
  return { body: viewTab(tab) };
};

const removeTab: Handler = (call) => {
  const { screen, tab } = findTab(call);
  screen.tabs = screen.tabs.filter((row) => row !== tab);
  return { status: 204 };
};

const viewField = ({ state }: Call, id: string) => ({
  id,
  name: allFields(state).find((field) => field.id === id)?.name ?? id,
});

const fields: Handler = (call) => ({ body: findTab(call).tab.fields.map((id) => viewField(call, id)) });

const available: Handler = (call) => {
  const used = new Set(find(call).tabs.flatMap((tab) => tab.fields));
  const free = allFields(call.state).filter(({ id, orderable }) => orderable && !used.has(id));
  return { body: free.map(({ id, name }) => ({ id, name })) };
};

const addField: Handler = (call) => {
  const { screen, tab } = findTab(call);
  const id = memberOf(call.body, 'fieldId');
  if (typeof id !== 'string' || !allFields(call.state).some((field) => field.id === id)) {
    refuse(400, `The field ${JSON.stringify(id)} does not exist.`);
  }
  if (screen.tabs.some((row) => row.fields.includes(id)))
    refuse(400, `The field with id ${id} already exists on the screen.`);
  tab.fields.push(id);
  return { body: viewField(call, id) };
};

const removeField: Handler = (call) => {
  const { tab } = findTab(call);
  const id = param(call, 'id');
  if (!tab.fields.includes(id)) refuse(404, `The field with id ${id} is not on the screen tab.`);
  tab.fields = tab.fields.filter((field) => field !== id);
  return { status: 204 };
};

export const screenHandlers = {
  'GET /rest/api/3/screens': list,
  'POST /rest/api/3/screens': create,
  'PUT /rest/api/3/screens/{screenId}': update,
  'DELETE /rest/api/3/screens/{screenId}': remove,
  'GET /rest/api/3/screens/{screenId}/availableFields': available,
  'GET /rest/api/3/screens/{screenId}/tabs': tabs,
  'POST /rest/api/3/screens/{screenId}/tabs': addTab,
  'PUT /rest/api/3/screens/{screenId}/tabs/{tabId}': updateTab,
  'DELETE /rest/api/3/screens/{screenId}/tabs/{tabId}': removeTab,
  'GET /rest/api/3/screens/{screenId}/tabs/{tabId}/fields': fields,
  'POST /rest/api/3/screens/{screenId}/tabs/{tabId}/fields': addField,
  'DELETE /rest/api/3/screens/{screenId}/tabs/{tabId}/fields/{id}': removeField,
};
