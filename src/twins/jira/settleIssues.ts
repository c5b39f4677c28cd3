import type { Change, Comment, Doc, Issue, Link, Worklog } from './issueState';
import { fromWiki } from './markup/fromWiki';
import { badSeed, isoOf, named, raise } from './seeding';
import { nextId, nextNumber, type JiraState, type Project, type Site } from './state';
import { workflowOf } from './workflow';

type Raw = Site['issues'][number];
type Base = Omit<JiraState, 'issues' | 'links'> & Pick<Site, 'issues' | 'links'>;
type NeedUser = (id: string, where: string) => string;

/** Rich text as the state holds it. */
function docOf(value: string | Record<string, unknown>): Doc {
  if (typeof value !== 'string') {
    return value['type'] === 'doc' ? (value as Doc) : badSeed('a rich text is no Atlassian Document');
  }
  return fromWiki(value);
}

/** The number in a key such as `ED-24`. */
function numberOf(key: string): number {
  return Number(/-(\d+)$/.exec(key)?.[1] ?? badSeed(`${JSON.stringify(key)} is no key of an issue`));
}

function projectOf(base: Base, raw: Raw): Project {
  const fallback = base.projects.length === 1 ? base.projects[0]?.key : undefined;
  const wanted = raw.project ?? raw.key?.replace(/-\d+$/, '') ?? fallback;
  return named(
    base.projects,
    wanted ?? badSeed(`issue ${JSON.stringify(raw.summary)} names no project`),
    'project',
  );
}

/** Who wrote something and when, where a seed does not say. */
interface Author {
  author: string;
  at: string;
}

function settleComments(base: Base, raw: Raw, { author, at }: Author): Comment[] {
  return raw.comments.map((comment) => ({
    ...comment,
    id: comment.id ?? nextId(base, 'comment'),
    author: comment.author ?? author,
    updateAuthor: comment.updateAuthor ?? comment.author ?? author,
    body: docOf(comment.body),
    created: comment.created ? isoOf(comment.created) : at,
    updated: isoOf(comment.updated ?? comment.created ?? at),
  }));
}

function settleWorklogs(base: Base, raw: Raw, { author, at }: Author): Worklog[] {
  return raw.worklogs.map(({ comment, ...worklog }) => ({
    ...worklog,
    id: worklog.id ?? nextId(base, 'worklog'),
    author: worklog.author ?? author,
    updateAuthor: worklog.updateAuthor ?? worklog.author ?? author,
    created: worklog.created ? isoOf(worklog.created) : at,
    updated: isoOf(worklog.updated ?? worklog.created ?? at),
    started: isoOf(worklog.started ?? worklog.created ?? at),
    ...(comment === undefined ? {} : { comment: docOf(comment) }),
  }));
}

function settleChanges(base: Base, raw: Raw, { author, at }: Author): Change[] {
  return raw.changelog.map((change) => ({
    ...change,
    id: change.id ?? nextId(base, 'change'),
    author: change.author ?? author,
    created: change.created ? isoOf(change.created) : at,
  }));
}

/** Ids of what a seed names by id or name, in one project. */
function idsIn(
  rows: readonly { id: string; name: string; project: string }[],
  project: string,
  values: string[],
) {
  const own = rows.filter((row) => row.project === project);
  return values.map((value) => named(own, value, 'component or version').id);
}

