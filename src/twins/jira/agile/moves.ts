import type { Call, Handler } from '../call';
import { changeIssue } from '../changes';
import { announce } from '../events';
import type { Issue } from '../issueState';
import { refuse } from '../refusal';
import type { Sprint } from '../state';
import { isInBacklog, issuesOfBoard } from './issueLists';
import { findBoard, findSprint } from './places';
import { issuesIn, rank, spotIn } from './ranking';
import { sprintsOf } from './views';

/** Puts an issue into a sprint, or into the backlog; sprints that are over stay in its past. */
function plan(call: Call, issue: Issue, sprint: Sprint | null): void {
  const past = sprintsOf(call, issue).filter(({ state, id }) => state === 'closed' && id !== sprint?.id);
  const sprints = [...past.map(({ id }) => id), ...(sprint ? [sprint.id] : [])];
  const items = changeIssue(call, issue, { sprints });
  if (items.length > 0) announce(call, issue, { event: 'jira:issue_updated', items, type: 'issue_updated' });
}

export function planAll(call: Call, issues: readonly Issue[], sprint: Sprint | null): void {
  for (const issue of issues) plan(call, issue, sprint);
}

export const toBacklog: Handler = (call) => {
  planAll(call, issuesIn(call), null);
  return { status: 204 };
};

export const toBacklogOfBoard: Handler = (call) => {
  findBoard(call);
  const issues = issuesIn(call);
  const spot = spotIn(call, 'Issue');
  planAll(call, issues, null);
  if (spot) rank(call, issues, spot);
  return { status: 204 };
};

export const toSprint: Handler = (call) => {
  const sprint = findSprint(call);
  if (sprint.state === 'closed') refuse(400, 'Issues can only be moved to an active or future sprint.');
  const issues = issuesIn(call);
  const spot = spotIn(call, 'Issue');
  planAll(call, issues, sprint);
  if (spot) rank(call, issues, spot);
  return { status: 204 };
};

/** From the backlog of a board to its active sprint; boards without sprints have nothing to move between. */
export const toBoard: Handler = (call) => {
  const board = findBoard(call);
  const issues = issuesIn(call);
  const spot = spotIn(call, 'Issue');
  const own = issuesOfBoard(call, board);
  if (issues.some((issue) => !own.includes(issue))) refuse(400, 'All issues must be on the board.');
  if (board.type === 'scrum') {
    const active = call.state.sprints.find(
      (sprint) => sprint.board === board.id && sprint.state === 'active',
    );
    if (!active) refuse(400, 'The board has no active sprint.');
    planAll(
      call,
      issues.filter((issue) => isInBacklog(call, issue)),
      active,
    );
  }
  if (spot) rank(call, issues, spot);
  return { status: 204 };
};
