import { randomBytes, randomInt } from 'node:crypto';
import type { Hono } from 'hono';
import { answerOperation, type Answer, type TwinContext } from '../answer';
import type { Service, Twin, TwinEnv } from '../contract';
import type { Fault } from '../types';
import { requireScope, type Caller } from './call';
import { handlers, type TokenMethod } from './handlers';
import { isSlackMethod, slackMethods, type SlackMethod } from './methods';
import { refuse, refuseArguments, SlackRefusal } from './refusal';
import { parseRequest, type Args, type ParsedRequest } from './request';
import { settle, workspaceSchema, type SlackState, type Workspace } from './state';

/** Seconds a `ratelimited` fault asks to wait when it does not say. */
const defaultRetryAfter = 1;

type SlackTwin = Twin<SlackState>;

/** An answer of a method; its body is always an object. */
interface MethodAnswer extends Answer {
  body: Record<string, unknown>;
}

/** Failures of Slack's servers, not of the method. */
const serverErrors: Readonly<Record<string, { status: number; error: string }>> = {
  http_500: { status: 500, error: 'internal_error' },
  http_503: { status: 503, error: 'service_unavailable' },
};

const tokenErrors = { revoked: 'token_revoked', inactive: 'account_inactive', expired: 'token_expired' };

/** Who a token speaks for; the twin's own token is the bot's. */
function authenticate(twin: SlackTwin, token: string | null): Caller {
  if (!token) refuse('not_authed');
  const { state } = twin;
  const seeded = state.tokens.find((candidate) => candidate.token === token);
  if (!seeded && token !== twin.credentials['token']) refuse('invalid_auth');
  if (seeded && seeded.status !== 'active') refuse(tokenErrors[seeded.status]);
  const id = seeded?.user ?? state.bot.user;
  const user = state.users.find((candidate) => candidate.id === id) ?? refuse('invalid_auth');
  if (user.deleted) refuse('account_inactive');
  return { user, scopes: seeded?.scopes ?? state.bot.scopes };
}

function errorAnswer(refusal: SlackRefusal): MethodAnswer {
  const { messages, extra } = refusal.details;
  const metadata = messages ? { response_metadata: { messages } } : {};
  return {
    status: 200,
    answered: refusal.code,
    body: { ok: false, error: refusal.code, ...extra, ...metadata },
  };
}

/** An answer that a scenario asked for by name. */
function faultAnswer(reply: string, { retryAfter = defaultRetryAfter }: Fault): MethodAnswer {
  const broken = Object.hasOwn(serverErrors, reply) ? serverErrors[reply] : undefined;
  if (broken) {
    return { status: broken.status, answered: reply, body: { ok: false, error: broken.error } };
  }
  if (reply !== 'ratelimited') return errorAnswer(new SlackRefusal(reply));
  return {
    status: 429,
    answered: reply,
    body: { ok: false, error: reply },
    headers: [['retry-after', String(retryAfter)]],
  };
}

function withWarnings(answer: MethodAnswer, warnings: readonly string[]): MethodAnswer {
  if (warnings.length === 0) return answer;
  const metadata = answer.body['response_metadata'] as object | undefined;
  return {
    ...answer,
    body: { ...answer.body, warning: warnings.join(','), response_metadata: { ...metadata, warnings } },
  };
}

function apiTest(args: Args): MethodAnswer {
  const echoed = Object.keys(args).length > 0 ? { args } : {};
  const { error } = args;
  if (typeof error === 'string' && error !== '') {
    return { status: 200, answered: error, body: { ok: false, error, ...echoed } };
  }
  return { status: 200, answered: 'ok', body: { ok: true, ...echoed } };
}

function checkRequired(method: SlackMethod, args: Args): void {
  const model = slackMethods[method];
  const required = 'required' in model ? model.required : [];
  const missing = required.find((name) => args[name] === undefined);
  if (missing) refuseArguments(`missing required field: ${missing}`);
}

/** Runs one modelled method: whether the caller may, then the method itself. */
function runMethod(twin: SlackTwin, method: TokenMethod, caller: Caller, args: Args): MethodAnswer {
  const warnings: string[] = [];
  const answer = answerOrRefusal(() => {
    requireScope(caller, slackMethods[method].scopes);
    checkRequired(method, args);
    const warn = (name: string) => void warnings.push(name);
    const body = handlers[method]({ state: twin.state, args, now: twin.now(), caller, warn });
    return { status: 200, answered: 'ok', body: { ok: true, ...body } };
  });
  return withWarnings(answer, warnings);
}

