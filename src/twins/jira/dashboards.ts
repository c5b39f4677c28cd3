import { me, param, type Call, type Handler } from './call';
import { isRecord } from '../../shared/records';
import { idOf, memberOf } from './formats';
import { cut, pageBean, pageWish } from './paging';
import { refuse } from './refusal';
import { canEdit, canView, readShares, sharer, viewShare, withIds } from './shares';
import { nextId, nextNumber, type Dashboard, type Gadget, type Share } from './state';
import { viewUser } from './views';

// Dashboards with their gadgets.

function view(call: Call, dashboard: Dashboard) {
  const { id, name, description, owner, favouritedBy, sharePermissions, editPermissions } = dashboard;
  return {
    id,
    self: `${call.rest}/dashboard/${id}`,
    name,
    ...(description === '' ? {} : { description }),
    owner: viewUser(call, owner),
    isFavourite: favouritedBy.includes(call.caller.user?.accountId ?? ''),
    popularity: favouritedBy.length,
    sharePermissions: sharePermissions.map((share) => viewShare(call, share)),
    editPermissions: editPermissions.map((share) => viewShare(call, share)),
    view: `${call.base}/jira/dashboards/${id}`,
    isWritable: canEdit(call, dashboard),
    systemDashboard: false,
  };
}

function find(call: Call, name: 'id' | 'dashboardId' = 'id', writes = false): Dashboard {
  const id = param(call, name);
  const dashboard = call.state.dashboards.find((row) => row.id === id);
  if (!dashboard || !canView(call, dashboard)) refuse(404, `The dashboard with id '${id}' does not exist.`);
  if (writes && !canEdit(call, dashboard)) refuse(400, 'You may not edit this dashboard.');
  return dashboard;
}

const list: Handler = (call) => {
  const wish = pageWish(call, 20, 1000);
  const filter = call.query.get('filter');
  const account = call.caller.user?.accountId ?? '';
  const all = call.state.dashboards.filter(
    (row) =>
      canView(call, row) &&
      (filter !== 'my' || row.owner === account) &&
      (filter !== 'favourite' || row.favouritedBy.includes(account)),
  );
  return {
    body: {
      startAt: wish.startAt,
      maxResults: wish.maxResults,
      total: all.length,
      dashboards: cut(all, wish).map((row) => view(call, row)),
    },
  };
};

const search: Handler = (call) => {
  const text = (call.query.get('dashboardName') ?? '').toLowerCase();
  const owner = call.query.get('accountId');
  const rows = call.state.dashboards.filter(
    (row) =>
      canView(call, row) && row.name.toLowerCase().includes(text) && (owner === null || row.owner === owner),
  );
  return {
    body: pageBean(call, '/dashboard/search', rows, pageWish(call, 50, 100), (row) => view(call, row)),
  };
};

function sharesIn(call: Call, member: 'sharePermissions' | 'editPermissions'): Omit<Share, 'id'>[] {
  const given = memberOf(call.body, member);
  if (!Array.isArray(given)) refuse(400, `The field '${member}' is required.`);
  return readShares(call, given);
}

function draftOf(
  call: Call,
): Pick<Dashboard, 'name' | 'description' | 'sharePermissions' | 'editPermissions'> {
  const [name, description] = [memberOf(call.body, 'name'), memberOf(call.body, 'description')];
  if (typeof name !== 'string' || name.trim() === '')
    refuse(400, 'You must specify a name for the dashboard.');
  const [shares, edits] = [sharesIn(call, 'sharePermissions'), sharesIn(call, 'editPermissions')];
  sharer(call, [...shares, ...edits]);
  return {
    name,
    description: typeof description === 'string' ? description : '',
    sharePermissions: withIds(call, shares),
    editPermissions: withIds(call, edits),
  };
}

const create: Handler = (call) => {
  const owner = me(call);
  const dashboard: Dashboard = {
    ...draftOf(call),
    id: nextId(call.state, 'dashboard'),
    owner,
    favouritedBy: [owner],
    gadgets: [],
  };
  call.state.dashboards.push(dashboard);
  return { body: view(call, dashboard) };
};

