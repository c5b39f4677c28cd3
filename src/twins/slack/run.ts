import type { Answer } from '../answer';
import type { Fault } from '../types';
import { requireScope, type Caller } from './call';
import { handlers, type OpenMethod } from './handlers';
import { slackMethods, type MethodModel, type SlackMethod } from './methods';
import { access } from './oauth';
import { refuse, refuseArguments, SlackRefusal } from './refusal';
import type { Args } from './request';
import type { SlackTwin } from './state';

/** Seconds a `ratelimited` fault asks to wait when it does not say. */
const defaultRetryAfter = 1;

/** An answer of a method; its body is always an object. */
export interface MethodAnswer extends Answer {
  body: Record<string, unknown>;
}

/** Failures of Slack's servers, not of the method. */
const serverErrors: Readonly<Record<string, { status: number; error: string }>> = {
  http_500: { status: 500, error: 'internal_error' },
  http_503: { status: 503, error: 'service_unavailable' },
};

export function errorAnswer(refusal: SlackRefusal): MethodAnswer {
  const { messages, extra } = refusal.details;
  const metadata = messages ? { response_metadata: { messages } } : {};
  return {
    status: 200,
    answered: refusal.code,
    body: { ok: false, error: refusal.code, ...extra, ...metadata },
  };
}

/** @param retryAfter seconds */
export function rateAnswer(retryAfter: number): MethodAnswer {
  return {
    status: 429,
    answered: 'ratelimited',
    body: { ok: false, error: 'ratelimited' },
    headers: [['retry-after', String(retryAfter)]],
  };
}

/** An answer that a scenario asked for by name. */
export function faultAnswer(reply: string, { retryAfter = defaultRetryAfter }: Fault): MethodAnswer {
  const broken = Object.hasOwn(serverErrors, reply) ? serverErrors[reply] : undefined;
  if (broken) {
    return { status: broken.status, answered: reply, body: { ok: false, error: broken.error } };
  }
  return reply === 'ratelimited' ? rateAnswer(retryAfter) : errorAnswer(new SlackRefusal(reply));
}

export function withWarnings(answer: MethodAnswer, warnings: readonly string[]): MethodAnswer {
  if (warnings.length === 0) return answer;
  const metadata = answer.body['response_metadata'] as object | undefined;
  return {
    ...answer,
    body: { ...answer.body, warning: warnings.join(','), response_metadata: { ...metadata, warnings } },
  };
}

function answerOrRefusal<T>(work: () => T): T | MethodAnswer {
  try {
    return work();
  } catch (error) {
    if (error instanceof SlackRefusal) return errorAnswer(error);
    throw error;
  }
}

function apiTest(args: Args): MethodAnswer {
  const echoed = Object.keys(args).length > 0 ? { args } : {};
  const { error } = args;
  if (typeof error === 'string' && error !== '') {
    return { status: 200, answered: error, body: { ok: false, error, ...echoed } };
  }
  return { status: 200, answered: 'ok', body: { ok: true, ...echoed } };
}

function checkRequired({ required }: MethodModel, args: Args): void {
  const missing = required.find((name) => args[name] === undefined);
  if (missing) refuseArguments(`missing required field: ${missing}`);
}

const openMethods: Readonly<Record<OpenMethod, (twin: SlackTwin, args: Args) => MethodAnswer>> = {
  'api.test': (_twin, args) => apiTest(args),
  'oauth.v2.access': (twin, args) => ({
    status: 200,
    answered: 'ok',
    body: { ok: true, ...access(twin, args) },
  }),
};

export function isOpenMethod(method: string): method is OpenMethod {
  return Object.hasOwn(openMethods, method);
}

export function runOpenMethod(twin: SlackTwin, method: OpenMethod, args: Args): MethodAnswer {
  return answerOrRefusal(() => openMethods[method](twin, args));
}

/** Runs one modelled method: whether the caller may, then the method itself. */
export function runMethod(twin: SlackTwin, method: SlackMethod, caller: Caller, args: Args): MethodAnswer {
  if (isOpenMethod(method)) return runOpenMethod(twin, method, args);
  const warnings: string[] = [];
  const model: MethodModel = slackMethods[method];
  const answer = answerOrRefusal(() => {
    const scopes = model.scopes[caller.kind] ?? refuse('not_allowed_token_type');
    requireScope(caller, scopes);
    checkRequired(model, args);
    const warn = (name: string) => void warnings.push(name);
    const call = { twin, state: twin.state, args, now: twin.now(), caller, warn };
    return { status: 200, answered: 'ok', body: { ok: true, ...handlers[method](call) } };
  });
  return withWarnings(answer, warnings);
}
