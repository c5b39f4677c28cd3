import { findIssue, issueByName, canSee, listParam, type Call, type Handler } from '../call';
import { allFields } from '../fields';
import { isRecord } from '../../../shared/records';
import { idOf, memberOf } from '../formats';
import type { Issue } from '../issueState';
import { viewIssue } from '../issues';
import { refuse } from '../refusal';
import { readToken, writeToken } from './pageToken';
import { contextOf, isIndexed, searchIssues } from './run';
import { compileJql } from './compile';
import { tryParseJql } from './parser';

const badPayload = 'Invalid request payload. Refer to the REST API documentation and try again.';
const defaultPage = 50;
const maxPage = 5000;
/** Issues on a page that shows more of each than who it is. */
export const maxFullPage = 100;
const maxReconciled = 50;
const maxProperties = 5;

/** A search as the client wishes it. */
export interface SearchRequest {
  jql: string;
  nextPageToken?: string | undefined;
  maxResults: number;
  fields: readonly string[];
  expand: readonly string[];
  properties: readonly string[];
  reconcile: ReadonlySet<string>;
}

function checkRequest(request: SearchRequest): SearchRequest {
  const { maxResults, reconcile, properties } = request;
  if (!Number.isInteger(maxResults) || maxResults < 1) {
    refuse(400, `The value of the 'maxResults' parameter must be between 1 and ${maxPage}.`);
  }
  if (reconcile.size > maxReconciled) {
    refuse(400, `The 'reconcileIssues' parameter accepts at most ${maxReconciled} ids.`);
  }
  if (properties.length > maxProperties) {
    refuse(400, `The 'properties' parameter accepts at most ${maxProperties} keys.`);
  }
  return request;
}

const splitWords = (text: string): string[] =>
  text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');

/** Reads a search from the query of its URL. */
export function requestOf(call: Call): SearchRequest {
  const { query } = call;
  const ids = listParam(call, 'reconcileIssues');
  if (!ids.every((id) => /^\d{1,18}$/.test(id))) refuse(400, badPayload);
  const maxResults = query.get('maxResults') ?? String(defaultPage);
  return checkRequest({
    jql: query.get('jql') ?? '',
    nextPageToken: query.get('nextPageToken') ?? undefined,
    maxResults: /^\d{1,9}$/.test(maxResults) ? Number(maxResults) : Number.NaN,
    fields: listParam(call, 'fields'),
    expand: listParam(call, 'expand'),
    properties: listParam(call, 'properties'),
    reconcile: new Set(ids),
  });
}

const isNames = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((name) => typeof name === 'string');
const isIds = (value: unknown): boolean =>
  Array.isArray(value) && value.every((id) => /^\d{1,18}$/.test(idOf(id) ?? ''));
const isAbsent = (value: unknown): boolean => value === undefined || value === null;

/** Members of the body of a search, and what each may be. */
const bodyChecks: Readonly<Record<string, (value: unknown) => boolean>> = {
  jql: (value) => typeof value === 'string',
  nextPageToken: (value) => typeof value === 'string',
  maxResults: (value) => typeof value === 'number',
  fields: isNames,
  expand: (value) => typeof value === 'string',
  properties: isNames,
  fieldsByKeys: (value) => typeof value === 'boolean',
  failFast: (value) => typeof value === 'boolean',
  reconcileIssues: isIds,
};

/** A body with nothing but these members, each of its kind; null counts as left out. */
function checkBody(body: unknown, checks: Readonly<Record<string, (value: unknown) => boolean>>): void {
  const isFine =
    isRecord(body) &&
    Object.entries(body).every(
      ([name, value]) => Object.hasOwn(checks, name) && (isAbsent(value) || checks[name]?.(value) === true),
    );
  if (!isFine) refuse(400, badPayload);
}

