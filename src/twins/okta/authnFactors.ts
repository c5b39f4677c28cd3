import { param, textOf, type Call, type Handler, type Reply } from './call';
import { refuse, refuseUnknown } from './errors';
import { pushResult, requireCode, sendCode, startPush } from './factorChecks';
import { activateFactor, enrolFactor } from './factors';
import { needState, proceed, show } from './signIns';
import type { Factor, SignIn, User } from './state';
import { userParty } from './systemLog';

const messages = ['sms', 'call', 'email'];
const methodOf: Readonly<Record<Factor['factorType'], string>> = {
  question: 'kba',
  'token:software:totp': 'otp',
  sms: 'sms',
  call: 'tel',
  email: 'otp',
  push: 'swk',
};

function needFactor(call: Call, user: User, status: Factor['status']): Factor {
  const wanted = param(call, 'factorId');
  const found = call.state.factors.find((factor) => factor.id === wanted && factor.user === user.id);
  if (!found) return refuseUnknown(wanted, 'UserFactor');
  return found.status === status ? found : refuse('E0000079');
}

function finish(call: Call, signIn: SignIn, user: User, factor: Factor): Reply {
  signIn.factorDone = true;
  signIn.amr = [...new Set([...signIn.amr, methodOf[factor.factorType], 'mfa'])];
  call.log('user.authentication.auth_via_mfa', [userParty(user)]);
  return proceed(call, signIn, user);
}

export const enrollInSignIn: Handler = (call) => {
  const { signIn, user } = needState(call, ['MFA_ENROLL']);
  const factor = enrolFactor(call, user, false);
  if (factor.status === 'ACTIVE') return finish(call, signIn, user, factor);
  signIn.status = 'MFA_ENROLL_ACTIVATE';
  signIn.factor = factor.id;
  return show(call, signIn, factor.factorType === 'push' ? 'WAITING' : undefined);
};

export const activateInSignIn: Handler = (call) => {
  const { signIn, user } = needState(call, ['MFA_ENROLL_ACTIVATE']);
  const factor = needFactor(call, user, 'PENDING_ACTIVATION');
  activateFactor(call, user, factor);
  return factor.status === 'ACTIVE' ? finish(call, signIn, user, factor) : show(call, signIn, 'WAITING');
};

/** Begins a challenge: a code is sent, a device is asked, or the client is told to send what the user types. */
function challenge(call: Call, signIn: SignIn, factor: Factor): Reply {
  if (messages.includes(factor.factorType)) sendCode(call, factor, factor.factorType);
  signIn.status = 'MFA_CHALLENGE';
  signIn.factor = factor.id;
  if (factor.factorType === 'push') signIn.push = startPush(call, factor).id;
  return show(call, signIn, messages.includes(factor.factorType) ? 'CHALLENGE' : 'WAITING');
}

function pollDevice(call: Call, signIn: SignIn, user: User, factor: Factor): Reply {
  const push = call.state.pushes.find(({ id }) => id === signIn.push);
  if (!push) return challenge(call, signIn, factor);
  const result = pushResult(call, push);
  if (result === 'SUCCESS') return finish(call, signIn, user, factor);
  return show(call, signIn, result);
}

export const verifyInSignIn: Handler = (call) => {
  const { signIn, user } = needState(call, ['MFA_REQUIRED', 'MFA_CHALLENGE']);
  const factor = needFactor(call, user, 'ACTIVE');
  const code = textOf(call.body[factor.factorType === 'question' ? 'answer' : 'passCode']);
  if (factor.factorType === 'push' && signIn.factor === factor.id)
    return pollDevice(call, signIn, user, factor);
  if (code === undefined || factor.factorType === 'push') return challenge(call, signIn, factor);
  requireCode(call, user, factor, code);
  return finish(call, signIn, user, factor);
};

/** Sends a code again, for a challenge or for an activation. */
export const resendInSignIn: Handler = (call) => {
  const { signIn, user } = needState(call, ['MFA_CHALLENGE', 'MFA_ENROLL_ACTIVATE']);
  const factor = needFactor(call, user, signIn.status === 'MFA_CHALLENGE' ? 'ACTIVE' : 'PENDING_ACTIVATION');
  if (!messages.includes(factor.factorType)) refuse('E0000079');
  sendCode(call, factor, factor.factorType);
  return show(call, signIn, 'CHALLENGE');
};
