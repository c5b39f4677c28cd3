import { canSee, findIssue, issueFor, param, projectOfIssue, type Call, type Handler } from './call';
import { addComment, noComments, readComment } from './commentDrafts';
import { record } from './changes';
import { FieldProblem, pick } from './fieldPlace';
import { isRecord } from '../../shared/records';
import { idIn, memberOf } from './formats';
import type { Issue, Link, RemoteLink } from './issueState';
import { issueInside, viewLinkType } from './issueView';
import { can, canGlobally } from './permission';
import { refuse } from './refusal';
import { nextId, nextNumber, type LinkType } from './state';
import { rowOf } from './views';

const item = { field: 'Link', fieldtype: 'jira', fieldId: 'issuelinks' };
const says = (verb: string, key: string) => `This issue ${verb} ${key}`;

/** Writes into both issues' histories that a link came or went. */
function recordLink(
  call: Call,
  type: LinkType,
  [inward, outward]: readonly [Issue, Issue],
  came: boolean,
): void {
  const ends = [
    [inward, type.outward, outward.key],
    [outward, type.inward, inward.key],
  ] as const;
  for (const [issue, verb, key] of ends) {
    const said = { id: key, text: says(verb, key) };
    const none = { id: null, text: null };
    const [before, after] = came ? [none, said] : [said, none];
    record(call, issue, [
      { ...item, from: before.id, fromString: before.text, to: after.id, toString: after.text },
    ]);
  }
}

function endOf(call: Call, name: string): Issue {
  const given = memberOf(call.body, name);
  const key = idIn(given, 'key') ?? idIn(given);
  return key === undefined ? refuse(404, `No issue link ${name} was given.`) : findIssue(call, key);
}

function commentOf(call: Call, issue: Issue) {
  const given = memberOf(call.body, 'comment');
  if (given === undefined || given === null) return null;
  if (!can(call, 'ADD_COMMENTS', projectOfIssue(call.state, issue), issue)) refuse(400, noComments);
  try {
    return readComment(call, given);
  } catch (error) {
    if (error instanceof FieldProblem) refuse(400, error.message);
    throw error;
  }
}

const add: Handler = (call) => {
  const { state, body } = call;
  if (!isRecord(body))
    refuse(400, 'Invalid request payload. Refer to the REST API documentation and try again.');
  const given = memberOf(body, 'type');
  const type =
    pick(state.linkTypes, given) ??
    refuse(404, `No issue link type with name '${String(memberOf(given, 'name'))}' found.`);
  const [inward, outward] = [endOf(call, 'inwardIssue'), endOf(call, 'outwardIssue')];
  if (inward === outward) refuse(400, 'You cannot link an issue to itself.');
  for (const issue of [inward, outward]) {
    if (!can(call, 'LINK_ISSUES', projectOfIssue(state, issue), issue)) {
      refuse(401, 'No Link Issue Permission for issue.');
    }
  }
  const comment = commentOf(call, inward);
  const isThere = state.links.some(
    (link) => link.type === type.id && link.inward === inward.id && link.outward === outward.id,
  );
  if (!isThere) {
    state.links.push({ id: nextId(state, 'link'), type: type.id, inward: inward.id, outward: outward.id });
    recordLink(call, type, [inward, outward], true);
  }
  if (comment) addComment(call, inward, comment);
  return { status: 201 };
};

function find(call: Call): { link: Link; ends: readonly [Issue, Issue] } {
  const id = param(call, 'linkId');
  if (!/^\d+$/.test(id)) refuse(400, `The issue link id '${id}' is not valid.`);
  const link = call.state.links.find((candidate) => candidate.id === id);
  const [inward, outward] = [link?.inward, link?.outward].map((end) =>
    call.state.issues.find((row) => row.id === end),
  );
  if (!link || !inward || !outward || !canSee(call, inward) || !canSee(call, outward)) {
    refuse(404, `No issue link with id '${id}' exists.`);
  }
  return { link, ends: [inward, outward] };
}

