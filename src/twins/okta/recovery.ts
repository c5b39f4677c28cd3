import { textOf, type Call, type Handler, type Reply } from './call';
import { findByLogin, findUser } from './directory';
import { refuse } from './errors';
import { sendCode } from './factorChecks';
import { newSecret } from './ids';
import { mayHelpThemselves } from './policies';
import { begin, end, needState, show } from './signIns';
import type { SignIn, User } from './state';
import { userParty } from './systemLog';
import { makeLink, setStatus } from './userStatus';

const linkLastsMs = 3_600_000;
const messageLastsMs = 5 * 60_000;

type Recovery = NonNullable<SignIn['recovery']>;
const kindOf = { PASSWORD: 'recovery', UNLOCK: 'unlock' } as const;

function needRecoverable(call: Call, recovery: Recovery): User {
  const user = findByLogin(call.state, textOf(call.body['username']) ?? '');
  if (!user) return refuse('E0000095');
  const fitting =
    recovery === 'UNLOCK' ? ['LOCKED_OUT'] : ['ACTIVE', 'PASSWORD_EXPIRED', 'LOCKED_OUT', 'RECOVERY'];
  if (!fitting.includes(user.status)) refuse(recovery === 'UNLOCK' ? 'E0000032' : 'E0000034');
  const way = recovery === 'UNLOCK' ? 'selfServiceUnlock' : 'selfServicePasswordReset';
  const helps = call.caller.kind !== 'anonymous' || mayHelpThemselves(call.state, user, way);
  return helps ? user : refuse(recovery === 'UNLOCK' ? 'E0000119' : 'E0000034');
}

/** Where a recovery goes on that was proved to come from the user: to the question, or where there is none, further. */
function afterProof(call: Call, signIn: SignIn, user: User): Reply {
  if (user.credentials.recovery_question) {
    signIn.status = 'RECOVERY';
    return show(call, signIn);
  }
  return afterAnswer(call, signIn, user);
}

function afterAnswer(call: Call, signIn: SignIn, user: User): Reply {
  if (signIn.recovery === 'PASSWORD') {
    signIn.status = 'PASSWORD_RESET';
    return show(call, signIn);
  }
  end(call, signIn);
  // An administrator may have opened the lock meanwhile, and closed another way in.
  if (user.status === 'LOCKED_OUT') {
    setStatus(call, user, 'ACTIVE');
    call.log('user.account.unlock', [userParty(user)]);
  }
  return { body: { status: 'SUCCESS', recoveryType: 'UNLOCK' } };
}

/** Begins a recovery: by mail or message, or with the token in hand for an administrator who asks for neither. */
function beginRecovery(call: Call, recovery: Recovery): Reply {
  const user = needRecoverable(call, recovery);
  const { body, caller } = call;
  const by = textOf(body['factorType'])?.toUpperCase() ?? (caller.kind === 'anonymous' ? 'EMAIL' : null);
  if (by === 'SMS' || by === 'CALL') {
    if (typeof user.profile['mobilePhone'] !== 'string') refuse('E0000097');
    const signIn = begin(call, user, { status: 'RECOVERY_CHALLENGE', recovery });
    sendCode(call, signIn, by.toLowerCase());
    return show(call, signIn, 'CHALLENGE');
  }
  const relayState = textOf(body['relayState']);
  const relayed = relayState === undefined ? {} : { relayState };
  const token = makeLink(call, user, { kind: kindOf[recovery], token: newSecret(20), lastsMs: linkLastsMs });
  if (by !== null) {
    const sent = { status: 'RECOVERY_CHALLENGE', factorResult: 'WAITING', factorType: 'EMAIL' };
    return { body: { ...sent, ...relayed, recoveryType: recovery } };
  }
  const next = {
    name: 'recovery',
    href: `${call.origin}/api/v1/authn/recovery/token`,
    hints: { allow: ['POST'] },
  };
  return {
    body: { status: 'RECOVERY', recoveryToken: token, ...relayed, recoveryType: recovery, _links: { next } },
  };
}

export const recoverPassword: Handler = (call) => beginRecovery(call, 'PASSWORD');
export const recoverLocked: Handler = (call) => beginRecovery(call, 'UNLOCK');

export const useRecoveryToken: Handler = (call) => {
  const { state, now } = call;
  const token = textOf(call.body['recoveryToken']);
  const link = state.links.find((other) => other.token === token && other.expiresAt > now);
  const user = link && findUser(state, link.user);
  if (!link || !user || link.kind === 'activation') return refuse('E0000105');
  state.links = state.links.filter((other) => other !== link);
  const recovery = link.kind === 'unlock' ? 'UNLOCK' : 'PASSWORD';
  return afterProof(call, begin(call, user, { status: 'RECOVERY', recovery }), user);
};

export const answerRecovery: Handler = (call) => {
  const { signIn, user } = needState(call, ['RECOVERY']);
  const answer = textOf(call.body['answer']) ?? '';
  if (user.credentials.recovery_question?.answer.toLowerCase() !== answer.toLowerCase()) refuse('E0000087');
  return afterAnswer(call, signIn, user);
};

export const verifyRecovery: Handler = (call) => {
  const { signIn, user } = needState(call, ['RECOVERY_CHALLENGE']);
  const { sent } = signIn;
  const code = textOf(call.body['passCode']);
  if (sent === undefined || sent.code !== code || call.now - sent.at > messageLastsMs) refuse('E0000068');
  return afterProof(call, signIn, user);
};

export const resendRecovery: Handler = (call) => {
  const { signIn } = needState(call, ['RECOVERY_CHALLENGE']);
  sendCode(call, signIn, 'sms');
  return show(call, signIn, 'CHALLENGE');
};
