import type { Row, rows } from './schemas';

// What a new site has before anyone seeds it, as Jira Cloud makes it.

type Table<K extends keyof typeof rows> = Row<K>[];

export const myAccountId = '5b10a2844c20165700ede21g';
/** Address of the person that the twin's own tokens speak for. */
export const myEmail = 'factory@example.com';

const person = (accountId: string, displayName: string, emailAddress: string) => ({
  accountId,
  accountType: 'atlassian' as const,
  displayName,
  emailAddress,
  emailHidden: false,
  active: true,
  timeZone: 'Etc/UTC',
  locale: 'en_US',
  properties: {},
});
export const me = person(myAccountId, 'Factory', myEmail);
export const users: Table<'users'> = [
  me,
  person('5b10ac8d82e05b22cc7d4ef5', 'Mia Krystof', 'mia@example.com'),
];

export const groups: Table<'groups'> = [
  { groupId: '276f955c-63d7-42c8-9520-92d01dca0625', name: 'jira-administrators', members: [myAccountId] },
  {
    groupId: '6e87dc72-4f1f-421f-9382-2fee8b652487',
    name: 'jira-software-users',
    members: [myAccountId, '5b10ac8d82e05b22cc7d4ef5'],
  },
];

type Category = Row<'statuses'>['category'];
const status = (id: string, name: string, category: Category, description = '') => ({
  id,
  name,
  description,
  category,
});
export const statuses: Table<'statuses'> = [
  status('1', 'Open', 'new', 'The issue is open and ready for the assignee to start work on it.'),
  status(
    '3',
    'In Progress',
    'indeterminate',
    'This issue is being actively worked on at the moment by the assignee.',
  ),
  status(
    '4',
    'Reopened',
    'new',
    'This issue was once resolved, but the resolution was deemed incorrect. From here issues are either marked assigned or resolved.',
  ),
  status(
    '5',
    'Resolved',
    'done',
    'A resolution has been taken, and it is awaiting verification by reporter. From here issues are either reopened, or are closed.',
  ),
  status(
    '6',
    'Closed',
    'done',
    'The issue is considered finished, the resolution is correct. Issues which are closed can be reopened.',
  ),
  status('10000', 'To Do', 'new'),
  status('10001', 'Done', 'done'),
];

interface Step {
  id: string;
  name: string;
  to: string;
  from?: string[];
  initial?: boolean;
  fields?: Record<string, boolean>;
  resolution?: string | null;
}
const step = ({ from = [], initial = false, fields = {}, resolution, ...rest }: Step) => ({
  ...rest,
  description: '',
  from,
  initial,
  fields,
  properties: {},
  ...(resolution === undefined ? {} : { resolution }),
});

export const workflows: Table<'workflows'> = [
  {
    id: '385bb764-dfb6-89a7-2e43-a25bdd0cbaf4',
    name: 'Software Simplified Workflow',
    description: '',
    isDefault: false,
    statuses: ['10000', '3', '10001'],
    transitions: [
      step({ id: '1', name: 'Create', to: '10000', initial: true }),
      step({ id: '11', name: 'To Do', to: '10000', resolution: null }),
      step({ id: '21', name: 'In Progress', to: '3', resolution: null }),
      step({ id: '31', name: 'Done', to: '10001', resolution: '10000' }),
    ],
  },
  {
    id: '7c1e5d0a-8a2f-3bd2-9b0c-2f6c6c2c0b52',
    name: 'jira',
    description: 'The default Jira workflow.',
    isDefault: true,
    statuses: ['1', '3', '5', '4', '6'],
    transitions: [
      step({ id: '1', name: 'Create Issue', to: '1', initial: true }),
      step({ id: '4', name: 'Start Progress', to: '3', from: ['1', '4'] }),
      step({ id: '301', name: 'Stop Progress', to: '1', from: ['3'] }),
      step({ id: '5', name: 'Resolve Issue', to: '5', from: ['1', '3', '4'], fields: { resolution: true } }),
      step({
        id: '2',
        name: 'Close Issue',
        to: '6',
        from: ['1', '3', '4', '5'],
        fields: { resolution: true },
      }),
      step({ id: '3', name: 'Reopen Issue', to: '4', from: ['5', '6'], resolution: null }),
    ],
  },
];

