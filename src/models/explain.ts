import {
  APIConnectionError,
  APIConnectionTimeoutError,
  APIError,
  APIUserAbortError,
} from '@anthropic-ai/sdk';
import { FactoryError, messageOf, type ErrorCode } from '../shared/errors';
import { causesOf, neverSent } from './causes';
import { BrokenAnswer } from './hear';
import { Stopped } from './stopped';

interface Explanation {
  code: ErrorCode;
  /** What happened, without a full stop. */
  what: string;
  hint: string;
}

const address = '--base-url (darkFactory.model.baseUrl)';
const key = 'ANTHROPIC_API_KEY or the key of "Dark Factory: Set API Key"';
const later = 'Nothing is lost: resume the run later.';

/**
 * What a failed model call means to a person: one sentence and what to do.
 * @param error Anything the SDK or its middleware threw.
 * @param where The turn, for example `T1.implementer, turn 3`.
 */
export function explainModelError(error: unknown, where: string): FactoryError {
  const chain = causesOf(error);
  for (const cause of chain) {
    if (cause instanceof FactoryError) return cause;
    if (cause instanceof Stopped) return cause.failure;
  }
  const { code, what, hint } = explain(error, chain);
  return new FactoryError(code, `${where}: ${what}.`, { hint, cause: error });
}

function explain(error: unknown, chain: readonly unknown[]): Explanation {
  if (chain.some(isAbort)) return { code: 'cancelled', what: 'the run was cancelled', hint: later };
  const unsent = neverSent(error);
  if (unsent) return unreachable(unsent);
  const reported = chain.find(
    (cause): cause is APIError => cause instanceof APIError && !(cause instanceof APIConnectionError),
  );
  if (reported) return explainReported(reported);
  if (chain.some((cause) => cause instanceof APIConnectionTimeoutError)) {
    return { code: 'failed', what: 'the model endpoint did not answer in time', hint: later };
  }
  if (chain.some((cause) => /tool parameter JSON/.test(messageOf(cause)))) {
    const what = 'the model called a tool with input that is not JSON, on every attempt';
    return { code: 'failed', what, hint: 'Resume the run, or give the role another model.' };
  }
  if (chain.some((cause) => cause instanceof BrokenAnswer)) {
    return { code: 'failed', what: 'the answer broke off half-way, on every attempt', hint: later };
  }
  if (chain.some((cause) => cause instanceof APIConnectionError)) return unreachable(chain.at(-1));
  return { code: 'failed', what: `the model call failed: ${messageOf(chain.at(-1))}`, hint: later };
}

function unreachable(cause: unknown): Explanation {
  return {
    code: 'environment',
    what: `the model endpoint cannot be reached (${messageOf(cause) || 'connection error'})`,
    hint: `Check the network and ${address}, then resume the run.`,
  };
}

/** An error within a stream has a type and no status; one of a proxy in between has a status and no type. */
function explainReported(error: APIError): Explanation {
  const said = error.apiMessage ?? `HTTP ${error.status ?? 'error without a status'}`;
  // A conversation that outgrew the model comes as an invalid request; only its words tell.
  const type = /prompt is too long/i.test(said) ? 'request_too_large' : error.type;
  const refusal =
    refusals.find((known) => known.type === type) ?? refusals.find(({ status }) => status === error.status);
  if (refusal) return { code: refusal.code, what: `${refusal.what} (${said})`, hint: refusal.hint };
  if (error.status !== undefined && error.status < 500) {
    return {
      code: 'environment',
      what: `the model endpoint refused the request (${said})`,
      hint: checkAddress,
    };
  }
  return { code: 'failed', what: `the model endpoint has a fault of its own (${said})`, hint: later };
}

const checkAddress = `Check that ${address} is the address of a Messages API, without /v1.`;

const refusals: readonly (Explanation & { type: string; status?: number })[] = [
  {
    type: 'invalid_request_error',
    status: 400,
    code: 'failed',
    what: 'the model endpoint called the request invalid',
    hint: 'Check that the role has a model of this endpoint that supports tools; else report this as a defect.',
  },
  {
    type: 'authentication_error',
    status: 401,
    code: 'environment',
    what: 'the model endpoint does not accept the API key',
    hint: `Check ${key}, then resume the run.`,
  },
  {
    type: 'billing_error',
    status: 402,
    code: 'environment',
    what: 'the account of the API key cannot pay for the request',
    hint: 'Settle the account with the provider, then resume the run.',
  },
  {
    type: 'permission_error',
    status: 403,
    code: 'environment',
    what: 'the API key may not use this model or endpoint',
    hint: `Check ${key} and the role's model, then resume the run.`,
  },
  {
    type: 'not_found_error',
    code: 'bad-input',
    what: 'the model endpoint does not know what was asked for',
    hint: 'Check the model id of the role (--role NAME=MODEL, darkFactory.roles or models in the policy).',
  },
  {
    type: 'request_too_large',
    status: 413,
    code: 'failed',
    what: 'the conversation is too large for the model',
    hint: 'Split the spec into smaller ones, or give the role a model with a larger context window.',
  },
  {
    type: 'rate_limit_error',
    status: 429,
    code: 'failed',
    what: 'the model endpoint still limits the rate after several tries',
    hint: later,
  },
  {
    type: 'timeout_error',
    status: 504,
    code: 'failed',
    what: 'the model endpoint gave up on a request that took too long',
    hint: later,
  },
  {
    type: 'overloaded_error',
    status: 529,
    code: 'failed',
    what: 'the model endpoint is still overloaded after several tries',
    hint: later,
  },
];

function isAbort(cause: unknown): boolean {
  return cause instanceof APIUserAbortError || (cause instanceof Error && cause.name === 'AbortError');
}
