import * as z from 'zod/mini';
import * as defaults from './defaults';
import type { Issue, Link } from './issueState';
import { rows, type Row } from './schemas';

// The whole of a Jira site as plain JSON. In a seed nearly everything may be left out, and things may be named by id,
// key or name; `settle` fills the gaps and leaves ids only.

const list = <T extends z.ZodMiniType>(item: T) => z._default(z.array(item), []);

const settingsSchema = z.strictObject({
  /** Milliseconds until search sees a change. */
  searchLag: z._default(z.int().check(z.minimum(0)), 0),
  /** Bytes of one attachment. */
  attachmentLimit: z._default(z.int(), 10 * 1024 * 1024),
  workingHoursPerDay: z._default(z.number(), 8),
  workingDaysPerWeek: z._default(z.number(), 5),
  votingEnabled: z._default(z.boolean(), true),
  watchingEnabled: z._default(z.boolean(), true),
  unassignedIssuesAllowed: z._default(z.boolean(), true),
});

export const siteSchema = z.strictObject({
  /** The person that the twin's own tokens speak for. */
  me: z._default(z.string(), defaults.myAccountId),
  users: z._default(z.array(rows.users), defaults.users),
  /** Left out: those of a new site, with the people there are. */
  groups: z.optional(z.array(rows.groups)),
  tokens: list(rows.tokens),
  grants: list(rows.grants),
  statuses: z._default(z.array(rows.statuses), defaults.statuses),
  workflows: z._default(z.array(rows.workflows), defaults.workflows),
  workflowSchemes: z._default(z.array(rows.workflowSchemes), defaults.workflowSchemes),
  issueTypes: z._default(z.array(rows.issueTypes), defaults.issueTypes),
  priorities: z._default(z.array(rows.priorities), defaults.priorities),
  resolutions: z._default(z.array(rows.resolutions), defaults.resolutions),
  linkTypes: z._default(z.array(rows.linkTypes), defaults.linkTypes),
  customFields: z._default(z.array(rows.customFields), defaults.customFields),
  screens: z._default(z.array(rows.screens), defaults.screens),
  roles: z._default(z.array(rows.roles), defaults.roles),
  permissionSchemes: z._default(z.array(rows.permissionSchemes), defaults.permissionSchemes),
  /** Group names by global permission. */
  globalPermissions: z._default(z.record(z.string(), z.array(z.string())), defaults.globalPermissions),
  projectCategories: list(rows.projectCategories),
  projects: z._default(z.array(rows.projects), defaults.projects),
  components: list(rows.components),
  versions: list(rows.versions),
  issues: list(rows.issues),
  links: list(rows.links),
  /** Ids of deleted worklogs and when they went, for the feed of deletions. */
  deletedWorklogs: list(z.strictObject({ id: z.string(), at: z.string() })),
  filters: list(rows.filters),
  dashboards: list(rows.dashboards),
  boards: list(rows.boards),
  sprints: list(rows.sprints),
  webhooks: list(rows.webhooks),
  failedWebhooks: list(rows.failedWebhooks),
  tasks: list(rows.tasks),
  settings: z._default(settingsSchema, settingsSchema.parse({})),
  /** The newest number given out, by kind of thing. */
  counters: z._default(z.record(z.string(), z.int()), {}),
});

/** A site as a seed or a snapshot says it. */
export type Site = z.output<typeof siteSchema>;

type Made<T, K extends keyof T> = T & { [P in K]-?: NonNullable<T[P]> };
type WithId<K extends keyof typeof rows> =
  Row<K> extends { id?: unknown } ? Made<Row<K>, 'id' & keyof Row<K>> : never;

export type User = Row<'users'>;
export type Group = Made<Row<'groups'>, 'groupId'>;
export type Grant = Row<'grants'>;
export type Status = WithId<'statuses'>;
export type Transition = Made<Row<'workflows'>['transitions'][number], 'id'>;
export type Workflow = Omit<WithId<'workflows'>, 'transitions'> & { transitions: Transition[] };
export type WorkflowScheme = WithId<'workflowSchemes'>;
export type IssueType = WithId<'issueTypes'>;
export type Priority = WithId<'priorities'>;
export type Resolution = WithId<'resolutions'>;
export type LinkType = WithId<'linkTypes'>;
export type FieldOption = Made<Row<'customFields'>['contexts'][number]['options'][number], 'id'>;
export type FieldContext = Omit<Made<Row<'customFields'>['contexts'][number], 'id'>, 'options'> & {
  options: FieldOption[];
};
export type CustomField = Omit<WithId<'customFields'>, 'contexts'> & { contexts: FieldContext[] };
export type ScreenTab = Made<Row<'screens'>['tabs'][number], 'id'>;
export type Screen = Omit<WithId<'screens'>, 'tabs'> & { tabs: ScreenTab[] };
export type Role = WithId<'roles'>;
export type PermissionGrant = Made<Row<'permissionSchemes'>['permissions'][number], 'id'>;
export type PermissionScheme = Omit<WithId<'permissionSchemes'>, 'permissions'> & {
  permissions: PermissionGrant[];
};
export type ProjectCategory = WithId<'projectCategories'>;
export type Project = Made<
  Row<'projects'>,
  'id' | 'name' | 'lead' | 'issueTypes' | 'workflowScheme' | 'permissionScheme'
>;
export type Component = WithId<'components'>;
export type Version = WithId<'versions'>;
export type Share = Made<Row<'filters'>['sharePermissions'][number], 'id'>;
type Shared<T> = Omit<T, 'sharePermissions' | 'editPermissions'> & {
  sharePermissions: Share[];
  editPermissions: Share[];
};
export type Filter = Shared<Made<Row<'filters'>, 'id' | 'owner'>>;
export type Gadget = Made<Row<'dashboards'>['gadgets'][number], 'id'>;
export type Dashboard = Omit<Shared<Made<Row<'dashboards'>, 'id' | 'owner'>>, 'gadgets'> & {
  gadgets: Gadget[];
};
export type Board = WithId<'boards'>;
export type Sprint = Made<Row<'sprints'>, 'id' | 'createdDate'>;
export type Webhook = Made<Row<'webhooks'>, 'id' | 'expirationDate'>;
export type Task = Row<'tasks'>;

/** A site in which nothing is left open: every id is there, and things name each other by id. */
export interface JiraState extends Site {
  groups: Group[];
  statuses: Status[];
  workflows: Workflow[];
  workflowSchemes: WorkflowScheme[];
  issueTypes: IssueType[];
  priorities: Priority[];
  resolutions: Resolution[];
  linkTypes: LinkType[];
  customFields: CustomField[];
  screens: Screen[];
  roles: Role[];
  permissionSchemes: PermissionScheme[];
  projectCategories: ProjectCategory[];
  projects: Project[];
  components: Component[];
  versions: Version[];
  issues: Issue[];
  links: Link[];
  filters: Filter[];
  dashboards: Dashboard[];
  boards: Board[];
  sprints: Sprint[];
  webhooks: Webhook[];
}

/** The next number of a kind of thing; those of a site begin at 10000. */
export function nextNumber(state: Pick<Site, 'counters'>, kind: string): number {
  const number = (state.counters[kind] ?? 9999) + 1;
  state.counters[kind] = number;
  return number;
}

export function nextId(state: Pick<Site, 'counters'>, kind: string): string {
  return String(nextNumber(state, kind));
}
