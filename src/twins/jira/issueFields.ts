import { canSee, issueByName } from './call';
import { parseCustom } from './customValues';
import { secondsOf } from './durations';
import { accountIn, notOnScreen, pick, problem, type FieldPlace, type IssuePatch } from './fieldPlace';
import { isRecord } from '../../shared/records';
import { idIn, isDay, memberOf } from './formats';
import { hasPermission } from './permission';
import { readRich } from './rich';
import { workflowOf } from './workflow';

// How each system field of an issue is read from a request.

type Reader = (value: unknown, place: FieldPlace) => IssuePatch;

function text(value: unknown): string {
  return typeof value === 'string' ? value : problem('Operation value must be a string');
}

const summary: Reader = (value) => {
  if (value === null || value === '') problem('You must specify a summary of the issue.');
  const line = text(value).trim();
  if (line === '') problem('You must specify a summary of the issue.');
  if (/[\r\n]/.test(line)) problem('The summary is invalid because it contains newline characters.');
  if (line.length > 255) problem("Summary can't exceed 255 characters.");
  return { summary: line };
};

const richField =
  (name: 'description' | 'environment'): Reader =>
  (value, { call }) => {
    if (value === null || (call.version === 2 && value === '')) return { [name]: null };
    const doc = readRich(call, value);
    return typeof doc === 'string' ? problem(doc) : { [name]: doc };
  };

/** The person to whom `-1`, the automatic choice, assigns. */
export function defaultAssignee({ project }: Pick<FieldPlace, 'project'>): string | null {
  return project.assigneeType === 'PROJECT_LEAD' ? project.lead : null;
}

const assignee: Reader = (value, place) => {
  const account = accountIn(value);
  if (account === undefined) problem('expected Object containing an accountId property');
  if (account === null) return { assignee: null };
  if (account === '-1') return { assignee: defaultAssignee(place) };
  return { assignee: assignable(account, place) };
};

/** The account, when its owner may have issues of the project. */
export function assignable(account: string, { call, project }: Pick<FieldPlace, 'call' | 'project'>): string {
  const user = call.state.users.find(({ accountId }) => accountId === account);
  if (!user) problem(`Specify a valid user for the field 'assignee'. User '${account}' does not exist.`);
  if (!user.active || !hasPermission(call.state, account, 'ASSIGNABLE_USER', project)) {
    problem(`User '${account}' cannot be assigned issues.`);
  }
  return account;
}

const reporter: Reader = (value, { call }) => {
  const account = accountIn(value);
  if (account === undefined) problem('expected Object containing an accountId property');
  if (account !== null && !call.state.users.some(({ accountId }) => accountId === account)) {
    problem(`The reporter specified is not a user.`);
  }
  return { reporter: account };
};

const priority: Reader = (value, { call }) => {
  if (value === null) return { priority: null };
  if (!isRecord(value)) problem('Specify the Priority (id or name) as an object');
  const row = pick(call.state.priorities, value) ?? problem('The priority selected is invalid.');
  return { priority: row.id };
};

const resolution: Reader = (value, { call }) => {
  if (value === null) return { resolution: null, resolutiondate: null };
  const row = pick(call.state.resolutions, value) ?? problem('The resolution selected is invalid.');
  return { resolution: row.id, resolutiondate: call.now };
};

const labels: Reader = (value) => {
  if (value === null) return { labels: [] };
  if (!Array.isArray(value)) problem('Operation value must be an Array of strings');
  const list = value.map((label) => {
    const word = text(label);
    if (/\s/.test(word)) problem(`The label '${word}' contains spaces which is invalid.`);
    if (word === '' || word.length > 255) problem(`The label '${word}' is invalid.`);
    return word;
  });
  return { labels: [...new Set(list)].toSorted() };
};

