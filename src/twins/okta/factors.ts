import {
  flag,
  makeId,
  noContent,
  objectOf,
  param,
  textOf,
  type Call,
  type Handler,
  type Reply,
} from './call';
import { factorTypes } from './accessSchemas';
import { needUser } from './directory';
import { refuse, refuseField, refuseUnknown } from './errors';
import {
  checkCode,
  pushResult,
  requireCode,
  sendCode,
  startPush,
  countFailure,
  type FactorResult,
} from './factorChecks';
import { viewFactor } from './factorViews';
import { newSharedSecret } from './oneTimeCodes';
import { isoTime, type Factor, type Push, type User } from './state';
import { userParty } from './systemLog';

const questions: Readonly<Record<string, string>> = {
  disliked_food: 'What is the food you least liked as a child?',
  name_of_first_plush_toy: 'What is the name of your first stuffed animal?',
  first_award: 'What did you earn your first medal or award for?',
  favorite_toy: 'What was your favorite toy as a child?',
  favorite_movie_quote: 'What is your favorite movie quote?',
};
const messages = ['sms', 'call', 'email'];
const shortestAnswer = 4;
const isPhone = (value: string): boolean => /^\+?[\d\s().-]{7,20}$/.test(value);

/** The factor with that id, if it is the user's. */
export function needFactor(call: Call, user: User): Factor {
  const wanted = param(call, 'factorId');
  const found = call.state.factors.find((factor) => factor.id === wanted && factor.user === user.id);
  return found ?? refuseUnknown(wanted, 'UserFactor');
}

function readQuestion(profile: Record<string, unknown>): Pick<Factor, 'profile' | 'answer'> {
  const question = textOf(profile['question']) ?? '';
  const questionText = Object.hasOwn(questions, question) ? questions[question] : undefined;
  if (!questionText) refuseField('question', 'question: The question is not supported');
  const answer = textOf(profile['answer']) ?? '';
  if (answer.length < shortestAnswer) {
    refuseField('answer', `answer: The answer must be at least ${shortestAnswer} characters in length`);
  }
  return { profile: { question, questionText }, answer };
}

function readDetails(
  call: Call,
  user: User,
  type: Factor['factorType'],
): Partial<Factor> & Pick<Factor, 'profile'> {
  const profile = objectOf(call.body['profile']) ?? {};
  const login = user.profile['login'];
  switch (type) {
    case 'question':
      return readQuestion(profile);
    case 'sms':
    case 'call': {
      const phoneNumber = textOf(profile['phoneNumber']) ?? '';
      return isPhone(phoneNumber) ? { profile: { phoneNumber } } : refuse('E0000098');
    }
    case 'email':
      return { profile: { email: textOf(profile['email']) ?? user.profile['email'] } };
    case 'token:software:totp':
      return { profile: { credentialId: login }, secret: newSharedSecret() };
    case 'push':
      return {
        profile: { credentialId: login, deviceType: 'SmartPhone_IPhone', name: 'Phone', platform: 'IOS' },
      };
  }
}

/** Enrols the factor a request describes, and sends what is to be sent. */
export function enrolFactor(call: Call, user: User, activate: boolean): Factor {
  const { body, state, at } = call;
  const type = factorTypes.find((candidate) => candidate === body['factorType']);
  if (!type) return refuseField('factorType', 'factorType: The factor type is not supported');
  const provider = body['provider'] ?? 'OKTA';
  if (provider !== 'OKTA' && (provider !== 'GOOGLE' || type !== 'token:software:totp')) {
    return refuseField('provider', 'provider: The provider is not supported');
  }
  const same = state.factors.find(
    (factor) => factor.user === user.id && factor.factorType === type && factor.provider === provider,
  );
  if (same?.status === 'ACTIVE') {
    refuseField('factorEnrollRequest', 'A factor of this type is already set up.');
  }
  const details = readDetails(call, user, type);
  const factor: Factor = {
    id: makeId(call, 'fac'),
    user: user.id,
    factorType: type,
    provider,
    status: activate || type === 'question' ? 'ACTIVE' : 'PENDING_ACTIVATION',
    created: at,
    lastUpdated: at,
    ...details,
  };
  if (factor.status === 'PENDING_ACTIVATION' && messages.includes(type)) sendCode(call, factor, type);
  state.factors = [...state.factors.filter((other) => other !== same), factor];
  if (factor.status === 'ACTIVE') call.log('user.mfa.factor.activate', [userParty(user)]);
  return factor;
}

/** Makes a factor active with the code that proves the user has it, or with the answer of a device. */
export function activateFactor(call: Call, user: User, factor: Factor): void {
  if (factor.status === 'ACTIVE') refuse('E0000079');
  if (factor.factorType === 'push') {
    const push = call.state.pushes.find((other) => other.factor === factor.id) ?? startPush(call, factor);
    if (pushResult(call, push) !== 'SUCCESS') return;
  } else {
    requireCode(call, user, factor, textOf(call.body['passCode']) ?? '');
  }
  factor.status = 'ACTIVE';
  factor.lastUpdated = call.at;
  call.log('user.mfa.factor.activate', [userParty(user)]);
}

