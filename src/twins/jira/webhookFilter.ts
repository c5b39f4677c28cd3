import type { Call } from './call';
import type { Issue } from './issueState';
import type { Clause } from './jql/ast';
import { tryParseJql } from './jql/parser';
import { contextOf, prepareJql } from './jql/run';
import type { Webhook } from './state';

// Webhooks take a part of JQL: a few fields, compared with `=`, `!=`, `IN` and `NOT IN`.

const fields = ['issuekey', 'key', 'id', 'project', 'issuetype', 'type', 'status', 'assignee', 'reporter'];
const operators = ['=', '!=', 'in', 'not in'];

function problemIn(clause: Clause): string | null {
  if (clause.kind === 'not') return problemIn(clause.clause);
  if (clause.kind !== 'terminal') {
    return clause.clauses.map(problemIn).find((problem) => problem !== null) ?? null;
  }
  const { field, operator } = clause;
  const isKnown =
    fields.includes(field.name.toLowerCase()) ||
    field.customFieldId !== undefined ||
    field.property !== undefined;
  if (!isKnown) return `The clause ${field.name} is unsupported`;
  return operators.includes(operator) ? null : `The operator ${operator} is unsupported`;
}

/** What is wrong with the filter of a webhook; nothing when it can be used. */
export function filterProblems(jql: string): string[] {
  const parsed = tryParseJql(jql);
  if ('error' in parsed) return [parsed.error];
  const problem = parsed.query.where ? problemIn(parsed.query.where) : null;
  return problem === null ? [] : [problem];
}

/** Whether an issue fits the filter of a webhook, for the person it belongs to. */
export function fits(call: Call, { jqlFilter, user }: Webhook, issue: Issue): boolean {
  const owner = call.state.users.find(({ accountId }) => accountId === user) ?? null;
  const context = contextOf({ ...call, caller: { ...call.caller, user: owner } });
  const prepared = prepareJql(context, jqlFilter);
  return 'compiled' in prepared && prepared.compiled.test(issue);
}
