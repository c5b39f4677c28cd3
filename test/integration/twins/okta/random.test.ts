import assert from 'node:assert/strict';
import { throwDice } from '../../../../src/twins/dice';
import { oktaOperations } from '../../../../src/twins/okta/operations';
import { goodPassword, openOkta, profileOf, tokenOf, type OktaUnderTest } from './oktaTwin';

/** A seeded generator of choices; the same seed, the same choices. */
function chooser(seed: number) {
  let dice = seed;
  const below = (limit: number): number => {
    const thrown = throwDice(dice);
    dice = thrown.seed;
    return Math.floor(thrown.value * limit);
  };
  const pick = <T>(values: readonly T[]): T => values[below(values.length)] as T;
  return { below, pick };
}
type Chooser = ReturnType<typeof chooser>;

const people = ['ann', 'bob', 'cy', 'dee', 'eve', 'flo', 'gus', 'hal'];
const question = { question: 'Who is there?', answer: 'Annie Oakley' };
const statuses = [
  'STAGED',
  'PROVISIONED',
  'ACTIVE',
  'RECOVERY',
  'PASSWORD_EXPIRED',
  'LOCKED_OUT',
  'SUSPENDED',
  'ACTIVE',
];
const operations = Object.keys(oktaOperations);
/** Those of the management API; the others take forms. */
const withJson = operations.filter((name) => name.includes(' /api/') || name.endsWith('Redirect'));
const onUsers = operations.filter((name) => name.includes('{userId}') || name.endsWith(' /api/v1/users'));

/** Which statuses a user can be in after one request, by the status before. */
const reachable: Readonly<Record<string, readonly string[]>> = {
  none: ['STAGED', 'PROVISIONED', 'ACTIVE', 'PASSWORD_EXPIRED'],
  STAGED: ['ACTIVE', 'PROVISIONED', 'DEPROVISIONED'],
  PROVISIONED: ['ACTIVE', 'RECOVERY', 'PASSWORD_EXPIRED', 'DEPROVISIONED'],
  ACTIVE: ['SUSPENDED', 'LOCKED_OUT', 'PASSWORD_EXPIRED', 'RECOVERY', 'DEPROVISIONED'],
  RECOVERY: ['ACTIVE', 'PROVISIONED', 'PASSWORD_EXPIRED', 'DEPROVISIONED'],
  PASSWORD_EXPIRED: ['ACTIVE', 'RECOVERY', 'DEPROVISIONED', 'LOCKED_OUT'],
  LOCKED_OUT: ['ACTIVE', 'RECOVERY', 'PASSWORD_EXPIRED', 'DEPROVISIONED'],
  SUSPENDED: ['ACTIVE', 'DEPROVISIONED'],
  DEPROVISIONED: ['ACTIVE', 'PROVISIONED', 'none'],
};

type MakeBody = (okta: OktaUnderTest, chance: Chooser) => object;
const newest = <T>(values: readonly T[]): T | undefined => values.at(-1);

