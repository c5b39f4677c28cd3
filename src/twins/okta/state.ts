import * as z from 'zod/mini';
import { FactoryError } from '../../shared/errors';
import type { Twin } from '../contract';
import { throwDice } from '../dice';
import {
  factorSchema,
  policySchema,
  pushSchema,
  sessionSchema,
  sessionTokenSchema,
  signInSchema,
} from './accessSchemas';
import { appSchema, eventHookSchema, groupRuleSchema } from './hookSchemas';
import { isExpression } from './expressions';
import { newId } from './ids';
import { ruleTypeOf, systemPolicies } from './systemPolicies';
import { authorizationServerSchema, noOauth, oauthSchema } from './oauth/schemas';
import { defaultServer } from './oauth/defaultServer';
import { completeProfile } from './profiles';
import { eventSchema, groupSchema, id, linkSchema, list, tokenSchema, userSchema } from './schemas';

const defaultPush = { answer: 'approve', afterMs: 0 } as const;

/** An organisation. As a seed everything may be left out; one administrator fills the gap. */
export const orgSchema = z.strictObject({
  org: z._default(
    z.strictObject({
      id: z._default(id, '00o1n8sbwArJ7OQRw406'),
      name: z._default(z.string(), 'Example'),
      subdomain: z._default(z.string(), 'example'),
    }),
    { id: '00o1n8sbwArJ7OQRw406', name: 'Example', subdomain: 'example' },
  ),
  settings: z._default(
    z.strictObject({
      /** Milliseconds until a search sees a change. */
      searchLag: z._default(z.number().check(z.minimum(0)), 0),
      /** Milliseconds an activation takes, or a deactivation that need not be waited for. */
      transition: z._default(z.number().check(z.minimum(0)), 0),
      /** Requests that may be under way at the same time. */
      concurrency: z._default(z.int().check(z.minimum(1)), 75),
      /** Requests a minute of buckets, by path: `{ "/api/v1/users": 5 }`. */
      rateLimits: z._default(z.record(z.string(), z.int().check(z.minimum(1))), {}),
      /** Milliseconds until group rules are applied. */
      ruleLag: z._default(z.number().check(z.minimum(0)), 0),
      /** What users answer when their device is asked, and how many milliseconds later. */
      push: z._default(
        z.strictObject({
          answer: z._default(z.enum(['approve', 'reject', 'none']), 'approve'),
          afterMs: z._default(z.number().check(z.minimum(0)), 0),
        }),
        defaultPush,
      ),
    }),
    { searchLag: 0, transition: 0, concurrency: 75, rateLimits: {}, ruleLag: 0, push: defaultPush },
  ),
  tokens: list(tokenSchema),
  /** Attributes of user profiles beyond the standard ones, and the type of each. */
  attributes: z._default(
    z.record(
      z.string(),
      z.strictObject({
        type: z._default(z.enum(['string', 'number', 'integer', 'boolean', 'array']), 'string'),
        required: z._default(z.boolean(), false),
      }),
    ),
    {},
  ),
  users: z.optional(z.array(userSchema)),
  groups: list(groupSchema),
  groupRules: list(groupRuleSchema),
  apps: list(appSchema),
  eventHooks: list(eventHookSchema),
  policies: list(policySchema),
  factors: list(factorSchema),
  pushes: list(pushSchema),
  signIns: list(signInSchema),
  sessionTokens: list(sessionTokenSchema),
  sessions: list(sessionSchema),
  authorizationServers: list(authorizationServerSchema),
  oauth: z._default(oauthSchema, noOauth),
  links: list(linkSchema),
  events: list(eventSchema),
  last_id: z._default(z.int(), 0),
});

export type OrgSeed = z.output<typeof orgSchema>;
type Made<T, K extends keyof T> = T & { [P in K]-?: NonNullable<T[P]> };
export type User = Made<z.output<typeof userSchema>, 'id' | 'created' | 'lastUpdated' | 'type'>;
export type Group = Made<
  z.output<typeof groupSchema>,
  'id' | 'created' | 'lastUpdated' | 'lastMembershipUpdated'
