import { randomBytes } from 'node:crypto';
import type { Hono } from 'hono';
import { answerOperation, type Answer, type TwinContext } from '../answer';
import type { Service, TwinEnv } from '../contract';
import type { RateState } from '../rates';
import type { Fault } from '../types';
import {
  completeAnswer,
  concurrencyAnswer,
  faultAnswer,
  isFaultReply,
  newRequestId,
  oauthAnswer,
  rateLimitAnswer,
  refusalAnswer,
} from './answers';
import { authenticate, sessionCaller } from './authenticate';
import type { Call, Caller } from './call';
import { deliveries } from './deliveryRules';
import { OktaRefusal, refuse } from './errors';
import { OAuthRefusal } from './oauth/errors';
import { handlers } from './handlers';
import { jobs } from './jobs';
import {
  isOktaOperation,
  oktaHosts,
  oktaOperations,
  type OktaOperation,
  type OperationModel,
} from './operations';
import { countRequest } from './rateBuckets';
import { readBody, readForm, withoutSecrets } from './request';
import { covers } from './roles';
import { isoTime, orgSchema, settle, type OktaTwin, type OrgSeed, type OrgState } from './state';
import { createLog, userParty } from './systemLog';

/** Requests under way in each twin; not part of the state, as none outlives the process. */
const underWay = new WeakMap<OktaTwin, number>();

/** Base URL of the request: the organisation's own where the client was led here from it. */
function originOf(twin: OktaTwin, request: Request): string {
  const { host, hostname } = new URL(request.url);
  return /\.(okta|oktapreview|okta-emea)\.com$/.test(hostname) ? `https://${host}` : twin.origin;
}

function checkPermission(caller: Caller, model: OperationModel, params: Record<string, string>): void {
  if (model.scope === null || covers(caller.scopes, model.scope)) return;
  if (caller.kind === 'anonymous') refuse('E0000005');
  const target = model.self === undefined ? undefined : params[model.self];
  if (caller.kind === 'session' && (target === 'me' || target === caller.user?.id)) return;
  if (caller.kind !== 'oauth') refuse('E0000006');
  const challenge = `Bearer realm="okta", scope="${model.scope}", error="insufficient_scope", error_description="The access token provided does not contain the required scopes."`;
  refuse('E0000006', { headers: [['www-authenticate', challenge]] });
}

interface Incoming {
  twin: OktaTwin;
  c: TwinContext;
  operation: OktaOperation;
  params: Record<string, string>;
  requestId: string;
}

/** Reads a request and finds out who sends it; refuses what may not be. */
async function understand({ twin, c, operation, params, requestId }: Incoming): Promise<Call> {
  const { raw } = c.req;
  const model: OperationModel = oktaOperations[operation];
  const { pathname, search, searchParams } = new URL(raw.url);
  const origin = originOf(twin, raw);
  const { headers, method } = raw;
  // Clients of OAuth say who they are in ways of their own; a browser has its session with them as well.
  const caller = model.oauth
    ? sessionCaller(twin, headers)
    : await authenticate(twin, { headers, method, url: `${origin}${pathname}` });
  checkPermission(caller, model, params);
  const body = await (model.oauth ? readForm(raw) : readBody(raw));
  const now = twin.now();
  const request = { id: requestId, uri: pathname, userAgent: raw.headers.get('user-agent') };
  const actor = caller.user ? { actor: userParty(caller.user) } : {};
  return {
    twin,
    state: twin.state,
    now,
    at: isoTime(now),
    log: createLog(twin, { ...actor, request }),
    caller,
    params,
    query: searchParams,
    body,
    headers,
    method,
    origin,
    uri: `${pathname}${search}`,
  };
}

async function orRefusal<T>(twin: OktaTwin, work: () => T | Promise<T>): Promise<T | Answer> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof OktaRefusal) return refusalAnswer(twin, error);
    if (error instanceof OAuthRefusal) return oauthAnswer(error);
    throw error;
  }
}

/** Refuses a request that comes on top of too many; writes that to the log. */
function overLimit(twin: OktaTwin, rate: RateState | null, path: string): Answer | null {
  const log = createLog(twin, {});
  const target = [{ id: path, type: 'URL Pattern', alternateId: null, displayName: path }];
  if ((underWay.get(twin) ?? 0) > twin.state.settings.concurrency) {
    log('core.concurrency.org.limit.violation', target);
    return concurrencyAnswer(twin);
  }
  if (!rate || rate.allowed) return null;
  log('system.org.rate_limit.violation', target);
  return rateLimitAnswer(twin, rate);
}

