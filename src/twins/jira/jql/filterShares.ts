import { me, param, type Call, type Handler } from '../call';
import { memberOf } from '../formats';
import { canGlobally } from '../permission';
import { refuse } from '../refusal';
import { readShare, sharer, viewShare, withIds } from '../shares';
import { findFilter, ownFilter } from './filters';

export const list: Handler = (call) => ({
  body: findFilter(call).sharePermissions.map((share) => viewShare(call, share)),
});

function findShare(call: Call) {
  const id = param(call, 'permissionId');
  const filter = findFilter(call);
  const share = filter.sharePermissions.find((candidate) => String(candidate.id) === id);
  return { filter, share: share ?? refuse(404, `Share permission with id '${id}' was not found.`) };
}

export const get: Handler = (call) => ({ body: viewShare(call, findShare(call).share) });

export const add: Handler = (call) => {
  const filter = ownFilter(call);
  const share = readShare(call, call.body);
  sharer(call, [share]);
  const isOpen = share.type === 'global' || share.type === 'authenticated' || share.type === 'loggedin';
  // What is shared with everyone is shared with nobody in particular.
  filter.sharePermissions = [...(isOpen ? [] : filter.sharePermissions), ...withIds(call, [share])];
  return { status: 201, body: filter.sharePermissions.map((one) => viewShare(call, one)) };
};

export const remove: Handler = (call) => {
  const { share } = findShare(call);
  const filter = ownFilter(call);
  filter.sharePermissions = filter.sharePermissions.filter((other) => other !== share);
  return { status: 204 };
};

export const setOwner: Handler = (call) => {
  const filter = findFilter(call);
  if (filter.owner !== me(call) && !canGlobally(call, 'ADMINISTER')) {
    refuse(403, 'Only the owner of a filter or an administrator can change its owner.');
  }
  const account = memberOf(call.body, 'accountId');
  const owner = call.state.users.find(({ accountId }) => accountId === account);
  if (!owner) refuse(404, 'The new owner of the filter was not found.');
  const isTaken = call.state.filters.some(
    (other) => other !== filter && other.owner === owner.accountId && other.name === filter.name,
  );
  if (isTaken) refuse(400, 'The new owner already has a filter with the same name.');
  filter.owner = owner.accountId;
  return { status: 204 };
};

function person(call: Call) {
  const account = me(call);
  return call.state.users.find(({ accountId }) => accountId === account);
}

export const getDefaultScope: Handler = (call) => ({
  body: { scope: person(call)?.shareScope ?? 'PRIVATE' },
});

export const setDefaultScope: Handler = (call) => {
  const user = person(call);
  const scope = memberOf(call.body, 'scope');
  if (scope !== 'GLOBAL' && scope !== 'AUTHENTICATED' && scope !== 'PRIVATE') {
    refuse(400, 'The scope must be one of GLOBAL, AUTHENTICATED and PRIVATE.');
  }
  const stored = scope === 'GLOBAL' ? 'AUTHENTICATED' : scope;
  if (user) user.shareScope = stored;
  return { body: { scope: stored } };
};
