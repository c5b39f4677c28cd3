import type { PasswordRules } from './policies';
import type { User } from './state';

/** Passwords kept at most; policies look at fewer. */
const remembered = 30;
const longest = 72;

const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;

type Requirement = (password: string, login: string, rules: PasswordRules) => boolean;
const requirements: readonly [keyof PasswordRules, Requirement, (rules: PasswordRules) => string][] = [
  [
    'minLength',
    (password, _login, { minLength }) => password.length >= minLength && password.length <= longest,
    ({ minLength }) => `at least ${minLength} characters`,
  ],
  [
    'minLowerCase',
    (password, _login, { minLowerCase }) => count(password, /\p{Ll}/gu) >= minLowerCase,
    () => 'a lowercase letter',
  ],
  [
    'minUpperCase',
    (password, _login, { minUpperCase }) => count(password, /\p{Lu}/gu) >= minUpperCase,
    () => 'an uppercase letter',
  ],
  ['minNumber', (password, _login, { minNumber }) => count(password, /\d/g) >= minNumber, () => 'a number'],
  [
    'minSymbol',
    (password, _login, { minSymbol }) => count(password, /[^\p{L}\d]/gu) >= minSymbol,
    () => 'a symbol',
  ],
  ['excludeUsername', (password, login) => !holdsLogin(password, login), () => 'no parts of your username'],
];

function holdsLogin(password: string, login: string): boolean {
  const parts = login
    .toLowerCase()
    .split(/[,._#@-]+/)
    .filter((part) => part.length > 3);
  return parts.some((part) => password.toLowerCase().includes(part));
}

/** Why a password is not good enough, in Okta's words, or null. */
export function passwordProblem(password: string, login: string, rules: PasswordRules): string | null {
  const asked = requirements.filter(([name]) => Boolean(rules[name]));
  if (asked.every(([, isMet]) => isMet(password, login, rules))) return null;
  const words = asked.map(([, , say]) => say(rules)).join(', ');
  return `Password requirements were not met. Password requirements: ${words}.`;
}

/** True when the user has or had this password not long ago. */
export function wasUsed(user: User, password: string, { historyCount }: PasswordRules): boolean {
  if (historyCount === 0) return false;
  return [user.credentials.password?.value, ...user.oldPasswords].slice(0, historyCount).includes(password);
}

/** Gives the user a password. @param at the time as text */
export function setPassword(user: User, password: string, at: string): void {
  const old = user.credentials.password?.value;
  if (old !== undefined) user.oldPasswords = [old, ...user.oldPasswords].slice(0, remembered);
  user.credentials.password = { value: password };
  user.passwordChanged = at;
}
