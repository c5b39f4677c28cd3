import type { Issue } from '../issueState';
import type { Sprint, Version } from '../state';
import type { FunctionOperand } from './ast';
import { same, zoneOf, type JqlContext } from './context';
import { edgeOf, readDate, type Span } from './dates';
import type { ValueType } from './fieldTypes';
import { issuesOf, projectsOf, usersOf } from './lookup';

// The functions of JQL.

/** What a function gives. */
type Given = { type: ValueType; ids: readonly string[] } | { type: 'date'; time: number };
/** A message of Jira's, for arguments that make no sense. */
export class FunctionProblem extends Error {}

export interface JqlFunction {
  name: string;
  /** How it is called, as the reference data writes it. */
  usage: string;
  /** True: it gives a list, for IN and its like only. */
  isList: boolean;
  /** False: it gives no values for WAS. */
  hasHistory?: false;
  args: readonly [least: number, most: number];
  type: ValueType | 'date';
  /** True: it makes no sense without a person. */
  needsUser?: (args: readonly string[]) => boolean;
  run(context: JqlContext, args: readonly string[], called: string): readonly string[] | number;
}

const refuse = (message: string): never => {
  throw new FunctionProblem(message);
};
const many = Number.POSITIVE_INFINITY;
const me = ({ user }: JqlContext): string => user?.accountId ?? '';

const edges: readonly JqlFunction[] = (['start', 'end'] as const).flatMap((side) =>
  (['Day', 'Week', 'Month', 'Year'] as const).map((span: Span): JqlFunction => {
    const name = `${side}Of${span}`;
    return {
      name,
      usage: `${name}()`,
      isList: false,
      args: [0, 1],
      type: 'date',
      run: (context, [increment = '0'], called) =>
        edgeOf(span, side === 'end', increment, context.now, zoneOf(context)) ??
        refuse(
          `Duration for function '${called}' should have the format (+/-)n(yMwdm), e.g -1M for 1 month earlier.`,
        ),
    };
  }),
);

const sprints = (name: string, state: Sprint['state']): JqlFunction => ({
  name,
  usage: `${name}()`,
  isList: true,
  args: [0, many],
  type: 'sprint',
  run: (context) =>
    context.state.sprints.filter((sprint) => sprint.state === state).map(({ id }) => String(id)),
});

const types = (name: string, isSubtask: boolean): JqlFunction => ({
  name,
  usage: `${name}()`,
  isList: true,
  args: [0, 0],
  type: 'issuetype',
  run: ({ state }) =>
    state.issueTypes.filter(({ hierarchyLevel }) => hierarchyLevel < 0 === isSubtask).map(({ id }) => id),
});

function projectArguments(context: JqlContext, args: readonly string[], called: string): Set<string> {
  const ids = args.flatMap((arg) => {
    const found = projectsOf(context, arg, /^\d+$/.test(arg));
    return found.length > 0
      ? found
      : refuse(`Could not resolve the project '${arg}' provided to function '${called}'.`);
  });
  return new Set(ids.length > 0 ? ids : context.projects.map(({ id }) => id));
}

const versions = (name: string, isReleased: boolean): JqlFunction => ({
  name,
  usage: `${name}()`,
  isList: true,
  args: [0, many],
  type: 'version',
  run: (context, args, called) => {
    const wanted = projectArguments(context, args, called);
    return context.state.versions
      .filter(
        ({ project, released, archived }) => wanted.has(project) && released === isReleased && !archived,
      )
      .map(({ id }) => id);
  },
});
const edgeVersion = (name: string, pick: (rows: readonly Version[]) => Version | undefined): JqlFunction => ({
  name,
  usage: `${name}()`,
  isList: false,
  args: [1, many],
  type: 'version',
  run: (context, args, called) =>
    [...projectArguments(context, args, called)].flatMap(
      (id) =>
        pick(context.state.versions.filter(({ project, archived }) => project === id && !archived))?.id ?? [],
    ),
});

const own = (name: string, filter: (issue: Issue, me: string) => boolean): JqlFunction => ({
  name,
  usage: `${name}()`,
  isList: true,
  args: [0, 0],
  type: 'issue',
  run: (context) => context.state.issues.filter((issue) => filter(issue, me(context))).map(({ id }) => id),
});

