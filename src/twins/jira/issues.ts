import * as calls from './call';
import { flagParam, listParam, param, type Call, type Handler } from './call';
import { changeIssue } from './changes';
import { addComment } from './commentDrafts';
import { createFields, fieldMeta } from './fieldMeta';
import { FieldProblem, accountIn, empties, notOnScreen, type FieldPlace } from './fieldPlace';
import { isRecord } from '../../shared/records';
import { memberOf } from './formats';
import { announce } from './events';
import { assignable, defaultAssignee } from './issueFields';
import type { Issue } from './issueState';
import { isSubtaskType, viewFields } from './issueView';
import { createIssue } from './issueCreate';
import { viewChange } from './changelog';
import { can } from './permission';
import { readProperties } from './propertyDrafts';
import { refuse, refuseFields } from './refusal';
import { renderFields } from './rendered';
import { allFields } from './fields';
import { legalTransitions, placeOf, viewTransition } from './transitions';
import { readDraft, requiredText } from './writeIssue';

export const create: Handler = (call) => {
  const issue = createIssue(call, call.body);
  return { status: 201, body: { id: issue.id, key: issue.key, self: `${call.rest}/issue/${issue.id}` } };
};

type Expander = (call: Call, issue: Issue, fields: Record<string, unknown>) => object;

const edits = (call: Call, issue: Issue): object => {
  const place = placeOf(call, issue);
  const fields = createFields(place).filter(([id]) => id !== 'project');
  const entries = fields.map(
    ([id, required]) => [id, fieldMeta(place, id, required && id !== 'parent')] as const,
  );
  return { fields: Object.fromEntries([...entries, ['comment', fieldMeta(place, 'comment', false)]]) };
};

const fieldsOf = ({ state }: Call, fields: Record<string, unknown>) =>
  allFields(state).filter(({ id }) => Object.hasOwn(fields, id));

/** What `expand` adds to an issue, by name. */
const expanders: Readonly<Record<string, Expander>> = {
  renderedFields: (call, issue, fields) => ({ renderedFields: renderFields(call, issue, fields) }),
  names: (call, _, fields) => ({
    names: Object.fromEntries(fieldsOf(call, fields).map(({ id, name }) => [id, name])),
  }),
  schema: (call, _, fields) => ({
    schema: Object.fromEntries(fieldsOf(call, fields).map(({ id, schema }) => [id, schema])),
  }),
  transitions: (call, issue) => ({
    transitions: legalTransitions(call, issue).map((row) => viewTransition(call, issue, row, false)),
  }),
  editmeta: (call, issue) => ({ editmeta: edits(call, issue) }),
  changelog: (call, issue) => ({
    changelog: {
      startAt: 0,
      maxResults: issue.changelog.length,
      total: issue.changelog.length,
      histories: issue.changelog.toReversed().map((change) => viewChange(call, change)),
    },
  }),
  operations: () => ({ operations: { linkGroups: [] } }),
  versionedRepresentations: () => ({ versionedRepresentations: {} }),
};
const expandNames =
  'renderedFields,names,schema,operations,editmeta,changelog,versionedRepresentations,customfield_10010.requestTypePractice';

/**
 * An issue as answers show it.
 * @param fields ids as in the parameter `fields`; all when empty
 * @param properties keys of issue properties to show; `*all` is every one
 */
export function viewIssue(
  call: Call,
  issue: Issue,
  wish: { fields: readonly string[]; expand: readonly string[]; properties?: readonly string[] },
): Record<string, unknown> {
  const fields = viewFields(call, issue, wish.fields);
  const expanded = wish.expand.flatMap((name) => {
    const expander = Object.hasOwn(expanders, name) ? expanders[name] : undefined;
    return expander ? [expander(call, issue, fields)] : [];
  });
  const wanted = wish.properties ?? [];
  const properties = Object.entries(issue.properties).filter(
    ([key]) => wanted.includes('*all') || wanted.includes(key),
  );
  return {
    expand: expandNames,
    id: issue.id,
    self: `${call.rest}/issue/${issue.id}`,
    key: issue.key,
    ...(Object.assign({}, ...expanded) as object),
    ...(wanted.length > 0 ? { properties: Object.fromEntries(properties) } : {}),
    fields,
  };
}

