import { randomBytes } from 'node:crypto';
import type { Hono } from 'hono';
import { answerOperation, type Answer, type TwinContext } from '../answer';
import type { Service, Twin, TwinEnv } from '../contract';
import type { Fault } from '../types';
import { create, get, hasParents, invalidStatus, remove, replace, update, type Call } from './crud';
import { documents, refuse, type Refusal } from './errors';
import { list } from './list';
import type { Model } from './model';
import { isNode, type Node } from './node';
import type { Operation } from './operations';
import { findMistake, readBody, readForm, type Mistake } from './request';
import { collectionWith, fillPath, pathPattern } from './places';
import type { Resource, Role } from './resource';
import { parameterNames, type Match } from './router';
import { admit } from './security';
import { stateSchema, type ApiState } from './state';
import { findFlaw } from './validate';

type ApiTwin = Twin<ApiState>;

const work: Readonly<Record<Role, (call: Call) => Answer>> = {
  list,
  create,
  get,
  update,
  replace,
  delete: remove,
};

/** Seconds a `ratelimited` fault asks to wait when it does not say. */
const defaultRetryAfter = 1;

/** What answers a request: the operation it asks for, or why there is none. */
interface Found {
  operation: Operation | undefined;
  refusal?: Refusal;
  values: Readonly<Record<string, string>>;
}

function findOperation(model: Model, method: string, match: Match | null): Found {
  if (!match)
    return {
      operation: undefined,
      refusal: { status: 404, message: 'Not Found', unmodelled: true },
      values: {},
    };
  const operation = match.operations.get(method === 'HEAD' ? 'GET' : method);
  if (!operation) {
    const headers = [['allow', [...match.operations.keys()].join(', ')] as const];
    return {
      operation: undefined,
      refusal: { status: 405, message: 'Method Not Allowed', headers, unmodelled: true },
      values: {},
    };
  }
  const names = parameterNames(operation.path);
  const values = Object.fromEntries(match.values.map((value, index) => [names[index] ?? '', value]));
  if (model.modelled.has(operation.name)) return { operation, values };
  const message = `The twin does not model ${operation.name}: ${model.unmodelled.get(operation.name)}.`;
  return { operation, refusal: { status: 501, message, unmodelled: true }, values };
}

/** The refusal of a request without the credentials its operation asks for. */
function unauthorised(
  model: Model,
  twin: ApiTwin,
  operation: Operation,
  c: TwinContext,
  query: Node,
): Refusal | undefined {
  const { schemes, tools } = model;
  const request = { header: (name: string) => c.req.header(name), query };
  const outcome = admit(operation, schemes, tools.resolve, request, twin.credentials['token'] ?? '');
  if (outcome.admitted) return undefined;
  if (outcome.unmodelled) {
    return {
      status: 501,
      message: `The twin cannot check the credentials of ${operation.name}.`,
      unmodelled: true,
    };
  }
  const status = !documents(operation, 401) && documents(operation, 403) ? 403 : 401;
  const challenge = outcome.challenge === undefined ? [] : [['www-authenticate', outcome.challenge] as const];
  return { status, message: status === 401 ? 'Unauthorized' : 'Forbidden', headers: challenge };
}

function refusalOf(operation: Operation, { kind, flaw }: Mistake): Refusal {
  const message = `${flaw.at === '' ? 'The request body' : flaw.at} ${flaw.what}`;
  if (kind === 'not-modelled') return { status: 501, message, unmodelled: true };
  if (kind === 'media-type' && documents(operation, 415)) return { status: 415, message };
  if (kind === 'body' && documents(operation, 422)) return { status: 422, message, flaw };
  return { status: invalidStatus(operation), message, flaw };
}

/** Path parameters that are not as the document asks name nothing that could be there. */
function badPath({ operation, values, model }: Call): Refusal | undefined {
  const { resolve } = model.tools;
  for (const { name, in: place, schema } of operation.parameters) {
    if (place !== 'path') continue;
    const text = values[name] ?? '';
    const value = /^-?\d{1,15}$/.test(text) && findFlaw(schema, text, resolve) !== null ? Number(text) : text;
    const flaw = findFlaw(schema, value, resolve);
    if (flaw && documents(operation, 400))
      return { status: 400, message: `${name} ${flaw.what}`, flaw: { ...flaw, at: name } };
    if (flaw) return { status: 404, message: 'Not Found' };
  }
  return undefined;
}

function carryOut(call: Call, c: TwinContext, type: string): Answer {
  const { operation, model, role } = call;
  const { resolve } = model.tools;
  const mistake = findMistake(operation, call, (name) => c.req.header(name), type, resolve);
  const missing: Refusal | undefined = hasParents(call) ? undefined : { status: 404, message: 'Not Found' };
  const refusal = badPath(call) ?? missing ?? (mistake ? refusalOf(operation, mistake) : undefined);
  return refusal ? refuse(operation, refusal, model.tools) : work[role](call);
}

