export interface OperationModel {
  /** What a token must be allowed; null where anybody may ask. */
  scope: string | null;
  /** Path parameter that names the user who may do this to itself with a session of its own. */
  self?: string;
}

const users = { read: { scope: 'okta.users.read' }, manage: { scope: 'okta.users.manage' } } as const;
const groups = { read: { scope: 'okta.groups.read' }, manage: { scope: 'okta.groups.manage' } } as const;
const logs = { scope: 'okta.logs.read' } as const;
const own = { self: 'userId' } as const;

/** The operations this twin models, by the names that faults and call logs use. */
export const oktaOperations = {
  'GET /api/v1/users': users.read,
  'POST /api/v1/users': users.manage,
  'GET /api/v1/users/{userId}': { ...users.read, ...own },
  'POST /api/v1/users/{userId}': { ...users.manage, ...own },
  'PUT /api/v1/users/{userId}': users.manage,
  'DELETE /api/v1/users/{userId}': users.manage,
  'GET /api/v1/users/{userId}/groups': { ...users.read, ...own },
  'POST /api/v1/users/{userId}/lifecycle/activate': users.manage,
  'POST /api/v1/users/{userId}/lifecycle/reactivate': users.manage,
  'POST /api/v1/users/{userId}/lifecycle/suspend': users.manage,
  'POST /api/v1/users/{userId}/lifecycle/unsuspend': users.manage,
  'POST /api/v1/users/{userId}/lifecycle/unlock': users.manage,
  'POST /api/v1/users/{userId}/lifecycle/deactivate': users.manage,
  'POST /api/v1/users/{userId}/lifecycle/expire_password': users.manage,
  'POST /api/v1/users/{userId}/lifecycle/expire_password_with_temp_password': users.manage,
  'POST /api/v1/users/{userId}/lifecycle/reset_password': users.manage,
  'GET /api/v1/groups': groups.read,
  'POST /api/v1/groups': groups.manage,
  'GET /api/v1/groups/{groupId}': groups.read,
  'PUT /api/v1/groups/{groupId}': groups.manage,
  'DELETE /api/v1/groups/{groupId}': groups.manage,
  'GET /api/v1/groups/{groupId}/users': groups.read,
  'PUT /api/v1/groups/{groupId}/users/{userId}': groups.manage,
  'DELETE /api/v1/groups/{groupId}/users/{userId}': groups.manage,
  'GET /api/v1/logs': logs,
} as const satisfies Record<string, OperationModel>;

export type OktaOperation = keyof typeof oktaOperations;

export function isOktaOperation(name: string): name is OktaOperation {
  return Object.hasOwn(oktaOperations, name);
}

/** Host names of organisations; the first is that of a twin that nobody serves. */
export const oktaHosts = ['example.okta.com', '*.okta.com', '*.oktapreview.com', '*.okta-emea.com'];