>;
type Dated = 'id' | 'created' | 'lastUpdated';
export type PolicyRule = Made<z.output<typeof policySchema>['rules'][number], Dated | 'type'>;
export type Policy = Made<Omit<z.output<typeof policySchema>, 'rules'>, Dated> & { rules: PolicyRule[] };
export type Factor = Made<z.output<typeof factorSchema>, Dated>;
export type EventHook = Made<z.output<typeof eventHookSchema>, Dated>;
export type GroupRule = Made<z.output<typeof groupRuleSchema>, Dated>;
type AppSeed = z.output<typeof appSchema>;
export type AppUser = Made<AppSeed['users'][number], 'created' | 'lastUpdated' | 'userName'>;
export type AppGroup = Made<AppSeed['groups'][number], 'lastUpdated'>;
export type App = Made<Omit<AppSeed, 'users' | 'groups'>, Dated> & { users: AppUser[]; groups: AppGroup[] };
export type Push = z.output<typeof pushSchema>;
export type Session = z.output<typeof sessionSchema>;
export type SignIn = z.output<typeof signInSchema>;
export type ApiToken = z.output<typeof tokenSchema>;

/** An organisation in which nothing is left open. */
export interface OrgState extends OrgSeed {
  users: User[];
  groups: Group[];
  groupRules: GroupRule[];
  apps: App[];
  eventHooks: EventHook[];
  policies: Policy[];
  factors: Factor[];
}
export type OktaTwin = Twin<OrgState>;

export const userTypeId = 'oty1162QAr8hJjTaq0g4';

const firstUser: z.output<typeof userSchema> = {
  status: 'ACTIVE',
  profile: { login: 'isaac.brock@example.com', firstName: 'Isaac', lastName: 'Brock' },
  credentials: { provider: { type: 'OKTA', name: 'OKTA' } },
  oldPasswords: [],
  failedLogins: 0,
  failedCodes: 0,
  roles: ['SUPER_ADMIN'],
};

export function badSeed(problem: string): never {
  throw new FactoryError('bad-input', `The Okta organisation is not consistent: ${problem}.`, {
    hint: 'Correct the seed of the Okta twin; users and groups must be listed before they are used.',
  });
}

export function isoTime(now: number): string {
  return new Date(now).toISOString();
}

/** Fails for the first value that is there twice. */
function needUnique(values: readonly string[], what: string): void {
  const seen = new Set<string>();
  for (const value of values) {
    if (seen.has(value)) badSeed(`two ${what} ${value}`);
    seen.add(value);
  }
}

/** Gives ids and times to what a seed lists without any, always the same for the same seed. */
function completer(seed: OrgSeed, now: number) {
  let dice = 1;
  const random = () => {
    const thrown = throwDice(dice);
    dice = thrown.seed;
    return thrown.value;
  };
  // Ids that a seed left out are older than all that are given later, whatever the clock says.
  return {
    id: (prefix: string) => newId(prefix, seed, 0, random),
    at: isoTime(now),
  };
}
type Completer = ReturnType<typeof completer>;

function settleUser(user: z.output<typeof userSchema>, made: Completer): User {
  const created = user.created ?? made.at;
  const changed = user.status === 'STAGED' ? null : created;
  return {
    ...user,
    id: user.id ?? made.id('00u'),
    created,
    activated: user.activated === undefined ? changed : user.activated,
    statusChanged: user.statusChanged === undefined ? changed : user.statusChanged,
    lastLogin: user.lastLogin ?? null,
    lastUpdated: user.lastUpdated ?? created,
    passwordChanged: user.passwordChanged ?? (user.credentials.password ? created : null),
    type: user.type ?? { id: userTypeId },
    profile: completeProfile(user.profile),
  };
}

function settleGroup(group: z.output<typeof groupSchema>, made: Completer): Group {
  const created = group.created ?? made.at;
  return {
    ...group,
    id: group.id ?? made.id('00g'),
    created,
    lastUpdated: group.lastUpdated ?? created,
    lastMembershipUpdated: group.lastMembershipUpdated ?? created,
  };
}

/** Gives an object its id and times. */
function settleDated<
  T extends { id?: string | undefined; created?: string | undefined; lastUpdated?: string | undefined },
