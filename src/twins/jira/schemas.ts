import * as z from 'zod/mini';
import { issueSchema, linkSchema } from './issueState';

// What a site holds, table by table, as a seed may say it and a snapshot does.

const text = z.string();
const optional = z.optional(text);
const flag = z._default(z.boolean(), false);
const list = <T extends z.ZodMiniType>(item: T) => z._default(z.array(item), []);
const blank = z._default(text, '');
const properties = z._default(z.record(text, z.unknown()), {});

const userSchema = z.strictObject({
  accountId: text,
  accountType: z._default(z.enum(['atlassian', 'app', 'customer']), 'atlassian'),
  displayName: text,
  emailAddress: optional,
  /** True: others don't see the address, as people may choose in their profile. */
  emailHidden: flag,
  active: z._default(z.boolean(), true),
  timeZone: z._default(text, 'Etc/UTC'),
  locale: z._default(text, 'en_US'),
  /** Whom new filters are shared with; nobody when left out. */
  shareScope: z.optional(z.enum(['AUTHENTICATED', 'PRIVATE'])),
  properties,
});

const groupSchema = z.strictObject({ groupId: optional, name: text, members: list(text) });

/** Further ways in, beside the twin's own token. */
const tokenSchema = z.strictObject({
  token: text,
  /** Account id. */
  user: text,
  kind: z._default(z.enum(['api', 'oauth']), 'api'),
  /** Of OAuth tokens; every one when left out. */
  scopes: z.optional(z.array(text)),
  status: z._default(z.enum(['active', 'revoked', 'expired']), 'active'),
});

/** One consent of a person to the OAuth app; tokens are derived from it, so that the state holds none. */
const grantSchema = z.strictObject({
  id: text,
  user: text,
  scopes: z.array(text),
  /** Counts refreshes: only the newest refresh token lives. */
  generation: z._default(z.int(), 0),
  /** When the access token of each generation ends, in milliseconds since the epoch. */
  expires: z._default(z.record(text, z.number()), {}),
  /** Set until the code is exchanged, which may happen once. */
  code: z._default(z.nullable(z.strictObject({ redirectUri: text, expiresAt: z.number() })), null),
});

const statusSchema = z.strictObject({
  id: optional,
  name: text,
  description: blank,
  category: z.enum(['new', 'indeterminate', 'done', 'undefined']),
});

const transitionSchema = z.strictObject({
  id: optional,
  name: text,
  description: blank,
  /** Statuses it starts from; any when empty. */
  from: list(text),
  to: text,
  /** True for the one that creates an issue. */
  initial: flag,
  /** Fields of its screen; true for those that must be given. */
  fields: z._default(z.record(text, z.boolean()), {}),
  /** Resolution it sets; null clears it, left out leaves it. */
  resolution: z.optional(z.nullable(text)),
  properties: z._default(z.record(text, text), {}),
});

const workflowSchema = z.strictObject({
  id: optional,
  name: text,
  description: blank,
  isDefault: flag,
  statuses: z.array(text),
  transitions: z.array(transitionSchema),
});

const workflowSchemeSchema = z.strictObject({
  id: optional,
  name: text,
  description: blank,
  /** Name of the workflow for issue types that have none of their own. */
  defaultWorkflow: text,
  /** Name of the workflow by issue type id. */
  issueTypeMappings: z._default(z.record(text, text), {}),
});

const issueTypeSchema = z.strictObject({
  id: optional,
  name: text,
  description: blank,
  /** 1 epic, 0 base, -1 subtask. */
  hierarchyLevel: z._default(z.int(), 0),
  avatarId: z._default(z.int(), 10318),
  properties,
});

const namedSchema = z.strictObject({ id: optional, name: text, description: blank });
const prioritySchema = z.strictObject({
  id: optional,
  name: text,
  description: blank,
  statusColor: z._default(text, '#cccccc'),
  iconUrl: blank,
  isDefault: flag,
});
const linkTypeSchema = z.strictObject({ id: optional, name: text, inward: text, outward: text });