function requestIn({ body }: Call): SearchRequest {
  checkBody(body, bodyChecks);
  const member = <T>(name: string, fallback: T): T => {
    const value = memberOf(body, name);
    return isAbsent(value) ? fallback : (value as T);
  };
  return checkRequest({
    jql: member('jql', ''),
    nextPageToken: member<string | undefined>('nextPageToken', undefined),
    maxResults: member('maxResults', defaultPage),
    fields: member<string[]>('fields', []).flatMap(splitWords),
    expand: splitWords(member('expand', '')),
    properties: member<string[]>('properties', []),
    reconcile: new Set(member<unknown[]>('reconcileIssues', []).map((id) => idOf(id) ?? '')),
  });
}

/** Names in `fields` that say who an issue is, not what it holds. */
const identity = new Set(['id', 'key']);
/** What `expand` adds to the whole answer instead of to each issue. */
export const wholeExpands = new Set(['names', 'schema']);

/** An issue as a search shows it: its id alone, unless more is asked for. */
function viewFound(call: Call, issue: Issue, { fields, expand, properties }: SearchRequest): object {
  const isBare = fields.every((name) => name === 'id') && expand.length === 0 && properties.length === 0;
  if (isBare) return { id: issue.id };
  const own = expand.filter((name) => !wholeExpands.has(name));
  const wanted = fields.length === 0 ? ['id'] : fields;
  const view = viewIssue(call, issue, { fields: wanted, expand: own, properties });
  if (wanted.every((name) => identity.has(name))) delete view['fields'];
  return view;
}

/** `names` and `schema` of the fields that are shown. */
export function describeFields(
  { state }: Call,
  issues: readonly object[],
  expand: readonly string[],
): object {
  if (!expand.some((name) => wholeExpands.has(name))) return {};
  const shown = new Set(
    issues.flatMap((issue) => Object.keys((memberOf(issue, 'fields') as object | undefined) ?? {})),
  );
  const fields = allFields(state).filter(({ id }) => shown.has(id));
  return {
    ...(expand.includes('names')
      ? { names: Object.fromEntries(fields.map(({ id, name }) => [id, name])) }
      : {}),
    ...(expand.includes('schema')
      ? { schema: Object.fromEntries(fields.map(({ id, schema }) => [id, schema])) }
      : {}),
  };
}

/** What a page of issues is cut from, and how it is shown. */
export interface TokenPage {
  found: readonly Issue[];
  /** Issues on a page. */
  size: number;
  token: string | undefined;
  /** What the token belongs to: the same on every page. */
  query: string;
  expand: readonly string[];
  view: (issue: Issue) => object;
}

/** A page of issues under a token, as every search of this kind answers. */
export function pageByToken(call: Call, { found, size, token, query, expand, view }: TokenPage): object {
  const now = call.twin.now();
  const start = readToken(token, query, now);
  const end = start + size;
  const isLast = end >= found.length;
  const issues = found.slice(start, end).map(view);
  return {
    issues,
    ...(isLast ? {} : { nextPageToken: writeToken(query, end, now) }),
    isLast,
    ...describeFields(call, issues, expand),
  };
}

function answerSearch(call: Call, request: SearchRequest) {
  const { jql, nextPageToken: token, maxResults, fields, expand } = request;
  const isSlim = fields.every((name) => identity.has(name)) && expand.length === 0;
  const size = Math.min(maxResults, isSlim ? maxPage : maxFullPage);
  const found = searchIssues(call, request);
  const view = (issue: Issue) => viewFound(call, issue, request);
  return { body: pageByToken(call, { found, size, token, query: jql, expand, view }) };
}

export const searchByUrl: Handler = (call) => answerSearch(call, requestOf(call));
export const searchByBody: Handler = (call) => answerSearch(call, requestIn(call));

/** The search that Jira took away. */
export const removedSearch: Handler = () =>
  refuse(
    410,
    'The requested API has been removed. Please migrate to the /rest/api/3/search/jql API. A full migration guideline is available at https://developer.atlassian.com/changelog/#CHANGE-2046',
  );

