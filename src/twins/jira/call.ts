import type { Twin } from '../contract';
import type { Issue } from './issueState';
import { can, type Caller } from './permission';
import { noIssue, refuse } from './refusal';
import type { JiraState, Project } from './state';

/** A file of a multipart body. */
export interface SentFile {
  filename: string;
  mimeType: string;
  bytes: Uint8Array;
}

/** One request, as its handler sees it. */
export interface Call {
  twin: Twin<JiraState>;
  state: JiraState;
  /** ISO 8601 in UTC. */
  now: string;
  caller: Caller;
  /** 2 speaks wiki markup, 3 Atlassian Documents. */
  version: 2 | 3;
  /** Base URL of the site as the client sees it, no slash at the end. */
  base: string;
  /** Base URL of this version of the REST interface. */
  rest: string;
  params: Readonly<Record<string, string>>;
  query: URLSearchParams;
  /** Parsed JSON, or undefined. */
  body: unknown;
  files: readonly SentFile[];
  header(name: string): string | null;
}

export interface Result {
  /** 200 when left out. */
  status?: number;
  body?: object | string | Uint8Array;
  headers?: readonly (readonly [string, string])[];
}

/** Does one operation; refusals are thrown. Handlers check everything before they change anything. */
export type Handler = (call: Call) => Result;

/** A parameter of the path; the router sees to it that it is there. */
export const param = ({ params }: Call, name: string): string => params[name] ?? '';

/** Names in a list such as `expand=names,renderedFields`, also when the parameter comes more than once. */
export function listParam({ query }: Call, name: string): string[] {
  return query
    .getAll(name)
    .flatMap((value) => value.split(','))
    .map((value) => value.trim())
    .filter((value) => value !== '');
}

export const flagParam = ({ query }: Call, name: string, fallback = false): boolean =>
  query.has(name) ? query.get(name) === 'true' : fallback;

/** The person who asks; anonymous requests are refused where one is needed. */
export function me({ caller }: Call): string {
  return caller.user?.accountId ?? refuse(401, 'Client must be authenticated to access this resource.');
}

export function projectOfIssue(state: JiraState, issue: Issue): Project {
  const project = state.projects.find(({ id }) => id === issue.project);
  if (!project) throw new Error(`issue ${issue.key} is in no project`);
  return project;
}

/** The issue with this id or key (a former key, too), whoever asks. */
export function issueByName(state: JiraState, name: string): Issue | undefined {
  const upper = name.toUpperCase();
  return (
    state.issues.find(({ id, key }) => id === name || key === upper) ??
    state.issues.find(({ formerKeys }) => formerKeys.includes(upper))
  );
}

/** True when the caller may know of this issue. */
export function canSee(call: Call, issue: Issue): boolean {
  const project = projectOfIssue(call.state, issue);
  return project.deletedAt === undefined && can(call, 'BROWSE_PROJECTS', project, issue);
}

/** The issue that is asked for, or 404, also for one that the caller may not know of. */
export function findIssue(call: Call, name: string): Issue {
  const issue = issueByName(call.state, name);
  if (!issue || !canSee(call, issue)) refuse(404, noIssue);
  return issue;
}

/** The issue of the path, for an operation that needs this permission. */
export function issueFor(call: Call, permission: string, refusal: string): Issue {
  const issue = findIssue(call, param(call, 'issueIdOrKey'));
  if (!can(call, permission, projectOfIssue(call.state, issue), issue)) refuse(403, refusal);
  return issue;
}