const get: Handler = (call) => {
  const { link, ends } = find(call);
  return {
    body: {
      id: link.id,
      self: `${call.rest}/issueLink/${link.id}`,
      type: viewLinkType(call, rowOf(call.state.linkTypes, link.type)),
      inwardIssue: issueInside(call, ends[0]),
      outwardIssue: issueInside(call, ends[1]),
    },
  };
};

const remove: Handler = (call) => {
  const { link, ends } = find(call);
  const { state } = call;
  if (!ends.every((issue) => can(call, 'LINK_ISSUES', projectOfIssue(state, issue), issue))) {
    refuse(403, 'You do not have permission to delete this link.');
  }
  state.links = state.links.filter((other) => other !== link);
  recordLink(call, rowOf(state.linkTypes, link.type), ends, false);
  return { status: 204 };
};

const types: Handler = (call) => ({
  body: { issueLinkTypes: call.state.linkTypes.map((type) => viewLinkType(call, type)) },
});

function findType(call: Call): LinkType {
  const id = param(call, 'issueLinkTypeId');
  return (
    call.state.linkTypes.find((row) => row.id === id) ??
    refuse(404, `No issue link type with id '${id}' found.`)
  );
}

const getType: Handler = (call) => ({ body: viewLinkType(call, findType(call)) });

function readType(call: Call, own?: LinkType): Omit<LinkType, 'id'> {
  if (!canGlobally(call, 'ADMINISTER'))
    refuse(404, 'You do not have permission to administer issue link types.');
  const text = (name: 'name' | 'inward' | 'outward'): string => {
    const value = memberOf(call.body, name) ?? own?.[name];
    return typeof value === 'string' && value.trim() !== ''
      ? value.trim()
      : refuse(400, `The ${name} of the link type is required.`);
  };
  const type = { name: text('name'), inward: text('inward'), outward: text('outward') };
  if (call.state.linkTypes.some((row) => row !== own && row.name === type.name)) {
    refuse(404, `A link type with the name '${type.name}' already exists.`);
  }
  return type;
}

const addType: Handler = (call) => {
  const type = { ...readType(call), id: nextId(call.state, 'linkType') };
  call.state.linkTypes.push(type);
  return { status: 201, body: viewLinkType(call, type) };
};
const updateType: Handler = (call) => {
  const type = findType(call);
  return { body: viewLinkType(call, Object.assign(type, readType(call, type))) };
};
const removeType: Handler = (call) => {
  const type = findType(call);
  if (!canGlobally(call, 'ADMINISTER'))
    refuse(404, 'You do not have permission to administer issue link types.');
  call.state.linkTypes = call.state.linkTypes.filter((row) => row !== type);
  call.state.links = call.state.links.filter((link) => link.type !== type.id);
  return { status: 204 };
};

const viewRemote = (call: Call, issue: Issue, link: RemoteLink) => ({
  id: link.id,
  self: `${call.rest}/issue/${issue.key}/remotelink/${link.id}`,
  ...(link.globalId === undefined ? {} : { globalId: link.globalId }),
  application: link.application,
  ...(link.relationship === undefined ? {} : { relationship: link.relationship }),
  object: link.object,
});

const remoteLinks: Handler = (call) => {
  const issue = findIssue(call, param(call, 'issueIdOrKey'));
  const globalId = call.query.get('globalId');
  if (globalId === null) return { body: issue.remoteLinks.map((link) => viewRemote(call, issue, link)) };
  const link = issue.remoteLinks.find((row) => row.globalId === globalId);
  return {
    body: viewRemote(call, issue, link ?? refuse(404, `No remote link with global id '${globalId}' exists.`)),
  };
};