const ledBy = (
  name: string,
  type: 'project' | 'component',
  rowsOf: (context: JqlContext) => readonly { id: string; lead?: string | undefined }[],
): JqlFunction => ({
  name,
  usage: `${name}()`,
  isList: true,
  args: [0, 1],
  type,
  needsUser: (args) => args.length === 0,
  run: (context, [person], called) => {
    const leads = person === undefined ? [me(context)] : usersOf(context, person);
    if (leads.length === 0) refuse(`Function '${called}' can not find the user '${person}'.`);
    return rowsOf(context)
      .filter(({ lead }) => lead !== undefined && leads.includes(lead))
      .map(({ id }) => id);
  },
});

const needed = () => true;

function linkedIssues(
  context: JqlContext,
  [key = '', ...descriptions]: readonly string[],
  called: string,
): string[] {
  const { links, linkTypes } = context.state;
  const [id] = issuesOf(context, key);
  if (id === undefined) refuse(`Issue '${key}' could not be found in function '${called}'.`);
  const wanted = descriptions.map((description) => {
    const known = linkTypes.some(
      ({ inward, outward }) => same(inward, description) || same(outward, description),
    );
    return known
      ? description.toLowerCase()
      : refuse(`Issue link type '${description}' could not be found in function '${called}'.`);
  });
  return links.flatMap(({ type, inward, outward }) => {
    const row = linkTypes.find((candidate) => candidate.id === type);
    if (!row || (inward !== id && outward !== id)) return [];
    const ends = inward === id ? [row.outward, outward] : [row.inward, inward];
    const [said = '', other = ''] = ends;
    return wanted.length === 0 || wanted.includes(said.toLowerCase()) ? [other] : [];
  });
}

/** Ids of the issues below an issue, at any depth. */
function descendants({ state }: JqlContext, root: string): string[] {
  const found = new Set([root]);
  for (let before = 0; before < found.size;) {
    before = found.size;
    for (const { id, parent } of state.issues) if (parent !== undefined && found.has(parent)) found.add(id);
  }
  found.delete(root);
  return [...found];
}

function updatedBy(context: JqlContext, args: readonly string[]): string[] {
  const [person = '', from, to] = args;
  const people = usersOf(context, person);
  const time = (text: string | undefined, otherwise: number): number => {
    if (text === undefined) return otherwise;
    const read = readDate(text, context.now, zoneOf(context));
    return read ?? refuse(`Date value '${text}' for function 'updatedBy' is invalid.`);
  };
  const [first, last] = [time(from, 0), time(to, many)];
  const within = (iso: string) => Date.parse(iso) >= first && Date.parse(iso) <= last;
  const did = (author: string, iso: string) => people.includes(author) && within(iso);
  return context.state.issues
    .filter(
      ({ creator, created, changelog, comments }) =>
        did(creator, created) ||
        changelog.some((change) => did(change.author, change.created)) ||
        comments.some((comment) => did(comment.author, comment.created)),
    )
    .map(({ id }) => id);
}

function cascadeOption(
  { state }: JqlContext,
  [parent = '', child]: readonly string[],
  called: string,
): string[] {
  const options = state.customFields.flatMap(({ contexts }) =>
    contexts.flatMap((context) => context.options),
  );
  const parents = options.filter(
    ({ optionId, value, id }) => optionId === undefined && (same(value, parent) || id === parent),
  );
  if (parents.length === 0) refuse(`The parent option '${parent}' does not exist in function '${called}'.`);
  if (child === undefined) return parents.map(({ id }) => id);
  const below = options.filter(
    ({ optionId, value, id }) =>
      parents.some((row) => row.id === optionId) && (same(value, child) || id === child),
  );
  if (below.length === 0) refuse(`The child option '${child}' does not exist in function '${called}'.`);
  return below.map(({ id }) => id);
}

