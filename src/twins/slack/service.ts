import { randomBytes, randomInt } from 'node:crypto';
import { Hono, type Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { isTransportFault, type TransportFault } from '../faults';
import type { Service, Twin, TwinEnv } from '../twin';
import type { Fault } from '../types';
import { requireScope, type Caller } from './call';
import { handlers } from './handlers';
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

/** What goes back, and how the log names it. */
interface Answer {
  status: 200 | 429 | 500 | 503;
  answered: string;
  body: Record<string, unknown>;
  headers?: Record<string, string>;
}

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
function faultAnswer(fault: Fault): Answer {
  if (fault.reply !== 'ratelimited') return errorAnswer(new SlackRefusal(fault.reply));
  const seconds = fault.retryAfter ?? defaultRetryAfter;
  return {
    status: 429,
    answered: 'ratelimited',
    body: { ok: false, error: 'ratelimited' },
    headers: { 'retry-after': String(seconds) },
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

/** Runs one modelled method: who asks, whether it may, a fault if one is armed, then the method itself. */
function runMethod(
  twin: SlackTwin,
  method: SlackMethod,
  request: ParsedRequest,
  fault: Fault | null,
): Answer {
  if (method === 'api.test') return fault ? faultAnswer(fault) : apiTest(request.args);
  const caller = authenticate(twin, request.token);
  const { scopes } = slackMethods[method];
  const headers = {
    'x-oauth-scopes': caller.scopes.join(','),
    ...(scopes.length > 0 ? { 'x-accepted-oauth-scopes': scopes.join(',') } : {}),
  };
  const warnings: string[] = [];
  const answer = answerOrRefusal(() => {
    if (fault) return faultAnswer(fault);
    requireScope(caller, scopes);
    checkRequired(method, request.args);
    const { state } = twin;
    const warn = (name: string) => void warnings.push(name);
    const body = handlers[method]({ state, args: request.args, now: twin.now(), caller, warn });
    return { status: 200, answered: 'ok', body: { ok: true, ...body } };
  });
  return withWarnings({ ...answer, headers: { ...answer.headers, ...headers } }, warnings);
}

function answerOrRefusal(work: () => Answer): Answer {
  try {
    return work();
  } catch (error) {
    if (error instanceof SlackRefusal) return errorAnswer(error);
    throw error;
  }
}

function send(c: SlackContext, answer: Answer): Response {
  return c.json(answer.body, answer.status, {
    'content-type': 'application/json; charset=utf-8',
    'x-slack-req-id': randomBytes(16).toString('hex'),
    ...answer.headers,
  });
}

/** A failure below the service: the connection or the server, not the method. */
async function sendTransportFault(c: SlackContext, reply: TransportFault): Promise<Response> {
  if (reply === 'http_500')
    return send(c, { status: 500, answered: reply, body: { ok: false, error: 'internal_error' } });
  if (reply === 'http_503')
    return send(c, { status: 503, answered: reply, body: { ok: false, error: 'service_unavailable' } });
  if (reply === 'connection_reset') c.env.incoming?.socket.resetAndDestroy();
  // Never an answer: the wait ends only when the client gives up or the twin ends.
  const { signal } = c.req.raw;
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
  return c.body(null);
}

async function serveMethod(twin: SlackTwin, c: SlackContext, method: string): Promise<Response> {
  let args: Args = {};
  let warnings: string[] = [];
  const finish = (answer: Answer) => {
    twin.record({ method, status: answer.status, answered: answer.answered, args });
    return send(c, withWarnings(answer, warnings));
  };
  let request: ParsedRequest;
  try {
    request = await parseRequest(c.req.raw, method);
  } catch (error) {
    if (error instanceof SlackRefusal) return finish(errorAnswer(error));
    throw error;
  }
  ({ args, warnings } = request);
  if (!isSlackMethod(method)) {
    return finish(errorAnswer(new SlackRefusal('unknown_method', { extra: { req_method: method } })));
  }
  const fault = twin.takeFault(method);
  if (fault && isTransportFault(fault.reply)) {
    const status = { http_500: 500, http_503: 503, timeout: 0, connection_reset: 0 }[fault.reply];
    twin.record({ method, status, answered: fault.reply, args });
    return sendTransportFault(c, fault.reply);
  }
  return finish(answerOrRefusal(() => runMethod(twin, method, request, fault)));
}

function slackApp(twin: SlackTwin): Hono<TwinEnv> {
  const app = new Hono<TwinEnv>();
  const path = '/api/:method';
  app.use(path, async (c: SlackContext, next) => {
    // A full log would let calls go unseen, so nothing more is answered.
    if (!twin.isFull()) return next();
    return send(c, { status: 503, answered: 'http_503', body: { ok: false, error: 'service_unavailable' } });
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
