import { me, type Call, type Handler } from './call';
import { isRecord } from '../../shared/records';
import { memberOf } from './formats';
import { pageBean, pageWish } from './paging';
import { refuse } from './refusal';
import { nextNumber, type Webhook } from './state';
import { filterProblems } from './webhookFilter';

// Webhooks that apps register, and those that never arrived.

const month = 30 * 24 * 3_600_000;
const events = [
  'jira:issue_created',
  'jira:issue_updated',
  'jira:issue_deleted',
  'comment_created',
  'comment_updated',
  'comment_deleted',
  'issue_property_set',
  'issue_property_deleted',
];
/** Most webhooks of one app for one person. */
const most = 5;

/** The app that asks; people with their own credentials have no webhooks here. */
function appOf({ caller }: Call): string {
  return caller.client ?? refuse(403, 'Only Connect and OAuth 2.0 apps can use this operation.');
}

const ownWebhooks = (call: Call): Webhook[] => {
  const [client, user] = [appOf(call), me(call)];
  return call.state.webhooks.filter((hook) => hook.client === client && hook.user === user);
};

const texts = (value: unknown): string[] | undefined =>
  Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : undefined;

/** What is wrong with one webhook of a registration. */
function problemsOf(detail: unknown): string[] {
  const asked = texts(memberOf(detail, 'events'));
  const wrong = asked?.find((event) => !events.includes(event));
  const filter = memberOf(detail, 'jqlFilter');
  return [
    ...(asked === undefined || asked.length === 0 ? ['At least one event is required.'] : []),
    ...(wrong === undefined ? [] : [`The event ${wrong} is not supported.`]),
    ...(typeof filter === 'string' ? filterProblems(filter) : ['The JQL filter is required.']),
  ];
}

function draftOf(call: Call, detail: unknown, url: string): Webhook {
  const [fields, keys] = ['fieldIdsFilter', 'issuePropertyKeysFilter'].map((name) =>
    texts(memberOf(detail, name)),
  );
  return {
    id: nextNumber(call.state, 'webhook'),
    url,
    jqlFilter: memberOf(detail, 'jqlFilter') as string,
    events: texts(memberOf(detail, 'events')) ?? [],
    client: appOf(call),
    user: me(call),
    expirationDate: new Date(call.twin.now() + month).toISOString(),
    ...(fields ? { fieldIdsFilter: fields } : {}),
    ...(keys ? { issuePropertyKeysFilter: keys } : {}),
  };
}

const register: Handler = (call) => {
  appOf(call);
  const { body, state } = call;
  const [url, details] = [memberOf(body, 'url'), memberOf(body, 'webhooks')];
  if (typeof url !== 'string' || !/^https?:\/\//i.test(url) || !URL.canParse(url)) {
    refuse(400, 'The URL of the webhook is not valid.');
  }
  if (!isRecord(body) || !Array.isArray(details) || details.length === 0)
    refuse(400, 'At least one webhook is required.');
  const own = ownWebhooks(call);
  if (own.some((hook) => hook.url !== url))
    refuse(400, 'Only a single URL per app is allowed to be registered.');
  let left = most - own.length;
  const results = details.map((detail) => {
    const errors = problemsOf(detail);
    if (errors.length > 0) return { errors };
    if (left === 0) return { errors: [`The maximum of ${most} webhooks is reached.`] };
    left -= 1;
    const hook = draftOf(call, detail, url);
    state.webhooks.push(hook);
    return { createdWebhookId: hook.id };
  });
  return { body: { webhookRegistrationResult: results } };
};

const list: Handler = (call) => ({
  body: pageBean(call, '/webhook', ownWebhooks(call), pageWish(call, 100), (hook) => ({
    id: hook.id,
    jqlFilter: hook.jqlFilter,
    url: hook.url,
    events: hook.events,
    expirationDate: Date.parse(hook.expirationDate),
    ...(hook.fieldIdsFilter ? { fieldIdsFilter: hook.fieldIdsFilter } : {}),
    ...(hook.issuePropertyKeysFilter ? { issuePropertyKeysFilter: hook.issuePropertyKeysFilter } : {}),
  })),
});

function idsOf({ body }: Call): number[] {
  const ids = memberOf(body, 'webhookIds');
  if (!Array.isArray(ids) || ids.length === 0 || !ids.every((id) => typeof id === 'number')) {
    refuse(400, 'The list of webhook ids must not be empty.');
  }
  return ids;
}

const remove: Handler = (call) => {
  const own = new Set(ownWebhooks(call));
  const ids = idsOf(call);
  call.state.webhooks = call.state.webhooks.filter((hook) => !(own.has(hook) && ids.includes(hook.id)));
  return { status: 202 };
};

const refresh: Handler = (call) => {
  const own = ownWebhooks(call);
  const ids = idsOf(call);
  const expirationDate = new Date(call.twin.now() + month).toISOString();
  for (const hook of own) if (ids.includes(hook.id)) hook.expirationDate = expirationDate;
  return { body: { expirationDate: Date.parse(expirationDate) } };
};

const failed: Handler = (call) => {
  const client = appOf(call);
  const after = Number(call.query.get('after') ?? 0);
  const { maxResults } = pageWish(call, 100);
  if (!Number.isFinite(after)) refuse(400, "The parameter 'after' must be a number.");
  const values = call.state.failedWebhooks
    .filter((hook) => hook.client === client && hook.failureTime > after)
    .slice(0, maxResults)
    .map(({ id, url, body, failureTime }) => ({ id, url, body, failureTime }));
  const last = values.at(-1)?.failureTime;
  const next =
    last === undefined ? {} : { next: `${call.rest}/webhook/failed?maxResults=${maxResults}&after=${last}` };
  return { body: { values, maxResults, ...next } };
};

export const webhookHandlers = {
  'GET /rest/api/3/webhook': list,
  'POST /rest/api/3/webhook': register,
  'DELETE /rest/api/3/webhook': remove,
  'PUT /rest/api/3/webhook/refresh': refresh,
  'GET /rest/api/3/webhook/failed': failed,
};
