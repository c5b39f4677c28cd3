import { objectOf, textOf } from './call';
import { refuse, refuseField } from './errors';
import type { User } from './state';

/** Credentials that a request wants a user to have. */
export interface GivenCredentials {
  password?: string;
  question?: { question: string; answer: string };
  provider?: User['credentials']['provider'];
}

const providers = ['OKTA', 'ACTIVE_DIRECTORY', 'LDAP', 'FEDERATION', 'SOCIAL', 'IMPORT'] as const;
const shortestAnswer = 4;

function checkQuestion(value: unknown): GivenCredentials['question'] {
  const given = objectOf(value);
  if (!given) return undefined;
  const question = textOf(given['question']) ?? '';
  const answer = textOf(given['answer']) ?? '';
  if (question === '' || question.length > 100) {
    refuseField('recovery_question', 'recovery_question: Question must be between 1 and 100 characters');
  }
  if (answer.length < shortestAnswer) {
    refuseField(
      'securityQuestion.answer',
      `securityQuestion.answer: The security question answer must be at least ${shortestAnswer} characters in length`,
    );
  }
  return { question, answer };
}

function checkProvider(value: unknown): GivenCredentials['provider'] {
  const given = objectOf(value);
  if (!given) return undefined;
  const type = providers.find((provider) => provider === given['type']);
  if (!type) return refuseField('provider', 'provider: The provider type is not supported');
  return { type, name: textOf(given['name']) ?? type };
}

/** Reads `credentials` of a request; refuses what Okta does not take. Hashed passwords are not modelled. */
export function checkCredentials(value: unknown): GivenCredentials {
  const given = objectOf(value);
  if (!given) return {};
  const password = objectOf(given['password']);
  const plain = textOf(password?.['value']);
  if (password && plain === undefined && Object.keys(password).length > 0) refuse('E0000003');
  const question = checkQuestion(given['recovery_question']);
  const provider = checkProvider(given['provider']);
  return {
    ...(plain === undefined ? {} : { password: plain }),
    ...(question ? { question } : {}),
    ...(provider ? { provider } : {}),
  };
}