/** Bodies that operations take, by their names; the last of them for none in particular. */
const bodies: readonly [RegExp, MakeBody][] = [
  [
    /^P\w+ \/api\/v1\/users(\/{userId})?$/,
    ({ twin }, { pick, below }) => ({
      profile: profileOf(pick(people)),
      ...(below(2) === 0
        ? { credentials: { password: { value: goodPassword }, recovery_question: question } }
        : {}),
      ...(below(4) === 0 ? { groupIds: twin.state.groups.slice(1, 3).map(({ id }) => id) } : {}),
    }),
  ],
  [
    /change_password$/,
    ({ twin }, { below }) => {
      const stateToken = newest(twin.state.signIns)?.stateToken;
      const [from, to] = [goodPassword, `Other9Pass${below(9)}`];
      return stateToken && below(2) === 0
        ? { stateToken, oldPassword: from, newPassword: to }
        : { oldPassword: { value: from }, newPassword: { value: to } };
    },
  ],
  [
    /question$/,
    (_okta, { below }) => ({
      password: { value: below(2) ? goodPassword : `Third7Pass${below(9)}` },
      recovery_question: question,
    }),
  ],
  [
    /POST \/api\/v1\/authn$|recovery\/(password|unlock)$/,
    (_okta, { pick }) => ({
      username: `${pick(people)}@example.com`,
      password: pick([goodPassword, goodPassword, 'wrong']),
    }),
  ],
  [/recovery\/token$/, ({ twin }) => ({ recoveryToken: newest(twin.state.links)?.token })],
  [
    /factors$/,
    ({ twin }, { pick }) => ({
      stateToken: newest(twin.state.signIns)?.stateToken,
      factorType: pick(['sms', 'push', 'question', 'email']),
      profile: { phoneNumber: '+15554151337', question: 'first_award', answer: 'chess' },
    }),
  ],
  [
    /authn|activate|verify|resend/,
    ({ twin }) => ({
      stateToken: newest(twin.state.signIns)?.stateToken,
      passCode: newest(twin.state.factors)?.sent?.code,
      answer: 'chess',
      newPassword: 'Fourth4Pass',
    }),
  ],
  [/sessions/, ({ twin }) => ({ sessionToken: newest(twin.state.sessionTokens)?.token })],
  [
    /rules|groups\/{groupId}$|POST \/api\/v1\/groups$|policies/,
    ({ twin }, { below, pick }) => ({
      name: `Rule ${below(9)}`,
      type: pick(['PASSWORD', 'OKTA_SIGN_ON']),
      profile: { name: `Group ${below(5)}` },
      conditions: { expression: { value: 'user.firstName=="Ann" or user.lastName=="Brock"' } },
      actions: {
        assignUserToGroups: { groupIds: [pick(twin.state.groups).id] },
        signon: { requireFactor: true },
      },
    }),
  ],
  [/roles$/, (_okta, { pick }) => ({ type: pick(['SUPER_ADMIN', 'APP_ADMIN']) })],
  [
    /apps/,
    ({ twin }, { pick }) => ({
      label: 'App',
      signOnMode: pick(['BOOKMARK', 'OPENID_CONNECT']),
      id: pick([...twin.state.users, { id: 'none' }]).id,
    }),
  ],
  [
    /eventHooks/,
    () => ({
      name: 'Hook',
      events: { items: ['user.lifecycle.create'] },
      channel: { config: { uri: 'http://127.0.0.1:9/' } },
    }),
  ],
  [/./, () => ({})],
];

/** Mostly the body an operation takes, now and then that of another. */
function bodyFor(okta: OktaUnderTest, operation: string, chance: Chooser): object {
  const [, make] =
    chance.below(8) === 0
      ? chance.pick(bodies)
      : (bodies.find(([names]) => names.test(operation)) ?? chance.pick(bodies));
  return make(okta, chance);
}

/** Ids that fit the parameters of a path, if there are any. */
function pathFor({ twin }: OktaUnderTest, path: string, { pick }: Chooser): string {
  const { users, groups, apps, policies, factors, eventHooks, groupRules, sessions, pushes } = twin.state;
  const known: Record<string, readonly { id: string }[]> = {
    userId: users,
    groupId: groups,
    appId: apps,
    policyId: policies,
    factorId: factors,
    eventHookId: eventHooks,
    groupRuleId: groupRules,
    sessionId: sessions,
    transactionId: pushes,
    ruleId: policies.flatMap(({ rules }) => rules),
  };
  const filled = path.replace(/\{(\w+)\}/g, (_whole, name: string) => {
    const entries = known[name] ?? [];
    return entries.length === 0 ? 'none' : pick(entries).id;
  });
  const query = pick([
    '',
    '',
    '?activate=false',
    '?sendEmail=false',
    '?limit=2',
    '?type=PASSWORD',
    '?filter=status eq "ACTIVE"',
  ]);
  return filled + query;
}

const statusesOf = ({ twin }: OktaUnderTest) =>
  new Map(twin.state.users.map(({ id, status }) => [id, status as string]));

function checkState(okta: OktaUnderTest, before: Map<string, string>, operation: string): void {
  const { users, groups, apps, sessions } = okta.twin.state;
  const after = statusesOf(okta);
  for (const id of new Set([...before.keys(), ...after.keys()])) {
    const [from = 'none', to = 'none'] = [before.get(id), after.get(id)];
    assert.ok(from === to || reachable[from]?.includes(to), `${operation} took a user from ${from} to ${to}`);
  }
  const logins = users.map(({ profile }) => String(profile['login']).toLowerCase());
  assert.equal(new Set(logins).size, logins.length, `${operation} made a login twice`);
  const gone = (id: string) => !after.has(id) || after.get(id) === 'DEPROVISIONED';
  for (const { members, profile } of groups) {
    assert.ok(!members.some(gone), `${operation} left somebody who is gone in ${profile.name}`);
    assert.equal(new Set(members).size, members.length);
  }
  assert.ok(
    !apps.some((app) => app.users.some(({ id }) => gone(id))),
    `${operation} left an application with somebody gone`,
  );
  assert.ok(!sessions.some(({ user }) => gone(user)), `${operation} left a session of somebody gone`);
}

