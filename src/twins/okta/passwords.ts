import type { User } from './state';

/** Passwords before the present one that may not be used again. */
const remembered = 4;

const requirements: readonly [RegExp, string][] = [
  [/^.{8,72}$/s, 'at least 8 characters'],
  [/\p{Ll}/u, 'a lowercase letter'],
  [/\p{Lu}/u, 'an uppercase letter'],
  [/\d/, 'a number'],
];

function holdsLogin(password: string, login: string): boolean {
  const parts = login
    .toLowerCase()
    .split(/[,._#@-]+/)
    .filter((part) => part.length > 3);
  return parts.some((part) => password.toLowerCase().includes(part));
}

const sentence = [
  'Password requirements were not met. Password requirements:',
  `${requirements.map(([, words]) => words).join(', ')}, no parts of your username.`,
].join(' ');

/** Why a password is not good enough, in Okta's words, or null. */
export function passwordProblem(password: string, login: string): string | null {
  const met = requirements.every(([pattern]) => pattern.test(password)) && !holdsLogin(password, login);
  return met ? null : sentence;
}

/** True when the user has or had this password not long ago. */
export function wasUsed(user: User, password: string): boolean {
  return [user.credentials.password?.value, ...user.oldPasswords].includes(password);
}

/** Gives the user a password. @param at the time as text */
export function setPassword(user: User, password: string, at: string): void {
  const old = user.credentials.password?.value;
  if (old !== undefined) user.oldPasswords = [old, ...user.oldPasswords].slice(0, remembered);
  user.credentials.password = { value: password };
  user.passwordChanged = at;
}