const factorsOf = (call: Call, user: User) => call.state.factors.filter((factor) => factor.user === user.id);

export const listFactors: Handler = (call) => ({
  body: factorsOf(call, needUser(call)).map((factor) => viewFactor(factor, call.origin)),
});

export const listCatalogue: Handler = (call) => {
  const user = needUser(call);
  const mine = factorsOf(call, user);
  const enroll = { href: `${call.origin}/api/v1/users/${user.id}/factors`, hints: { allow: ['POST'] } };
  const body = factorTypes.map((factorType) => ({
    factorType,
    provider: 'OKTA',
    vendorName: 'OKTA',
    status: mine.find((factor) => factor.factorType === factorType)?.status ?? 'NOT_SETUP',
    enrollment: 'OPTIONAL',
    _links: { enroll },
  }));
  return { body };
};

export const listQuestions: Handler = (call) => {
  needUser(call);
  return { body: Object.entries(questions).map(([question, questionText]) => ({ question, questionText })) };
};

export const enrollFactor: Handler = (call) => {
  const user = needUser(call);
  if (user.status === 'DEPROVISIONED') refuse('E0000038');
  return { body: viewFactor(enrolFactor(call, user, flag(call, 'activate', false)), call.origin) };
};

export const getFactor: Handler = (call) => ({
  body: viewFactor(needFactor(call, needUser(call)), call.origin),
});

export const deleteFactor: Handler = (call) => {
  const user = needUser(call);
  const factor = needFactor(call, user);
  call.state.factors = call.state.factors.filter((other) => other !== factor);
  call.log('user.mfa.factor.deactivate', [userParty(user)]);
  return noContent;
};

export const resetFactors: Handler = (call) => {
  const user = needUser(call);
  call.state.factors = call.state.factors.filter((factor) => factor.user !== user.id);
  call.log('user.mfa.factor.reset_all', [userParty(user)]);
  return { body: {} };
};

export const activateUserFactor: Handler = (call) => {
  const user = needUser(call);
  const factor = needFactor(call, user);
  activateFactor(call, user, factor);
  if (factor.status === 'ACTIVE') return { body: viewFactor(factor, call.origin) };
  return { body: { factorResult: 'WAITING' } };
};

export const resendFactor: Handler = (call) => {
  const factor = needFactor(call, needUser(call));
  if (!messages.includes(factor.factorType)) refuse('E0000079');
  sendCode(call, factor, factor.factorType);
  return { body: viewFactor(factor, call.origin) };
};

function viewPush(call: Call, factor: Factor, push: Push): object {
  const factorResult = pushResult(call, push);
  const href = `${call.origin}/api/v1/users/${factor.user}/factors/${factor.id}/transactions/${push.id}`;
  const links = {
    poll: { href, hints: { allow: ['GET'] } },
    cancel: { href, hints: { allow: ['DELETE'] } },
  };
  return {
    expiresAt: isoTime(push.expiresAt),
    factorResult,
    ...(factorResult === 'WAITING' ? { _links: links } : {}),
  };
}

function verifyByCode(call: Call, user: User, factor: Factor, code: string): Reply {
  if (user.status === 'LOCKED_OUT') refuse('E0000069');
  const result: FactorResult = checkCode(call, factor, code);
  if (result === 'FAILED') {
    countFailure(call, user);
    refuse('E0000068', { causes: ["Your passcode doesn't match our records. Please try again."] });
  }
  if (result === 'SUCCESS') user.failedCodes = 0;
  return { body: { factorResult: result } };
}

export const verifyFactor: Handler = (call) => {
  const user = needUser(call);
  const factor = needFactor(call, user);
  if (factor.status !== 'ACTIVE') refuse('E0000079');
  if (factor.factorType === 'push')
    return { status: 201, body: viewPush(call, factor, startPush(call, factor)) };
  const code = textOf(call.body[factor.factorType === 'question' ? 'answer' : 'passCode']);
  if (code !== undefined) return verifyByCode(call, user, factor, code);
  if (!messages.includes(factor.factorType))
    refuseField('passCode', 'passCode: The field cannot be left blank');
  sendCode(call, factor, factor.factorType);
  const href = `${call.origin}/api/v1/users/${user.id}/factors/${factor.id}`;
  return {
    body: {
      factorResult: 'CHALLENGE',
      profile: factor.profile,
      _links: {
        verify: { href: `${href}/verify`, hints: { allow: ['POST'] } },
        factor: { href, hints: { allow: ['GET', 'DELETE'] } },
      },
    },
  };
};

function needPush(call: Call, factor: Factor): Push {
  const wanted = param(call, 'transactionId');
  const push = call.state.pushes.find((other) => other.id === wanted && other.factor === factor.id);
  return push ?? refuseUnknown(wanted, 'FactorTransaction');
}

export const pollPush: Handler = (call) => {
  const factor = needFactor(call, needUser(call));
  return { body: viewPush(call, factor, needPush(call, factor)) };
};

export const cancelPush: Handler = (call) => {
  const push = needPush(call, needFactor(call, needUser(call)));
  if (pushResult(call, push) === 'WAITING') push.cancelled = true;
  return noContent;
};
