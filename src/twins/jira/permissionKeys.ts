/** Every permission of Jira: id, key, name, and whether it belongs to a project or to the whole site. */
type Row = readonly [id: string, key: string, name: string];

const inProjects: readonly Row[] = [
  ['23', 'ADMINISTER_PROJECTS', 'Administer Projects'],
  ['10', 'BROWSE_PROJECTS', 'Browse Projects'],
  ['29', 'VIEW_DEV_TOOLS', 'View Development Tools'],
  ['45', 'VIEW_READONLY_WORKFLOW', 'View Read-Only Workflow'],
  ['46', 'VIEW_AGGREGATED_DATA', 'View aggregated data'],
  ['11', 'CREATE_ISSUES', 'Create Issues'],
  ['12', 'EDIT_ISSUES', 'Edit Issues'],
  ['46', 'TRANSITION_ISSUES', 'Transition Issues'],
  ['28', 'SCHEDULE_ISSUES', 'Schedule Issues'],
  ['25', 'MOVE_ISSUES', 'Move Issues'],
  ['13', 'ASSIGN_ISSUES', 'Assign Issues'],
  ['17', 'ASSIGNABLE_USER', 'Assignable User'],
  ['14', 'RESOLVE_ISSUES', 'Resolve Issues'],
  ['18', 'CLOSE_ISSUES', 'Close Issues'],
  ['30', 'MODIFY_REPORTER', 'Modify Reporter'],
  ['16', 'DELETE_ISSUES', 'Delete Issues'],
  ['21', 'LINK_ISSUES', 'Link Issues'],
  ['26', 'SET_ISSUE_SECURITY', 'Set Issue Security'],
  ['31', 'VIEW_VOTERS_AND_WATCHERS', 'View Voters and Watchers'],
  ['32', 'MANAGE_WATCHERS', 'Manage Watchers'],
  ['15', 'ADD_COMMENTS', 'Add Comments'],
  ['34', 'EDIT_ALL_COMMENTS', 'Edit All Comments'],
  ['35', 'EDIT_OWN_COMMENTS', 'Edit Own Comments'],
  ['36', 'DELETE_ALL_COMMENTS', 'Delete All Comments'],
  ['37', 'DELETE_OWN_COMMENTS', 'Delete Own Comments'],
  ['19', 'CREATE_ATTACHMENTS', 'Create Attachments'],
  ['38', 'DELETE_ALL_ATTACHMENTS', 'Delete All Attachments'],
  ['39', 'DELETE_OWN_ATTACHMENTS', 'Delete Own Attachments'],
  ['20', 'WORK_ON_ISSUES', 'Work On Issues'],
  ['40', 'EDIT_OWN_WORKLOGS', 'Edit Own Worklogs'],
  ['41', 'EDIT_ALL_WORKLOGS', 'Edit All Worklogs'],
  ['42', 'DELETE_OWN_WORKLOGS', 'Delete Own Worklogs'],
  ['43', 'DELETE_ALL_WORKLOGS', 'Delete All Worklogs'],
  ['-1', 'MANAGE_SPRINTS_PERMISSION', 'Manage Sprints'],
];
const ofTheSite: readonly Row[] = [
  ['0', 'ADMINISTER', 'Administer Jira'],
  ['44', 'SYSTEM_ADMIN', 'System Administrators'],
  ['33', 'BULK_CHANGE', 'Bulk Change'],
  ['22', 'CREATE_SHARED_OBJECTS', 'Create Shared Objects'],
  ['47', 'CREATE_PROJECT', 'Create projects'],
  ['24', 'MANAGE_GROUP_FILTER_SUBSCRIPTIONS', 'Manage Group Filter Subscriptions'],
  ['27', 'USER_PICKER', 'Browse users and groups'],
];

export interface PermissionKey {
  id: string;
  key: string;
  name: string;
  type: 'GLOBAL' | 'PROJECT';
  description: string;
}

const rowsOf = (rows: readonly Row[], type: PermissionKey['type']): PermissionKey[] =>
  rows.map(([id, key, name]) => ({ id, key, name, type, description: `Ability to ${name.toLowerCase()}.` }));

export const permissionKeys: readonly PermissionKey[] = [
  ...rowsOf(inProjects, 'PROJECT'),
  ...rowsOf(ofTheSite, 'GLOBAL'),
];
