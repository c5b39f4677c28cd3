import type * as z from 'zod/mini';
import type { policySchema } from './accessSchemas';

export const policyTypes = [
  'OKTA_SIGN_ON',
  'PASSWORD',
  'MFA_ENROLL',
  'ACCESS_POLICY',
  'IDP_DISCOVERY',
  'PROFILE_ENROLLMENT',
] as const;

/** Type of the rules of a policy. */
export function ruleTypeOf(policyType: string): string {
  return policyType === 'OKTA_SIGN_ON' ? 'SIGN_ON' : policyType;
}

const passwordSettings = {
  password: {
    complexity: {
      minLength: 8,
      minLowerCase: 1,
      minUpperCase: 1,
      minNumber: 1,
      minSymbol: 0,
      excludeUsername: true,
      dictionary: { common: { exclude: false } },
      excludeAttributes: [],
    },
    age: { maxAgeDays: 0, expireWarnDays: 0, minAgeMinutes: 0, historyCount: 4 },
    lockout: {
      maxAttempts: 10,
      autoUnlockMinutes: 0,
      userLockoutNotificationChannels: [],
      showLockoutFailures: false,
    },
  },
  recovery: {
    factors: {
      recovery_question: { status: 'ACTIVE', properties: { complexity: { minLength: 4 } } },
      okta_email: { status: 'ACTIVE', properties: { recoveryToken: { tokenLifetimeMinutes: 60 } } },
      okta_sms: { status: 'ACTIVE' },
      okta_call: { status: 'INACTIVE' },
    },
  },
  delegation: { options: { skipUnlock: false } },
};

const signOnActions = {
  signon: {
    access: 'ALLOW',
    requireFactor: false,
    session: { usePersistentCookie: false, maxSessionIdleMinutes: 120, maxSessionLifetimeMinutes: 0 },
  },
};

type PolicySeed = z.output<typeof policySchema>;

function systemPolicy(
  type: string,
  settings: PolicySeed['settings'],
  actions: PolicySeed['rules'][number]['actions'],
): PolicySeed {
  const isSystem = { status: 'ACTIVE', priority: 99, system: true } as const;
  return {
    ...isSystem,
    type,
    name: 'Default Policy',
    description: 'The default policy applies in all situations if no other policy applies.',
    ...(settings ? { settings } : {}),
    rules: [{ ...isSystem, name: 'Default Rule', ...(actions ? { actions } : {}) }],
  };
}

/** The policies every organisation has, without those that are there. */
export function systemPolicies(policies: readonly PolicySeed[]): PolicySeed[] {
  const all = [
    systemPolicy('OKTA_SIGN_ON', undefined, signOnActions),
    systemPolicy('PASSWORD', passwordSettings, {
      passwordChange: { access: 'ALLOW' },
      selfServicePasswordReset: { access: 'ALLOW' },
      selfServiceUnlock: { access: 'ALLOW' },
    }),
    systemPolicy('MFA_ENROLL', {}, { enroll: { self: 'CHALLENGE' } }),
  ];
  return all.filter(({ type }) => !policies.some((policy) => policy.system && policy.type === type));
}
