import * as z from 'zod/mini';
import { id, list, time } from './schemas';

const text = z.string();
const anything = z.record(text, z.unknown());

const policyRuleSchema = z.strictObject({
  id: z.optional(id),
  type: z.optional(text),
  name: z._default(text, 'Rule'),
  status: z._default(z.enum(['ACTIVE', 'INACTIVE']), 'ACTIVE'),
  priority: z._default(z.int(), 1),
  system: z._default(z.boolean(), false),
  created: z.optional(time),
  lastUpdated: z.optional(time),
  conditions: z.optional(z.nullable(anything)),
  actions: z.optional(anything),
});

export const policySchema = z.strictObject({
  id: z.optional(id),
  type: text,
  name: z._default(text, 'Policy'),
  description: z.optional(z.nullable(text)),
  status: z._default(z.enum(['ACTIVE', 'INACTIVE']), 'ACTIVE'),
  priority: z._default(z.int(), 1),
  system: z._default(z.boolean(), false),
  created: z.optional(time),
  lastUpdated: z.optional(time),
  conditions: z.optional(z.nullable(anything)),
  settings: z.optional(anything),
  rules: list(policyRuleSchema),
});

export const factorTypes = ['question', 'token:software:totp', 'sms', 'call', 'email', 'push'] as const;

export const factorSchema = z.strictObject({
  id: z.optional(id),
  user: id,
  factorType: z.enum(factorTypes),
  provider: z._default(z.enum(['OKTA', 'GOOGLE']), 'OKTA'),
  status: z._default(z.enum(['PENDING_ACTIVATION', 'ACTIVE']), 'ACTIVE'),
  created: z.optional(time),
  lastUpdated: z.optional(time),
  profile: z._default(anything, {}),
  /** Base32 secret of an authenticator app. */
  secret: z.optional(text),
  /** Answer to a question. */
  answer: z.optional(text),
  /** The code that was sent last, and when, in milliseconds. */
  sent: z.optional(z.strictObject({ code: text, at: z.number() })),
  /** Time step of the newest code that was used. */
  usedStep: z.optional(z.int()),
});

/** A question to the user's device whether it is them. */
export const pushSchema = z.strictObject({
  id,
  factor: id,
  asked: z.number(),
  expiresAt: z.number(),
  cancelled: z._default(z.boolean(), false),
});

export const sessionSchema = z.strictObject({
  id: text,
  user: id,
  createdAt: time,
  expiresAt: time,
  lastPasswordVerification: z._default(z.nullable(time), null),
  lastFactorVerification: z._default(z.nullable(time), null),
  amr: list(text),
});

/** What a sign-in ends with; a session is made of it once. */
export const sessionTokenSchema = z.strictObject({
  token: text,
  user: id,
  expiresAt: z.number(),
  amr: list(text),
});

const signInStatuses = [
  'UNAUTHENTICATED',
  'PASSWORD_WARN',
  'PASSWORD_EXPIRED',
  'PASSWORD_RESET',
  'RECOVERY',
  'RECOVERY_CHALLENGE',
  'MFA_ENROLL',
  'MFA_ENROLL_ACTIVATE',
  'MFA_REQUIRED',
  'MFA_CHALLENGE',
] as const;

/** A sign-in or recovery on its way. */
export const signInSchema = z.strictObject({
  stateToken: text,
  status: z.enum(signInStatuses),
  user: z.nullable(id),
  expiresAt: z.number(),
  relayState: z._default(z.nullable(text), null),
  recovery: z._default(z.nullable(z.enum(['PASSWORD', 'UNLOCK'])), null),
  /** Password matters are over. */
  passwordDone: z._default(z.boolean(), false),
  /** A factor was verified. */
  factorDone: z._default(z.boolean(), false),
  factor: z._default(z.nullable(id), null),
  push: z._default(z.nullable(id), null),
  /** Code sent for a recovery by message. */
  sent: z.optional(z.strictObject({ code: text, at: z.number() })),
  amr: list(text),
});