const optionSchema = z.strictObject({
  id: optional,
  value: text,
  disabled: flag,
  /** Id of the option it belongs to, in cascading selects. */
  optionId: optional,
});

const contextSchema = z.strictObject({
  id: optional,
  name: text,
  description: blank,
  /** Project ids; all when empty. */
  projects: list(text),
  /** Issue type ids; all when empty. */
  issueTypes: list(text),
  options: list(optionSchema),
  defaultValue: z.optional(z.unknown()),
});

const customFieldSchema = z.strictObject({
  /** `customfield_10020`. */
  id: optional,
  name: text,
  description: blank,
  /** Key of its type: `com.atlassian.jira.plugin.system.customfieldtypes:textfield`. */
  type: text,
  searcherKey: optional,
  /** In the bin. */
  trashed: flag,
  contexts: list(contextSchema),
});

const screenSchema = z.strictObject({
  id: z.optional(z.int()),
  name: text,
  description: blank,
  tabs: list(z.strictObject({ id: z.optional(z.int()), name: text, fields: list(text) })),
});

const holderSchema = z.strictObject({ type: text, parameter: optional, value: optional });
const permissionSchemeSchema = z.strictObject({
  id: z.optional(z.int()),
  name: text,
  description: blank,
  permissions: list(z.strictObject({ id: z.optional(z.int()), permission: text, holder: holderSchema })),
});

const projectSchema = z.strictObject({
  id: optional,
  key: text,
  name: optional,
  description: blank,
  /** Account id; the token's own when left out. */
  lead: optional,
  projectTypeKey: z._default(z.enum(['software', 'service_desk', 'business']), 'software'),
  style: z._default(z.enum(['classic', 'next-gen']), 'classic'),
  assigneeType: z._default(z.enum(['PROJECT_LEAD', 'UNASSIGNED']), 'UNASSIGNED'),
  avatarId: z._default(z.int(), 10400),
  url: blank,
  email: optional,
  category: optional,
  archived: flag,
  /** In the bin since then. */
  deletedAt: optional,
  /** Issue type ids; all when left out. */
  issueTypes: z.optional(z.array(text)),
  workflowScheme: optional,
  permissionScheme: z.optional(z.int()),
  /** Who has which role: by role id, account ids and group ids. */
  actors: z._default(z.record(text, z.strictObject({ users: list(text), groups: list(text) })), {}),
  /** Fields that must be given when an issue is created, beside summary, project and type. */
  requiredFields: list(text),
  /** Keys it had before. */
  formerKeys: list(text),
  features: z._default(z.record(text, z.enum(['ENABLED', 'DISABLED', 'COMING_SOON'])), {}),
  properties,
  /** Number of the newest key. */
  lastIssue: z._default(z.int(), 0),
});

const componentSchema = z.strictObject({
  id: optional,
  project: text,
  name: text,
  description: blank,
  lead: optional,
  assigneeType: z._default(
    z.enum(['PROJECT_DEFAULT', 'COMPONENT_LEAD', 'PROJECT_LEAD', 'UNASSIGNED']),
    'PROJECT_DEFAULT',
  ),
});

const versionSchema = z.strictObject({
  id: optional,
  project: text,
  name: text,
  description: blank,
  archived: flag,
  released: flag,
  /** `2019-06-01`. */
  startDate: optional,
  releaseDate: optional,
  driver: optional,
});

/** Whom a filter or dashboard is shared with. */
const shareSchema = z.strictObject({
  id: z.optional(z.int()),
  type: z.enum(['global', 'loggedin', 'authenticated', 'project', 'projectRole', 'group', 'user']),
  project: optional,
  role: optional,
  group: optional,
  user: optional,
});

