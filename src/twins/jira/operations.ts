import { searchOperations } from './jql/operations';

/** What an OAuth app must have been granted, and whether nobody in particular may ask. */
export interface OperationModel {
  scopes: readonly string[];
  anonymous?: true;
}

const read = { scopes: ['read:jira-work'] };
const write = { scopes: ['write:jira-work'] };
const people = { scopes: ['read:jira-user'] };
const anyone = { scopes: ['read:jira-work'], anonymous: true } as const;

/**
 * The operations this twin models. Their names say version 3 of the interface and stand for `/rest/api/2` and
 * `/rest/api/latest` as well.
 */
export const operations = {
  ...searchOperations,
  'GET /rest/api/3/issue/createmeta': read,
  'GET /rest/api/3/issue/createmeta/{projectIdOrKey}/issuetypes': read,
  'GET /rest/api/3/issue/createmeta/{projectIdOrKey}/issuetypes/{issueTypeId}': read,
  'POST /rest/api/3/issue': write,
  'GET /rest/api/3/issue/{issueIdOrKey}': anyone,
  'PUT /rest/api/3/issue/{issueIdOrKey}': write,
  'DELETE /rest/api/3/issue/{issueIdOrKey}': write,
  'PUT /rest/api/3/issue/{issueIdOrKey}/assignee': write,
  'GET /rest/api/3/issue/{issueIdOrKey}/editmeta': read,
  'GET /rest/api/3/issue/{issueIdOrKey}/changelog': read,
  'GET /rest/api/3/issue/{issueIdOrKey}/transitions': read,
  'POST /rest/api/3/issue/{issueIdOrKey}/transitions': write,
  'GET /rest/api/3/issue/{issueIdOrKey}/comment': anyone,
  'POST /rest/api/3/issue/{issueIdOrKey}/comment': write,
  'GET /rest/api/3/issue/{issueIdOrKey}/comment/{id}': anyone,
  'PUT /rest/api/3/issue/{issueIdOrKey}/comment/{id}': write,
  'DELETE /rest/api/3/issue/{issueIdOrKey}/comment/{id}': write,
  'GET /rest/api/3/project': anyone,
  'GET /rest/api/3/project/search': anyone,
  'GET /rest/api/3/project/{projectIdOrKey}': anyone,
  'GET /rest/api/3/project/{projectIdOrKey}/statuses': anyone,
  'GET /rest/api/3/issuetype': anyone,
  'GET /rest/api/3/priority': anyone,
  'GET /rest/api/3/resolution': anyone,
  'GET /rest/api/3/status': anyone,
  'GET /rest/api/3/statuscategory': anyone,
  'GET /rest/api/3/myself': people,
  'GET /rest/api/3/serverInfo': { scopes: [], anonymous: true },
} as const satisfies Readonly<Record<string, OperationModel>>;

export type Operation = keyof typeof operations;
