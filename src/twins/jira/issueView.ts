import type { Call } from './call';
import { durationText } from './durations';
import { isRichType } from './fields';
import { jiraTime } from './formats';
import type { Doc, Issue, Link } from './issueState';
import { rowsBy } from './lookups';
import { viewAttachment, viewComment, viewWorklog } from './partViews';
import { writeRich } from './rich';
import type { CustomField } from './state';
import * as views from './views';
import { visibleIn } from './visibility';

type FieldView = (call: Call, issue: Issue) => unknown;

const time = (iso: string | null) => (iso === null ? null : jiraTime(iso));
const rich = (call: Call, doc: Doc | null) => (doc === null ? null : writeRich(call, doc));
export const spentOn = (issue: Issue): number | null =>
  issue.worklogs.length === 0 ? null : issue.worklogs.reduce((sum, log) => sum + log.timeSpentSeconds, 0);

/** An issue inside of another one: as parent, subtask or end of a link. */
export function issueInside(call: Call, issue: Issue) {
  const { state, rest } = call;
  const priority = state.priorities.find(({ id }) => id === issue.priority);
  return {
    id: issue.id,
    key: issue.key,
    self: `${rest}/issue/${issue.id}`,
    fields: {
      summary: issue.summary,
      status: views.viewStatus(call, views.statusOf(state, issue.status)),
      ...(priority ? { priority: views.viewPriority(call, priority) } : {}),
      issuetype: views.viewIssueType(call, views.rowOf(state.issueTypes, issue.issuetype)),
    },
  };
}

export function viewLinkType({ rest }: Call, type: Call['state']['linkTypes'][number]) {
  const { id, name, inward, outward } = type;
  return { id, name, inward, outward, self: `${rest}/issueLinkType/${id}` };
}

/** A link as one of its issues shows it. */
function viewLink(call: Call, link: Link, issue: Issue): object | null {
  const { state, rest } = call;
  const isSource = link.inward === issue.id;
  const other = state.issues.find(({ id }) => id === (isSource ? link.outward : link.inward));
  if (!other) return null;
  const type = viewLinkType(call, views.rowOf(state.linkTypes, link.type));
  const end = isSource
    ? { outwardIssue: issueInside(call, other) }
    : { inwardIssue: issueInside(call, other) };
  return { id: link.id, self: `${rest}/issueLink/${link.id}`, type, ...end };
}

const progress = (issue: Issue) => {
  const done = spentOn(issue) ?? 0;
  const total = done + (issue.timeestimate ?? 0);
  return { progress: done, total, ...(total > 0 ? { percent: Math.floor((done * 100) / total) } : {}) };
};

function timeTracking(call: Call, issue: Issue): object {
  const spent = spentOn(issue);
  const entries: [string, number | null][] = [
    ['originalEstimate', issue.timeoriginalestimate],
    ['remainingEstimate', issue.timeestimate],
    ['timeSpent', spent],
  ];
  const given = entries.filter((entry): entry is [string, number] => entry[1] !== null);
  return Object.fromEntries<string | number>([
    ...given.map(([name, seconds]): [string, string] => [name, durationText(call.state.settings, seconds)]),
    ...given.map(([name, seconds]): [string, number] => [`${name}Seconds`, seconds]),
  ]);
}

const own = (call: Call, issue: Issue, list: string[]) => ({
  self: `${call.rest}/issue/${issue.key}/${list === issue.votes ? 'votes' : 'watchers'}`,
});

