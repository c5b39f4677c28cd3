import { refuse } from './errors';
import { newId } from './ids';
import type { Party } from './schemas';
import type { OktaTwin, OrgState, User } from './state';
import type { LogEventType } from './eventTypes';

/** Who asks, once credentials are known. */
export interface Caller {
  kind: 'token' | 'oauth' | 'session' | 'anonymous';
  /** The user who made the token or has the session. */
  user: User | null;
  /** Scopes that the token or the user's roles give, such as `okta.users.read`; `*` is all. */
  scopes: readonly string[];
  /** Id of the session, where there is one. */
  session?: string;
}

/** Writes to the System Log. @param reason why it failed; a success when left out */
export type Log = (type: LogEventType, targets: readonly Party[], reason?: string) => void;

/** Where, when and for whom something is changed. */
export interface Change {
  twin: OktaTwin;
  state: OrgState;
  /** Milliseconds since the epoch. */
  now: number;
  /** The same as text. */
  at: string;
  log: Log;
}

/** One request, as its handler sees it. */
export interface Call extends Change {
  caller: Caller;
  params: Readonly<Record<string, string>>;
  query: URLSearchParams;
  /** The object sent; empty when nothing was. */
  body: Readonly<Record<string, unknown>>;
  headers: Headers;
  /** HTTP verb. */
  method: string;
  /** Base URL the client uses, no slash at the end. */
  origin: string;
  /** Path and query of the request. */
  uri: string;
}

export interface Reply {
  /** HTTP status; 200 when left out. */
  status?: number;
  /** Text is sent as it is. No content when left out. */
  body?: object | string;
  headers?: readonly (readonly [string, string])[];
}

/** Answers a request or throws an `OktaRefusal`; everything is checked before anything is changed. */
export type Handler = (call: Call) => Reply | Promise<Reply>;

export const noContent: Reply = { status: 204 };

export function param(call: Call, name: string): string {
  return call.params[name] ?? '';
}

export function makeId({ twin, state, now }: Change, prefix: string): string {
  return newId(prefix, state, now, () => twin.random());
}

/** True, or what is left out means: every other word is false, as in Java. */
export function flag(call: Call, name: string, fallback: boolean): boolean {
  const value = call.query.get(name);
  return value === null ? fallback : value.toLowerCase() === 'true';
}

/** A member of the body that must be an object; `undefined` when it is left out. */
export function objectOf(value: unknown): Record<string, unknown> | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'object' || Array.isArray(value)) return refuse('E0000003');
  return value as Record<string, unknown>;
}

/** A member of the body that must be text; `undefined` when it is left out. */
export function textOf(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === 'string' ? value : refuse('E0000003');
}

/** A member of the body that must be a list of texts; empty when it is left out. */
export function textsOf(value: unknown): string[] {
  if (value === undefined || value === null) return [];
  const isText = (item: unknown): item is string => typeof item === 'string';
  return Array.isArray(value) && value.every(isText) ? value : refuse('E0000003');
}
