import type { Call } from './call';
import { isRichType } from './fields';
import type { ChangeItem, Doc, Issue } from './issueState';
import type { IssuePatch } from './fieldPlace';
import { toWiki } from './markup/toWiki';
import { nextId, type JiraState } from './state';

// What the history of an issue says of a change.

interface Said {
  id: string | null;
  text: string | null;
}
type Sayer = (issue: Issue, state: JiraState) => Said;

const nothing: Said = { id: null, text: null };
const plain = (text: string | null): Said => ({ id: null, text });
const said = (rows: readonly { id: string; name: string }[], id: string | null): Said =>
  id === null ? nothing : { id, text: rows.find((row) => row.id === id)?.name ?? null };
const person = ({ users }: JiraState, id: string | null): Said =>
  id === null ? nothing : { id, text: users.find(({ accountId }) => accountId === id)?.displayName ?? null };
const list = (rows: readonly { id: string; name: string }[], ids: readonly string[]): Said =>
  ids.length === 0
    ? nothing
    : { id: ids.join(', '), text: ids.map((id) => said(rows, id).text ?? '').join(', ') };
const seconds = (value: number | null): Said =>
  value === null ? nothing : { id: String(value), text: String(value) };

/** By the name that history gives a field; the key is the part of the issue. */
const sayers: readonly { part: keyof Issue; field: string; fieldId?: string; say: Sayer }[] = [
  { part: 'summary', field: 'summary', say: (issue) => plain(issue.summary) },
  {
    part: 'description',
    field: 'description',
    say: (issue) => plain(issue.description && toWiki(issue.description)),
  },
  {
    part: 'environment',
    field: 'environment',
    say: (issue) => plain(issue.environment && toWiki(issue.environment)),
  },
  { part: 'issuetype', field: 'issuetype', say: (issue, state) => said(state.issueTypes, issue.issuetype) },
  { part: 'status', field: 'status', say: (issue, state) => said(state.statuses, issue.status) },
  { part: 'priority', field: 'priority', say: (issue, state) => said(state.priorities, issue.priority) },
  {
    part: 'resolution',
    field: 'resolution',
    say: (issue, state) => said(state.resolutions, issue.resolution),
  },
  { part: 'assignee', field: 'assignee', say: (issue, state) => person(state, issue.assignee) },
  { part: 'reporter', field: 'reporter', say: (issue, state) => person(state, issue.reporter) },
  { part: 'labels', field: 'labels', say: (issue) => plain(issue.labels.join(' ')) },
  {
    part: 'components',
    field: 'Component',
    fieldId: 'components',
    say: (issue, state) => list(state.components, issue.components),
  },
  {
    part: 'fixVersions',
    field: 'Fix Version',
    fieldId: 'fixVersions',
    say: (issue, state) => list(state.versions, issue.fixVersions),
  },
  {
    part: 'versions',
    field: 'Version',
    fieldId: 'versions',
    say: (issue, state) => list(state.versions, issue.versions),
  },
  {
    part: 'duedate',
    field: 'duedate',
    say: ({ duedate }) => ({ id: duedate, text: duedate && `${duedate} 00:00:00.0` }),
  },
  {
    part: 'parent',
    field: 'IssueParentAssociation',
    say: ({ parent }, { issues }) =>
      parent === undefined
        ? nothing
        : { id: parent, text: issues.find(({ id }) => id === parent)?.key ?? null },
  },
  {
    part: 'timeoriginalestimate',
    field: 'timeoriginalestimate',
    say: (issue) => seconds(issue.timeoriginalestimate),
  },
  { part: 'timeestimate', field: 'timeestimate', say: (issue) => seconds(issue.timeestimate) },
  {
    part: 'sprints',
    field: 'Sprint',
    say: (issue, { sprints }) =>
      issue.sprints.length === 0
        ? nothing
        : {
            id: issue.sprints.join(', '),
            text: issue.sprints
              .map((id) => sprints.find((sprint) => sprint.id === id)?.name ?? '')
              .join(', '),
          },
  },
];

function textOfCustom(value: unknown, isRich: boolean): string | null {
  if (value === undefined || value === null) return null;
  if (isRich) return toWiki(value as Doc);
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  if (Array.isArray(value)) return value.map((item) => textOfCustom(item, false)).join(', ');
  const { value: option, displayName, name } = value as Record<string, unknown>;
  const word = option ?? displayName ?? name;
  return typeof word === 'string' ? word : JSON.stringify(value);
}

function item(field: string, fieldtype: string, fieldId: string, before: Said, after: Said): ChangeItem {
  return {
    field,
    fieldtype,
    fieldId,
    from: before.id,
    fromString: before.text,
    to: after.id,
    toString: after.text,
  };
}

/** What changes between two states of an issue. */
function changesBetween(state: JiraState, before: Issue, after: Issue): ChangeItem[] {
  const items = sayers
    .filter(({ part }) => JSON.stringify(before[part]) !== JSON.stringify(after[part]))
    .map(({ field, fieldId, say }) =>
      item(field, 'jira', fieldId ?? field, say(before, state), say(after, state)),
    );
  const custom = state.customFields.flatMap(({ id, name, type }) => {
    const [old, new_] = [before.customFields[id], after.customFields[id]].map((value) =>
      textOfCustom(value, isRichType(type)),
    );
    return old === new_ ? [] : [item(name, 'custom', id, plain(old ?? null), plain(new_ ?? null))];
  });
  return [...items, ...custom];
}

/** Changes an issue and writes its history; nothing is written when nothing changes. @returns what changed */
export function changeIssue(call: Call, issue: Issue, patch: IssuePatch): ChangeItem[] {
  const items = changesBetween(call.state, issue, { ...issue, ...patch });
  Object.assign(issue, patch);
  record(call, issue, items);
  return items;
}

/** Writes into an issue's history what somebody did to it. */
export function record(call: Call, issue: Issue, items: ChangeItem[]): void {
  if (items.length === 0) return;
  issue.updated = call.now;
  const author = call.caller.user?.accountId ?? call.state.me;
  issue.changelog.push({ id: nextId(call.state, 'change'), author, created: call.now, items });
}
