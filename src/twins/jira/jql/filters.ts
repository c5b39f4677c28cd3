import { flagParam, listParam, me, param, type Call, type Handler, type Result } from '../call';
import { allFields } from '../fields';
import { isRecord } from '../../../shared/records';
import { idOf, memberOf } from '../formats';
import { pageBean, pageWish } from '../paging';
import { refuse, refuseFields } from '../refusal';
import { canEdit, canView, readShares, sharer, viewShare, withIds } from '../shares';
import { nextId, type Filter } from '../state';
import { rowOf, userDetails } from '../views';
import { contextOf, prepareJql } from './run';

/** The filter of the path, or 404, also for one that the caller may not know of. */
export function findFilter(call: Call): Filter {
  const id = param(call, 'id');
  const filter = call.state.filters.find((candidate) => candidate.id === id);
  if (!filter || !canView(call, filter)) {
    refuse(
      404,
      'The selected filter is not available to you, perhaps it has been deleted or had its permissions changed.',
    );
  }
  return filter;
}

/** The same for somebody who may change it. */
export function ownFilter(call: Call): Filter {
  const filter = findFilter(call);
  if (!canEdit(call, filter)) refuse(400, 'You do not have permission to edit this filter.');
  return filter;
}

function ownerOf(call: Call, filter: Filter) {
  return userDetails(
    call,
    call.state.users.find(({ accountId }) => accountId === filter.owner) ?? rowOf([], filter.owner),
  );
}

/** What answers can leave out of a filter unless they are asked for it. */
const details = {
  description: (_: Call, filter: Filter) => filter.description,
  favourite: ({ caller }: Call, filter: Filter) => filter.favouritedBy.includes(caller.user?.accountId ?? ''),
  favouritedCount: (_: Call, filter: Filter) => filter.favouritedBy.length,
  jql: (_: Call, filter: Filter) => filter.jql,
  owner: ownerOf,
  searchUrl: ({ rest }: Call, filter: Filter) => `${rest}/search?jql=${encodeURIComponent(filter.jql)}`,
  sharePermissions: (call: Call, filter: Filter) =>
    filter.sharePermissions.map((share) => viewShare(call, share)),
  editPermissions: (call: Call, filter: Filter) =>
    filter.editPermissions.map((share) => viewShare(call, share)),
  isWritable: (call: Call, filter: Filter) => canEdit(call, filter),
  viewUrl: ({ base }: Call, filter: Filter) => `${base}/issues/?filter=${filter.id}`,
};

const emptyList = { size: 0, items: [], 'max-results': 0, 'start-index': 0, 'end-index': 0 };

function viewFilter(call: Call, filter: Filter): object {
  return {
    self: `${call.rest}/filter/${filter.id}`,
    id: filter.id,
    name: filter.name,
    ...Object.fromEntries(Object.entries(details).map(([name, view]) => [name, view(call, filter)])),
    sharedUsers: emptyList,
    subscriptions: emptyList,
  };
}

/** A filter in a list, with the details that `expand` names. */
function viewListed(call: Call, filter: Filter): object {
  const expand = listParam(call, 'expand');
  return {
    expand:
      'description,owner,jql,viewUrl,searchUrl,favourite,favouritedCount,sharePermissions,editPermissions,isWritable,approximateLastUsed,subscriptions',
    self: `${call.rest}/filter/${filter.id}`,
    id: filter.id,
    name: filter.name,
    ...Object.fromEntries(
      Object.entries(details)
        .filter(([name]) => expand.includes(name))
        .map(([name, view]) => [name, view(call, filter)]),
    ),
    ...(expand.includes('subscriptions') ? { subscriptions: [] } : {}),
  };
}

type Draft = Pick<Filter, 'name' | 'jql' | 'description'>;

function readDraft(call: Call, owner: string, before?: Filter): Draft {
  const { body, state } = call;
  if (!isRecord(body))
    refuse(400, 'Invalid request payload. Refer to the REST API documentation and try again.');
  const text = (name: string): string | undefined => {
    const value = memberOf(body, name);
    if (value === undefined || value === null) return undefined;
    return typeof value === 'string' ? value : refuse(400, `The ${name} of a filter must be a string.`);
  };
  const name = text('name')?.trim() ?? before?.name ?? '';
  const jql = text('jql') ?? before?.jql ?? '';
  if (name === '') refuseFields({ filterName: 'You must specify a name to save this filter as.' });
  if (name.length > 255)
    refuseFields({ filterName: 'The entered filter name is too long, it must be less than 255 chars.' });
  const isTaken = state.filters.some(
    (other) => other !== before && other.owner === owner && other.name.toLowerCase() === name.toLowerCase(),
  );
  if (isTaken) refuseFields({ filterName: 'Filter with same name already exists.' });
  const prepared = prepareJql(contextOf(call), jql);
  if ('errors' in prepared) refuse(400, ...prepared.errors);
  return { name, jql, description: text('description') ?? (before ? before.description : '') };
}

export const create: Handler = (call) => {
  const owner = me(call);
  const draft = readDraft(call, owner);
  const shares = readShares(call, memberOf(call.body, 'sharePermissions'));
  const edits = readShares(call, memberOf(call.body, 'editPermissions'));
  sharer(call, [...shares, ...edits]);
  const isFavourite = memberOf(call.body, 'favourite') !== false;
  const filter: Filter = {
    id: nextId(call.state, 'filter'),
    ...draft,
    owner,
    created: call.now,
    favouritedBy: isFavourite ? [owner] : [],
    sharePermissions: withIds(call, shares),
    editPermissions: withIds(call, edits),
  };
  call.state.filters.push(filter);
  return { body: viewFilter(call, filter) };
};