function readRemote({ body }: Call): Omit<RemoteLink, 'id'> {
  const object = memberOf(body, 'object');
  const [url, title] = [memberOf(object, 'url'), memberOf(object, 'title')];
  if (!isRecord(object) || typeof url !== 'string' || typeof title !== 'string' || title === '') {
    refuse(400, "'object' with 'url' and 'title' is required.");
  }
  const application = memberOf(body, 'application');
  const [globalId, relationship] = [memberOf(body, 'globalId'), memberOf(body, 'relationship')];
  return {
    object,
    application: isRecord(application) ? application : {},
    ...(typeof globalId === 'string' ? { globalId } : {}),
    ...(typeof relationship === 'string' ? { relationship } : {}),
  };
}

const issueToLink = (call: Call): Issue =>
  issueFor(call, 'LINK_ISSUES', 'You do not have permission to link issues in this project.');

/** Makes a remote link, or replaces the one of the same global id. */
const putRemote: Handler = (call) => {
  const issue = issueToLink(call);
  const draft = readRemote(call);
  const known = issue.remoteLinks.find(
    (row) => draft.globalId !== undefined && row.globalId === draft.globalId,
  );
  const link = known ? Object.assign(known, draft) : { ...draft, id: nextNumber(call.state, 'remoteLink') };
  if (!known) issue.remoteLinks.push(link);
  issue.updated = call.now;
  return {
    status: known ? 200 : 201,
    body: { id: link.id, self: `${call.rest}/issue/${issue.key}/remotelink/${link.id}` },
  };
};

function findRemote(call: Call, issue: Issue): RemoteLink {
  const id = param(call, 'linkId');
  const link = issue.remoteLinks.find((row) => String(row.id) === id);
  return link ?? refuse(404, `No remote link with id '${id}' exists.`);
}
const getRemote: Handler = (call) => {
  const issue = findIssue(call, param(call, 'issueIdOrKey'));
  const link = findRemote(call, issue);
  return { body: viewRemote(call, issue, link) };
};
const updateRemote: Handler = (call) => {
  Object.assign(findRemote(call, issueToLink(call)), readRemote(call));
  return { status: 204 };
};
const removeRemote: Handler = (call) => {
  const issue = issueToLink(call);
  const link = findRemote(call, issue);
  issue.remoteLinks = issue.remoteLinks.filter((row) => row !== link);
  return { status: 204 };
};
const removeRemotes: Handler = (call) => {
  const issue = issueToLink(call);
  const globalId = call.query.get('globalId') ?? refuse(400, "The parameter 'globalId' is required.");
  if (!issue.remoteLinks.some((row) => row.globalId === globalId)) {
    refuse(404, `No remote link with global id '${globalId}' exists.`);
  }
  issue.remoteLinks = issue.remoteLinks.filter((row) => row.globalId !== globalId);
  return { status: 204 };
};

export const linkHandlers = {
  'POST /rest/api/3/issueLink': add,
  'GET /rest/api/3/issueLink/{linkId}': get,
  'DELETE /rest/api/3/issueLink/{linkId}': remove,
  'GET /rest/api/3/issueLinkType': types,
  'POST /rest/api/3/issueLinkType': addType,
  'GET /rest/api/3/issueLinkType/{issueLinkTypeId}': getType,
  'PUT /rest/api/3/issueLinkType/{issueLinkTypeId}': updateType,
  'DELETE /rest/api/3/issueLinkType/{issueLinkTypeId}': removeType,
  'GET /rest/api/3/issue/{issueIdOrKey}/remotelink': remoteLinks,
  'POST /rest/api/3/issue/{issueIdOrKey}/remotelink': putRemote,
  'DELETE /rest/api/3/issue/{issueIdOrKey}/remotelink': removeRemotes,
  'GET /rest/api/3/issue/{issueIdOrKey}/remotelink/{linkId}': getRemote,
  'PUT /rest/api/3/issue/{issueIdOrKey}/remotelink/{linkId}': updateRemote,
  'DELETE /rest/api/3/issue/{issueIdOrKey}/remotelink/{linkId}': removeRemote,
};
