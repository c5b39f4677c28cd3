import { findIssue, me, param, projectOfIssue, type Call, type Handler } from './call';
import type { Issue } from './issueState';
import { can } from './permission';
import { refuse } from './refusal';
import { viewUser } from './views';

// Watchers and votes.

const issueOf = (call: Call): Issue => findIssue(call, param(call, 'issueIdOrKey'));

/** Who may be asked to watch or to stop: oneself always, others by those who manage watchers. */
function watcher(call: Call, issue: Issue, account: string): string {
  if (!call.state.users.some(({ accountId }) => accountId === account)) {
    refuse(404, `The user with accountId '${account}' does not exist.`);
  }
  if (account !== me(call) && !can(call, 'MANAGE_WATCHERS', projectOfIssue(call.state, issue), issue)) {
    refuse(403, 'You do not have permission to manage the watcher list.');
  }
  return account;
}

const watchers: Handler = (call) => {
  const issue = issueOf(call);
  return {
    body: {
      self: `${call.rest}/issue/${issue.key}/watchers`,
      isWatching: issue.watchers.includes(me(call)),
      watchCount: issue.watchers.length,
      watchers: issue.watchers.flatMap((account) => viewUser(call, account) ?? []),
    },
  };
};

const watch: Handler = (call) => {
  const issue = issueOf(call);
  const { body } = call;
  if (body !== undefined && typeof body !== 'string') refuse(400, 'The account id must be a JSON string.');
  const account = watcher(call, issue, body ?? me(call));
  if (!issue.watchers.includes(account)) issue.watchers.push(account);
  return { status: 204 };
};

const unwatch: Handler = (call) => {
  const issue = issueOf(call);
  const given = call.query.get('accountId') ?? refuse(400, "The query parameter 'accountId' is required.");
  const account = watcher(call, issue, given);
  issue.watchers = issue.watchers.filter((other) => other !== account);
  return { status: 204 };
};

const votes: Handler = (call) => {
  const issue = issueOf(call);
  return {
    body: {
      self: `${call.rest}/issue/${issue.key}/votes`,
      votes: issue.votes.length,
      hasVoted: issue.votes.includes(me(call)),
      voters: issue.votes.flatMap((account) => viewUser(call, account) ?? []),
    },
  };
};

function mustVote({ state }: Call): void {
  if (!state.settings.votingEnabled) refuse(404, 'Voting on issues is not enabled.');
}

const vote: Handler = (call) => {
  mustVote(call);
  const issue = issueOf(call);
  if (issue.resolution !== null) refuse(404, 'You cannot vote or change your vote on resolved issues.');
  if (!issue.votes.includes(me(call))) issue.votes.push(me(call));
  return { status: 204 };
};

const unvote: Handler = (call) => {
  mustVote(call);
  const issue = issueOf(call);
  const account = me(call);
  if (!issue.votes.includes(account))
    refuse(404, 'Cannot remove a vote for an issue that the user has not voted for.');
  issue.votes = issue.votes.filter((other) => other !== account);
  return { status: 204 };
};

export const watchHandlers = {
  'GET /rest/api/3/issue/{issueIdOrKey}/watchers': watchers,
  'POST /rest/api/3/issue/{issueIdOrKey}/watchers': watch,
  'DELETE /rest/api/3/issue/{issueIdOrKey}/watchers': unwatch,
  'GET /rest/api/3/issue/{issueIdOrKey}/votes': votes,
  'POST /rest/api/3/issue/{issueIdOrKey}/votes': vote,
  'DELETE /rest/api/3/issue/{issueIdOrKey}/votes': unvote,
};
