import { canSee, type Call } from '../call';
import type { Issue } from '../issueState';
import { can, visibleProjects } from '../permission';
import { refuse } from '../refusal';
import { canView } from '../shares';
import type { Clause, JqlQuery, Operand } from './ast';
import { compileJql, type Compiled } from './compile';
import { same, type JqlContext } from './context';
import { findFields } from './fieldIndex';
import { tryParseJql } from './parser';
import { keywords } from './words';

const unbounded =
  'Unbounded JQL queries are not allowed here. Please add a search restriction to your query.';

/** What queries of this caller depend on. */
export function contextOf(call: Call): JqlContext {
  const { state, caller, twin } = call;
  const account = caller.user?.accountId ?? '';
  return {
    state,
    user: caller.user,
    now: twin.now(),
    projects: visibleProjects(call),
    filters: state.filters.filter((filter) => canView(call, filter)),
    canSee: (issue) => canSee(call, issue),
    hasPermission: (permission, project) => can(call, permission.toUpperCase().replaceAll(' ', '_'), project),
    hasRole: (role, project) => {
      const found = state.roles.find(({ id, name }) => id === role || same(name, role));
      const actors = found && Object.hasOwn(project.actors, found.id) ? project.actors[found.id] : undefined;
      if (!actors) return false;
      const groups = state.groups.filter(({ groupId, name }) =>
        actors.groups.some((group) => group === groupId || group === name),
      );
      return actors.users.includes(account) || groups.some(({ members }) => members.includes(account));
    },
  };
}

/** Words that neither have a sign of JQL nor begin with a field; search looks for them in the text of issues. */
function wordSearch({ state }: JqlContext, jql: string): JqlQuery | null {
  const [first = ''] = jql.trim().split(/\s+/);
  if (!/^[\p{L}\p{N}_\s-]+$/u.test(jql) || keywords.has(first.toLowerCase())) return null;
  if (findFields(state, { name: first }).length > 0) return null;
  const operand: Operand = { kind: 'value', value: jql, isNumber: false };
  const where: Clause = { kind: 'terminal', field: { name: 'text' }, operator: '~', operand, predicates: [] };
  return { where, orderBy: [] };
}

/** What a query means, or what is wrong with it. */
export function prepareJql(
  context: JqlContext,
  jql: string,
): { query: JqlQuery; compiled: Compiled } | { errors: string[] } {
  const parsed = tryParseJql(jql);
  if ('error' in parsed) return { errors: [parsed.error] };
  const compiled = compileJql(parsed.query, context);
  // The anonymous see nothing, so that to them nothing is there, which is not their fault.
  const grave = context.user ? compiled.problems : [];
  if (grave.length > 0) return { errors: grave.map(({ message }) => message) };
  return { query: parsed.query, compiled };
}

interface SearchWish {
  jql: string;
  /** Ids of issues that must be seen as they are, whatever the index knows. */
  reconcile: ReadonlySet<string>;
  /** Also without a restriction. */
  isUnboundedFine?: boolean;
}

/** Issues that the index of the site knows of: those that have not changed just now. */
export function isIndexed(
  { state, twin }: Call,
  { id, updated }: Issue,
  reconcile: ReadonlySet<string>,
): boolean {
  const { searchLag } = state.settings;
  return searchLag === 0 || reconcile.has(id) || Date.parse(updated) + searchLag <= twin.now();
}

/** The issues that answer a query, in its order. Throws a refusal with the messages of Jira. */
export function searchIssues(call: Call, { jql, reconcile, isUnboundedFine = false }: SearchWish): Issue[] {
  const context = contextOf(call);
  let prepared = prepareJql(context, jql);
  if ('errors' in prepared) {
    const words = wordSearch(context, jql);
    if (!words) refuse(400, ...prepared.errors);
    prepared = { query: words, compiled: compileJql(words, context) };
  }
  const { query, compiled } = prepared;
  if (query.where === null && !isUnboundedFine) refuse(400, unbounded);
  // Few issues answer most queries, and what one may see costs more to say.
  return call.state.issues
    .filter(
      (issue) =>
        !issue.archived && compiled.test(issue) && isIndexed(call, issue, reconcile) && canSee(call, issue),
    )
    .sort(compiled.order);
}
