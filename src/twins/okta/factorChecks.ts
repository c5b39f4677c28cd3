import { makeId, type Change } from './call';
import { refuse } from './errors';
import { codeAt, newMessageCode, stepOf } from './oneTimeCodes';
import type { Factor, Push, User } from './state';
import { userParty } from './systemLog';
import { setStatus } from './userStatus';

/** What comes of looking at a code, in Okta's words. */
export type FactorResult =
  | 'SUCCESS'
  | 'FAILED'
  | 'WAITING'
  | 'REJECTED'
  | 'TIMEOUT'
  | 'CANCELLED'
  | 'PASSCODE_REPLAYED'
  | 'TIME_WINDOW_EXCEEDED';

/** Steps by which a clock may differ, and within which a late code is told from a wrong one. */
const tolerance = 1;
const recognised = 10;
const messageLastsMs = 5 * 60_000;
const pushLastsMs = 5 * 60_000;
const againAfterMs = 30_000;
/** Wrong codes that lock a user. */
const maxFailures = 5;

function checkAuthenticatorCode({ now }: Change, factor: Factor, code: string): FactorResult {
  const current = stepOf(now);
  for (let distance = 0; distance <= recognised; distance += 1) {
    for (const step of [current - distance, current + distance]) {
      if (codeAt(factor.secret ?? '', step) !== code) continue;
      if (factor.usedStep !== undefined && step <= factor.usedStep) return 'PASSCODE_REPLAYED';
      if (distance > tolerance) return 'TIME_WINDOW_EXCEEDED';
      factor.usedStep = step;
      return 'SUCCESS';
    }
  }
  return 'FAILED';
}

function checkSentCode({ now }: Change, holder: Pick<Factor, 'sent'>, code: string): FactorResult {
  const { sent } = holder;
  if (sent?.code !== code || now - sent.at > messageLastsMs) return 'FAILED';
  delete holder.sent;
  return 'SUCCESS';
}

/** Checks what a user types for a factor, and uses it up when it is right. */
export function checkCode(change: Change, factor: Factor, code: string): FactorResult {
  if (factor.factorType === 'question') {
    return factor.answer?.toLowerCase() === code.toLowerCase() ? 'SUCCESS' : 'FAILED';
  }
  if (factor.factorType === 'token:software:totp') return checkAuthenticatorCode(change, factor, code);
  return checkSentCode(change, factor, code);
}

/** Sends a code by message; too soon after the last one it is refused. */
export function sendCode({ now }: Change, holder: Pick<Factor, 'sent'>, by: string): void {
  const tooSoon = holder.sent !== undefined && now - holder.sent.at < againAfterMs;
  if (tooSoon && by === 'sms') refuse('E0000109');
  if (tooSoon && by === 'call') refuse('E0000133');
  holder.sent = { code: newMessageCode(), at: now };
}

/** Counts a wrong code; too many lock the user. */
export function countFailure(change: Change, user: User): void {
  user.failedCodes += 1;
  const canLock = user.status === 'ACTIVE' || user.status === 'PASSWORD_EXPIRED';
  if (user.failedCodes < maxFailures || !canLock) return;
  setStatus(change, user, 'LOCKED_OUT');
  user.lockedAt = change.at;
  change.log('user.account.lock', [userParty(user)], 'LOCKED_OUT');
}

/** Checks a code within a sign-in or an API call that answers failures with errors; a success clears the count. */
export function requireCode(change: Change, user: User, factor: Factor, code: string): void {
  if (user.status === 'LOCKED_OUT') refuse('E0000069');
  const result = checkCode(change, factor, code);
  if (result === 'SUCCESS') {
    user.failedCodes = 0;
    return;
  }
  if (result === 'PASSCODE_REPLAYED') refuse('E0000082');
  if (result === 'TIME_WINDOW_EXCEEDED') refuse('E0000083');
  countFailure(change, user);
  refuse('E0000068', { causes: ["Your token doesn't match our records. Please try again."] });
}

/** Asks the user's device; what it answers is in the organisation's settings. */
export function startPush(change: Change, factor: Factor): Push {
  const push: Push = {
    id: makeId(change, 'mst'),
    factor: factor.id,
    asked: change.now,
    expiresAt: change.now + pushLastsMs,
    cancelled: false,
  };
  const { state, now } = change;
  state.pushes = [...state.pushes.filter((other) => other.expiresAt + pushLastsMs > now), push];
  return push;
}

/** How a question to a device stands. */
export function pushResult({ state, now }: Pick<Change, 'state' | 'now'>, push: Push): FactorResult {
  const { answer, afterMs } = state.settings.push;
  if (push.cancelled) return 'CANCELLED';
  const answered = answer !== 'none' && now >= push.asked + afterMs && push.asked + afterMs < push.expiresAt;
  if (answered) return answer === 'approve' ? 'SUCCESS' : 'REJECTED';
  return now >= push.expiresAt ? 'TIMEOUT' : 'WAITING';
}