async function runHandler(call: Call, operation: OktaOperation): Promise<Answer> {
  // What came before may have waited, and the state may have been put back meanwhile.
  const current = { ...call, state: call.twin.state };
  const { status = 200, body, headers } = await handlers[operation](current);
  return { status, answered: 'ok', ...(body ? { body } : {}), headers: headers ?? [] };
}

async function serve(incoming: Omit<Incoming, 'requestId'>): Promise<Response> {
  const { twin, c, operation, params } = incoming;
  const requestId = newRequestId();
  const rate = countRequest(twin, c.req.method, c.req.path);
  const complete = (answer: Answer) => completeAnswer(answer, twin, rate, requestId);
  const understood =
    overLimit(twin, rate, c.req.path) ??
    (await orRefusal(twin, () => understand({ ...incoming, requestId })));
  const query = Object.fromEntries(new URL(c.req.url).searchParams);
  const args = withoutSecrets({ ...params, ...query }) as Record<string, unknown>;
  if ('answered' in understood) {
    return answerOperation(twin, c, {
      operation,
      args,
      refused: complete(understood),
      fault: (reply, fault) => complete(faultAnswer(twin, rate, reply, fault)),
      work: () => complete(understood),
    });
  }
  const body = Object.keys(understood.body).length > 0 ? { body: withoutSecrets(understood.body) } : {};
  return answerOperation(twin, c, {
    operation,
    args: { ...args, ...body },
    fault: (reply, fault) => complete(faultAnswer(twin, rate, reply, fault)),
    work: async () => complete(await orRefusal(twin, () => runHandler(understood, operation))),
  });
}

async function counted(twin: OktaTwin, work: () => Promise<Response>): Promise<Response> {
  underWay.set(twin, (underWay.get(twin) ?? 0) + 1);
  try {
    return await work();
  } finally {
    underWay.set(twin, (underWay.get(twin) ?? 0) - 1);
  }
}

function refuseUnmodelled(twin: OktaTwin, c: TwinContext, code: 'E0000008' | 'E0000022'): Promise<Response> {
  const rate = countRequest(twin, c.req.method, c.req.path);
  const answer = completeAnswer(refusalAnswer(twin, new OktaRefusal(code)), twin, rate, newRequestId());
  return answerOperation(twin, c, {
    operation: `${c.req.method} ${c.req.path}`,
    args: {},
    refused: { ...answer, unmodelled: true },
    fault: () => answer,
    work: () => answer,
  });
}

/** Paths of the operations, those with fewer parameters first, and the verbs of each. */
function pathsOf(): [string, Record<string, OktaOperation>][] {
  const paths = new Map<string, Record<string, OktaOperation>>();
  for (const name of Object.keys(oktaOperations) as OktaOperation[]) {
    const [method = '', path = ''] = name.split(' ');
    paths.set(path, { ...paths.get(path), [method]: name });
  }
  const parameters = (path: string) => path.split('{').length;
  return [...paths].sort(([a], [b]) => parameters(a) - parameters(b));
}

function routes(app: Hono<TwinEnv>, twin: OktaTwin): void {
  for (const [path, verbs] of pathsOf()) {
    app.all(path.replace(/\{(\w+)\}/g, ':$1'), (c) => {
      const method = c.req.method === 'HEAD' ? 'GET' : c.req.method;
      const operation = Object.hasOwn(verbs, method) ? verbs[method] : undefined;
      if (!operation) return refuseUnmodelled(twin, c, 'E0000022');
      const params: Record<string, string> = c.req.param();
      return counted(twin, () => serve({ twin, c, operation, params }));
    });
  }
  app.notFound((c) => refuseUnmodelled(twin, c, 'E0000008'));
}

function refuseFault({ on, reply }: Fault): string | null {
  if (on !== '*' && !isOktaOperation(on)) return `it does not model ${on}`;
  return reply === undefined || isFaultReply(reply) ? null : `${JSON.stringify(reply)} is no answer of Okta`;
}

/** Okta's management API of one organisation. */
export const oktaService: Service<OrgSeed, OrgState> = {
  name: 'okta',
  hosts: oktaHosts,
  seed: orgSchema,
  settle,
  refuseFault,
  routes,
  jobs,
  deliveries,
  newCredentials: () => ({ token: `00${randomBytes(30).toString('base64url')}` }),
  values: (origin, credentials) => ({ ...credentials, url: origin, issuer: `${origin}/oauth2/default` }),
};