>(object: T, prefix: string, made: Completer) {
  const created = object.created ?? made.at;
  return { ...object, id: object.id ?? made.id(prefix), created, lastUpdated: object.lastUpdated ?? created };
}

function settlePolicy(policy: z.output<typeof policySchema>, made: Completer): Policy {
  const rules = policy.rules.map((rule) => ({
    ...settleDated(rule, '0pr', made),
    type: rule.type ?? ruleTypeOf(policy.type),
  }));
  return { ...settleDated(policy, '00p', made), rules };
}

/** An OpenID Connect client is known by the id of its application unless it says otherwise. */
function settleCredentials(app: AppSeed, id: string): AppSeed['credentials'] {
  if (app.signOnMode !== 'OPENID_CONNECT') return app.credentials;
  const client = app.credentials['oauthClient'];
  return {
    ...app.credentials,
    oauthClient: { client_id: id, ...(typeof client === 'object' ? client : {}) },
  };
}

function settleApp(app: AppSeed, users: readonly User[], made: Completer): App {
  const dated = settleDated(app, '0oa', made);
  const nameOf = (userId: string) => {
    const login = users.find(({ id: own }) => own === userId)?.profile['login'];
    return typeof login === 'string' ? login : userId;
  };
  return {
    ...dated,
    credentials: settleCredentials(app, dated.id),
    users: app.users.map((user) => ({
      ...user,
      created: user.created ?? made.at,
      lastUpdated: user.lastUpdated ?? made.at,
      userName: user.userName ?? nameOf(user.id),
    })),
    groups: app.groups.map((group) => ({ ...group, lastUpdated: group.lastUpdated ?? made.at })),
  };
}

/** Fills what a seed left open and checks that its parts know each other. */
export function settle(seed: OrgSeed, now: number): OrgState {
  const made = completer(seed, now);
  const users = (seed.users ?? [firstUser]).map((user) => settleUser(user, made));
  const seeded = seed.groups.some(({ type }) => type === 'BUILT_IN')
    ? seed.groups
    : [
        {
          type: 'BUILT_IN' as const,
          profile: { name: 'Everyone', description: 'All users in your organization' },
          members: [],
        },
        ...seed.groups,
      ];
  const groups = seeded.map((group) => settleGroup(group, made));
  needUnique(
    [...users, ...groups].map((entry) => entry.id),
    'objects have the id',
  );
  needUnique(
    users.map(({ profile }) => String(profile['login']).toLowerCase()),
    'users have the login',
  );
  needUnique(
    groups.map(({ profile }) => profile.name),
    'groups have the name',
  );
  const known = new Set(users.map((user) => user.id));
  for (const { members, profile } of groups) {
    const stranger = members.find((member) => !known.has(member));
    if (stranger) badSeed(`the group ${profile.name} has the member ${stranger}, who is not among the users`);
  }
  const { authorizationServers: servers } = seed;
  const authorizationServers = servers.some(({ id: own }) => own === defaultServer.id)
    ? servers
    : [defaultServer, ...servers];
  needUnique(
    authorizationServers.map((server) => server.id),
    'authorization servers have the id',
  );
  const wrong = seed.groupRules.find(({ expression }) => !isExpression(expression));
  if (wrong) badSeed(`the rule ${wrong.name} has no expression that can be read`);
  const owner = seed.tokens.find(({ user }) => user !== undefined && !known.has(user));
  if (owner) badSeed(`a token belongs to ${owner.user}, who is not among the users`);
  const policies = [...seed.policies, ...systemPolicies(seed.policies)].map((policy) =>
    settlePolicy(policy, made),
  );
  const factors = seed.factors.map((factor) => settleDated(factor, 'fac', made));
  const apps = seed.apps.map((app) => settleApp(app, users, made));
  const groupRules = seed.groupRules.map((rule) => settleDated(rule, '0pr', made));
  const eventHooks = seed.eventHooks.map((hook) => settleDated(hook, 'who', made));
  return { ...seed, users, groups, groupRules, apps, eventHooks, policies, factors, authorizationServers };
}