export const get: Handler = (call) => {
  const issue = calls.findIssue(call, param(call, 'issueIdOrKey'));
  const wish = {
    fields: listParam(call, 'fields'),
    expand: listParam(call, 'expand'),
    properties: listParam(call, 'properties'),
  };
  return { body: viewIssue(call, issue, wish) };
};

export const edit: Handler = (call) => {
  const issue = calls.issueFor(call, 'EDIT_ISSUES', 'You do not have permission to edit this issue.');
  if (!isRecord(call.body)) refuse(400, "one of 'fields' or 'update' required");
  const place = placeOf(call, issue);
  const draft = readDraft(place, call.body);
  if (draft.named.has('project')) refuseFields({ project: notOnScreen('project') });
  const emptied = createFields(place).filter(([id, required]) => required && empties(draft.patch, id));
  if (emptied.length > 0)
    refuseFields(Object.fromEntries(emptied.map(([id]) => [id, requiredText(call, id)])));
  const properties = readProperties(memberOf(call.body, 'properties'));
  const items = changeIssue(call, issue, draft.patch);
  Object.assign(issue.properties, properties);
  announce(call, issue, { event: 'jira:issue_updated', items, type: 'issue_updated' });
  for (const comment of draft.comments) addComment(call, issue, comment);
  if (!flagParam(call, 'returnIssue')) return { status: 204 };
  return { body: viewIssue(call, issue, { fields: [], expand: listParam(call, 'expand') }) };
};

/** Takes an issue and its links out of the site. */
function removeIssue({ state }: Call, issue: Issue): void {
  state.issues = state.issues.filter((other) => other !== issue);
  state.links = state.links.filter(({ inward, outward }) => inward !== issue.id && outward !== issue.id);
  for (const other of state.issues) if (other.parent === issue.id) delete other.parent;
}

/** Deletes an issue, with its subtasks if asked to. Throws a refusal, before anything is done. */
export function deleteIssue(call: Call, issue: Issue, withSubtasks: boolean): void {
  const subtasks = call.state.issues.filter(
    ({ parent, issuetype }) => parent === issue.id && isSubtaskType(call, issuetype),
  );
  if (subtasks.length > 0 && !withSubtasks) {
    refuse(
      400,
      `The issue '${issue.key}' has subtasks.  You must specify the 'deleteSubtasks' parameter to delete this issue and all its subtasks.`,
    );
  }
  for (const gone of [...subtasks, issue]) {
    for (const comment of gone.comments) {
      announce(call, gone, { event: 'comment_deleted', comment, isSecondary: true });
    }
    announce(call, gone, {
      event: 'jira:issue_deleted',
      items: [],
      type: 'issue_deleted',
      isSecondary: gone !== issue,
    });
    removeIssue(call, gone);
  }
}

export const remove: Handler = (call) => {
  const issue = calls.issueFor(
    call,
    'DELETE_ISSUES',
    'You do not have permission to delete issues in this project.',
  );
  deleteIssue(call, issue, flagParam(call, 'deleteSubtasks'));
  return { status: 204 };
};

export const assign: Handler = (call) => {
  const issue = calls.issueFor(call, 'ASSIGN_ISSUES', 'You do not have permission to assign this issue.');
  const account = accountIn(call.body);
  if (account === undefined) refuse(400, 'expected Object containing an accountId property');
  const place = placeOf(call, issue);
  const assignee =
    account === '-1' ? defaultAssignee(place) : account === null ? null : checkAssignee(account, place);
  const items = changeIssue(call, issue, { assignee });
  announce(call, issue, { event: 'jira:issue_updated', items, type: 'issue_assigned' });
  return { status: 204 };
};

function checkAssignee(account: string, place: FieldPlace): string {
  try {
    return assignable(account, place);
  } catch (error) {
    if (error instanceof FieldProblem) refuseFields({ assignee: error.message });
    throw error;
  }
}

export const editMeta: Handler = (call) => {
  const issue = calls.findIssue(call, param(call, 'issueIdOrKey'));
  const allowed = can(call, 'EDIT_ISSUES', calls.projectOfIssue(call.state, issue), issue);
  return { body: allowed ? edits(call, issue) : { fields: {} } };
};
