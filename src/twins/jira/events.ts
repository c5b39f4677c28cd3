import { createHmac } from 'node:crypto';
import type { DeliveryRules } from '../contract';
import type { Call } from './call';
import type { ChangeItem, Comment, Issue } from './issueState';
import { viewFields } from './issueView';
import { viewComment } from './partViews';
import { hasPermission } from './permission';
import type { JiraState, Webhook } from './state';
import { rowOf, viewUser } from './views';
import { fits } from './webhookFilter';

/** Something that happened to an issue, as webhooks report it. */
export interface IssueEvent {
  event: string;
  /** `issue_event_type_name`, of events of issues only. */
  type?: string;
  items?: readonly ChangeItem[];
  comment?: Comment;
  property?: { key: string; value?: unknown };
  /** True for what follows from something else, such as the comments of a deleted issue. */
  isSecondary?: boolean;
}

/** Whether an app wants to hear of this, and its person may see it. */
function hears(
  call: Call,
  hook: Webhook,
  issue: Issue,
  { event, items = [], property }: IssueEvent,
): boolean {
  if (!hook.events.includes(event) || Date.parse(hook.expirationDate) <= call.twin.now()) return false;
  const { fieldIdsFilter, issuePropertyKeysFilter } = hook;
  if (
    event === 'jira:issue_updated' &&
    fieldIdsFilter &&
    !items.some(({ fieldId }) => fieldIdsFilter.includes(fieldId ?? ''))
  ) {
    return false;
  }
  if (property && issuePropertyKeysFilter && !issuePropertyKeysFilter.includes(property.key)) return false;
  const project = rowOf(call.state.projects, issue.project);
  return hasPermission(call.state, hook.user, 'BROWSE_PROJECTS', project, issue) && fits(call, hook, issue);
}

/** The issue in the form of webhooks, which is that of version 2. */
function issueOf(call: Call, issue: Issue): object {
  const rest = `${call.base}/rest/api/2`;
  const fields = viewFields({ ...call, version: 2, rest }, issue, ['*all', '-comment', '-worklog']);
  return { id: issue.id, self: `${rest}/issue/${issue.id}`, key: issue.key, fields };
}

function bodyOf(call: Call, hook: Webhook, issue: Issue, event: IssueEvent): string {
  const v2 = { ...call, version: 2 as const, rest: `${call.base}/rest/api/2` };
  const { items = [], comment, property } = event;
  return JSON.stringify({
    timestamp: call.twin.now(),
    webhookEvent: event.event,
    ...(event.type === undefined ? {} : { issue_event_type_name: event.type }),
    ...(comment
      ? { comment: viewComment(v2, issue, comment) }
      : { user: viewUser(v2, call.caller.user?.accountId) }),
    issue: issueOf(call, issue),
    ...(items.length > 0 ? { changelog: { id: issue.changelog.at(-1)?.id, items } } : {}),
    ...(property ? { property } : {}),
    matchedWebhookIds: [hook.id],
  });
}

/** Tells the webhooks of apps what happened to an issue. */
export function announce(call: Call, issue: Issue, event: IssueEvent): void {
  for (const hook of call.state.webhooks) {
    if (!hears(call, hook, issue, event)) continue;
    call.twin.deliver({
      name: event.event,
      url: hook.url,
      body: bodyOf(call, hook, issue, event),
      headers: {
        'content-type': 'application/json; charset=UTF-8',
        'user-agent': 'Atlassian Webhook HTTP Client',
      },
      context: { client: hook.client, flow: event.isSecondary ? 'Secondary' : 'Primary' },
    });
  }
}

const minute = 60_000;
/** Answers after which Jira tries again. */
const passing = (status: number): boolean => [408, 409, 425, 429].includes(status) || status >= 500;

export const deliveries: DeliveryRules<JiraState> = {
  timeoutMs: 20_000,
  // Jira takes some time between 5 and 15 minutes.
  retryAfterMs: [5, 7, 10, 12, 15].map((minutes) => minutes * minute),
  headers({ credentials }, { id, body, attempt, context }) {
    const hmac = createHmac('sha256', credentials['clientSecret'] ?? '')
      .update(body)
      .digest('hex');
    return {
      'x-atlassian-webhook-identifier': id,
      'x-atlassian-webhook-flow': context['flow'] ?? 'Primary',
      'x-hub-signature': `sha256=${hmac}`,
      ...(attempt > 0 ? { 'x-atlassian-webhook-retry': String(attempt) } : {}),
    };
  },
  stops: (_, status) => !passing(status),
  gaveUp(twin, { id, url, body, context }) {
    twin.state.failedWebhooks.push({
      id,
      url,
      body,
      client: context['client'] ?? '',
      failureTime: twin.now(),
    });
  },
};
