import { me, type Call } from './call';
import { addComment } from './commentDrafts';
import { announce } from './events';
import { createFields } from './fieldMeta';
import { FieldProblem, pick, type FieldPlace } from './fieldPlace';
import { isRecord } from '../../shared/records';
import { idIn, memberOf } from './formats';
import { defaultAssignee, noParent, readField } from './issueFields';
import type { Issue } from './issueState';
import { can } from './permission';
import { readProperties } from './propertyDrafts';
import { JiraRefusal, refuse } from './refusal';
import { nextId, type Project } from './state';
import { nextRank } from './settleIssues';
import { findTransition, transitionPatch } from './transitions';
import { gives, readDraft, type Draft } from './writeIssue';
import { workflowOf } from './workflow';

/** The project and the type that a request names, or what is wrong with them. */
function readPlace(call: Call, fields: unknown): FieldPlace | Record<string, string> {
  const given = memberOf(fields, 'project');
  const [id, key] = [idIn(given), memberOf(given, 'key')];
  const project = call.state.projects.find(
    (row) => row.deletedAt === undefined && !row.archived && (row.id === id || row.key === key),
  );
  if (!project || !can(call, 'BROWSE_PROJECTS', project)) {
    return { project: 'Specify a valid project ID or key' };
  }
  const types = call.state.issueTypes.filter((row) => project.issueTypes.includes(row.id));
  const type = pick(types, memberOf(fields, 'issuetype'));
  return type
    ? { call, project, issuetype: type.id, issue: null }
    : { issuetype: 'Specify a valid issue type' };
}

const isPlace = (value: FieldPlace | Record<string, string>): value is FieldPlace => 'call' in value;

function missingFields(
  place: FieldPlace,
  draft: Draft,
): { errors: Record<string, string>; messages: string[] } {
  const errors: Record<string, string> = {};
  const messages: string[] = [];
  for (const [id, required] of createFields(place)) {
    if (!required || gives(draft, id) || id === 'project' || id === 'issuetype') continue;
    if (id === 'summary') errors['summary'] = 'You must specify a summary of the issue.';
    else if (id === 'parent') errors['issuetype'] = noParent;
    else messages.push(`Field '${id}' is required`);
  }
  return { errors, messages };
}

/** Everything that is known of a new issue before it is made. */
interface Plan {
  place: FieldPlace;
  draft: Draft;
  transition: string | undefined;
  properties: Record<string, unknown>;
}

function readPlan(call: Call, body: unknown): Plan {
  me(call);
  const fields = memberOf(body, 'fields');
  if (!isRecord(body) || !isRecord(fields)) {
    throw new JiraRefusal(400, [], {
      summary: 'You must specify a summary of the issue.',
      project: 'Specify a valid project ID or key',
      issuetype: 'Specify a valid issue type',
    });
  }
  const place = readPlace(call, fields);
  if (!isPlace(place)) throw new JiraRefusal(400, [], { ...summaryProblem(call, fields), ...place });
  if (!can(call, 'CREATE_ISSUES', place.project)) {
    throw new JiraRefusal(400, ['You do not have permission to create issues in this project.'], {});
  }
  const draft = readDraft(place, body);
  const { errors, messages } = missingFields(place, draft);
  if (messages.length > 0 || Object.keys(errors).length > 0) throw new JiraRefusal(400, messages, errors);
  const transition = idIn(memberOf(body, 'transition'));
  return { place, draft, transition, properties: readProperties(memberOf(body, 'properties')) };
}

function summaryProblem(call: Call, fields: unknown): Record<string, string> {
  try {
    const [project] = call.state.projects;
    if (!project) return {};
    readField('summary', memberOf(fields, 'summary') ?? null, { call, project, issuetype: '', issue: null });
    return {};
  } catch (error) {
    if (error instanceof FieldProblem) return { summary: error.message };
    throw error;
  }
}

/** A new issue that is in no list yet, and has no number. */
function blankIssue(call: Call, project: Project, issuetype: string): Issue {
  const { state, now } = call;
  const creator = me(call);
  const status = workflowOf(state, project, issuetype).transitions.find(({ initial }) => initial)?.to;
  return {
    id: '',
    key: '',
    project: project.id,
    issuetype,
    status: status ?? refuse(400, 'The workflow has no first status.'),
    summary: '',
    description: null,
    environment: null,
    assignee: null,
    reporter: creator,
    creator,
    priority: state.priorities.find(({ isDefault }) => isDefault)?.id ?? null,
    resolution: null,
    resolutiondate: null,
    statuscategorychangedate: now,
    labels: [],
    components: [],
    fixVersions: [],
    versions: [],
    duedate: null,
    created: now,
    updated: now,
    lastViewed: null,
    timeoriginalestimate: null,
    timeestimate: null,
    rank: '',
    sprints: [],
    flagged: false,
    customFields: {},
    properties: {},
    watchers: [creator],
    votes: [],
    comments: [],
    worklogs: [],
    attachments: [],
    changelog: [],
    remoteLinks: [],
    formerKeys: [],
    archived: false,
  };
}

/** Makes an issue of the JSON of a request. Throws a refusal that names everything that is wrong with it. */
export function createIssue(call: Call, body: unknown): Issue {
  const { place, draft, transition, properties } = readPlan(call, body);
  const issue = blankIssue(call, place.project, place.issuetype);
  const assignee = draft.named.has('assignee') ? {} : { assignee: defaultAssignee(place) };
  Object.assign(issue, assignee, draft.patch, { properties });
  const step = transition === undefined ? null : findTransition(call, issue, transition);
  if (step) Object.assign(issue, transitionPatch(call, issue, step, {}));
  const { state } = call;
  const { project } = place;
  project.lastIssue += 1;
  const key = `${project.key}-${project.lastIssue}`;
  Object.assign(issue, { id: nextId(state, 'issue'), key, rank: nextRank(state) });
  state.issues.push(issue);
  announce(call, issue, { event: 'jira:issue_created', items: [], type: 'issue_created' });
  for (const comment of draft.comments) addComment(call, issue, comment);
  return issue;
}
