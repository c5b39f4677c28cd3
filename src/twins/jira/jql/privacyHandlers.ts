import type { Call, Handler } from '../call';
import { memberOf } from '../formats';
import { visibleProjects } from '../permission';
import { refuse } from '../refusal';
import type { ValueOperand } from './ast';
import { same } from './context';
import { findFields } from './fieldIndex';
import { byNameOrId, usersOf } from './lookup';
import { tryParseJql } from './parser';
import { rewriteJql } from './rewrite';
import { contextOf } from './run';

// Queries without what a person should not read in them.

const maxCleaned = 100;
const maxSanitized = 20;

const valueOf = (value: string): ValueOperand => ({ kind: 'value', value, isNumber: false });

/** Names and addresses of people in queries become account ids. */
export const cleanPersonalData: Handler = (call) => {
  const given = memberOf(call.body, 'queryStrings');
  if (!Array.isArray(given) || !given.every((query) => typeof query === 'string')) {
    refuse(400, 'The queries must be a list of strings.');
  }
  if (given.length > maxCleaned) refuse(400, `At most ${maxCleaned} queries can be converted at once.`);
  const context = contextOf(call);
  const converted = given.map((original) => {
    const parsed = tryParseJql(original);
    if ('error' in parsed) refuse(400, parsed.error);
    let isUnknown = false;
    const query = rewriteJql(parsed.query, (field, value) => {
      const [found] = findFields(call.state, field);
      if (found?.kind !== 'set' || found.valueType !== 'user') return value;
      const [account] = usersOf(context, value.value);
      isUnknown ||= account === undefined;
      return valueOf(account ?? 'unknown');
    });
    return { original, query, isUnknown };
  });
  const unknown = converted.filter(({ isUnknown }) => isUnknown);
  return {
    body: {
      queryStrings: converted.filter(({ isUnknown }) => !isUnknown).map(({ query }) => query),
      ...(unknown.length > 0
        ? {
            queriesWithUnknownUsers: unknown.map(({ original, query }) => ({
              originalQuery: original,
              convertedQuery: query,
            })),
          }
        : {}),
    },
  };
};

function sanitizeOne(call: Call, initialQuery: string, accountId: string | null): object {
  const { state, caller } = call;
  const parsed = tryParseJql(initialQuery);
  if ('error' in parsed)
    return { initialQuery, errors: { errorMessages: [parsed.error], errors: {} }, accountId };
  const user = state.users.find((candidate) => candidate.accountId === accountId) ?? null;
  const visible = visibleProjects({ state, caller: { ...caller, user } });
  const sanitizedQuery = rewriteJql(parsed.query, (field, value) => {
    if (!same(field.name, 'project')) return value;
    const project =
      state.projects.find(({ key }) => same(key, value.value)) ??
      state.projects.find(({ id }) => byNameOrId(state.projects, value.value, value.isNumber).includes(id));
    const isHidden = project !== undefined && !visible.includes(project);
    return isHidden ? { kind: 'value', value: project.id, isNumber: true } : value;
  });
  return { initialQuery, sanitizedQuery, accountId };
}

/** Names of projects that a person may not know of become ids. */
export const sanitize: Handler = (call) => {
  const queries = memberOf(call.body, 'queries');
  if (!Array.isArray(queries) || queries.length === 0) refuse(400, 'At least one query must be provided.');
  if (queries.length > maxSanitized) refuse(400, `At most ${maxSanitized} queries can be sanitized at once.`);
  const results = queries.map((entry: unknown) => {
    const query = memberOf(entry, 'query');
    const account = memberOf(entry, 'accountId');
    if (typeof query !== 'string') refuse(400, 'The query must be provided.');
    return sanitizeOne(call, query, typeof account === 'string' ? account : null);
  });
  return { body: { queries: results } };
};
