// Search, JQL and filters, as the router finds them; see the operations of the twin.

const read = { scopes: ['read:jira-work'], anonymous: true } as const;
const member = { scopes: ['read:jira-work'] } as const;
const write = { scopes: ['write:jira-work'] } as const;

export const searchOperations = {
  'GET /rest/api/3/search': read,
  'POST /rest/api/3/search': read,
  'GET /rest/api/3/search/jql': read,
  'POST /rest/api/3/search/jql': read,
  'POST /rest/api/3/search/approximate-count': read,
  'POST /rest/api/3/jql/match': read,
  'POST /rest/api/3/jql/parse': read,
  'POST /rest/api/3/jql/pdcleaner': { scopes: [], anonymous: true },
  'POST /rest/api/3/jql/sanitize': { scopes: ['manage:jira-configuration'] },
  'GET /rest/api/3/jql/autocompletedata': read,
  'POST /rest/api/3/jql/autocompletedata': read,
  'GET /rest/api/3/jql/autocompletedata/suggestions': read,
  'GET /rest/api/3/issue/picker': member,
  'POST /rest/api/3/filter': write,
  'GET /rest/api/3/filter/defaultShareScope': member,
  'PUT /rest/api/3/filter/defaultShareScope': write,
  'GET /rest/api/3/filter/favourite': read,
  'GET /rest/api/3/filter/my': member,
  'GET /rest/api/3/filter/search': read,
  'GET /rest/api/3/filter/{id}': read,
  'PUT /rest/api/3/filter/{id}': write,
  'DELETE /rest/api/3/filter/{id}': write,
  'GET /rest/api/3/filter/{id}/columns': member,
  'PUT /rest/api/3/filter/{id}/columns': write,
  'DELETE /rest/api/3/filter/{id}/columns': write,
  'PUT /rest/api/3/filter/{id}/favourite': write,
  'DELETE /rest/api/3/filter/{id}/favourite': write,
  'PUT /rest/api/3/filter/{id}/owner': write,
  'GET /rest/api/3/filter/{id}/permission': read,
  'POST /rest/api/3/filter/{id}/permission': write,
  'GET /rest/api/3/filter/{id}/permission/{permissionId}': read,
  'DELETE /rest/api/3/filter/{id}/permission/{permissionId}': write,
} as const;
