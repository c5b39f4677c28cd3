import { findIssue, param, type Call, type Handler } from './call';
import { jiraTime } from './formats';
import type { Change } from './issueState';
import { pageBean, pageWish } from './paging';
import { viewUser } from './views';

export function viewChange(call: Call, { id, author, created, items }: Change) {
  return { id, author: viewUser(call, author), created: jiraTime(created), items };
}

export const list: Handler = (call) => {
  const issue = findIssue(call, param(call, 'issueIdOrKey'));
  const wish = pageWish(call, 100);
  return {
    body: pageBean(call, `/issue/${issue.key}/changelog`, issue.changelog, wish, (row) =>
      viewChange(call, row),
    ),
  };
};