const mediaType = (c: TwinContext): string =>
  (c.req.header('content-type') ?? '').split(';')[0]!.trim().toLowerCase();

async function serve(model: Model, twin: ApiTwin, c: TwinContext): Promise<Response> {
  const { pathname, search } = new URL(c.req.url);
  const inside = pathname.startsWith(`${model.base}/`) || model.base === '';
  const match = inside ? model.route(pathname.slice(model.base.length)) : null;
  const { operation, refusal, values } = findOperation(model, c.req.method, match);
  const query = readForm(search.slice(1));
  const refused = (operation && unauthorised(model, twin, operation, c, query)) ?? refusal;
  const type = mediaType(c);
  const read =
    operation && !refused
      ? readBody(operation, type, await c.req.text(), model.tools.resolve)
      : { body: undefined };
  const unread = 'kind' in read && operation ? refusalOf(operation, read) : undefined;
  const known = operation && model.modelled.get(operation.name);
  const body = 'body' in read ? read.body : undefined;
  const outright = refused ?? unread;
  return answerOperation(twin, c, {
    operation: operation?.name ?? `${c.req.method} ${pathname}`,
    args: { ...shownArguments(query, model, operation), ...values, ...(isNode(body) ? body : {}) },
    refused: outright && refuse(operation, outright, model.tools),
    fault: (reply, fault) => faultAnswer(operation, model, reply, fault),
    work: () => {
      const { resource, role } = known as { resource: Resource; role: Role };
      const isOfItem = role !== 'list' && role !== 'create';
      const collection = isOfItem
        ? collectionWith(resource, twin.state, values)
        : fillPath(resource.path, values);
      return carryOut(
        { twin, model, operation: operation!, resource, role, collection, values, query, body },
        c,
        type,
      );
    },
  });
}

/** Credentials in the query are never logged. */
function shownArguments(query: Node, { schemes, tools }: Model, operation: Operation | undefined): Node {
  if (!operation) return {};
  const keys = Object.values(schemes).map((scheme) => tools.resolve(scheme)['name']);
  return Object.fromEntries(Object.entries(query).filter(([name]) => !keys.includes(name)));
}

function faultAnswer(
  operation: Operation | undefined,
  { tools }: Model,
  reply: string,
  fault: Fault,
): Answer {
  const status = reply === 'ratelimited' ? 429 : Number(reply.slice('http_'.length));
  const headers =
    status === 429 ? [['retry-after', String(fault.retryAfter ?? defaultRetryAfter)] as const] : [];
  const message = reply === 'ratelimited' ? 'Too Many Requests' : `HTTP ${status}`;
  return { ...refuse(operation, { status, message, headers }, tools), answered: reply };
}

function refuseFault({ modelled }: Model, { on, reply }: Fault): string | null {
  if (on !== '*' && !modelled.has(on)) return `it does not model ${on}`;
  const known = reply === undefined || /^(ratelimited|timeout|connection_reset|http_[45]\d\d)$/.test(reply);
  return known
    ? null
    : `${JSON.stringify(reply)} is none of ratelimited, timeout, connection_reset and http_400 to http_599`;
}

/** Seeds may only fill collections that the twin has. */
function refuseUnknown(model: Model, { objects }: ApiState): string | undefined {
  const patterns = model.resources.map(({ path, id }) => ({ id, pattern: pathPattern(path) }));
  for (const [path, items] of Object.entries(objects)) {
    const resource = patterns.find(({ pattern }) => pattern.test(path));
    if (!resource) return `${path} is no collection of the document that is modelled`;
    if (items.some((item) => !['string', 'number'].includes(typeof item[resource.id]))) {
      return `every object of ${path} needs "${resource.id}"`;
    }
  }
  return undefined;
}

/** A service made from a document alone; what the document does not show is answered with 501. */
export function openApiService(name: string, model: Model): Service<ApiState, ApiState> {
  const seed = stateSchema.check((context) => {
    const problem = refuseUnknown(model, context.value);
    if (problem !== undefined)
      context.issues.push({ code: 'custom', message: problem, input: context.value });
  });
  return {
    name,
    hosts: model.hosts,
    seed,
    settle: (state) => state,
    refuseFault: (fault) => refuseFault(model, fault),
    routes: (app: Hono<TwinEnv>, twin: ApiTwin) => {
      app.all('*', (c) => serve(model, twin, c));
    },
    newCredentials: () => ({ token: randomBytes(20).toString('hex') }),
    values: (origin, credentials) => ({ ...credentials, url: `${origin}${model.base}` }),
  };
}