const filterSchema = z.strictObject({
  id: optional,
  name: text,
  description: blank,
  owner: optional,
  /** When it was made; boards know of it when search does. */
  created: optional,
  jql: text,
  favouritedBy: list(text),
  sharePermissions: list(shareSchema),
  editPermissions: list(shareSchema),
  /** Field ids; the site's own columns when left out. */
  columns: z.optional(z.array(text)),
});

const gadgetSchema = z.strictObject({
  id: z.optional(z.int()),
  moduleKey: optional,
  uri: optional,
  title: text,
  color: z._default(text, 'blue'),
  position: z._default(z.strictObject({ row: z.int(), column: z.int() }), { row: 0, column: 0 }),
  properties,
});
const dashboardSchema = z.strictObject({
  id: optional,
  name: text,
  description: blank,
  owner: optional,
  favouritedBy: list(text),
  sharePermissions: list(shareSchema),
  editPermissions: list(shareSchema),
  gadgets: list(gadgetSchema),
});

const boardSchema = z.strictObject({
  id: z.optional(z.int()),
  name: text,
  type: z._default(z.enum(['scrum', 'kanban', 'simple']), 'scrum'),
  /** Filter id. */
  filter: text,
  /** Project it is found at, or the account id of a person. */
  project: optional,
  user: optional,
  isPrivate: flag,
  favouritedBy: list(text),
  properties,
  /** Gone, but its sprints are still there. */
  deleted: z.optional(z.boolean()),
});

const sprintSchema = z.strictObject({
  id: z.optional(z.int()),
  name: text,
  goal: blank,
  state: z._default(z.enum(['future', 'active', 'closed']), 'future'),
  board: z.int(),
  startDate: optional,
  endDate: optional,
  completeDate: optional,
  createdDate: optional,
  properties,
});

/** A webhook that an app registered. */
const webhookSchema = z.strictObject({
  id: z.optional(z.int()),
  url: text,
  jqlFilter: blank,
  events: z.array(text),
  fieldIdsFilter: z.optional(z.array(text)),
  issuePropertyKeysFilter: z.optional(z.array(text)),
  /** OAuth client that it belongs to, and the account it acts for. */
  client: text,
  user: text,
  expirationDate: optional,
});

const failedWebhookSchema = z.strictObject({
  id: text,
  client: text,
  url: text,
  body: text,
  /** Milliseconds since the epoch. */
  failureTime: z.number(),
});

const taskSchema = z.strictObject({
  id: text,
  description: blank,
  status: z.enum(['ENQUEUED', 'RUNNING', 'COMPLETE', 'FAILED', 'CANCEL_REQUESTED', 'CANCELLED', 'DEAD']),
  submittedBy: text,
  submitted: z.number(),
  started: z.optional(z.number()),
  finished: z.optional(z.number()),
  progress: z._default(z.int(), 0),
  result: z.optional(z.unknown()),
  /** What is still to be done. */
  work: z.optional(z.unknown()),
});

/** One row of each table of a site. */
export const rows = {
  users: userSchema,
  groups: groupSchema,
  tokens: tokenSchema,
  grants: grantSchema,
  statuses: statusSchema,
  workflows: workflowSchema,
  workflowSchemes: workflowSchemeSchema,
  issueTypes: issueTypeSchema,
  priorities: prioritySchema,
  resolutions: namedSchema,
  linkTypes: linkTypeSchema,
  customFields: customFieldSchema,
  screens: screenSchema,
  roles: namedSchema,
  permissionSchemes: permissionSchemeSchema,
  projectCategories: namedSchema,
  projects: projectSchema,
  components: componentSchema,
  versions: versionSchema,
  issues: issueSchema,
  links: linkSchema,
  filters: filterSchema,
  dashboards: dashboardSchema,
  boards: boardSchema,
  sprints: sprintSchema,
  webhooks: webhookSchema,
  failedWebhooks: failedWebhookSchema,
  tasks: taskSchema,
};
/** A row as a seed says it, once parsed. */
export type Row<K extends keyof typeof rows> = z.output<(typeof rows)[K]>;
