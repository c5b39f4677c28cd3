import { findIssue, issueFor, me, param, type Call, type Handler } from './call';
import { mustOwnComment } from './comments';
import { announce } from './events';
import type { Issue } from './issueState';
import { canGlobally } from './permission';
import { findProject, projectToChange } from './projects';
import { checkProperty } from './propertyDrafts';
import { refuse } from './refusal';
import { visibleIn } from './visibility';

// Properties that apps keep at issues, comments, projects and people.

type Properties = Record<string, unknown>;
/** Where the properties are, and the address of their list; refuses who may not have them. */
type Owner = (call: Call, writes: boolean) => { properties: Properties; url: string; issue?: Issue };

const keyOf = (call: Call): string => param(call, 'propertyKey');

const list =
  (owner: Owner): Handler =>
  (call) => {
    const { properties, url } = owner(call, false);
    const keys = Object.keys(properties);
    return {
      body: { keys: keys.map((key) => ({ self: `${url}/${encodeURIComponent(key)}`, key })) },
    };
  };

const get =
  (owner: Owner): Handler =>
  (call) => {
    const { properties } = owner(call, false);
    const key = keyOf(call);
    if (!Object.hasOwn(properties, key)) refuse(404, `The property with key: '${key}' is not found.`);
    return { body: { key, value: properties[key] } };
  };

const put =
  (owner: Owner): Handler =>
  (call) => {
    const { properties, issue } = owner(call, true);
    const key = keyOf(call);
    checkProperty(key, call.body);
    const isNew = !Object.hasOwn(properties, key);
    properties[key] = call.body;
    if (issue) announce(call, issue, { event: 'issue_property_set', property: { key, value: call.body } });
    return { status: isNew ? 201 : 200 };
  };

const remove =
  (owner: Owner): Handler =>
  (call) => {
    const { properties, issue } = owner(call, true);
    const key = keyOf(call);
    if (!Object.hasOwn(properties, key)) refuse(404, `The property with key: '${key}' is not found.`);
    delete properties[key];
    if (issue) announce(call, issue, { event: 'issue_property_deleted', property: { key } });
    return { status: 204 };
  };

/** The four operations on the properties of one kind of thing. */
export const propertiesOf = (owner: Owner) => ({
  list: list(owner),
  get: get(owner),
  put: put(owner),
  remove: remove(owner),
});

const ofIssue: Owner = (call, writes) => {
  const issue = writes
    ? issueFor(call, 'EDIT_ISSUES', 'You do not have permission to edit this issue.')
    : findIssue(call, param(call, 'issueIdOrKey'));
  return { properties: issue.properties, url: `${call.rest}/issue/${issue.key}/properties`, issue };
};

const ofComment: Owner = (call, writes) => {
  const id = param(call, 'commentId');
  const issue = call.state.issues.find(({ comments }) => comments.some((comment) => comment.id === id));
  const seen = issue && findIssue(call, issue.id);
  const comment = seen && visibleIn(call, seen, seen.comments).find((row) => row.id === id);
  if (!seen || !comment) refuse(404, `Can not find a comment for the id: ${id}.`);
  if (writes) mustOwnComment(call, 'EDIT', { issue: seen, comment });
  return { properties: comment.properties, url: `${call.rest}/comment/${id}/properties` };
};

const ofProject: Owner = (call, writes) => {
  const name = param(call, 'projectIdOrKey');
  const project = writes ? projectToChange(call, name) : findProject(call, name);
  return { properties: project.properties, url: `${call.rest}/project/${project.key}/properties` };
};

const ofUser: Owner = (call) => {
  const account = call.query.get('accountId') ?? me(call);
  if (account !== me(call) && !canGlobally(call, 'ADMINISTER')) {
    refuse(403, "You do not have permission to access the user's properties.");
  }
  const user = call.state.users.find(({ accountId }) => accountId === account);
  if (!user) refuse(404, `The user with accountId '${account}' does not exist.`);
  return { properties: user.properties, url: `${call.rest}/user/properties` };
};

const issues = propertiesOf(ofIssue);
const comments = propertiesOf(ofComment);
const projects = propertiesOf(ofProject);
const users = propertiesOf(ofUser);

export const propertyHandlers = {
  'GET /rest/api/3/issue/{issueIdOrKey}/properties': issues.list,
  'GET /rest/api/3/issue/{issueIdOrKey}/properties/{propertyKey}': issues.get,
  'PUT /rest/api/3/issue/{issueIdOrKey}/properties/{propertyKey}': issues.put,
  'DELETE /rest/api/3/issue/{issueIdOrKey}/properties/{propertyKey}': issues.remove,
  'GET /rest/api/3/comment/{commentId}/properties': comments.list,
  'GET /rest/api/3/comment/{commentId}/properties/{propertyKey}': comments.get,
  'PUT /rest/api/3/comment/{commentId}/properties/{propertyKey}': comments.put,
  'DELETE /rest/api/3/comment/{commentId}/properties/{propertyKey}': comments.remove,
  'GET /rest/api/3/project/{projectIdOrKey}/properties': projects.list,
  'GET /rest/api/3/project/{projectIdOrKey}/properties/{propertyKey}': projects.get,
  'PUT /rest/api/3/project/{projectIdOrKey}/properties/{propertyKey}': projects.put,
  'DELETE /rest/api/3/project/{projectIdOrKey}/properties/{propertyKey}': projects.remove,
  'GET /rest/api/3/user/properties': users.list,
  'GET /rest/api/3/user/properties/{propertyKey}': users.get,
  'PUT /rest/api/3/user/properties/{propertyKey}': users.put,
  'DELETE /rest/api/3/user/properties/{propertyKey}': users.remove,
};
