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
import type { FieldPlace, IssuePatch } from './fieldPlace';
import { idIn, memberOf } from './formats';
import type { Issue } from './issueState';
import { can } from './permission';
import { JiraRefusal, refuse } from './refusal';
import { rowOf, viewStatus } from './views';
import type { Transition, Workflow } from './state';
import { readDraft } from './writeIssue';
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

export function viewTransition(call: Call, issue: Issue, transition: Transition, withFields: boolean) {
  const { id, name, to, from, initial, fields } = transition;
  const place = placeOf(call, issue);
  return {
    id,
    name,
    to: viewStatus(call, rowOf(call.state.statuses, to)),
    hasScreen: Object.keys(fields).length > 0,
    isGlobal: from.length === 0 && !initial,
    isInitial: initial,
    isAvailable: true,
    isConditional: false,
    isLooped: to === issue.status,
    ...(withFields
      ? {
          fields: Object.fromEntries(
            Object.entries(fields).map(([field, required]) => [field, fieldMeta(place, field, required)]),
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
  const transition =
    legalTransitions(call, issue).find((candidate) => candidate.id === id) ??
    refuse(400, `Transition id '${id}' is not valid for this issue.`);
  const draft = readDraft(placeOf(call, issue), body);
  const off = [...draft.named].filter(
    (field) => field !== 'comment' && !Object.hasOwn(transition.fields, field),
  );
  const text = (field: string) =>
    `Field '${field}' cannot be set. It is not on the appropriate screen, or unknown.`;
  const missing = Object.entries(transition.fields).filter(
    ([field, required]) => required && !hasValue(issue, draft.patch, field),
  );
  const errors = [
    ...off.map((field) => [field, text(field)] as const),
    ...missing.map(([field]) => [field, `${field[0]?.toUpperCase()}${field.slice(1)} is required.`] as const),
  ];
  if (errors.length > 0) throw new JiraRefusal(400, [], Object.fromEntries(errors));
  return () => {
    const items = changeIssue(call, issue, transitionPatch(call, issue, transition, draft.patch));
    for (const comment of draft.comments) addComment(call, issue, comment);
    announce(call, issue, { event: 'jira:issue_updated', items, type: 'issue_generic' });
  };
}

function hasValue(issue: Issue, patch: IssuePatch, field: string): boolean {
  const value = { ...issue, ...patch }[field as keyof Issue] ?? issue.customFields[field];
  return value !== null && value !== undefined && !(Array.isArray(value) && value.length === 0);
}

export const doTransition: Handler = (call) => {
  const issue = issueFor(call, 'BROWSE_PROJECTS', '');
  prepareTransition(call, issue, call.body)();
  return { status: 204 };
};
