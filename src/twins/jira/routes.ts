import type { Hono } from 'hono';
import { answerOperation, type Answer, type TwinContext } from '../answer';
import type { Twin, TwinEnv } from '../contract';
import { authenticate, requireScopes, unauthenticated } from './auth';
import type { Call } from './call';
import { faultAnswer, resetTime, tooMany } from './faults';
import { handlers } from './handlers';
import { serveOAuth } from './oauth';
import { cloudId } from './oauthTokens';
import { oauthOperations, operations, type Operation, type OperationModel } from './operations';
import type { Caller } from './permission';
import { readBody } from './request';
import { JiraRefusal } from './refusal';
import { createRouter } from './router';
import type { JiraState } from './state';

type JiraTwin = Twin<JiraState>;

const route = createRouter(Object.keys(operations));

/** Requests a second of one operation on one site. */
const bursts: Readonly<Record<string, number>> = { GET: 100, POST: 100, PUT: 50, DELETE: 50 };

function refusalAnswer({ status, errorMessages, errors }: JiraRefusal): Answer {
  const answered = `http_${status}`;
  if (status === 401 && errorMessages[0] === unauthenticated) {
    return {
      status,
      answered,
      body: unauthenticated,
      headers: [
        ['content-type', 'text/html;charset=UTF-8'],
        ['www-authenticate', 'OAuth realm="https%3A%2F%2Fyour-domain.atlassian.net"'],
        ['x-seraph-loginreason', 'AUTHENTICATED_FAILED'],
      ],
    };
  }
  if (status === 401 && /scope does not match/.test(errorMessages[0] ?? '')) {
    return { status, answered: 'scope_mismatch', body: { code: 401, message: errorMessages[0] } };
  }
  return { status, answered, body: { errorMessages, errors } };
}

function answerOrRefusal(work: () => Answer): Answer {
  try {
    return work();
  } catch (error) {
    if (error instanceof JiraRefusal) return refusalAnswer(error);
    throw error;
  }
}

/** Writes to one issue, in any window of that length. */
const issueWrites = [
  { limit: 20, windowMs: 2000 },
  { limit: 100, windowMs: 30_000 },
];

/** Counts a write to an issue; an answer when there were too many. */
function countWrite(twin: JiraTwin, issue: string): Answer | undefined {
  for (const limit of issueWrites) {
    const rate = twin.takeRate(`write ${limit.windowMs} ${issue.toUpperCase()}`, limit);
    if (rate.allowed) continue;
    const seconds = Math.max(1, Math.ceil((rate.resetAt - twin.now()) / 1000));
    return tooMany('jira-per-issue-on-write', seconds, resetTime(rate.resetAt), limit.limit);
  }
  return undefined;
}

/** Counts a request; an answer when there were too many. */
function countBurst(
  twin: JiraTwin,
  operation: string,
  issue: string | undefined,
): { headers: [string, string][]; refused?: Answer } {
  const method = operation.slice(0, operation.indexOf(' '));
  const late = method === 'GET' || issue === undefined ? undefined : countWrite(twin, issue);
  if (late) return { headers: [], refused: late };
  const limit = bursts[method] ?? 100;
  const rate = twin.takeRate(operation, { limit, windowMs: 1000 });
  const headers: [string, string][] = [
    ['x-ratelimit-limit', String(limit)],
    ['x-ratelimit-remaining', String(rate.remaining)],
  ];
  if (rate.allowed) return { headers };
  const seconds = Math.max(1, Math.ceil((rate.resetAt - twin.now()) / 1000));
  return { headers: [], refused: tooMany('jira-burst-based', seconds, resetTime(rate.resetAt), limit) };
}

/** Who asks, or the answer when nobody may. */
function admit(
  twin: JiraTwin,
  model: OperationModel,
  authorization: string | null,
  onGateway: boolean,
): Caller | Answer {
  try {
    const caller = authenticate(twin, authorization, onGateway);
    requireScopes(caller, model.scopes);
    if (caller.kind === 'anonymous' && !model.anonymous) throw new JiraRefusal(401, [unauthenticated]);
    return caller;
  } catch (error) {
    if (error instanceof JiraRefusal) return refusalAnswer(error);
    throw error;
  }
}

/** A path without what says which way it came and which version it speaks. */
interface Address {
  path: string;
  version: 2 | 3;
  base: string;
  rest: string;
}

const gatewayHost = 'api.atlassian.com';

