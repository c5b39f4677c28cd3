import * as z from 'zod/mini';

export const id = z
  .string()
  .check(z.regex(/^[A-Za-z0-9._-]{1,64}$/, 'must be an id such as "00ub0oNGTSWTBKOLGLNR"'));
export const list = <T extends z.ZodMiniType>(item: T) => z._default(z.array(item), []);
export const time = z
  .string()
  .check(
    z.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/, 'must be a time such as "2026-01-31T08:00:00.000Z"'),
  );
const maybeTime = z.optional(z.nullable(time));
const text = z.string();

const userStatuses = [
  'STAGED',
  'PROVISIONED',
  'ACTIVE',
  'RECOVERY',
  'PASSWORD_EXPIRED',
  'LOCKED_OUT',
  'SUSPENDED',
  'DEPROVISIONED',
] as const;
export type UserStatus = (typeof userStatuses)[number];

const profileSchema = z.record(text, z.unknown());

const okta = { type: 'OKTA', name: 'OKTA' } as const;

const credentialsSchema = z.strictObject({
  password: z.optional(z.strictObject({ value: text })),
  recovery_question: z.optional(z.strictObject({ question: text, answer: text })),
  provider: z._default(
    z.strictObject({
      type: z.enum(['OKTA', 'ACTIVE_DIRECTORY', 'LDAP', 'FEDERATION', 'SOCIAL', 'IMPORT']),
      name: text,
    }),
    okta,
  ),
});

export const userSchema = z.strictObject({
  id: z.optional(id),
  status: z._default(z.enum(userStatuses), 'ACTIVE'),
  /** Set while a change of status is on its way. */
  transitioningToStatus: z.optional(z.enum(['ACTIVE', 'PROVISIONED', 'DEPROVISIONED'])),
  created: z.optional(time),
  activated: maybeTime,
  statusChanged: maybeTime,
  lastLogin: maybeTime,
  lastUpdated: z.optional(time),
  passwordChanged: maybeTime,
  type: z.optional(z.strictObject({ id })),
  profile: profileSchema.check(
    z.refine(({ login }) => typeof login === 'string' && login !== '', { error: 'it needs a login' }),
  ),
  credentials: z._default(credentialsSchema, { provider: okta }),
  /** Passwords before the present one, newest first. */
  oldPasswords: list(text),
  /** Wrong passwords since the last right one. */
  failedLogins: z._default(z.int(), 0),
  /** Wrong codes since the last right one. */
  failedCodes: z._default(z.int(), 0),
  /** When a locked user was locked. */
  lockedAt: z.optional(time),
  /** Administrator roles the user has. */
  roles: list(text),
  /** What searches still see, until that time in milliseconds; null: no such user yet. */
  stale: z.optional(z.strictObject({ until: z.number(), user: z.nullable(z.record(text, z.unknown())) })),
});

export const groupSchema = z.strictObject({
  id: z.optional(id),
  type: z._default(z.enum(['OKTA_GROUP', 'APP_GROUP', 'BUILT_IN']), 'OKTA_GROUP'),
  created: z.optional(time),
  lastUpdated: z.optional(time),
  lastMembershipUpdated: z.optional(time),
  profile: z.catchall(z.object({ name: text, description: z.optional(z.nullable(text)) }), z.unknown()),
  /** Ids of users; of the group Everyone they follow from the users. */
  members: list(id),
});

export const tokenSchema = z.strictObject({
  token: text,
  /** How clients send it. */
  scheme: z._default(z.enum(['SSWS', 'Bearer']), 'SSWS'),
  status: z._default(z.enum(['active', 'revoked']), 'active'),
  /** Who made it; it may do what that user may do. */
  user: z.optional(id),
  /** Role of a token without a user. */
  role: z._default(text, 'SUPER_ADMIN'),
  /** Scopes of a Bearer token. */
  scopes: list(text),
});

/** A one-time token of a link that was sent to a user. */
export const linkSchema = z.strictObject({
  token: text,
  user: id,
  kind: z.enum(['activation', 'recovery', 'unlock']),
  expiresAt: z.number(),
});

const partySchema = z.strictObject({
  id: z.nullable(text),
  type: text,
  alternateId: z.nullable(text),
  displayName: z.nullable(text),
});
export type Party = z.output<typeof partySchema>;

export const eventSchema = z.strictObject({
  uuid: text,
  published: time,
  eventType: text,
  displayMessage: text,
  severity: z.enum(['DEBUG', 'INFO', 'WARN', 'ERROR']),
  outcome: z.strictObject({ result: text, reason: z.nullable(text) }),
  actor: partySchema,
  target: z.array(partySchema),
  /** The request it happened in; none when it happened by itself. */
  request: z.optional(z.strictObject({ id: text, uri: text, userAgent: z.nullable(text) })),
});
export type LogEvent = z.output<typeof eventSchema>;
