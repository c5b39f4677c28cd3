import { flag, objectOf, textOf, type Change, type Handler } from './call';
import { needSettled, needUser } from './directory';
import { refuse, refuseField } from './errors';
import { newSecret } from './ids';
import { passwordProblem, setPassword, wasUsed } from './passwords';
import { passwordRules } from './policies';
import type { UserStatus } from './schemas';
import { endSessions } from './sessions';
import type { User } from './state';
import { userParty } from './systemLog';
import { checkCredentials } from './userCredentials';
import { makeLink, setStatus } from './userStatus';
import { viewCredentials } from './userViews';

const linkLastsMs = 3_600_000;

/** Refuses a new password that the policy does not allow, in the way of changes of credentials. */
export function checkNewPassword(
  change: Change,
  user: User,
  password: string,
  code: 'E0000014' | 'E0000080',
): void {
  const rules = passwordRules(change.state, user);
  const problem = passwordProblem(password, String(user.profile['login']), rules);
  if (problem) refuse(code, { causes: [problem] });
  if (wasUsed(user, password, rules)) refuse(code, { causes: ['Password has been used too recently'] });
}

/** Gives the user a new password, with which the user becomes active. */
export function takeNewPassword(change: Change, user: User, password: string): void {
  setPassword(user, password, change.at);
  if (user.status !== 'STAGED' && user.status !== 'ACTIVE') setStatus(change, user, 'ACTIVE');
  user.lastUpdated = change.at;
  change.log('user.account.update_password', [userParty(user)]);
}

function needStatus(
  user: User,
  statuses: readonly UserStatus[],
  code: 'E0000014' | 'E0000034' | 'E0000036',
): void {
  needSettled(user);
  if (!statuses.includes(user.status)) refuse(code);
}

function neededText(value: unknown, field: string): string {
  return textOf(objectOf(value)?.['value']) ?? refuseField(field, `${field}: The field cannot be left blank`);
}

export function refuseWrongPassword(user: User, password: string, field: string): void {
  if (user.credentials.password?.value === password) return;
  refuse('E0000014', { causes: [`${field}: The credentials provided were incorrect.`] });
}

export const changePassword: Handler = (call) => {
  const user = needUser(call);
  const oldPassword = neededText(call.body['oldPassword'], 'oldPassword');
  const newPassword = neededText(call.body['newPassword'], 'newPassword');
  needStatus(user, ['STAGED', 'ACTIVE', 'PASSWORD_EXPIRED', 'RECOVERY'], 'E0000014');
  refuseWrongPassword(user, oldPassword, 'oldPassword');
  checkNewPassword(call, user, newPassword, 'E0000014');
  takeNewPassword(call, user, newPassword);
  if (call.body['revokeSessions'] === true) endSessions(call, user);
  return { body: viewCredentials(user) };
};

export const changeRecoveryQuestion: Handler = (call) => {
  const user = needUser(call);
  const { password, question } = checkCredentials(call.body);
  needStatus(user, ['STAGED', 'ACTIVE', 'RECOVERY'], 'E0000036');
  if (password === undefined) refuseField('password', 'password: The field cannot be left blank');
  if (!question) return refuseField('recovery_question', 'recovery_question: The field cannot be left blank');
  refuseWrongPassword(user, password, 'password');
  user.credentials.recovery_question = question;
  user.lastUpdated = call.at;
  return { body: viewCredentials(user) };
};

export const forgotPassword: Handler = (call) => {
  const user = needUser(call);
  needStatus(user, ['ACTIVE'], 'E0000034');
  const token = makeLink(call, user, { kind: 'recovery', token: newSecret(20), lastsMs: linkLastsMs });
  if (flag(call, 'sendEmail', true)) return { body: {} };
  return { body: { resetPasswordUrl: `${call.origin}/signin/reset-password/${token}` } };
};

export const answerForgotPassword: Handler = (call) => {
  const user = needUser(call);
  const given = checkCredentials({ ...call.body, recovery_question: undefined });
  const answer = textOf(objectOf(call.body['recovery_question'])?.['answer']) ?? '';
  needStatus(user, ['ACTIVE', 'RECOVERY', 'PASSWORD_EXPIRED'], 'E0000034');
  if (given.password === undefined) refuseField('password', 'password: The field cannot be left blank');
  const right = user.credentials.recovery_question?.answer;
  if (right === undefined || right.toLowerCase() !== answer.toLowerCase()) {
    refuse('E0000087', { causes: ['The recovery question answer did not match our records.'] });
  }
  checkNewPassword(call, user, given.password, 'E0000014');
  takeNewPassword(call, user, given.password);
  return { body: viewCredentials(user) };
};