function answerOrRefusal(work: () => MethodAnswer): MethodAnswer {
  try {
    return work();
  } catch (error) {
    if (error instanceof SlackRefusal) return errorAnswer(error);
    throw error;
  }
}

/** What is known of a call before it is carried out: who asks, or why nobody may. */
function admit(twin: SlackTwin, method: string, token: string | null): Caller | null | MethodAnswer {
  if (!isSlackMethod(method)) {
    const refusal = new SlackRefusal('unknown_method', { extra: { req_method: method } });
    return { ...errorAnswer(refusal), unmodelled: true };
  }
  if (method === 'api.test') return null;
  try {
    return authenticate(twin, token);
  } catch (error) {
    if (error instanceof SlackRefusal) return errorAnswer(error);
    throw error;
  }
}

/** Headers of every answer; those about scopes only where a token was understood. */
function headersOf(method: string, caller: Caller | null): [string, string][] {
  const accepted = isSlackMethod(method) ? slackMethods[method].scopes : [];
  return [
    ['content-type', 'application/json; charset=utf-8'],
    ['x-slack-req-id', randomBytes(16).toString('hex')],
    ...(caller ? [['x-oauth-scopes', caller.scopes.join(',')] as [string, string]] : []),
    ...(caller && accepted.length > 0
      ? [['x-accepted-oauth-scopes', accepted.join(',')] as [string, string]]
      : []),
  ];
}

async function parseOrRefusal(request: Request, method: string): Promise<ParsedRequest | MethodAnswer> {
  try {
    return await parseRequest(request, method);
  } catch (error) {
    if (error instanceof SlackRefusal) return errorAnswer(error);
    throw error;
  }
}

async function serveMethod(twin: SlackTwin, c: TwinContext, method: string): Promise<Response> {
  const request = await parseOrRefusal(c.req.raw, method);
  const unread = 'answered' in request;
  const { args, warnings, token } = unread ? { args: {}, warnings: [], token: null } : request;
  const caller = unread ? request : admit(twin, method, token);
  const refused = caller && 'answered' in caller ? caller : undefined;
  const known = caller && !('answered' in caller) ? caller : null;
  const headers = headersOf(method, known);
  const complete = (answer: MethodAnswer): Answer => ({
    ...withWarnings(answer, warnings),
    headers: [...headers, ...(answer.headers ?? [])],
  });
  return answerOperation(twin, c, {
    operation: method,
    args,
    refused: refused && complete(refused),
    fault: (reply, fault) => complete(faultAnswer(reply, fault)),
    work: () => complete(known ? runMethod(twin, method as TokenMethod, known, args) : apiTest(args)),
  });
}

const apiPrefix = '/api/';

function routes(app: Hono<TwinEnv>, twin: SlackTwin): void {
  app.on(['GET', 'POST'], `${apiPrefix}:method`, (c) => serveMethod(twin, c, c.req.param('method')));
  app.notFound((c) => {
    twin.record({
      method: `${c.req.method} ${c.req.path}`,
      status: 404,
      answered: 'not_found',
      args: {},
      unmodelled: true,
    });
    return c.html('<!DOCTYPE html><html><head><title>Page not found | Slack</title></head></html>', 404);
  });
}

function refuseFault({ on, reply }: Fault): string | null {
  if (on !== '*' && !isSlackMethod(on)) return `it does not model ${on}`;
  return reply === undefined || /^[a-z][a-z0-9_]*$/.test(reply)
    ? null
    : `${JSON.stringify(reply)} is no answer of Slack`;
}

/** The Slack Web API, far enough for apps that post messages and look around. */
export const slackService: Service<Workspace, SlackState> = {
  name: 'slack',
  seed: workspaceSchema,
  settle,
  refuseFault,
  hosts: ['slack.com', '*.slack.com'],
  routes,
  operationName: (method, path) =>
    path.startsWith(apiPrefix) ? path.slice(apiPrefix.length) : `${method} ${path}`,
  newCredentials: () => ({
    token: `xoxb-${randomInt(1e12, 1e13 - 1)}-${randomInt(1e12, 1e13 - 1)}-${randomBytes(12).toString('hex')}`,
  }),
  values: (origin, credentials) => ({ ...credentials, url: `${origin}${apiPrefix}` }),
};
