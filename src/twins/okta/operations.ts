export interface OperationModel {
  /** What a token must be allowed; null where anybody may ask. */
  scope: string | null;
  /** Path parameter that names the user who may do this to itself with a session of its own. */
  self?: string;
}

const users = { read: { scope: 'okta.users.read' }, manage: { scope: 'okta.users.manage' } } as const;
const groups = { read: { scope: 'okta.groups.read' }, manage: { scope: 'okta.groups.manage' } } as const;
const logs = { scope: 'okta.logs.read' } as const;
const factors = { read: { scope: 'okta.factors.read' }, manage: { scope: 'okta.factors.manage' } } as const;
const sessions = {
  read: { scope: 'okta.sessions.read' },
  manage: { scope: 'okta.sessions.manage' },
} as const;
const anybody = { scope: null } as const;
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
  'POST /api/v1/users/{userId}/lifecycle/reset_factors': users.manage,
  'POST /api/v1/users/{userId}/credentials/change_password': { ...users.manage, ...own },
  'POST /api/v1/users/{userId}/credentials/change_recovery_question': { ...users.manage, ...own },
  'POST /api/v1/users/{userId}/credentials/forgot_password': users.manage,
  'POST /api/v1/users/{userId}/credentials/forgot_password_recovery_question': users.manage,
  'DELETE /api/v1/users/{userId}/sessions': users.manage,
  'GET /api/v1/users/{userId}/factors': { ...factors.read, ...own },
  'POST /api/v1/users/{userId}/factors': { ...factors.manage, ...own },
  'GET /api/v1/users/{userId}/factors/catalog': { ...factors.read, ...own },
  'GET /api/v1/users/{userId}/factors/questions': { ...factors.read, ...own },
  'GET /api/v1/users/{userId}/factors/{factorId}': { ...factors.read, ...own },
  'DELETE /api/v1/users/{userId}/factors/{factorId}': { ...factors.manage, ...own },
  'POST /api/v1/users/{userId}/factors/{factorId}/lifecycle/activate': { ...factors.manage, ...own },
  'POST /api/v1/users/{userId}/factors/{factorId}/lifecycle/activate/poll': { ...factors.manage, ...own },
  'POST /api/v1/users/{userId}/factors/{factorId}/resend': { ...factors.manage, ...own },
  'POST /api/v1/users/{userId}/factors/{factorId}/verify': { ...factors.manage, ...own },
  'GET /api/v1/users/{userId}/factors/{factorId}/transactions/{transactionId}': { ...factors.read, ...own },
  'DELETE /api/v1/users/{userId}/factors/{factorId}/transactions/{transactionId}': {
    ...factors.manage,
    ...own,
  },
  'POST /api/v1/authn': anybody,
  'POST /api/v1/authn/credentials/change_password': anybody,
  'POST /api/v1/authn/credentials/reset_password': anybody,
  'POST /api/v1/authn/skip': anybody,
  'POST /api/v1/authn/previous': anybody,
  'POST /api/v1/authn/cancel': anybody,
  'POST /api/v1/authn/factors': anybody,
  'POST /api/v1/authn/factors/{factorId}/lifecycle/activate': anybody,
  'POST /api/v1/authn/factors/{factorId}/lifecycle/activate/poll': anybody,
  'POST /api/v1/authn/factors/{factorId}/lifecycle/resend': anybody,
  'POST /api/v1/authn/factors/{factorId}/verify': anybody,
  'POST /api/v1/authn/factors/{factorId}/verify/resend': anybody,
  'POST /api/v1/authn/recovery/password': anybody,
  'POST /api/v1/authn/recovery/unlock': anybody,
  'POST /api/v1/authn/recovery/token': anybody,
  'POST /api/v1/authn/recovery/answer': anybody,
  'POST /api/v1/authn/recovery/factors/sms/verify': anybody,
  'POST /api/v1/authn/recovery/factors/sms/resend': anybody,
  'POST /api/v1/sessions': anybody,
  'GET /api/v1/sessions/me': anybody,
  'DELETE /api/v1/sessions/me': anybody,
  'POST /api/v1/sessions/me/lifecycle/refresh': anybody,
  'GET /api/v1/sessions/{sessionId}': sessions.read,
  'DELETE /api/v1/sessions/{sessionId}': sessions.manage,
  'POST /api/v1/sessions/{sessionId}/lifecycle/refresh': sessions.manage,
  'GET /login/sessionCookieRedirect': anybody,
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
