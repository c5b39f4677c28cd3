import {
  flagParam,
  issueFor,
  listParam,
  param,
  projectOfIssue,
  findIssue,
  type Call,
  type Handler,
} from './call';
import { changeIssue } from './changes';
import { addComment } from './commentDrafts';
import { announce } from './events';
import { fieldMeta } from './fieldMeta';
import { holds, notOnScreen, type FieldPlace, type IssuePatch } from './fieldPlace';
import { allFields } from './fields';
import { idIn, memberOf } from './formats';
import type { Issue } from './issueState';
import { can } from './permission';
import { readProperties } from './propertyDrafts';
import { JiraRefusal, refuse } from './refusal';
import { rowOf, viewStatus } from './views';
import type { Transition, Workflow } from './state';
import { gives, readDraft, requiredText } from './writeIssue';
import { workflowOf } from './workflow';

export function placeOf(call: Call, issue: Issue): FieldPlace {
  return { call, issue, issuetype: issue.issuetype, project: projectOfIssue(call.state, issue) };
}

function workflowOfIssue({ state }: Call, issue: Issue): Workflow {
  return workflowOf(state, projectOfIssue(state, issue), issue.issuetype);
}

/** Transitions that the workflow has from where the issue is, for people who may use them. */
export function legalTransitions(call: Call, issue: Issue): Transition[] {
  if (!can(call, 'TRANSITION_ISSUES', projectOfIssue(call.state, issue), issue)) return [];
  return workflowOfIssue(call, issue).transitions.filter(
    ({ initial, from }) => !initial && (from.length === 0 || from.includes(issue.status)),
  );
}

/** The transition of this id that the caller may use now, or a refusal. */
export function findTransition(call: Call, issue: Issue, id: string): Transition {
  const found = legalTransitions(call, issue).find((row) => row.id === id);
  return found ?? refuse(400, `Transition id '${id}' is not valid for this issue.`);
}

/** Fields of a transition's screen, and whether each must have a value; those that went from the site are left out. */
function screenOf({ state }: Call, { fields }: Transition): [string, boolean][] {
  const known = new Set(allFields(state).map(({ id }) => id));
  return Object.entries(fields).filter(([id]) => known.has(id));
}

export function viewTransition(call: Call, issue: Issue, transition: Transition, withFields: boolean) {
  const { id, name, to, from, initial } = transition;
  const place = placeOf(call, issue);
  const screen = screenOf(call, transition);
  return {
    id,
    name,
    to: viewStatus(call, rowOf(call.state.statuses, to)),
    hasScreen: screen.length > 0,
    isGlobal: from.length === 0 && !initial,
    isInitial: initial,
    isAvailable: true,
    isConditional: false,
    isLooped: to === issue.status,
    ...(withFields
      ? {
          fields: Object.fromEntries(
            screen.map(([field, required]) => [field, fieldMeta(place, field, required)]),
          ),
        }
      : {}),
  };
}

export const getTransitions: Handler = (call) => {
  const issue = findIssue(call, param(call, 'issueIdOrKey'));
  const wanted = call.query.get('transitionId');
  const withFields = listParam(call, 'expand').includes('transitions.fields');
  const transitions = legalTransitions(call, issue).filter(({ id }) => wanted === null || id === wanted);
  if (flagParam(call, 'sortByOpsBarAndStatus')) transitions.sort((a, b) => Number(a.id) - Number(b.id));
  return {
    body: {
      expand: 'transitions',
      transitions: transitions.map((transition) => viewTransition(call, issue, transition, withFields)),
    },
  };
};

/** What a transition does to an issue beside what the client says. */
export function transitionPatch(
  call: Call,
  issue: Issue,
  transition: Transition,
  patch: IssuePatch,
): IssuePatch {
  const { state, now } = call;
  const category = (id: string) => rowOf(state.statuses, id).category;
  const { to, resolution } = transition;
  const resolved: IssuePatch =
    resolution === undefined || patch.resolution !== undefined
      ? {}
      : { resolution, resolutiondate: resolution === null ? null : (issue.resolutiondate ?? now) };
  const moved: IssuePatch = category(to) === category(issue.status) ? {} : { statuscategorychangedate: now };
  return { ...patch, ...resolved, ...moved, status: to };
}

/** Checks a transition with the fields of a request, and returns how to do it. */
export function prepareTransition(call: Call, issue: Issue, body: unknown): () => void {
  const id = idIn(memberOf(body, 'transition')) ?? refuse(400, "Missing 'transition' identifier");
  const transition = findTransition(call, issue, id);
  const draft = readDraft(placeOf(call, issue), body);
  const properties = readProperties(memberOf(body, 'properties'));
  const screen = screenOf(call, transition);
  const onScreen = new Set(['comment', ...screen.map(([field]) => field)]);
  const has = (field: string) => (draft.named.has(field) ? gives(draft, field) : holds(issue, field));
  const errors = [
    ...[...draft.named]
      .filter((field) => !onScreen.has(field))
      .map((field) => [field, notOnScreen(field)] as const),
    ...screen
      .filter(([field, required]) => required && !has(field))
      .map(([field]) => [field, requiredText(call, field)] as const),
  ];
  if (errors.length > 0) throw new JiraRefusal(400, [], Object.fromEntries(errors));
  return () => {
    const items = changeIssue(call, issue, transitionPatch(call, issue, transition, draft.patch));
    Object.assign(issue.properties, properties);
    announce(call, issue, { event: 'jira:issue_updated', items, type: 'issue_generic' });
    for (const comment of draft.comments) addComment(call, issue, comment);
  };
}

export const doTransition: Handler = (call) => {
  const issue = issueFor(call, 'BROWSE_PROJECTS', '');
  prepareTransition(call, issue, call.body)();
  return { status: 204 };
};