export const workflowSchemes: Table<'workflowSchemes'> = [
  {
    id: '10000',
    name: 'Software Simplified Workflow Scheme',
    description: '',
    defaultWorkflow: 'Software Simplified Workflow',
    issueTypeMappings: {},
  },
  {
    id: '10001',
    name: 'Classic Workflow Scheme',
    description: '',
    defaultWorkflow: 'jira',
    issueTypeMappings: {},
  },
];

const issueType = (
  id: string,
  name: string,
  avatarId: number,
  hierarchyLevel: number,
  description: string,
) => ({
  id,
  name,
  description,
  hierarchyLevel,
  avatarId,
  properties: {},
});
export const issueTypes: Table<'issueTypes'> = [
  issueType('10000', 'Epic', 10307, 1, 'A big user story that needs to be broken down.'),
  issueType('10001', 'Story', 10315, 0, 'Functionality or a feature expressed as a user goal.'),
  issueType('10002', 'Task', 10318, 0, 'A small, distinct piece of work.'),
  issueType('10003', 'Sub-task', 10316, -1, 'A small piece of work that is part of a larger task.'),
  issueType('10004', 'Bug', 10303, 0, 'A problem or error.'),
];

const priority = (id: string, name: string, statusColor: string, description: string) => ({
  id,
  name,
  description,
  statusColor,
  iconUrl: `/images/icons/priorities/${name.toLowerCase()}.svg`,
  isDefault: name === 'Medium',
});
export const priorities: Table<'priorities'> = [
  priority('1', 'Highest', '#d04437', 'This problem will block progress.'),
  priority('2', 'High', '#f15C75', 'Serious problem that could block progress.'),
  priority('3', 'Medium', '#f79232', 'Has the potential to affect progress.'),
  priority('4', 'Low', '#707070', 'Minor problem or easily worked around.'),
  priority('5', 'Lowest', '#999999', 'Trivial problem with little or no impact on progress.'),
];

export const resolutions: Table<'resolutions'> = [
  { id: '10000', name: 'Done', description: 'Work has been completed on this issue.' },
  { id: '10001', name: "Won't Do", description: "This issue won't be actioned." },
  { id: '10002', name: 'Duplicate', description: 'The problem is a duplicate of an existing issue.' },
  {
    id: '10003',
    name: 'Cannot Reproduce',
    description:
      'All attempts at reproducing this issue failed, or not enough information was available to reproduce the issue.',
  },
];

export const linkTypes: Table<'linkTypes'> = [
  { id: '10000', name: 'Blocks', inward: 'is blocked by', outward: 'blocks' },
  { id: '10001', name: 'Cloners', inward: 'is cloned by', outward: 'clones' },
  { id: '10002', name: 'Duplicate', inward: 'is duplicated by', outward: 'duplicates' },
  { id: '10003', name: 'Relates', inward: 'relates to', outward: 'relates to' },
];

const customField = (number: number, name: string, type: string, searcherKey: string) => ({
  id: `customfield_${number}`,
  name,
  description: '',
  type,
  searcherKey,
  trashed: false,
  contexts: [
    {
      id: String(number + 100),
      name: `Default Configuration Scheme for ${name}`,
      description: 'Default configuration scheme generated by Jira',
      projects: [],
      issueTypes: [],
      options: [],
    },
  ],
});
const greenhopper = 'com.pyxis.greenhopper.jira';
const builtIn = 'com.atlassian.jira.plugin.system.customfieldtypes';
export const customFields: Table<'customFields'> = [
  customField(10011, 'Epic Name', `${greenhopper}:gh-epic-label`, `${greenhopper}:gh-epic-label-searcher`),
  customField(10014, 'Epic Link', `${greenhopper}:gh-epic-link`, `${greenhopper}:gh-epic-link-searcher`),
  customField(10015, 'Start date', `${builtIn}:datepicker`, `${builtIn}:daterange`),
  customField(
    10016,
    'Story point estimate',
    `${greenhopper}:jsw-story-points`,
    `${greenhopper}:jsw-story-points-searcher`,
  ),
  customField(10019, 'Rank', `${greenhopper}:gh-lexo-rank`, `${greenhopper}:gh-lexo-rank-searcher`),
  customField(10020, 'Sprint', `${greenhopper}:gh-sprint`, `${greenhopper}:gh-sprint-searcher`),
  customField(10021, 'Flagged', `${builtIn}:multicheckboxes`, `${builtIn}:multiselectsearcher`),
];