const get: Handler = (call) => ({ body: view(call, find(call)) });
const update: Handler = (call) => {
  const dashboard = find(call, 'id', true);
  return { body: view(call, Object.assign(dashboard, draftOf(call))) };
};
const copy: Handler = (call) => {
  const { gadgets } = find(call);
  const owner = me(call);
  const copies = gadgets.map((gadget) => ({
    ...structuredClone(gadget),
    id: nextNumber(call.state, 'gadget'),
  }));
  const dashboard: Dashboard = {
    ...draftOf(call),
    id: nextId(call.state, 'dashboard'),
    owner,
    favouritedBy: [owner],
    gadgets: copies,
  };
  call.state.dashboards.push(dashboard);
  return { body: view(call, dashboard) };
};
const remove: Handler = (call) => {
  const dashboard = find(call, 'id', true);
  call.state.dashboards = call.state.dashboards.filter((row) => row !== dashboard);
  return { status: 204 };
};

const viewGadget = ({ id, moduleKey, uri, title, color, position }: Gadget) => ({
  id,
  ...(moduleKey === undefined ? {} : { moduleKey }),
  ...(uri === undefined ? {} : { uri }),
  color,
  position,
  title,
});

const gadgets: Handler = (call) => ({ body: { gadgets: find(call, 'dashboardId').gadgets.map(viewGadget) } });

/** What a request says of a gadget beside which one it is. */
function gadgetDraft({ body }: Call): Partial<Gadget> {
  const [title, color, position] = ['title', 'color', 'position'].map((member) => memberOf(body, member));
  const [row, column] = [memberOf(position, 'row'), memberOf(position, 'column')];
  const isPlace = Number.isSafeInteger(row) && Number.isSafeInteger(column);
  if (position !== undefined && !isPlace) refuse(400, 'The position of the gadget is not valid.');
  return {
    ...(typeof title === 'string' ? { title } : {}),
    ...(typeof color === 'string' ? { color } : {}),
    ...(isRecord(position) ? { position: { row: row as number, column: column as number } } : {}),
  };
}

const addGadget: Handler = (call) => {
  const dashboard = find(call, 'dashboardId', true);
  const [moduleKey, uri] = [idOf(memberOf(call.body, 'moduleKey')), idOf(memberOf(call.body, 'uri'))];
  if ((moduleKey === undefined) === (uri === undefined))
    refuse(400, "Either 'moduleKey' or 'uri' must be given.");
  const gadget: Gadget = {
    title: 'Gadget',
    color: 'blue',
    position: { row: dashboard.gadgets.length, column: 0 },
    properties: {},
    ...gadgetDraft(call),
    id: nextNumber(call.state, 'gadget'),
    ...(moduleKey === undefined ? {} : { moduleKey }),
    ...(uri === undefined ? {} : { uri }),
  };
  dashboard.gadgets.push(gadget);
  return { body: viewGadget(gadget) };
};

function findGadget(call: Call): { dashboard: Dashboard; gadget: Gadget } {
  const dashboard = find(call, 'dashboardId', true);
  const gadget = dashboard.gadgets.find(({ id }) => String(id) === param(call, 'gadgetId'));
  return { dashboard, gadget: gadget ?? refuse(404, 'The dashboard gadget was not found.') };
}
const updateGadget: Handler = (call) => {
  const { gadget } = findGadget(call);
  Object.assign(gadget, gadgetDraft(call));
  return { status: 204 };
};
const removeGadget: Handler = (call) => {
  const { dashboard, gadget } = findGadget(call);
  dashboard.gadgets = dashboard.gadgets.filter((row) => row !== gadget);
  return { status: 204 };
};

export const dashboardHandlers = {
  'GET /rest/api/3/dashboard': list,
  'POST /rest/api/3/dashboard': create,
  'GET /rest/api/3/dashboard/search': search,
  'GET /rest/api/3/dashboard/{id}': get,
  'PUT /rest/api/3/dashboard/{id}': update,
  'DELETE /rest/api/3/dashboard/{id}': remove,
  'POST /rest/api/3/dashboard/{id}/copy': copy,
  'GET /rest/api/3/dashboard/{dashboardId}/gadget': gadgets,
  'POST /rest/api/3/dashboard/{dashboardId}/gadget': addGadget,
  'PUT /rest/api/3/dashboard/{dashboardId}/gadget/{gadgetId}': updateGadget,
  'DELETE /rest/api/3/dashboard/{dashboardId}/gadget/{gadgetId}': removeGadget,
};
