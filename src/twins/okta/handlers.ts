import * as authn from './authn';
import * as authnFactors from './authnFactors';
import type { Handler } from './call';
import * as factors from './factors';
import * as groups from './groups';
import { listLogs } from './logs';
import type { OktaOperation } from './operations';
import * as passwords from './passwordChanges';
import * as recovery from './recovery';
import * as sessions from './sessions';
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
  'POST /api/v1/users/{userId}/lifecycle/reset_factors': factors.resetFactors,
  'POST /api/v1/users/{userId}/credentials/change_password': passwords.changePassword,
  'POST /api/v1/users/{userId}/credentials/change_recovery_question': passwords.changeRecoveryQuestion,
  'POST /api/v1/users/{userId}/credentials/forgot_password': passwords.forgotPassword,
  'POST /api/v1/users/{userId}/credentials/forgot_password_recovery_question': passwords.answerForgotPassword,
  'DELETE /api/v1/users/{userId}/sessions': sessions.clearSessions,
  'GET /api/v1/users/{userId}/factors': factors.listFactors,
  'POST /api/v1/users/{userId}/factors': factors.enrollFactor,
  'GET /api/v1/users/{userId}/factors/catalog': factors.listCatalogue,
  'GET /api/v1/users/{userId}/factors/questions': factors.listQuestions,
  'GET /api/v1/users/{userId}/factors/{factorId}': factors.getFactor,
  'DELETE /api/v1/users/{userId}/factors/{factorId}': factors.deleteFactor,
  'POST /api/v1/users/{userId}/factors/{factorId}/lifecycle/activate': factors.activateUserFactor,
  'POST /api/v1/users/{userId}/factors/{factorId}/lifecycle/activate/poll': factors.activateUserFactor,
  'POST /api/v1/users/{userId}/factors/{factorId}/resend': factors.resendFactor,
  'POST /api/v1/users/{userId}/factors/{factorId}/verify': factors.verifyFactor,
  'GET /api/v1/users/{userId}/factors/{factorId}/transactions/{transactionId}': factors.pollPush,
  'DELETE /api/v1/users/{userId}/factors/{factorId}/transactions/{transactionId}': factors.cancelPush,
  'POST /api/v1/authn': authn.authenticatePrimary,
  'POST /api/v1/authn/credentials/change_password': authn.changeExpiredPassword,
  'POST /api/v1/authn/credentials/reset_password': authn.resetForgottenPassword,
  'POST /api/v1/authn/skip': authn.skipWarning,
  'POST /api/v1/authn/previous': authn.previousState,
  'POST /api/v1/authn/cancel': authn.cancelSignIn,
  'POST /api/v1/authn/factors': authnFactors.enrollInSignIn,
  'POST /api/v1/authn/factors/{factorId}/lifecycle/activate': authnFactors.activateInSignIn,
  'POST /api/v1/authn/factors/{factorId}/lifecycle/activate/poll': authnFactors.activateInSignIn,
  'POST /api/v1/authn/factors/{factorId}/lifecycle/resend': authnFactors.resendInSignIn,
  'POST /api/v1/authn/factors/{factorId}/verify': authnFactors.verifyInSignIn,
  'POST /api/v1/authn/factors/{factorId}/verify/resend': authnFactors.resendInSignIn,
  'POST /api/v1/authn/recovery/password': recovery.recoverPassword,
  'POST /api/v1/authn/recovery/unlock': recovery.recoverLocked,
  'POST /api/v1/authn/recovery/token': recovery.useRecoveryToken,
  'POST /api/v1/authn/recovery/answer': recovery.answerRecovery,
  'POST /api/v1/authn/recovery/factors/sms/verify': recovery.verifyRecovery,
  'POST /api/v1/authn/recovery/factors/sms/resend': recovery.resendRecovery,
  'POST /api/v1/sessions': sessions.createSession,
  'GET /api/v1/sessions/me': sessions.getSession,
  'DELETE /api/v1/sessions/me': sessions.closeSession,
  'POST /api/v1/sessions/me/lifecycle/refresh': sessions.refreshSession,
  'GET /api/v1/sessions/{sessionId}': sessions.getSession,
  'DELETE /api/v1/sessions/{sessionId}': sessions.closeSession,
  'POST /api/v1/sessions/{sessionId}/lifecycle/refresh': sessions.refreshSession,
  'GET /login/sessionCookieRedirect': sessions.redirectWithCookie,
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
