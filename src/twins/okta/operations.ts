import { oauthOperations } from './oauth/operations';

export interface OperationModel {
  /** What a token must be allowed; null where anybody may ask. */
  scope: string | null;
  /** Path parameter that names the user who may do this to itself with a session of its own. */
  self?: string;
  /** Of OAuth: bodies are forms, and credentials and errors are not those of the management API. */
  oauth?: true;
}

const users = { read: { scope: 'okta.users.read' }, manage: { scope: 'okta.users.manage' } } as const;
const groups = { read: { scope: 'okta.groups.read' }, manage: { scope: 'okta.groups.manage' } } as const;
const logs = { scope: 'okta.logs.read' } as const;
const factors = { read: { scope: 'okta.factors.read' }, manage: { scope: 'okta.factors.manage' } } as const;
const sessions = {
  read: { scope: 'okta.sessions.read' },
  manage: { scope: 'okta.sessions.manage' },
} as const;
const apps = { read: { scope: 'okta.apps.read' }, manage: { scope: 'okta.apps.manage' } } as const;
const roles = { read: { scope: 'okta.roles.read' }, manage: { scope: 'okta.roles.manage' } } as const;
const policies = {
  read: { scope: 'okta.policies.read' },
  manage: { scope: 'okta.policies.manage' },
} as const;
const hooks = {
  read: { scope: 'okta.eventHooks.read' },
  manage: { scope: 'okta.eventHooks.manage' },
} as const;
const schemas = { scope: 'okta.schemas.read' } as const;
const userTypes = { scope: 'okta.userTypes.read' } as const;
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
  'GET /api/v1/groups/rules': groups.read,
  'POST /api/v1/groups/rules': groups.manage,
  'GET /api/v1/groups/rules/{groupRuleId}': groups.read,
  'PUT /api/v1/groups/rules/{groupRuleId}': groups.manage,
  'DELETE /api/v1/groups/rules/{groupRuleId}': groups.manage,
  'POST /api/v1/groups/rules/{groupRuleId}/lifecycle/activate': groups.manage,
  'POST /api/v1/groups/rules/{groupRuleId}/lifecycle/deactivate': groups.manage,
  'GET /api/v1/groups/{groupId}/apps': groups.read,
  'GET /api/v1/users/{userId}/appLinks': { ...users.read, ...own },
  'GET /api/v1/users/{userId}/roles': roles.read,
  'POST /api/v1/users/{userId}/roles': roles.manage,
  'GET /api/v1/users/{userId}/roles/{roleAssignmentId}': roles.read,
  'DELETE /api/v1/users/{userId}/roles/{roleAssignmentId}': roles.manage,
  'GET /api/v1/apps': apps.read,
  'POST /api/v1/apps': apps.manage,
  'GET /api/v1/apps/{appId}': apps.read,
  'PUT /api/v1/apps/{appId}': apps.manage,
  'DELETE /api/v1/apps/{appId}': apps.manage,
  'POST /api/v1/apps/{appId}/lifecycle/activate': apps.manage,
  'POST /api/v1/apps/{appId}/lifecycle/deactivate': apps.manage,
  'GET /api/v1/apps/{appId}/users': apps.read,
  'POST /api/v1/apps/{appId}/users': apps.manage,
  'GET /api/v1/apps/{appId}/users/{userId}': apps.read,
  'POST /api/v1/apps/{appId}/users/{userId}': apps.manage,
  'DELETE /api/v1/apps/{appId}/users/{userId}': apps.manage,
  'GET /api/v1/apps/{appId}/groups': apps.read,
  'GET /api/v1/apps/{appId}/groups/{groupId}': apps.read,
  'PUT /api/v1/apps/{appId}/groups/{groupId}': apps.manage,
  'DELETE /api/v1/apps/{appId}/groups/{groupId}': apps.manage,
  'GET /api/v1/apps/{appId}/connections/default': apps.read,
  'POST /api/v1/apps/{appId}/connections/default': apps.manage,
  'POST /api/v1/apps/{appId}/connections/default/lifecycle/activate': apps.manage,
  'POST /api/v1/apps/{appId}/connections/default/lifecycle/deactivate': apps.manage,
  'GET /api/v1/policies': policies.read,
  'POST /api/v1/policies': policies.manage,
  'GET /api/v1/policies/{policyId}': policies.read,
  'PUT /api/v1/policies/{policyId}': policies.manage,
  'DELETE /api/v1/policies/{policyId}': policies.manage,
  'POST /api/v1/policies/{policyId}/lifecycle/activate': policies.manage,
  'POST /api/v1/policies/{policyId}/lifecycle/deactivate': policies.manage,
  'GET /api/v1/policies/{policyId}/rules': policies.read,
  'POST /api/v1/policies/{policyId}/rules': policies.manage,
  'GET /api/v1/policies/{policyId}/rules/{ruleId}': policies.read,
  'PUT /api/v1/policies/{policyId}/rules/{ruleId}': policies.manage,
  'DELETE /api/v1/policies/{policyId}/rules/{ruleId}': policies.manage,
  'POST /api/v1/policies/{policyId}/rules/{ruleId}/lifecycle/activate': policies.manage,
  'POST /api/v1/policies/{policyId}/rules/{ruleId}/lifecycle/deactivate': policies.manage,
  'GET /api/v1/eventHooks': hooks.read,
  'POST /api/v1/eventHooks': hooks.manage,
  'GET /api/v1/eventHooks/{eventHookId}': hooks.read,
  'PUT /api/v1/eventHooks/{eventHookId}': hooks.manage,
  'DELETE /api/v1/eventHooks/{eventHookId}': hooks.manage,
  'POST /api/v1/eventHooks/{eventHookId}/lifecycle/activate': hooks.manage,
  'POST /api/v1/eventHooks/{eventHookId}/lifecycle/deactivate': hooks.manage,
  'POST /api/v1/eventHooks/{eventHookId}/lifecycle/verify': hooks.manage,
  'GET /api/v1/meta/schemas/user/{schemaId}': schemas,
  'GET /api/v1/meta/types/user': userTypes,
  'GET /api/v1/meta/types/user/{typeId}': userTypes,
  'GET /api/v1/logs': logs,
  ...oauthOperations,
} as const satisfies Record<string, OperationModel>;

export type OktaOperation = keyof typeof oktaOperations;

export function isOktaOperation(name: string): name is OktaOperation {
  return Object.hasOwn(oktaOperations, name);
}

/** Host names of organisations; the first is that of a twin that nobody serves. */
export const oktaHosts = ['example.okta.com', '*.okta.com', '*.oktapreview.com', '*.okta-emea.com'];
