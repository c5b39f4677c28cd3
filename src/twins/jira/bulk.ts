import { canSee, issueByName, me, projectOfIssue, type Call, type Handler } from './call';
import { isRecord } from '../../shared/records';
import { idOf, memberOf } from './formats';
import { createIssue } from './issueCreate';
import type { Issue } from './issueState';
import { deleteIssue, viewIssue } from './issues';
import { can, canGlobally } from './permission';
import { JiraRefusal, noIssue, refuse } from './refusal';
import { startTask, type BulkResult } from './tasks';
import { prepareTransition } from './transitions';

/** Most issues of one request. */
const most = { create: 50, bulk: 1000 };

const createMany: Handler = (call) => {
  me(call);
  const updates = memberOf(call.body, 'issueUpdates');
  if (!Array.isArray(updates) || updates.length === 0) refuse(400, 'No issue updates were given.');
  if (updates.length > most.create)
    refuse(400, `The maximum number of issues that can be created at once is ${most.create}.`);
  const issues: object[] = [];
  const errors: object[] = [];
  for (const [index, update] of updates.entries()) {
    try {
      const { id, key } = createIssue(call, update);
      issues.push({ id, key, self: `${call.rest}/issue/${id}` });
    } catch (error) {
      if (!(error instanceof JiraRefusal)) throw error;
      const { status, errorMessages, errors: byField } = error;
      errors.push({
        status,
        elementErrors: { errorMessages, errors: byField, status },
        failedElementNumber: index,
      });
    }
  }
  return { status: issues.length > 0 ? 201 : 400, body: { issues, errors } };
};

function namesIn(value: unknown): string[] {
  if (!Array.isArray(value) || value.length === 0) refuse(400, 'selectedIssueIdsOrKeys must not be empty.');
  if (value.length > most.bulk) refuse(400, `At most ${most.bulk} issues can be selected.`);
  return value.map((name) => idOf(name) ?? '');
}

function mustBulk(call: Call): void {
  me(call);
  if (!canGlobally(call, 'BULK_CHANGE')) refuse(403, 'You do not have the permission to make bulk changes.');
}

/** Does something to each issue that is there; what is refused is noted with its reasons. */
function doEach(call: Call, names: readonly string[], work: (issue: Issue) => void): BulkResult {
  const result: BulkResult = { processed: [], failed: {}, inaccessible: 0 };
  for (const name of new Set(names)) {
    const issue = issueByName(call.state, name);
    if (!issue || !canSee(call, issue)) {
      result.inaccessible += 1;
      continue;
    }
    try {
      work(issue);
      result.processed.push(issue.id);
    } catch (error) {
      if (!(error instanceof JiraRefusal)) throw error;
      const { errorMessages, errors } = error;
      result.failed[issue.id] = [...errorMessages, ...Object.values(errors)];
    }
  }
  return result;
}

const submitted = (call: Call, what: string, result: BulkResult) => ({
  status: 201,
  body: { taskId: startTask(call, what, result) },
});

function need(call: Call, issue: Issue, permission: string): void {
  if (!can(call, permission, projectOfIssue(call.state, issue), issue)) {
    refuse(403, 'You do not have the permission to change this issue.');
  }
}

const deleteMany: Handler = (call) => {
  mustBulk(call);
  const names = namesIn(memberOf(call.body, 'selectedIssueIdsOrKeys'));
  const result = doEach(call, names, (issue) => {
    need(call, issue, 'DELETE_ISSUES');
    deleteIssue(call, issue, true);
  });
  return submitted(call, 'Bulk delete', result);
};

const transitionMany: Handler = (call) => {
  mustBulk(call);
  const inputs = memberOf(call.body, 'bulkTransitionInputs');
  if (!Array.isArray(inputs) || inputs.length === 0) refuse(400, 'bulkTransitionInputs must not be empty.');
  const plans = inputs.flatMap((input) => {
    const transition = idOf(memberOf(input, 'transitionId')) ?? refuse(400, 'transitionId is required.');
    return namesIn(memberOf(input, 'selectedIssueIdsOrKeys')).map((name) => [name, transition] as const);
  });
  if (plans.length > most.bulk) refuse(400, `At most ${most.bulk} issues can be selected.`);
  const wanted = new Map(plans.map(([name, id]) => [issueByName(call.state, name)?.id, id]));
  const names = plans.map(([name]) => name);
  const result = doEach(call, names, (issue) =>
    prepareTransition(call, issue, { transition: { id: wanted.get(issue.id) } })(),
  );
  return submitted(call, 'Bulk transition', result);
};

const watching =
  (watches: boolean): Handler =>
  (call) => {
    mustBulk(call);
    const account = me(call);
    const names = namesIn(memberOf(call.body, 'selectedIssueIdsOrKeys'));
    const result = doEach(call, names, (issue) => {
      const others = issue.watchers.filter((id) => id !== account);
      issue.watchers = watches ? [...others, account] : others;
    });
    return submitted(call, watches ? 'Bulk watch' : 'Bulk unwatch', result);
  };

const bulkFetch: Handler = (call) => {
  const names = memberOf(call.body, 'issueIdsOrKeys');
  if (!isRecord(call.body) || !Array.isArray(names) || names.length === 0 || names.length > 100) {
    refuse(400, 'Between 1 and 100 issue ids or keys are required.');
  }
  const texts = (name: string): string[] => {
    const list = memberOf(call.body, name);
    return Array.isArray(list) ? list.map((item) => idOf(item) ?? '') : [];
  };
  const wish = { fields: texts('fields'), expand: texts('expand'), properties: texts('properties') };
  const found = names.map((name) => issueByName(call.state, idOf(name) ?? ''));
  const issues = new Set(found.filter((issue) => issue !== undefined && canSee(call, issue)) as Issue[]);
  const missing = names.filter((_, index) => !issues.has(found[index] as Issue));
  return {
    body: {
      issues: [...issues]
        .toSorted((a, b) => Number(a.id) - Number(b.id))
        .map((issue) => viewIssue(call, issue, wish)),
      issueErrors: missing.map((name) => ({ id: idOf(name), errorMessage: noIssue })),
    },
  };
};

export const bulkHandlers = {
  'POST /rest/api/3/issue/bulk': createMany,
  'POST /rest/api/3/issue/bulkfetch': bulkFetch,
  'POST /rest/api/3/bulk/issues/delete': deleteMany,
  'POST /rest/api/3/bulk/issues/transition': transitionMany,
  'POST /rest/api/3/bulk/issues/watch': watching(true),
  'POST /rest/api/3/bulk/issues/unwatch': watching(false),
};