export const approximateCount: Handler = (call) => {
  checkBody(call.body, { jql: (value) => typeof value === 'string' });
  const jql = memberOf(call.body, 'jql');
  const found = searchIssues(call, { jql: typeof jql === 'string' ? jql : '', reconcile: new Set() });
  return { body: { count: found.length } };
};

/** Issues and queries of one `jql/match`. */
const maxMatched = 1000;

export const match: Handler = (call) => {
  checkBody(call.body, { issueIds: isIds, jqls: isNames });
  const ids = memberOf(call.body, 'issueIds');
  const jqls = memberOf(call.body, 'jqls');
  if (!Array.isArray(ids) || !isNames(jqls)) refuse(400, badPayload);
  if (ids.length > maxMatched || jqls.length > maxMatched) {
    refuse(400, `At most ${maxMatched} issues and ${maxMatched} queries can be matched at once.`);
  }
  const issues = ids.flatMap((id) => {
    const issue = issueByName(call.state, idOf(id) ?? '');
    return issue && canSee(call, issue) && isIndexed(call, issue, new Set()) ? [issue] : [];
  });
  const context = contextOf(call);
  const matches = jqls.map((jql) => {
    const parsed = tryParseJql(jql);
    const compiled = 'query' in parsed ? compileJql(parsed.query, context) : null;
    if (!compiled || compiled.problems.some(({ isMissing }) => !isMissing)) {
      return { matchedIssues: [], errors: [`Invalid JQL: ${jql}`] };
    }
    return { matchedIssues: issues.filter(compiled.test).map(({ id }) => Number(id)), errors: [] };
  });
  return { body: { matches } };
};

/** Issues that a picker shows at most. */
const maxPicked = 20;

/** Issues for a list of choices, by the beginning of a key or words of the summary. */
export const picker: Handler = (call) => {
  const { query, state } = call;
  const text = (query.get('query') ?? '').trim().toLowerCase();
  const current = query.get('currentIssueKey');
  const jql = query.get('currentJQL') ?? '';
  if (current !== null) findIssue(call, current);
  const pool = jql === '' ? [] : searchIssues(call, { jql, reconcile: new Set(), isUnboundedFine: true });
  const fits = ({ key, summary }: Issue) =>
    text !== '' && (key.toLowerCase().startsWith(text) || summary.toLowerCase().includes(text));
  const recent = state.issues.filter(({ lastViewed }) => lastViewed !== null);
  const view = (issues: readonly Issue[]) =>
    issues
      .filter((issue) => issue.key !== current && canSee(call, issue) && fits(issue))
      .slice(0, maxPicked)
      .map(({ id, key, summary, issuetype }) => ({
        id: Number(id),
        key,
        keyHtml: key.toLowerCase().startsWith(text)
          ? `<b>${key.slice(0, text.length)}</b>${key.slice(text.length)}`
          : key,
        img: `/rest/api/2/universal_avatar/view/type/issuetype/avatar/${state.issueTypes.find((row) => row.id === issuetype)?.avatarId ?? ''}?size=medium`,
        summary: summary.replaceAll('&', '&amp;').replaceAll('<', '&lt;'),
        summaryText: summary,
      }));
  const section = (label: string, id: string, issues: readonly Issue[]) => {
    const shown = view(issues);
    return shown.length > 0
      ? { label, sub: `Showing ${shown.length} of ${shown.length} matching work items`, id, issues: shown }
      : { label, id, msg: 'No matching work items found', issues: [] };
  };
  return {
    body: {
      sections: [
        section(
          'History Search',
          'hs',
          jql === '' ? [...recent, ...state.issues.filter((issue) => !recent.includes(issue))] : recent,
        ),
        ...(jql === '' ? [] : [section('Current Search', 'cs', pool)]),
      ],
    },
  };
};
