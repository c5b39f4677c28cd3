import { canSee, issueByName, type Call, type Handler } from '../call';
import { idOf, memberOf } from '../formats';
import type { Issue } from '../issueState';
import { noIssue, refuse } from '../refusal';
import { needSchedulePermission } from './places';

/** Issues that one request may move. */
const maxMoved = 50;

const find = (call: Call, name: string): Issue | undefined => {
  const issue = issueByName(call.state, name);
  return issue && canSee(call, issue) ? issue : undefined;
};

/** Ids and keys in the `issues` of a request. */
function namesIn({ body }: Call): string[] {
  const given = memberOf(body, 'issues');
  if (!Array.isArray(given) || given.length === 0) refuse(400, 'At least one issue must be specified.');
  if (given.length > maxMoved) refuse(400, `At most ${maxMoved} issues can be moved at once.`);
  return given.map((name: unknown) => idOf(name) ?? refuse(400, 'Issues are named by id or key.'));
}

/** The issues of a request, all of which must be there and open to planning. */
export function issuesIn(call: Call): Issue[] {
  const issues = namesIn(call).map((name) => find(call, name) ?? refuse(400, noIssue));
  needSchedulePermission(call, issues);
  return [...new Set(issues)];
}

/** Where issues are to go: right before or after another. */
interface Spot {
  other: Issue;
  isAfter: boolean;
}

/** What a request says of the new place, or null when it says nothing. @param noun `Issue` or `Epic` */
export function spotIn(call: Call, noun: 'Issue' | 'Epic'): Spot | null {
  const [before, after] = [`rankBefore${noun}`, `rankAfter${noun}`].map((name) =>
    idOf(memberOf(call.body, name)),
  );
  if (before !== undefined && after !== undefined) {
    refuse(400, `Only one of 'rankBefore${noun}' and 'rankAfter${noun}' can be specified.`);
  }
  const name = before ?? after;
  if (name === undefined) return null;
  return { other: find(call, name) ?? refuse(400, noIssue), isAfter: before === undefined };
}

/** Puts issues next to another. The ranks themselves stay; only who has which changes. */
export function rank({ state }: Call, issues: readonly Issue[], { other, isAfter }: Spot): void {
  const moved = [...new Set(issues)].filter((issue) => issue !== other);
  const sorted = state.issues.toSorted((a, b) => (a.rank < b.rank ? -1 : a.rank > b.rank ? 1 : 0));
  const ranks = sorted.map((issue) => issue.rank);
  const rest = sorted.filter((issue) => !moved.includes(issue));
  const place = rest.indexOf(other) + (isAfter ? 1 : 0);
  const order = [...rest.slice(0, place), ...moved, ...rest.slice(place)];
  for (const [index, issue] of order.entries()) issue.rank = ranks[index] ?? issue.rank;
}

/** Ranks what there is, and says of the rest why not. */
export const rankIssues: Handler = (call) => {
  const names = namesIn(call);
  const spot =
    spotIn(call, 'Issue') ?? refuse(400, "Either 'rankBeforeIssue' or 'rankAfterIssue' must be specified.");
  const found = names.map((name) => ({ name, issue: find(call, name) }));
  const issues = found.flatMap(({ issue }) => issue ?? []);
  if (issues.length === 0) refuse(400, noIssue);
  needSchedulePermission(call, issues);
  rank(call, issues, spot);
  if (issues.length === names.length) return { status: 204 };
  const entries = found.map(({ name, issue }) =>
    issue
      ? { issueId: Number(issue.id), issueKey: issue.key, status: 200 }
      : { issueKey: name, status: 404, errors: [noIssue] },
  );
  return { status: 207, body: { entries } };
};