/** Where the client sees the site, and the path below that. */
function siteOf(twin: JiraTwin, c: TwinContext): { base: string; path: string; onGateway: boolean } {
  const host = c.req.header('host')?.toLowerCase() ?? '';
  const { path } = c.req;
  const [prefix, id] = /^\/ex\/jira\/([^/]+)/.exec(path) ?? [];
  const origin = host === gatewayHost ? `https://${host}` : twin.origin;
  if (prefix !== undefined && id === cloudId) {
    return { base: `${origin}${prefix}`, path: path.slice(prefix.length), onGateway: true };
  }
  const isSite = host.endsWith('.atlassian.net');
  return { base: isSite ? `https://${host}` : twin.origin, path, onGateway: false };
}

function addressOf(base: string, path: string): Address | null {
  const [, api, product, below = ''] =
    /^\/rest\/(?:api\/(2|3|latest)|(agile|software)\/(?:1\.0|latest))(\/.*)$/.exec(path) ?? [];
  // Boards and sprints speak as version 2 does.
  const version = api === '3' ? 3 : 2;
  const rest = `${base}/rest/api/${version}`;
  if (api !== undefined) return { path: `/rest/api/3${below}`, version, base, rest };
  if (product !== undefined) return { path: `/rest/${product}/1.0${below}`, version, base, rest };
  return path.startsWith('/rest/') ? { path, version, base, rest } : null;
}

function notFound(twin: JiraTwin, c: TwinContext): Response {
  const method = `${c.req.method} ${c.req.path}`;
  if (c.req.path.includes('/rest/servicedeskapi/')) {
    // What Jira says of Service Management on a site, or to a person, that does not have it.
    twin.record({ method, status: 403, answered: 'http_403', args: {}, unmodelled: true });
    return c.body(null, 403);
  }
  twin.record({ method, status: 404, answered: 'http_404', args: {}, unmodelled: true });
  return c.json({ message: `null for uri: ${c.req.url}`, 'status-code': 404 }, 404);
}

const argsOf = (
  params: Record<string, string>,
  query: URLSearchParams,
  body: unknown,
): Record<string, unknown> => ({
  ...params,
  ...Object.fromEntries(query),
  ...(body === undefined ? {} : { body }),
});

async function serve(twin: JiraTwin, c: TwinContext): Promise<Response> {
  const identity = oauthOperations.find((operation) => operation === `${c.req.method} ${c.req.path}`);
  if (identity) return serveOAuth(twin, c, identity);
  const { base, path, onGateway } = siteOf(twin, c);
  const address = addressOf(base, path);
  const match = address && route(c.req.method, address.path);
  if (!address || !match) return notFound(twin, c);
  if ('allowed' in match) {
    const method = `${c.req.method} ${c.req.path}`;
    twin.record({ method, status: 405, answered: 'http_405', args: {} });
    return c.body(null, 405, { allow: match.allowed.join(',') });
  }
  const operation = match.operation as Operation;
  const authorization = c.req.header('authorization') ?? null;
  const admitted = admit(twin, operations[operation], authorization, onGateway);
  const sent = await readBody(c.req.raw);
  const { query, params } = { query: new URL(c.req.url).searchParams, params: decoded(match.params) };
  const { headers, refused: late } =
    'status' in admitted
      ? { headers: [], refused: admitted }
      : countBurst(twin, operation, params['issueIdOrKey']);
  const early = late ?? ('refused' in sent ? refusalAnswer(sent.refused) : undefined);
  const complete = (answer: Answer): Answer => ({
    ...answer,
    headers: [['x-arequestid', traceId(twin)], ...headers, ...(answer.headers ?? [])],
  });
  return answerOperation(twin, c, {
    operation,
    args: argsOf(params, query, 'refused' in sent ? undefined : sent.body),
    refused: early && complete(early),
    fault: (reply, fault) => complete(faultAnswer(reply, fault, twin.now())),
    work: () =>
      complete(
        answerOrRefusal(() => {
          const call: Call = {
            twin,
            state: twin.state,
            now: new Date(twin.now()).toISOString(),
            caller: admitted as Caller,
            ...address,
            params,
            query,
            body: 'refused' in sent ? undefined : sent.body,
            files: 'refused' in sent ? [] : sent.files,
            header: (name) => c.req.header(name) ?? null,
          };
          const { status = 200, body, headers: own } = handlers[operation](call);
          return {
            status,
            answered: 'ok',
            ...(body === undefined ? {} : { body }),
            ...(own ? { headers: own } : {}),
          };
        }),
      ),
  });
}

const traceId = (twin: JiraTwin): string =>
  Math.floor(twin.random() * 2 ** 32)
    .toString(16)
    .padStart(8, '0');

/** Segments of the path as they were meant; what cannot be decoded stays as it is and is found nowhere. */
function decoded(params: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => {
      try {
        return [name, decodeURIComponent(value)];
      } catch {
        return [name, value];
      }
    }),
  );
}

export function routes(app: Hono<TwinEnv>, twin: JiraTwin): void {
  app.all('*', (c) => serve(twin, c));
}
