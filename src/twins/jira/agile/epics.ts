import { type Call, type Handler } from '../call';
import { changeIssue } from '../changes';
import { announce } from '../events';
import type { IssuePatch } from '../fieldPlace';
import { isRecord } from '../../../shared/records';
import { memberOf } from '../formats';
import type { Issue } from '../issueState';
import { pageWish } from '../paging';
import { can } from '../permission';
import { refuse } from '../refusal';
import { rowOf } from '../views';
import { findEpic, issuesOfBoard } from './issueLists';
import { findBoard } from './places';
import { issuesIn, rank, spotIn } from './ranking';
import { epicNameField, epicOf, isEpic, viewEpic, viewPage } from './views';

export const get: Handler = (call) => ({ body: viewEpic(call, findEpic(call)) });

export const ofBoard: Handler = (call) => {
  const done = call.query.get('done');
  const epics = issuesOfBoard(call, findBoard(call)).filter(
    (issue) => isEpic(call, issue) && (done === null || String(issue.epicDone ?? false) === done),
  );
  epics.sort((a, b) => (a.rank < b.rank ? -1 : 1));
  return { body: viewPage(epics, pageWish(call, 50), (epic) => viewEpic(call, epic)) };
};

function change(call: Call, issue: Issue, patch: IssuePatch): void {
  const items = changeIssue(call, issue, patch);
  if (items.length > 0) announce(call, issue, { event: 'jira:issue_updated', items, type: 'issue_updated' });
}

function needEdit(call: Call, issues: readonly Issue[]): void {
  const isClosed = issues.some(
    (issue) => !can(call, 'EDIT_ISSUES', rowOf(call.state.projects, issue.project), issue),
  );
  if (isClosed) refuse(403, 'You do not have permission to edit this issue.');
}

export const update: Handler = (call) => {
  const epic = findEpic(call);
  const { body } = call;
  needEdit(call, [epic]);
  if (!isRecord(body)) refuse(400, 'The request body is missing or is no object.');
  const text = (name: string): string | undefined => {
    const value = memberOf(body, name);
    if (value === undefined || value === null) return undefined;
    const isFine =
      typeof value === 'string' && value.trim() !== '' && value.length <= 255 && !/[\r\n]/.test(value);
    return isFine
      ? value.trim()
      : refuse(400, `The ${name} of an epic must be a line of at most 255 characters.`);
  };
  const [name, summary] = [text('name'), text('summary')];
  const key = memberOf(memberOf(body, 'color'), 'key');
  if (key !== undefined && !(typeof key === 'string' && /^color_([1-9]|1[0-4])$/.test(key))) {
    refuse(400, 'The color of an epic must be one of color_1 to color_14.');
  }
  const done = memberOf(body, 'done');
  if (done !== undefined && typeof done !== 'boolean')
    refuse(400, "The 'done' of an epic must be true or false.");
  const field = epicNameField(call);
  const customFields = {
    ...epic.customFields,
    ...(name !== undefined && field !== undefined ? { [field]: name } : {}),
  };
  const title = summary ?? (field === undefined ? name : undefined);
  change(call, epic, { customFields, ...(title === undefined ? {} : { summary: title }) });
  if (typeof key === 'string') epic.epicColor = key;
  if (typeof done === 'boolean') epic.epicDone = done;
  return { body: viewEpic(call, epic) };
};

export const addIssues: Handler = (call) => {
  const epic = findEpic(call);
  const issues = issuesIn(call);
  needEdit(call, issues);
  const level = (issue: Issue) => rowOf(call.state.issueTypes, issue.issuetype).hierarchyLevel;
  const wrong = issues.find((issue) => level(issue) !== 0);
  if (wrong) refuse(400, `The issue '${wrong.key}' cannot be added to an epic.`);
  for (const issue of issues) change(call, issue, { parent: epic.id });
  return { status: 204 };
};

export const removeIssues: Handler = (call) => {
  const issues = issuesIn(call);
  needEdit(call, issues);
  for (const issue of issues) if (epicOf(call, issue)) change(call, issue, { parent: undefined });
  return { status: 204 };
};

export const rankEpic: Handler = (call) => {
  const epic = findEpic(call);
  const spot =
    spotIn(call, 'Epic') ?? refuse(400, "Either 'rankBeforeEpic' or 'rankAfterEpic' must be specified.");
  if (!isEpic(call, spot.other)) refuse(400, `The issue '${spot.other.key}' is not an epic.`);
  needEdit(call, [epic]);
  rank(call, [epic], spot);
  return { status: 204 };
};