export const screens: Table<'screens'> = [
  {
    id: 1,
    name: 'Default Screen',
    description: 'Allows to update all system fields.',
    tabs: [
      {
        id: 10000,
        name: 'Field Tab',
        fields: [
          'summary',
          'issuetype',
          'security',
          'priority',
          'duedate',
          'components',
          'versions',
          'fixVersions',
          'assignee',
          'reporter',
          'environment',
          'description',
          'timetracking',
          'attachment',
          'labels',
        ],
      },
    ],
  },
  {
    id: 2,
    name: 'Workflow Screen',
    description: 'This screen is used in the workflow and enables you to assign issues',
    tabs: [{ id: 10001, name: 'Field Tab', fields: ['assignee'] }],
  },
  {
    id: 3,
    name: 'Resolve Issue Screen',
    description: 'Allows to set resolution, change fix versions and assign an issue.',
    tabs: [{ id: 10002, name: 'Field Tab', fields: ['resolution', 'fixVersions', 'assignee'] }],
  },
];

export const roles: Table<'roles'> = [
  {
    id: '10002',
    name: 'Administrators',
    description: 'A project role that represents administrators in a project',
  },
  { id: '10003', name: 'Member', description: 'A project role that represents members in a project' },
  { id: '10004', name: 'Viewer', description: 'A project role that represents viewers in a project' },
];

/** Permissions that everyone with access to the product has in a project. */
const everyone = [
  'ADD_COMMENTS',
  'ASSIGNABLE_USER',
  'ASSIGN_ISSUES',
  'BROWSE_PROJECTS',
  'CLOSE_ISSUES',
  'CREATE_ATTACHMENTS',
  'CREATE_ISSUES',
  'DELETE_ALL_COMMENTS',
  'DELETE_ALL_ATTACHMENTS',
  'DELETE_ALL_WORKLOGS',
  'DELETE_ISSUES',
  'DELETE_OWN_ATTACHMENTS',
  'DELETE_OWN_COMMENTS',
  'DELETE_OWN_WORKLOGS',
  'EDIT_ALL_COMMENTS',
  'EDIT_ALL_WORKLOGS',
  'EDIT_ISSUES',
  'EDIT_OWN_COMMENTS',
  'EDIT_OWN_WORKLOGS',
  'LINK_ISSUES',
  'MANAGE_SPRINTS_PERMISSION',
  'MANAGE_WATCHERS',
  'MODIFY_REPORTER',
  'MOVE_ISSUES',
  'RESOLVE_ISSUES',
  'SCHEDULE_ISSUES',
  'SET_ISSUE_SECURITY',
  'TRANSITION_ISSUES',
  'VIEW_AGGREGATED_DATA',
  'VIEW_DEV_TOOLS',
  'VIEW_READONLY_WORKFLOW',
  'VIEW_VOTERS_AND_WATCHERS',
  'WORK_ON_ISSUES',
];
export const permissionSchemes: Table<'permissionSchemes'> = [
  {
    id: 0,
    name: 'Default software scheme',
    description: 'Default scheme for Software projects.',
    permissions: [
      {
        id: 10000,
        permission: 'ADMINISTER_PROJECTS',
        holder: { type: 'projectRole', parameter: '10002', value: '10002' },
      },
      ...everyone.map((permission, index) => ({
        id: 10001 + index,
        permission,
        holder: { type: 'applicationRole' },
      })),
    ],
  },
];

const administrators = ['jira-administrators'];
const allUsers = ['jira-administrators', 'jira-software-users'];
/** Group names by global permission. */
export const globalPermissions: Record<string, string[]> = {
  ADMINISTER: administrators,
  SYSTEM_ADMIN: administrators,
  BULK_CHANGE: allUsers,
  CREATE_SHARED_OBJECTS: allUsers,
  CREATE_PROJECT: administrators,
  MANAGE_GROUP_FILTER_SUBSCRIPTIONS: allUsers,
  USER_PICKER: allUsers,
};

export const projects: Table<'projects'> = [
  {
    id: '10000',
    key: 'EX',
    name: 'Example',
    description: 'This project was created as an example for REST.',
    projectTypeKey: 'software',
    style: 'classic',
    assigneeType: 'UNASSIGNED',
    avatarId: 10400,
    url: '',
    archived: false,
    actors: {},
    requiredFields: [],
    formerKeys: [],
    features: {},
    properties: {},
    lastIssue: 0,
  },
];