/** What each system field looks like; the rest of an issue's fields are custom. */
const systemViews: Readonly<Record<string, FieldView>> = {
  summary: (_, issue) => issue.summary,
  issuetype: (call, issue) => views.viewIssueType(call, views.rowOf(call.state.issueTypes, issue.issuetype)),
  project: (call, issue) => views.projectInside(call, views.rowOf(call.state.projects, issue.project)),
  description: (call, issue) => rich(call, issue.description),
  environment: (call, issue) => rich(call, issue.environment),
  status: (call, issue) => views.viewStatus(call, views.statusOf(call.state, issue.status)),
  statuscategorychangedate: (_, issue) => time(issue.statuscategorychangedate),
  priority: (call, issue) =>
    issue.priority === null
      ? null
      : views.viewPriority(call, views.rowOf(call.state.priorities, issue.priority)),
  resolution: (call, issue) =>
    issue.resolution === null
      ? null
      : views.viewResolution(call, views.rowOf(call.state.resolutions, issue.resolution)),
  resolutiondate: (_, issue) => time(issue.resolutiondate),
  assignee: (call, issue) => views.viewUser(call, issue.assignee),
  reporter: (call, issue) => views.viewUser(call, issue.reporter),
  creator: (call, issue) => views.viewUser(call, issue.creator),
  labels: (_, issue) => issue.labels,
  components: (call, issue) =>
    rowsBy(call.state.components, issue.components).map((row) => views.componentInside(call, row)),
  fixVersions: (call, issue) =>
    rowsBy(call.state.versions, issue.fixVersions).map((row) => views.versionInside(call, row)),
  versions: (call, issue) =>
    rowsBy(call.state.versions, issue.versions).map((row) => views.versionInside(call, row)),
  duedate: (_, issue) => issue.duedate,
  created: (_, issue) => time(issue.created),
  updated: (_, issue) => time(issue.updated),
  lastViewed: (_, issue) => time(issue.lastViewed),
  issuelinks: (call, issue) =>
    call.state.links
      .filter((link) => link.inward === issue.id || link.outward === issue.id)
      .flatMap((link) => viewLink(call, link, issue) ?? []),
  subtasks: (call, issue) =>
    call.state.issues
      .filter(({ parent, issuetype }) => parent === issue.id && isSubtaskType(call, issuetype))
      .map((subtask) => issueInside(call, subtask)),
  parent: (call, issue) => {
    const parent = call.state.issues.find(({ id }) => id === issue.parent);
    return parent ? issueInside(call, parent) : undefined;
  },
  watches: (call, issue) => ({
    ...own(call, issue, issue.watchers),
    watchCount: issue.watchers.length,
    isWatching: issue.watchers.includes(call.caller.user?.accountId ?? ''),
  }),
  votes: (call, issue) => ({
    ...own(call, issue, issue.votes),
    votes: issue.votes.length,
    hasVoted: issue.votes.includes(call.caller.user?.accountId ?? ''),
  }),
  workratio: (_, issue) =>
    issue.timeoriginalestimate === null
      ? -1
      : Math.floor(((spentOn(issue) ?? 0) * 100) / Math.max(issue.timeoriginalestimate, 1)),
  timeestimate: (_, issue) => issue.timeestimate,
  timeoriginalestimate: (_, issue) => issue.timeoriginalestimate,
  timespent: (_, issue) => spentOn(issue),
  aggregatetimeestimate: (_, issue) => issue.timeestimate,
  aggregatetimeoriginalestimate: (_, issue) => issue.timeoriginalestimate,
  aggregatetimespent: (_, issue) => spentOn(issue),
  progress: (_, issue) => progress(issue),
  aggregateprogress: (_, issue) => progress(issue),
  timetracking: timeTracking,
  attachment: (call, issue) => issue.attachments.map((row) => viewAttachment(call, row)),
  comment: (call, issue) => {
    const comments = visibleIn(call, issue, issue.comments);
    return {
      comments: comments.map((row) => viewComment(call, issue, row)),
      self: `${call.rest}/issue/${issue.id}/comment`,
      maxResults: comments.length,
      total: comments.length,
      startAt: 0,
    };
  },
  worklog: (call, issue) => {
    const worklogs = visibleIn(call, issue, issue.worklogs);
    return {
      startAt: 0,
      maxResults: 20,
      total: worklogs.length,
      worklogs: worklogs.slice(0, 20).map((row) => viewWorklog(call, issue, row)),
    };
  },
};

export const isSubtaskType = ({ state }: Pick<Call, 'state'>, type: string): boolean =>
  views.rowOf(state.issueTypes, type).hierarchyLevel < 0;

/** Custom fields whose values are kept elsewhere. */
const derived: Readonly<Record<string, FieldView>> = {
  'com.pyxis.greenhopper.jira:gh-lexo-rank': (_, issue) => issue.rank,
  'com.pyxis.greenhopper.jira:gh-epic-link': (call, issue) => {
    const parent = call.state.issues.find(({ id }) => id === issue.parent);
    return parent && views.rowOf(call.state.issueTypes, parent.issuetype).hierarchyLevel === 1
      ? parent.key
      : null;
  },
  'com.pyxis.greenhopper.jira:gh-sprint': ({ state }, issue) => {
    const sprints = issue.sprints.map((id) => views.rowOf(state.sprints, id));
    if (sprints.length === 0) return null;
    return sprints.map(({ id, name, state: at, board, goal, startDate, endDate, completeDate }) => ({
      id,
      name,
      state: at,
      boardId: board,
      goal,
      ...(startDate ? { startDate } : {}),
      ...(endDate ? { endDate } : {}),
      ...(completeDate ? { completeDate } : {}),
    }));
  },
};

function viewCustom(call: Call, issue: Issue, field: CustomField): unknown {
  const special = Object.hasOwn(derived, field.type) ? derived[field.type] : undefined;
  if (special) return special(call, issue);
  const value = issue.customFields[field.id] ?? null;
  return isRichType(field.type) && value !== null ? writeRich(call, value as Doc) : value;
}

/** Fields that are not in `*navigable`. */
const hidden = new Set(['timetracking', 'attachment', 'comment', 'worklog']);

/**
 * The fields of an issue that a client asked for. `wanted` is as in the parameter `fields`: ids, `*all`, `*navigable`,
 * and `-id` to leave one out of what the others say.
 */
export function viewFields(call: Call, issue: Issue, wanted: readonly string[]): Record<string, unknown> {
  const without = new Set(wanted.filter((id) => id.startsWith('-')).map((id) => id.slice(1)));
  const named = wanted.filter((id) => !id.startsWith('-'));
  const all = named.includes('*all') || named.length === 0;
  const navigable = named.includes('*navigable');
  const takes = (id: string) =>
    !without.has(id) && (all || (navigable && !hidden.has(id)) || named.includes(id));
  const fields: Record<string, unknown> = {};
  for (const [id, view] of Object.entries(systemViews)) if (takes(id)) fields[id] = view(call, issue);
  for (const field of call.state.customFields) {
    if (!field.trashed && takes(field.id)) fields[field.id] = viewCustom(call, issue, field);
  }
  if (fields['parent'] === undefined) delete fields['parent'];
  return fields;
}