const firstSeed = {
  users: people.map((name, index) => ({
    id: `00u${index}`,
    status: statuses[index],
    profile: profileOf(name),
    credentials: { password: { value: goodPassword }, recovery_question: question },
  })),
  groups: [
    { id: '00g1', profile: { name: 'Group 1' }, members: ['00u2', '00u6'] },
    { id: '00g2', profile: { name: 'Group 2' } },
  ],
  apps: [{ id: '0oa1', label: 'Payroll', users: [{ id: '00u2' }], groups: [{ id: '00g1' }] }],
  factors: [{ id: 'fac1', user: '00u2', factorType: 'question', answer: 'chess' }],
};

describe('Okta twin: whatever is asked of it', () => {
  for (const seed of [1, 2, 3]) {
    it(`never fails or comes into an impossible state (seed ${seed})`, async () => {
      const chance = chooser(seed);
      const okta = openOkta({ rateLimits: false, seed: firstSeed });
      for (let step = 0; step < 1200; step += 1) {
        const operation = chance.pick(chance.below(2) === 0 ? onUsers : withJson);
        const [method = '', path = ''] = operation.split(' ');
        const before = statusesOf(okta);
        const body = method === 'GET' ? undefined : bodyFor(okta, operation, chance);
        const answer = await okta.call(`${method} ${pathFor(okta, path, chance)}`, body);
        assert.ok(answer.status < 500, `${operation} answered ${answer.status}: ${answer.text}`);
        checkState(okta, before, operation);
        if (step % 50 === 0) await okta.twin.changeClock({ advance: 40_000 });
      }
      const done = new Set(
        okta.twin
          .calls()
          .filter(({ answered }) => answered === 'ok')
          .map(({ method }) => method),
      );
      assert.ok(
        done.size > withJson.length / 2,
        `only ${done.size} of ${withJson.length} operations did anything`,
      );
      const other = openOkta();
      other.twin.restore(okta.twin.snapshot());
      assert.deepEqual(other.twin.state, okta.twin.state);
    });
  }

  it('survives thousands of malformed requests', async () => {
    const { pick, below } = chooser(7);
    const { send, twin } = openOkta({ rateLimits: false });
    const pieces = [
      '{',
      '}',
      '[',
      ']',
      '"',
      ':',
      ',',
      '\\u0000',
      'null',
      '1e999',
      'profile',
      'login',
      '__proto__',
      'é',
      '\n',
    ];
    const deep = '['.repeat(200) + ']'.repeat(200);
    const nasty = [
      { profile: [] },
      { profile: { login: {} } },
      { credentials: 7 },
      { groupIds: [{}, null] },
      { id: { a: 1 } },
    ]
      .map((body) => JSON.stringify(body))
      .concat(`{"profile":${deep}}`, '{"__proto__":{"x":1}}', '{"profile":{"__proto__":{"x":1}}}', '');
    const segments = [
      '%',
      '%00',
      '%ff',
      '..',
      '__proto__',
      'constructor',
      '{userId}',
      'a'.repeat(2000),
      'me',
      '00u1',
    ];
    const filters = ['(', 'status eq', '"', 'a.b.c eq "x"', '\u0000', 'not not', 'x[y eq 1]', 'id eq 1e9999'];
    for (let step = 0; step < 3000; step += 1) {
      const [method = '', path = ''] = pick(operations).split(' ');
      const query = new URLSearchParams({
        [pick(['filter', 'search', 'q', 'after', 'limit', 'since', 'sortBy'])]: pick(filters),
      });
      const url = `${path.replace(/\{\w+\}/g, () => pick(segments))}?${String(query)}`;
      const body =
        below(2) === 0 ? pick(nasty) : Array.from({ length: below(12) }, () => pick(pieces)).join('');
      const headers = {
        authorization: pick([`SSWS ${tokenOf(twin)}`, 'SSWS', 'Bearer x', 'Basic \u00ff', '']),
        'content-type': pick(['application/json', 'text/xml', '', 'application/json; charset=latin1']),
        cookie: pick(['', 'sid=', 'sid=%', 'sid']),
      };
      const answer = await send(url, { method, headers, ...(method === 'GET' ? {} : { body }) });
      assert.ok(answer.status < 500, `${method} ${url} with ${body} answered ${answer.status}`);
    }
    assert.ok(twin.calls().every(({ answered }) => answered !== 'twin_defect'));
  });
});
