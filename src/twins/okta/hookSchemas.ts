import * as z from 'zod/mini';
import { id, list, time } from './schemas';

const text = z.string();
const anything = z.record(text, z.unknown());
const switched = z._default(z.enum(['ACTIVE', 'INACTIVE']), 'ACTIVE');

export const eventHookSchema = z.strictObject({
  id: z.optional(id),
  status: switched,
  verificationStatus: z._default(z.enum(['UNVERIFIED', 'VERIFIED']), 'VERIFIED'),
  name: text,
  description: z._default(z.nullable(text), null),
  created: z.optional(time),
  createdBy: z._default(z.nullable(text), null),
  lastUpdated: z.optional(time),
  /** Types of events it wants. */
  events: z.array(text),
  uri: text,
  headers: list(z.strictObject({ key: text, value: text })),
  /** The secret header that proves a delivery comes from Okta. */
  secret: z.optional(z.strictObject({ key: text, value: text })),
});

/** A user of an application. */
const appUserSchema = z.strictObject({
  id,
  scope: z._default(z.enum(['USER', 'GROUP']), 'USER'),
  externalId: z._default(z.nullable(text), null),
  created: z.optional(time),
  lastUpdated: z.optional(time),
  userName: z.optional(text),
  profile: z._default(anything, {}),
  syncState: z._default(z.enum(['DISABLED', 'SYNCHRONIZING', 'SYNCHRONIZED', 'ERROR']), 'DISABLED'),
});

export const appSchema = z.strictObject({
  id: z.optional(id),
  name: z._default(text, 'bookmark'),
  label: text,
  status: switched,
  created: z.optional(time),
  lastUpdated: z.optional(time),
  signOnMode: z._default(text, 'BOOKMARK'),
  features: list(text),
  accessibility: z.optional(anything),
  visibility: z.optional(anything),
  credentials: z._default(anything, {}),
  settings: z._default(anything, {}),
  profile: z.optional(anything),
  /** Scopes of Okta's own API an administrator granted to the client. */
  grants: z.optional(z.array(text)),
  users: list(appUserSchema),
  groups: list(
    z.strictObject({
      id,
      priority: z._default(z.int(), 0),
      profile: z._default(anything, {}),
      lastUpdated: z.optional(time),
    }),
  ),
  /** The SCIM server users are provisioned to. */
  connection: z.optional(
    z.strictObject({
      baseUrl: text,
      token: text,
      status: z._default(z.enum(['ENABLED', 'DISABLED']), 'ENABLED'),
    }),
  ),
});

export const groupRuleSchema = z.strictObject({
  id: z.optional(id),
  name: text,
  status: switched,
  created: z.optional(time),
  lastUpdated: z.optional(time),
  /** Expression over `user`. */
  expression: text,
  excludedUsers: list(id),
  groupIds: z.array(id),
  /** Who is in a group because of the rule. */
  placed: list(z.strictObject({ user: id, group: id })),
});