export const jqlFunctions: readonly JqlFunction[] = [
  { name: 'now', usage: 'now()', isList: false, args: [0, 0], type: 'date', run: ({ now }) => now },
  {
    name: 'currentLogin',
    usage: 'currentLogin()',
    isList: false,
    args: [0, 0],
    type: 'date',
    run: ({ now }) => now,
  },
  {
    name: 'lastLogin',
    usage: 'lastLogin()',
    isList: false,
    args: [0, 0],
    type: 'date',
    run: ({ now }) => now,
  },
  ...edges,
  {
    name: 'currentUser',
    usage: 'currentUser()',
    isList: false,
    hasHistory: false,
    args: [0, 0],
    type: 'user',
    run: ({ user }) => (user ? [user.accountId] : []),
  },
  {
    name: 'membersOf',
    usage: 'membersOf("")',
    isList: true,
    args: [1, 1],
    type: 'user',
    run: ({ state }, [name = ''], called) =>
      state.groups.find((group) => same(group.name, name) || group.groupId === name)?.members ??
      refuse(
        `Function '${called}' can not generate a list of usernames for group '${name}'; the group does not exist.`,
      ),
  },
  sprints('openSprints', 'active'),
  sprints('closedSprints', 'closed'),
  sprints('futureSprints', 'future'),
  types('standardIssueTypes', false),
  types('standardWorkTypes', false),
  types('subTaskIssueTypes', true),
  types('subtaskWorkTypes', true),
  versions('releasedVersions', true),
  versions('unreleasedVersions', false),
  edgeVersion('latestReleasedVersion', (rows) => rows.filter(({ released }) => released).at(-1)),
  edgeVersion('earliestUnreleasedVersion', (rows) => rows.find(({ released }) => !released)),
  own('issueHistory', ({ lastViewed }) => lastViewed !== null),
  own('votedIssues', ({ votes }, user) => votes.includes(user)),
  own('watchedIssues', ({ watchers }, user) => watchers.includes(user)),
  {
    name: 'linkedIssues',
    usage: 'linkedIssues("")',
    isList: true,
    args: [1, many],
    type: 'issue',
    run: linkedIssues,
  },
  {
    name: 'linkedIssue',
    usage: 'linkedIssue("")',
    isList: true,
    args: [1, 1],
    type: 'issue',
    run: linkedIssues,
  },
  {
    name: 'linkedWorkItems',
    usage: 'linkedWorkItems("")',
    isList: true,
    args: [1, many],
    type: 'issue',
    run: linkedIssues,
  },
  { name: 'updatedBy', usage: 'updatedBy("")', isList: true, args: [1, 3], type: 'issue', run: updatedBy },
  {
    name: 'childIssuesOf',
    usage: 'childIssuesOf("")',
    isList: true,
    args: [1, 1],
    type: 'issue',
    run: (context, [key = ''], called) => {
      const [id] = issuesOf(context, key);
      return id === undefined
        ? refuse(`Issue '${key}' could not be found in function '${called}'.`)
        : descendants(context, id);
    },
  },
  {
    name: 'cascadeOption',
    usage: 'cascadeOption("")',
    isList: true,
    args: [1, 2],
    type: 'option',
    run: cascadeOption,
  },
  ledBy('projectsLeadByUser', 'project', ({ projects }) => projects),
  ledBy('componentsLeadByUser', 'component', ({ state }) => state.components),
  {
    name: 'projectsWhereUserHasPermission',
    usage: 'projectsWhereUserHasPermission("")',
    isList: true,
    args: [1, 1],
    type: 'project',
    needsUser: needed,
    run: ({ projects, hasPermission }, [permission = '']) =>
      projects.filter((project) => hasPermission(permission, project)).map(({ id }) => id),
  },
  {
    name: 'projectsWhereUserHasRole',
    usage: 'projectsWhereUserHasRole("")',
    isList: true,
    args: [1, 1],
    type: 'project',
    needsUser: needed,
    run: ({ projects, hasRole }, [role = '']) =>
      projects.filter((project) => hasRole(role, project)).map(({ id }) => id),
  },
];

const byName = new Map(jqlFunctions.map((found) => [found.name.toLowerCase(), found]));

export function findFunction(name: string): JqlFunction | undefined {
  return byName.get(name.toLowerCase());
}

function refuseCount({ name, args }: FunctionOperand, [least, most]: readonly [number, number]): never {
  const got = `arguments but received '${args.length}'.`;
  if (least === most) refuse(`Function '${name}' expected '${least}' ${got}`);
  if (most === many) {
    if (name.toLowerCase().startsWith('linked')) {
      refuse(
        `Incorrect number of arguments for function '${name}'. Usage: '${name} ( issuekey [, linkDescription ]* )'.`,
      );
    }
    refuse(`Function '${name}' expected at least '${least}' ${got}`);
  }
  return refuse(`Function '${name}' expected between '${least}' and '${most}' ${got}`);
}

/** What a call gives. Throws `FunctionProblem` with the message that Jira gives. */
export function callFunction(operand: FunctionOperand, context: JqlContext): Given {
  const { name, args } = operand;
  const found = findFunction(name) ?? refuse(`Unable to find JQL function '${name}(${args.join(', ')})'.`);
  const [least, most] = found.args;
  if (args.length < least || args.length > most) refuseCount(operand, found.args);
  if (!context.user && found.needsUser?.(args)) {
    refuse(`Function '${name}' cannot be called as anonymous user.`);
  }
  const given = found.run(context, args, name);
  if (typeof given === 'number') return { type: 'date', time: given };
  return { type: found.type as ValueType, ids: given };
}
