import { groupsOf } from './directory';
import { propertyOf } from './filter';
import type { OrgState, Policy, User } from './state';

const byPriority = (a: { priority: number }, b: { priority: number }): number => a.priority - b.priority;

/** The policy of this type that is meant for the user; the last one for nobody in particular. */
function policyFor(state: OrgState, type: Policy['type'], user: User | null): Policy | undefined {
  const groups = user ? groupsOf(state, user).map((group) => group.id) : [];
  return state.policies
    .filter((policy) => policy.type === type && policy.status === 'ACTIVE')
    .sort(byPriority)
    .find(({ conditions }) => {
      const included = propertyOf(conditions, 'people.groups.include');
      return !Array.isArray(included) || groups.some((group) => included.includes(group));
    });
}

function numberOf(value: unknown, path: string, fallback: number): number {
  const found = propertyOf(value, path);
  return typeof found === 'number' ? found : fallback;
}

/** True unless the password policy keeps its users from helping themselves in this way. */
export function mayHelpThemselves(
  state: OrgState,
  user: User,
  way: 'selfServiceUnlock' | 'selfServicePasswordReset',
): boolean {
  const rules = policyFor(state, 'PASSWORD', user)?.rules ?? [];
  const [rule] = rules.filter(({ status }) => status === 'ACTIVE').sort(byPriority);
  return propertyOf(rule?.actions, `${way}.access`) !== 'DENY';
}

export interface PasswordRules {
  minLength: number;
  minLowerCase: number;
  minUpperCase: number;
  minNumber: number;
  minSymbol: number;
  excludeUsername: boolean;
  historyCount: number;
  maxAgeDays: number;
  expireWarnDays: number;
  /** Wrong passwords that lock; 0: never. */
  maxAttempts: number;
  /** Minutes until a lock opens by itself; 0: never. */
  autoUnlockMinutes: number;
  showLockoutFailures: boolean;
}

/** What the password policy asks of a user, or of anybody. */
export function passwordRules(state: OrgState, user: User | null): PasswordRules {
  const settings = policyFor(state, 'PASSWORD', user)?.settings;
  const number = (path: string, fallback: number) => numberOf(settings, `password.${path}`, fallback);
  return {
    minLength: number('complexity.minLength', 8),
    minLowerCase: number('complexity.minLowerCase', 1),
    minUpperCase: number('complexity.minUpperCase', 1),
    minNumber: number('complexity.minNumber', 1),
    minSymbol: number('complexity.minSymbol', 0),
    excludeUsername: propertyOf(settings, 'password.complexity.excludeUsername') !== false,
    historyCount: number('age.historyCount', 4),
    maxAgeDays: number('age.maxAgeDays', 0),
    expireWarnDays: number('age.expireWarnDays', 0),
    maxAttempts: number('lockout.maxAttempts', 10),
    autoUnlockMinutes: number('lockout.autoUnlockMinutes', 0),
    showLockoutFailures: propertyOf(settings, 'password.lockout.showLockoutFailures') === true,
  };
}

/** Ninety days: no session of Okta lasts longer. */
const longestSessionMinutes = 90 * 24 * 60;

interface SignOnRules {
  allowed: boolean;
  requireFactor: boolean;
  /** Minutes a session lasts when nobody refreshes it. */
  idleMinutes: number;
}

/** What the sign-on policy asks of a user. */
export function signOnRules(state: OrgState, user: User): SignOnRules {
  const rules = policyFor(state, 'OKTA_SIGN_ON', user)?.rules ?? [];
  const [rule] = rules.filter(({ status }) => status === 'ACTIVE').sort(byPriority);
  const idleMinutes = numberOf(rule?.actions, 'signon.session.maxSessionIdleMinutes', 120);
  return {
    allowed: propertyOf(rule?.actions, 'signon.access') !== 'DENY',
    requireFactor: propertyOf(rule?.actions, 'signon.requireFactor') === true,
    idleMinutes: Math.min(Math.max(idleMinutes, 0), longestSessionMinutes),
  };
}
