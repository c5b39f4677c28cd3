import { randomBytes, randomInt } from 'node:crypto';
import { Hono, type Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { isTransportFault, type TransportFault } from '../faults';
import type { Service, Twin, TwinEnv } from '../twin';
import type { Fault } from '../types';
import { requireScope, type Caller } from './call';
import { handlers, type TokenMethod } from './handlers';
import { isSlackMethod, slackMethods, type SlackMethod } from './methods';
import { refuse, refuseArguments, SlackRefusal } from './refusal';
import { parseRequest, type Args, type ParsedRequest } from './request';
import { settle, workspaceSchema, type SlackState, type Workspace } from './state';

/** Bytes of a request body; the longest message fits many times. */
const maxBody = 1024 * 1024;
/** Seconds a `ratelimited` fault asks to wait when it does not say. */
const defaultRetryAfter = 1;

type SlackTwin = Twin<SlackState>;
type SlackContext = Context<TwinEnv>;

/** What goes back, and how the log names it. Status 0: nothing goes back. */
interface Answer {
  status: 0 | 200 | 429 | 500 | 503;
  answered: string;
  body: Record<string, unknown>;
  headers?: Record<string, string>;
}

/** Failures below the service: of its servers or the connection, not of the method. */
const transportAnswers: Readonly<Record<TransportFault, Answer>> = {
  http_500: { status: 500, answered: 'http_500', body: { ok: false, error: 'internal_error' } },
  http_503: { status: 503, answered: 'http_503', body: { ok: false, error: 'service_unavailable' } },
  timeout: { status: 0, answered: 'timeout', body: {} },
  connection_reset: { status: 0, answered: 'connection_reset', body: {} },
};

const tokenErrors = { revoked: 'token_revoked', inactive: 'account_inactive', expired: 'token_expired' };

/** Who a token speaks for; the twin's own token is the bot's. */
function authenticate(twin: SlackTwin, token: string | null): Caller {
  if (!token) refuse('not_authed');
  const { state } = twin;
  const seeded = state.tokens.find((candidate) => candidate.token === token);
  if (!seeded && token !== twin.token) refuse('invalid_auth');
  if (seeded && seeded.status !== 'active') refuse(tokenErrors[seeded.status]);
  const id = seeded?.user ?? state.bot.user;
  const user = state.users.find((candidate) => candidate.id === id) ?? refuse('invalid_auth');
  if (user.deleted) refuse('account_inactive');
  return { user, scopes: seeded?.scopes ?? state.bot.scopes };
}

function errorAnswer(refusal: SlackRefusal): Answer {
  const { messages, extra } = refusal.details;
  const metadata = messages ? { response_metadata: { messages } } : {};
  return {
    status: 200,
    answered: refusal.code,
    body: { ok: false, error: refusal.code, ...extra, ...metadata },
  };
}

/** An answer that a scenario asked for by name. */
function faultAnswer({ reply, retryAfter = defaultRetryAfter }: Fault): Answer {
  if (isTransportFault(reply)) return transportAnswers[reply];
  if (reply !== 'ratelimited') return errorAnswer(new SlackRefusal(reply));
  return {
    status: 429,
    answered: reply,
    body: { ok: false, error: reply },
    headers: { 'retry-after': String(retryAfter) },
  };
}

function withWarnings(answer: Answer, warnings: readonly string[]): Answer {
  if (warnings.length === 0) return answer;
  const metadata = answer.body['response_metadata'] as object | undefined;
  return {
    ...answer,
    body: { ...answer.body, warning: warnings.join(','), response_metadata: { ...metadata, warnings } },
  };
}

function apiTest(args: Args): Answer {
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

/** Runs one modelled method: a fault if one is armed, whether the caller may, then the method itself. */
function runMethod(twin: SlackTwin, method: TokenMethod, caller: Caller, args: Args): Answer {
  const { scopes } = slackMethods[method];
  const headers = {
    'x-oauth-scopes': caller.scopes.join(','),
    ...(scopes.length > 0 ? { 'x-accepted-oauth-scopes': scopes.join(',') } : {}),
  };
  const warnings: string[] = [];
  const answer = answerOrRefusal(() => {
    const fault = twin.takeFault(method);
    if (fault) return faultAnswer(fault);
    requireScope(caller, scopes);
    checkRequired(method, args);
    const warn = (name: string) => void warnings.push(name);
    const body = handlers[method]({ state: twin.state, args, now: twin.now(), caller, warn });
    return { status: 200, answered: 'ok', body: { ok: true, ...body } };
  });
  return withWarnings({ ...answer, headers: { ...answer.headers, ...headers } }, warnings);
}

/**
 * Answers a call that could be read. Faults come after the token, so that a program without credentials, which
 * the service would turn away, does not use them up.
 */
function answerCall(twin: SlackTwin, method: string, { args, token }: ParsedRequest): Answer {
  if (!isSlackMethod(method)) refuse('unknown_method', { extra: { req_method: method } });
  if (method !== 'api.test') return runMethod(twin, method, authenticate(twin, token), args);
  const fault = twin.takeFault(method);
  return fault ? faultAnswer(fault) : apiTest(args);
}

function answerOrRefusal(work: () => Answer): Answer {
  try {
    return work();
  } catch (error) {
    if (error instanceof SlackRefusal) return errorAnswer(error);
    throw error;
  }
}

function send(c: SlackContext, answer: Answer): Response | Promise<Response> {
  if (answer.status === 0) return sendNothing(c, answer.answered === 'connection_reset');
  return c.json(answer.body, answer.status, {
    'content-type': 'application/json; charset=utf-8',
    'x-slack-req-id': randomBytes(16).toString('hex'),
    ...answer.headers,
  });
}

/** Waits until the client gives up, is cut off, or the twin ends. */
async function sendNothing(c: SlackContext, reset: boolean): Promise<Response> {
  const { signal } = c.req.raw;
  const gone = new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  if (reset) c.env.incoming?.socket.resetAndDestroy();
  if (!signal.aborted) await gone;
  return c.body(null);
}

async function serveMethod(twin: SlackTwin, c: SlackContext, method: string): Promise<Response> {
  const request = await parseRequest(c.req.raw, method).catch((error: unknown) => {
    if (error instanceof SlackRefusal) return error;
    throw error;
  });
  const refused = request instanceof SlackRefusal;
  const answer = refused ? errorAnswer(request) : answerOrRefusal(() => answerCall(twin, method, request));
  const { args, warnings } = refused ? { args: {}, warnings: [] } : request;
  twin.record({ method, status: answer.status, answered: answer.answered, args });
  return send(c, withWarnings(answer, warnings));
}

function slackApp(twin: SlackTwin): Hono<TwinEnv> {
  const app = new Hono<TwinEnv>();
  const path = '/api/:method';
  app.use(path, async (c: SlackContext, next) => {
    // A full log would let calls go unseen, so nothing more is answered.
    if (!twin.isFull()) return next();
    return send(c, transportAnswers.http_503);
  });
  app.use(
    path,
    bodyLimit({
      maxSize: maxBody,
      onError: (c) => {
        twin.record({
          method: c.req.path.slice('/api/'.length),
          status: 413,
          answered: 'http_413',
          args: {},
        });
        return c.text('Request Entity Too Large', 413);
      },
    }),
  );
  const answer = (c: SlackContext) => serveMethod(twin, c, c.req.param('method') ?? '');
  app.get(path, answer);
  app.post(path, answer);
  app.notFound((c) => {
    if (!twin.isFull()) {
      const method = `${c.req.method} ${c.req.path}`;
      twin.record({ method, status: 404, answered: 'not_found', args: {} });
    }
    return c.html('<!DOCTYPE html><html><head><title>Page not found | Slack</title></head></html>', 404);
  });
  app.onError((error, c) => {
    // A defect of the twin, not of the program: it shows on the log and on standard error, never as an answer of Slack.
    console.error(error);
    const method = c.req.path.slice('/api/'.length);
    twin.record({ method, status: 500, answered: 'twin_defect', args: {} });
    return c.text('The twin failed.', 500);
  });
  return app;
}

function refuseFault({ on, reply }: Fault): string | null {
  if (!isSlackMethod(on)) return `it does not model ${on}`;
  return /^[a-z][a-z0-9_]*$/.test(reply) ? null : `${JSON.stringify(reply)} is no answer of Slack`;
}

/** The Slack Web API, far enough for apps that post messages and look around. */
export const slackService: Service<Workspace, SlackState> = {
  name: 'slack',
  seed: workspaceSchema,
  settle,
  refuseFault,
  app: slackApp,
  newToken: () =>
    `xoxb-${randomInt(1e12, 1e13 - 1)}-${randomInt(1e12, 1e13 - 1)}-${randomBytes(12).toString('hex')}`,
  values: (origin, token) => ({ url: `${origin}/api/`, token }),
};