export const get: Handler = (call) => ({ body: viewFilter(call, findFilter(call)) });

export const update: Handler = (call) => {
  const filter = ownFilter(call);
  const draft = readDraft(call, filter.owner, filter);
  const given = (name: string) => memberOf(call.body, name);
  const [share, edit] = [given('sharePermissions'), given('editPermissions')];
  const [shares, edits] = [readShares(call, share), readShares(call, edit)];
  sharer(call, [...shares, ...edits]);
  Object.assign(filter, draft);
  if (Array.isArray(share)) filter.sharePermissions = withIds(call, shares);
  if (Array.isArray(edit)) filter.editPermissions = withIds(call, edits);
  return { body: viewFilter(call, filter) };
};

export const remove: Handler = (call) => {
  const filter = ownFilter(call);
  call.state.filters = call.state.filters.filter((other) => other !== filter);
  return { status: 204 };
};

export const mine: Handler = (call) => {
  const account = me(call);
  const withFavourites = flagParam(call, 'includeFavourites');
  const filters = call.state.filters.filter(
    (filter) =>
      filter.owner === account ||
      (withFavourites && filter.favouritedBy.includes(account) && canView(call, filter)),
  );
  return { body: filters.map((filter) => viewFilter(call, filter)) };
};

export const favourites: Handler = (call) => {
  const account = call.caller.user?.accountId ?? '';
  const filters = call.state.filters.filter(
    (filter) => filter.favouritedBy.includes(account) && canView(call, filter),
  );
  return { body: filters.map((filter) => viewFilter(call, filter)) };
};

type Key = (filter: Filter, account: string) => string | number;
const orders: Readonly<Record<string, Key>> = {
  name: ({ name }) => name.toLowerCase(),
  id: ({ id }) => Number(id),
  description: ({ description }) => description.toLowerCase(),
  owner: ({ owner }) => owner,
  favourite_count: ({ favouritedBy }) => favouritedBy.length,
  is_favourite: ({ favouritedBy }, account) => Number(favouritedBy.includes(account)),
  is_shared: ({ sharePermissions }) => Number(sharePermissions.length > 0),
};

export const search: Handler = (call) => {
  const { query, state, caller } = call;
  const [owner, account] = [query.get('owner'), query.get('accountId')];
  if (owner !== null && account !== null)
    refuse(400, "The parameters 'owner' and 'accountId' cannot be used together.");
  const ids = query.getAll('id').flatMap((id) => id.split(','));
  if (ids.length > 200) refuse(400, 'At most 200 ids can be given.');
  const orderBy = query.get('orderBy') ?? 'name';
  const field = orderBy.replace(/^[-+ ]/, '');
  const key = Object.hasOwn(orders, field) ? orders[field] : undefined;
  if (!key) refuse(400, `The value '${orderBy}' of the 'orderBy' parameter is not valid.`);
  const group = state.groups.find(
    ({ name, groupId }) => name === query.get('groupname') || groupId === query.get('groupId'),
  );
  const name = (query.get('filterName') ?? '').toLowerCase();
  const project = query.get('projectId');
  const wantsGroup = query.has('groupname') || query.has('groupId');
  const found = state.filters.filter(
    (filter) =>
      canView(call, filter) &&
      filter.name.toLowerCase().includes(name) &&
      (ids.length === 0 || ids.includes(filter.id)) &&
      ((owner ?? account) === null || filter.owner === (owner ?? account)) &&
      (project === null || filter.sharePermissions.some((share) => share.project === project)) &&
      (!wantsGroup ||
        (group !== undefined && filter.sharePermissions.some((share) => share.group === group.groupId))),
  );
  const sign = orderBy.startsWith('-') ? -1 : 1;
  const by = (filter: Filter) => key(filter, caller.user?.accountId ?? '');
  const sorted = found.toSorted((a, b) => sign * (by(a) < by(b) ? -1 : by(a) > by(b) ? 1 : 0));
  return {
    body: pageBean(call, '/filter/search', sorted, pageWish(call, 50, 100), (filter) =>
      viewListed(call, filter),
    ),
  };
};

function setFavourite(call: Call, isFavourite: boolean): Result {
  const account = me(call);
  const filter = findFilter(call);
  const others = filter.favouritedBy.filter((id) => id !== account);
  filter.favouritedBy = isFavourite ? [...others, account] : others;
  return { body: viewFilter(call, filter) };
}
export const favour: Handler = (call) => setFavourite(call, true);
export const unfavour: Handler = (call) => setFavourite(call, false);

export const getColumns: Handler = (call) => {
  const { columns } = findFilter(call);
  if (!columns) refuse(404, 'No column layout is set for this filter.');
  const fields = allFields(call.state);
  return {
    body: columns.map((value) => ({ label: fields.find(({ id }) => id === value)?.name ?? value, value })),
  };
};

export const setColumns: Handler = (call) => {
  const filter = ownFilter(call);
  const given = memberOf(call.body, 'columns');
  if (!Array.isArray(given)) refuse(400, 'The columns must be a list of field ids.');
  const fields = allFields(call.state);
  const columns = given.map((value: unknown) => {
    const id = idOf(value) ?? '';
    return fields.some((field) => field.id === id && field.navigable)
      ? id
      : refuse(400, `The field '${id}' is not navigable and cannot be a column.`);
  });
  filter.columns = columns;
  return { status: 200 };
};

export const resetColumns: Handler = (call) => {
  delete ownFilter(call).columns;
  return { status: 204 };
};
