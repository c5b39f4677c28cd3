import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import type { Hono } from 'hono';
import { answerOperation, type Answer, type TwinContext } from '../answer';
import type { Service, TwinEnv } from '../contract';
import type { Fault } from '../types';
import { act } from './acts';
import type { Caller } from './call';
import { isSlackMethod, isSlackOperation, modelOf, type SlackMethod } from './methods';
import { newToken } from './oauth';
import { sendEnvelope } from './notify';
import { rateOf } from './rates';
import { SlackRefusal } from './refusal';
import { parseRequest, type Args, type ParsedRequest } from './request';
import { addRoutes, maxBody } from './routes';
import {
  errorAnswer,
  faultAnswer,
  isOpenMethod,
  rateAnswer,
  runMethod,
  runOpenMethod,
  withWarnings,
  type MethodAnswer,
} from './run';
import { postScheduled } from './scheduled';
import { workspaceSchema, type Workspace } from './schema';
import { acceptSocket } from './sockets';
import { settle, type SlackState, type SlackTwin } from './state';
import { authenticate } from './tokens';
import { deliveries } from './transport';

/** Why nobody is let in at all, or who asks; nobody for methods that want no token. */
type Admission = { caller: Caller | null } | { refused: MethodAnswer };

/** Counts the call; over its limit it is not carried out. */
function limit(twin: SlackTwin, method: SlackMethod, args: Args): MethodAnswer | null {
  const { bucket, limit: rate } = rateOf(twin.state, method, args);
  const { allowed, resetAt } = twin.takeRate(bucket, rate);
  return allowed ? null : rateAnswer(Math.max(1, Math.ceil((resetAt - twin.now()) / 1000)));
}

function admit(twin: SlackTwin, method: string, { args, token, fromHeader }: ParsedRequest): Admission {
  if (!isSlackMethod(method)) {
    const refusal = new SlackRefusal('unknown_method', { extra: { req_method: method } });
    return { refused: { ...errorAnswer(refusal), unmodelled: true } };
  }
  if (isOpenMethod(method)) return { caller: null };
  try {
    // App-level tokens count only in the header.
    const appOnly = modelOf(method)?.scopes.app !== undefined;
    const caller = authenticate(twin, appOnly && !fromHeader ? null : token);
    const refused = limit(twin, method, args);
    return refused ? { refused } : { caller };
  } catch (error) {
    if (error instanceof SlackRefusal) return { refused: errorAnswer(error) };
    throw error;
  }
}

/** Headers of every answer; those about scopes only where a token was understood. */
function headersOf(method: string, caller: Caller | null): [string, string][] {
  const accepted = caller ? (modelOf(method)?.scopes[caller.kind] ?? []) : [];
  return [
    ['content-type', 'application/json; charset=utf-8'],
    ['x-slack-req-id', randomUUID().replaceAll('-', '')],
    ...(caller ? [['x-oauth-scopes', caller.scopes.join(',')] as [string, string]] : []),
    ...(accepted.length > 0 ? [['x-accepted-oauth-scopes', accepted.join(',')] as [string, string]] : []),
  ];
}

/** Arguments that are credentials; the call log has none. */
const secrets = ['client_secret', 'code', 'code_verifier', 'refresh_token'];

function loggable(args: Args): Args {
  if (!secrets.some((name) => Object.hasOwn(args, name))) return args;
  return Object.fromEntries(Object.entries(args).filter(([name]) => !secrets.includes(name)));
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
  const parsed = await parseOrRefusal(c.req.raw, method);
  const request = 'answered' in parsed ? null : parsed;
  const { args, warnings } = request ?? { args: {}, warnings: [] };
  const admission = 'answered' in parsed ? { refused: parsed } : admit(twin, method, parsed);
  const caller = 'caller' in admission ? admission.caller : null;
  const headers = headersOf(method, caller);
  const complete = (answer: MethodAnswer): Answer => ({
    ...withWarnings(answer, warnings),
    headers: [...headers, ...(answer.headers ?? [])],
  });
  return answerOperation(twin, c, {
    operation: method,
    args: loggable(args),
    refused: 'refused' in admission ? complete(admission.refused) : undefined,
    fault: (reply, fault) => complete(faultAnswer(reply, fault)),
    work: () => {
      if (caller) return complete(runMethod(twin, method as SlackMethod, caller, args));
      return complete(runOpenMethod(twin, isOpenMethod(method) ? method : 'api.test', args));
    },
  });
}

const apiPrefix = '/api/';

function routes(app: Hono<TwinEnv>, twin: SlackTwin): void {
  app.on(['GET', 'POST'], `${apiPrefix}:method`, (c) => serveMethod(twin, c, c.req.param('method')));
  addRoutes(app, twin);
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
  if (on !== '*' && !isSlackOperation(on)) return `it does not model ${on}`;
  return reply === undefined || /^[a-z][a-z0-9_]*$/.test(reply)
    ? null
    : `${JSON.stringify(reply)} is no answer of Slack`;
}

function newCredentials(): Record<string, string> {
  const hex = (bytes: number) => randomBytes(bytes).toString('hex');
  const number = () => String(randomInt(1e12, 1e13 - 1));
  return {
    token: newToken('bot', false),
    user_token: newToken('user', false),
    app_token: `xapp-1-A0B0TTW1N-${number()}-${hex(32)}`,
    signing_secret: hex(16),
    verification_token: hex(12),
    client_id: `${number()}.${number()}`,
    client_secret: hex(16),
    webhook_secret: hex(12),
  };
}

function values(
  origin: string,
  { webhook_secret, ...credentials }: Readonly<Record<string, string>>,
): Record<string, string> {
  return {
    ...credentials,
    url: `${origin}${apiPrefix}`,
    webhook_url: `${origin}/services/T012AB3C4/B0B0TTW1N/${webhook_secret}`,
    authorize_url: `${origin}/oauth/v2/authorize`,
  };
}

/** Slack with one workspace and one app: Web API, Events API, Socket Mode, OAuth, webhooks and files. */
export const slackService: Service<Workspace, SlackState> = {
  name: 'slack',
  seed: workspaceSchema,
  settle,
  refuseFault,
  hosts: ['slack.com', '*.slack.com'],
  routes,
  operationName: (method, path) =>
    path.startsWith(apiPrefix) ? path.slice(apiPrefix.length) : `${method} ${path}`,
  maxBody,
  newCredentials,
  values,
  jobs: { envelope: sendEnvelope, scheduled: postScheduled },
  deliveries,
  socket: acceptSocket,
  act,
};