function settleIssue(base: Base, raw: Raw, now: number, needUser: NeedUser): Issue {
  const project = projectOf(base, raw);
  const types = base.issueTypes.filter(({ id }) => project.issueTypes.includes(id));
  const plain =
    types.find(({ name }) => name === 'Task') ?? types.find(({ hierarchyLevel }) => hierarchyLevel === 0);
  const type = raw.issuetype ? named(types, raw.issuetype, `issue type in ${project.key}`) : plain;
  const issuetype = type?.id ?? badSeed(`project ${project.key} has no issue types`);
  const workflow = workflowOf(base, project, issuetype);
  const statuses = base.statuses.filter(({ id }) => workflow.statuses.includes(id));
  const first =
    workflow.transitions.find(({ initial }) => initial)?.to ?? badSeed('a workflow has no first status');
  const status = raw.status ? named(statuses, raw.status, `status in ${workflow.name}`).id : first;
  const created = isoOf(raw.created ?? now);
  const updated = isoOf(raw.updated ?? created);
  const creator = raw.creator ?? raw.reporter ?? base.me;
  const author = { author: creator, at: created };
  for (const id of [creator, raw.assignee, raw.reporter]) if (id) needUser(id, `issue ${raw.summary}`);
  const fallback = base.priorities.find(({ isDefault }) => isDefault)?.id ?? null;
  return {
    ...raw,
    id: raw.id ?? nextId(base, 'issue'),
    key: raw.key ?? `${project.key}-${(project.lastIssue += 1)}`,
    project: project.id,
    issuetype,
    status,
    description: raw.description === null ? null : docOf(raw.description),
    environment: raw.environment === null ? null : docOf(raw.environment),
    reporter: raw.reporter === undefined ? creator : raw.reporter,
    creator,
    priority: raw.priority
      ? named(base.priorities, raw.priority, 'priority').id
      : raw.priority === null
        ? null
        : fallback,
    resolution: raw.resolution === null ? null : named(base.resolutions, raw.resolution, 'resolution').id,
    resolutiondate: raw.resolution === null ? null : isoOf(raw.resolutiondate ?? updated),
    statuscategorychangedate: isoOf(raw.statuscategorychangedate ?? created),
    created,
    updated,
    components: idsIn(base.components, project.id, raw.components),
    fixVersions: idsIn(base.versions, project.id, raw.fixVersions),
    versions: idsIn(base.versions, project.id, raw.versions),
    rank: raw.rank ?? nextRank(base),
    comments: settleComments(base, raw, author),
    worklogs: settleWorklogs(base, raw, author),
    changelog: settleChanges(base, raw, author),
    attachments: raw.attachments.map((attachment) => ({
      ...attachment,
      id: attachment.id ?? nextId(base, 'attachment'),
      author: attachment.author ?? creator,
      created: attachment.created ? isoOf(attachment.created) : created,
      size: Buffer.byteLength(attachment.content, 'base64'),
    })),
    remoteLinks: raw.remoteLinks.map((link) => ({ ...link, id: link.id ?? nextNumber(base, 'remoteLink') })),
  };
}

/** A rank after all others, in the form of Jira's own. */
export function nextRank(site: Pick<Site, 'counters'>): string {
  const number = (site.counters['rank'] ?? 0) + 1;
  site.counters['rank'] = number;
  return `0|${number.toString(36).padStart(6, '0')}:`;
}

const parts = ['comments', 'worklogs', 'attachments', 'changelog', 'remoteLinks'] as const;
const partKinds = {
  comments: 'comment',
  worklogs: 'worklog',
  attachments: 'attachment',
  changelog: 'change',
  remoteLinks: 'remoteLink',
} as const;

/** Completes the issues and links of a site whose other parts are settled. */
export function settleIssues(
  base: Base,
  now: number,
  needUser: NeedUser,
): { issues: Issue[]; links: Link[] } {
  raise(base, 'issue', base.issues);
  for (const part of parts) {
    raise(
      base,
      partKinds[part],
      base.issues.flatMap((issue): { id?: string | number | undefined }[] => issue[part]),
    );
  }
  for (const raw of base.issues) {
    if (raw.key === undefined) continue;
    const project = projectOf(base, raw);
    project.lastIssue = Math.max(project.lastIssue, numberOf(raw.key));
  }
  const issues = base.issues.map((raw) => settleIssue(base, raw, now, needUser));
  const byName = new Map(
    issues.flatMap((issue) => [[issue.id, issue] as const, [issue.key, issue] as const]),
  );
  if (byName.size < issues.length * 2) badSeed('two issues have one key');
  const issueOf = (value: string) =>
    byName.get(value)?.id ?? badSeed(`there is no issue ${JSON.stringify(value)}`);
  for (const issue of issues) {
    if (issue.parent !== undefined) issue.parent = issueOf(issue.parent);
    const own = base.projects.find(({ id }) => id === issue.project);
    if (own && !issue.key.startsWith(`${own.key}-`))
      badSeed(`issue ${issue.key} is in the project ${own.key}`);
  }
  raise(base, 'link', base.links);
  const links = base.links.map((link) => ({
    id: link.id ?? nextId(base, 'link'),
    type: named(base.linkTypes, link.type, 'link type').id,
    inward: issueOf(link.inward),
    outward: issueOf(link.outward),
  }));
  return { issues, links };
}
