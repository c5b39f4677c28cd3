import type { TwinEntry } from '../entry';
import { oauthOperations, operations } from './operations';

/** What people and other layers may know of the Jira twin. */
export const jiraEntry: TwinEntry = {
  name: 'jira',
  description:
    'Jira Cloud with one site. Without a seed: the software project EX with the usual issue types and the simplified workflow (To Do, In Progress, Done), and two people.',
  hosts: ['your-domain.atlassian.net', '*.atlassian.net', 'api.atlassian.com', 'auth.atlassian.com'],
  values: {
    url: 'base URL of the site',
    email: 'address of the person that the token belongs to',
    token: 'API token of that person, new for each twin',
    clientId: 'id of an OAuth app (3LO)',
    clientSecret: 'secret of that app, which also signs its webhooks',
    cloudId: 'id of the site at api.atlassian.com/ex/jira/{cloudId}',
    accessToken: 'access token of that app with every scope, good for an hour',
    refreshToken: 'refresh token that goes with it',
  },
  seed: {
    me: 'account id of the person that the token belongs to',
    users: 'people: [{ accountId, displayName, emailAddress, active, timeZone, … }]; the token’s is added',
    groups: 'groups: [{ name, members }]',
    tokens: 'further tokens: [{ token, user, kind, scopes, status }]',
    grants: 'consents to the OAuth app: [{ id, user, scopes }]',
    projects:
      'projects: [{ key, name, lead, issueTypes, workflowScheme, permissionScheme, requiredFields, … }]',
    projectCategories: 'categories of projects: [{ name }]',
    components: 'components of projects: [{ project, name, … }]',
    versions: 'versions of projects: [{ project, name, released, releaseDate, … }]',
    issues:
      'issues, oldest first: [{ project or key, summary, issuetype, status, description, assignee, labels, parent, comments, worklogs, … }]; types, statuses and components by name, rich text also as wiki markup',
    links: 'links between issues: [{ type, inward, outward }] with keys',
    issueTypes: 'issue types: [{ name, hierarchyLevel }], 1 epic, 0 base, -1 subtask',
    statuses: 'statuses: [{ name, category }], category new, indeterminate or done',
    workflows:
      'workflows: [{ name, statuses, transitions: [{ name, from, to, initial, fields, resolution }] }]',
    workflowSchemes: 'which workflow a project uses: [{ name, defaultWorkflow, issueTypeMappings }]',
    priorities: 'priorities: [{ name, isDefault }]',
    resolutions: 'resolutions: [{ name }]',
    linkTypes: 'types of links: [{ name, inward, outward }]',
    customFields: 'custom fields: [{ id, name, type, contexts }]',
    screens: 'screens: [{ name, tabs }]',
    roles: 'project roles: [{ name }]',
    permissionSchemes: 'who may do what: [{ name, permissions: [{ permission, holder }] }]',
    globalPermissions: 'group names by global permission',
    filters: 'filters: [{ name, jql, owner }]',
    dashboards: 'dashboards: [{ name, owner, gadgets }]',
    boards: 'boards: [{ name, type, filter, project }]',
    sprints: 'sprints: [{ name, board, state }]',
    webhooks: 'webhooks of apps: [{ url, events, jqlFilter, client, user }]',
    failedWebhooks: 'webhooks that never arrived',
    tasks: 'long-running tasks',
    deletedWorklogs: 'worklogs that went: [{ id, at }]',
    settings: 'of the site: { searchLag, attachmentLimit, … }',
    counters: 'the newest number given out, by kind of thing',
  },
  variables: { JIRA_BASE_URL: 'url', JIRA_EMAIL: 'email', JIRA_API_TOKEN: 'token' },
  methods: [...Object.keys(operations), ...oauthOperations],
  faults: {
    ratelimited: 'HTTP 429 with Retry-After: retryAfter seconds, 1 when left out',
    'jira-burst-based':
      'HTTP 429 with that reason, and Retry-After only where retryAfter is given; so are jira-per-issue-on-write, jira-quota-tenant-based, jira-quota-global-based and jira-cost-based',
    timeout: 'no answer at all',
    connection_reset: 'the connection is reset',
    http_500:
      'HTTP 500; so are http_400, http_401, http_403, http_404, http_409, http_502, http_503, http_504',
  },
};