const rows =
  (name: 'components' | 'fixVersions' | 'versions'): Reader =>
  (value, { call, project }) => {
    if (value === null) return { [name]: [] };
    if (!Array.isArray(value)) problem('Operation value must be an array');
    const table = name === 'components' ? call.state.components : call.state.versions;
    const own = table.filter((row) => row.project === project.id);
    const what = name === 'components' ? 'Component' : 'Version';
    const ids = value.map((item) => {
      const row = pick(own, item);
      if (row) return row.id;
      const said = memberOf(item, 'name') ?? memberOf(item, 'id');
      return problem(`${what} name '${typeof said === 'string' ? said : ''}' is not valid`);
    });
    return { [name]: [...new Set(ids)] };
  };

const duedate: Reader = (value) => {
  if (value === null || value === '') return { duedate: null };
  return isDay(value) ? { duedate: value } : problem(`Error parsing date string: ${text(value)}`);
};

const issuetype: Reader = (value, { call, project, issue }) => {
  const types = call.state.issueTypes.filter(({ id }) => project.issueTypes.includes(id));
  const type = pick(types, value) ?? problem('Specify a valid issue type');
  if (issue && type.id !== issue.issuetype) {
    const before = call.state.issueTypes.find(({ id }) => id === issue.issuetype);
    const { statuses } = workflowOf(call.state, project, type.id);
    // Where the levels or the workflows differ, Jira wants the issue to be moved.
    if (before?.hierarchyLevel !== type.hierarchyLevel || !statuses.includes(issue.status)) {
      problem('The issue type selected is invalid.');
    }
  }
  return { issuetype: type.id };
};

export const noParent = 'Issue type is a sub-task but parent issue key or id not specified.';

const parent: Reader = (value, { call, project, issuetype: type, issue }) => {
  const level = (id: string) => call.state.issueTypes.find((row) => row.id === id)?.hierarchyLevel ?? 0;
  // `{ none: true }` is how the operation `set` says it.
  if (value === null || memberOf(value, 'none') === true) {
    return level(type) < 0 ? problem(noParent) : { parent: undefined };
  }
  const name = idIn(value, 'key') ?? idIn(value);
  if (name === undefined) problem('data was not an object');
  const found = issueByName(call.state, name);
  const fits =
    found !== undefined &&
    found !== issue &&
    canSee(call, found) &&
    level(found.issuetype) === level(type) + 1 &&
    (level(type) >= 0 || found.project === project.id);
  if (!fits) problem('Given parent work item does not belong to appropriate hierarchy.');
  return { parent: found.id };
};

const timetracking: Reader = (value, { call, issue }) => {
  const read = (name: string): number | undefined => {
    const given = memberOf(value, name);
    if (given === undefined || given === null) return undefined;
    return secondsOf(call.state.settings, text(given)) ?? problem(`${text(given)} is not a valid duration`);
  };
  const original = read('originalEstimate');
  const remaining = read('remainingEstimate');
  const left = remaining ?? ((issue?.timeestimate ?? null) === null ? original : undefined);
  return {
    ...(original === undefined ? {} : { timeoriginalestimate: original }),
    ...(left === undefined ? {} : { timeestimate: left }),
  };
};

/** System fields that people set. */
const readers: Readonly<Record<string, Reader>> = {
  summary,
  description: richField('description'),
  environment: richField('environment'),
  assignee,
  reporter,
  priority,
  resolution,
  labels,
  components: rows('components'),
  fixVersions: rows('fixVersions'),
  versions: rows('versions'),
  duedate,
  issuetype,
  parent,
  timetracking,
};

/** Reads one value. Throws a `FieldProblem`. */
export function readField(id: string, value: unknown, place: FieldPlace): IssuePatch {
  const reader = Object.hasOwn(readers, id) ? readers[id] : undefined;
  if (reader) return reader(value, place);
  const field = place.call.state.customFields.find((custom) => custom.id === id && !custom.trashed);
  if (!field) problem(notOnScreen(id));
  return parseCustom(field, value, place);
}
