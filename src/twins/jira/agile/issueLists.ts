import { canSee, findIssue, listParam, param, type Call, type Handler } from '../call';
import type { Issue } from '../issueState';
import { contextOf, prepareJql, searchIssues } from '../jql/run';
import { describeFields, maxFullPage, pageByToken, requestOf, wholeExpands } from '../jql/searchHandlers';
import { pageWish } from '../paging';
import { refuse } from '../refusal';
import type { Board } from '../state';
import { filterOf, findBoard, findSprint } from './places';
import { epicOf, isDone, isEpic, sprintsOf, viewAgileIssue } from './views';

// The lists of issues that boards, sprints and epics have, each in two forms of paging.

/** The issues of a list, in no order. */
export type IssueList = (call: Call) => Issue[];

/** Issues that the filter of a board finds. */
export function issuesOfBoard(call: Call, board: Board): Issue[] {
  const reconcile = new Set(listParam(call, 'reconcileIssues'));
  return searchIssues(call, { jql: filterOf(call, board)?.jql ?? '', reconcile, isUnboundedFine: true });
}

/** Everything that is not finished and in no sprint that is still to be done. */
export function isInBacklog(call: Call, issue: Issue): boolean {
  return (
    !isDone(call, issue) &&
    !isEpic(call, issue) &&
    sprintsOf(call, issue).every(({ state }) => state === 'closed')
  );
}

/** The epic of the path, or 404. */
export function findEpic(call: Call, name = param(call, 'epicIdOrKey')): Issue {
  const epic = findIssue(call, name);
  return isEpic(call, epic) ? epic : refuse(400, `The issue '${epic.key}' is not an epic.`);
}

const visible = (call: Call): Issue[] =>
  call.state.issues.filter((issue) => !issue.archived && canSee(call, issue));
const withoutEpic = (call: Call) => (issue: Issue) =>
  !isEpic(call, issue) && epicOf(call, issue) === undefined;

export const boardIssues: IssueList = (call) => issuesOfBoard(call, findBoard(call));
export const backlogIssues: IssueList = (call) =>
  issuesOfBoard(call, findBoard(call)).filter((issue) => isInBacklog(call, issue));
export const boardSprintIssues: IssueList = (call) => {
  const board = findBoard(call);
  const { id } = findSprint(call);
  return issuesOfBoard(call, board).filter(({ sprints }) => sprints.includes(id));
};
export const boardEpicIssues: IssueList = (call) => {
  const board = findBoard(call);
  const epic = findEpic(call, param(call, 'epicId'));
  return issuesOfBoard(call, board).filter(({ parent }) => parent === epic.id);
};
export const boardIssuesWithoutEpic: IssueList = (call) =>
  issuesOfBoard(call, findBoard(call)).filter(withoutEpic(call));
export const sprintIssues: IssueList = (call) => {
  const { id } = findSprint(call);
  return visible(call).filter(({ sprints }) => sprints.includes(id));
};
export const epicIssues: IssueList = (call) => {
  const epic = findEpic(call);
  return visible(call).filter(({ parent }) => parent === epic.id);
};
export const issuesWithoutEpic: IssueList = (call) => visible(call).filter(withoutEpic(call));

/** Narrows a list by the `jql` of the request; what has no order of its own is in that of boards. */
function narrowed(call: Call, list: IssueList): Issue[] {
  const found = list(call);
  const jql = call.query.get('jql') ?? '';
  const byRank = (a: Issue, b: Issue) => (a.rank < b.rank ? -1 : a.rank > b.rank ? 1 : 0);
  if (jql.trim() === '') return found.toSorted(byRank);
  const prepared = prepareJql(contextOf(call), jql);
  if ('errors' in prepared) refuse(400, ...prepared.errors);
  const { query, compiled } = prepared;
  return found.filter(compiled.test).sort(query.orderBy.length > 0 ? compiled.order : byRank);
}

const ownExpand = (expand: readonly string[]) => expand.filter((name) => !wholeExpands.has(name));

/** The list with `startAt` and `total`. */
export const byOffset =
  (list: IssueList): Handler =>
  (call) => {
    const issues = narrowed(call, list);
    const { startAt, maxResults } = pageWish(call, 50, maxFullPage);
    const wish = { fields: listParam(call, 'fields'), expand: listParam(call, 'expand') };
    const shown = issues
      .slice(startAt, startAt + maxResults)
      .map((issue) => viewAgileIssue(call, issue, { ...wish, expand: ownExpand(wish.expand) }));
    const body = { expand: 'schema,names', startAt, maxResults, total: issues.length, issues: shown };
    return { body: { ...body, ...describeFields(call, shown, wish.expand) } };
  };

/** The list with a token for the next page. */
export const byToken =
  (list: IssueList): Handler =>
  (call) => {
    const { fields, expand, maxResults, nextPageToken: token, jql } = requestOf(call);
    const found = narrowed(call, list);
    const query = `${Object.values(call.params).join('/')} ${jql}`;
    const size = Math.min(maxResults, maxFullPage);
    const view = (issue: Issue) => viewAgileIssue(call, issue, { fields, expand: ownExpand(expand) });
    return { body: pageByToken(call, { found, size, token, query, expand, view }) };
  };

export const countOf =
  (list: IssueList): Handler =>
  (call) => ({ body: { count: narrowed(call, list).length } });
