import * as z from 'zod/mini';

// Issues and what hangs on them. Times are ISO 8601 in UTC with milliseconds, so that text order is time order; rich
// text is an Atlassian Document, in seeds also wiki markup.

const text = z.string();
const optional = z.optional(text);
const list = <T extends z.ZodMiniType>(item: T) => z._default(z.array(item), []);
const properties = z._default(z.record(text, z.unknown()), {});
/** An Atlassian Document; wiki markup in seeds. */
const richText = z.union([text, z.record(text, z.unknown())]);
const visibility = z.strictObject({
  type: z.enum(['group', 'role']),
  value: optional,
  identifier: z.optional(z.nullable(text)),
});

const commentSchema = z.strictObject({
  id: optional,
  author: optional,
  updateAuthor: optional,
  body: richText,
  created: optional,
  updated: optional,
  visibility: z.optional(visibility),
  jsdPublic: z._default(z.boolean(), true),
  properties,
});

const worklogSchema = z.strictObject({
  id: optional,
  author: optional,
  updateAuthor: optional,
  comment: z.optional(richText),
  created: optional,
  updated: optional,
  started: optional,
  timeSpentSeconds: z.int(),
  visibility: z.optional(visibility),
  properties,
});

const attachmentSchema = z.strictObject({
  id: optional,
  filename: text,
  author: optional,
  created: optional,
  mimeType: z._default(text, 'application/octet-stream'),
  /** Base64. */
  content: z._default(text, ''),
  size: z.optional(z.int()),
});

const changeSchema = z.strictObject({
  id: optional,
  author: optional,
  created: optional,
  items: z.array(
    z.strictObject({
      field: text,
      fieldtype: z._default(text, 'jira'),
      fieldId: optional,
      from: z._default(z.nullable(text), null),
      fromString: z._default(z.nullable(text), null),
      to: z._default(z.nullable(text), null),
      toString: z._default(z.nullable(text), null),
    }),
  ),
});

const remoteLinkSchema = z.strictObject({
  id: z.optional(z.int()),
  globalId: optional,
  relationship: optional,
  application: z._default(z.record(text, z.unknown()), {}),
  object: z.record(text, z.unknown()),
});

export const issueSchema = z.strictObject({
  id: optional,
  /** `ED-24`. */
  key: optional,
  /** In the state the project's id; in a seed also its key, and taken from the issue's key when left out. */
  project: optional,
  /** Issue type id; in a seed also its name, Task when left out. */
  issuetype: optional,
  /** Status id; in a seed also its name, the first of the workflow when left out. */
  status: optional,
  summary: text,
  description: z._default(z.nullable(richText), null),
  environment: z._default(z.nullable(richText), null),
  /** Account ids. */
  assignee: z._default(z.nullable(text), null),
  reporter: z.optional(z.nullable(text)),
  creator: optional,
  priority: z.optional(z.nullable(text)),
  resolution: z._default(z.nullable(text), null),
  resolutiondate: z._default(z.nullable(text), null),
  statuscategorychangedate: optional,
  labels: list(text),
  /** Ids of components and versions; in a seed also names. */
  components: list(text),
  fixVersions: list(text),
  versions: list(text),
  /** `2019-06-01`. */
  duedate: z._default(z.nullable(text), null),
  /** Issue id; in a seed also its key. */
  parent: z.optional(text),
  created: optional,
  updated: optional,
  lastViewed: z._default(z.nullable(text), null),
  /** Seconds. */
  timeoriginalestimate: z._default(z.nullable(z.int()), null),
  timeestimate: z._default(z.nullable(z.int()), null),
  /** Order on boards; text order. */
  rank: optional,
  /** Sprint ids, the newest last. */
  sprints: list(z.int()),
  flagged: z._default(z.boolean(), false),
  /** Of epics: `color_4`, and whether it is marked as done on boards. */
  epicColor: optional,
  epicDone: z.optional(z.boolean()),
  /** Values of custom fields by field id, in the form of the REST interface of version 3. */
  customFields: z._default(z.record(text, z.unknown()), {}),
  properties,
  watchers: list(text),
  votes: list(text),
  comments: list(commentSchema),
  worklogs: list(worklogSchema),
  attachments: list(attachmentSchema),
  changelog: list(changeSchema),
  remoteLinks: list(remoteLinkSchema),
  /** Former keys, after a move. */
  formerKeys: list(text),
  archived: z._default(z.boolean(), false),
});

/** A link between two issues. In `A blocks B`, A is the outward side's source: `inward` is A, `outward` is B. */
export const linkSchema = z.strictObject({
  id: optional,
  /** Link type id; in a seed also its name. */
  type: text,
  /** Issue ids; in a seed also keys. */
  inward: text,
  outward: text,
});

type Made<T, K extends keyof T> = T & { [P in K]-?: NonNullable<T[P]> };
export interface Doc extends Record<string, unknown> {
  type: 'doc';
  version: 1;
  content: unknown[];
}
type Raw = z.output<typeof issueSchema>;
type Authored = 'id' | 'author' | 'updateAuthor' | 'created' | 'updated';
export type Comment = Omit<Made<Raw['comments'][number], Authored>, 'body'> & { body: Doc };
export type Worklog = Omit<Made<Raw['worklogs'][number], Authored | 'started'>, 'comment'> & {
  comment?: Doc | undefined;
};
export type Attachment = Made<Raw['attachments'][number], 'id' | 'author' | 'created' | 'size'>;
export type Change = Made<Raw['changelog'][number], 'id' | 'author' | 'created'>;
export type ChangeItem = Change['items'][number];
export type RemoteLink = Made<Raw['remoteLinks'][number], 'id'>;
export type Link = Made<z.output<typeof linkSchema>, 'id'>;
export type Visibility = z.output<typeof visibility>;

/** An issue in which nothing is left open. */
export interface Issue extends Omit<
  Made<
    Raw,
    | 'id'
    | 'key'
    | 'project'
    | 'issuetype'
    | 'status'
    | 'creator'
    | 'created'
    | 'updated'
    | 'statuscategorychangedate'
    | 'rank'
  >,
  | 'description'
  | 'environment'
  | 'comments'
  | 'worklogs'
  | 'attachments'
  | 'changelog'
  | 'remoteLinks'
  | 'reporter'
  | 'priority'
> {
  description: Doc | null;
  environment: Doc | null;
  reporter: string | null;
  priority: string | null;
  comments: Comment[];
  worklogs: Worklog[];
  attachments: Attachment[];
  changelog: Change[];
  remoteLinks: RemoteLink[];
}
