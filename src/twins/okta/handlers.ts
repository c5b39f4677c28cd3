import type { Handler } from './call';
import * as groups from './groups';
import { listLogs } from './logs';
import type { OktaOperation } from './operations';
import * as lifecycle from './userLifecycle';
import * as users from './users';
import { listUsers } from './userSearch';

/** What the operations do; the compiler sees to it that none is forgotten. */
export const handlers: Readonly<Record<OktaOperation, Handler>> = {
  'GET /api/v1/users': listUsers,
  'POST /api/v1/users': users.createUser,
  'GET /api/v1/users/{userId}': users.getUser,
  'POST /api/v1/users/{userId}': users.updateUser,
  'PUT /api/v1/users/{userId}': users.replaceUser,
  'DELETE /api/v1/users/{userId}': users.removeUser,
  'GET /api/v1/users/{userId}/groups': users.listGroupsOfUser,
  'POST /api/v1/users/{userId}/lifecycle/activate': lifecycle.activateUser,
  'POST /api/v1/users/{userId}/lifecycle/reactivate': lifecycle.reactivateUser,
  'POST /api/v1/users/{userId}/lifecycle/suspend': lifecycle.suspendUser,
  'POST /api/v1/users/{userId}/lifecycle/unsuspend': lifecycle.unsuspendUser,
  'POST /api/v1/users/{userId}/lifecycle/unlock': lifecycle.unlockUser,
  'POST /api/v1/users/{userId}/lifecycle/deactivate': lifecycle.deactivateUser,
  'POST /api/v1/users/{userId}/lifecycle/expire_password': lifecycle.expirePassword,
  'POST /api/v1/users/{userId}/lifecycle/expire_password_with_temp_password':
    lifecycle.expirePasswordWithTemporary,
  'POST /api/v1/users/{userId}/lifecycle/reset_password': lifecycle.resetPassword,
  'GET /api/v1/groups': groups.listGroups,
  'POST /api/v1/groups': groups.createGroup,
  'GET /api/v1/groups/{groupId}': groups.getGroup,
  'PUT /api/v1/groups/{groupId}': groups.replaceGroup,
  'DELETE /api/v1/groups/{groupId}': groups.deleteGroup,
  'GET /api/v1/groups/{groupId}/users': groups.listMembers,
  'PUT /api/v1/groups/{groupId}/users/{userId}': groups.putMember,
  'DELETE /api/v1/groups/{groupId}/users/{userId}': groups.deleteMember,
  'GET /api/v1/logs': listLogs,
};
