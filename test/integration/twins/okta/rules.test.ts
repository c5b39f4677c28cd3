import assert from 'node:assert/strict';
import { goodPassword, openOkta, profileOf, type OktaAnswer } from './oktaTwin';

const credentials = { password: { value: goodPassword } };
const users = [
  { id: '00u1', profile: { ...profileOf('one'), department: 'Engineering' } },
  { id: '00u2', profile: { ...profileOf('two'), department: 'Sales' } },
];
const groups = [
  { id: '00g1', profile: { name: 'Engineers' } },
  { id: '00g2', profile: { name: 'Leads' }, members: ['00u2'] },
];
const rule = (value: string, groupIds = ['00g1']) => ({
  type: 'group_rule',
  name: 'Placed by department',
  conditions: { expression: { value, type: 'urn:okta:expression:1.0' } },
  actions: { assignUserToGroups: { groupIds } },
});
const failure = ({ status, json }: OktaAnswer) => [status, json.errorCode];

describe('Okta twin: group rules', () => {
  const open = (seed: object = {}) => {
    const okta = openOkta({ seed: { users, groups, ...seed } });
    const members = async () => (await okta.call('GET /api/v1/groups/00g1/users')).list.map(({ id }) => id);
    return { ...okta, members };
  };

  it('O32 applies a rule when it is activated, then to whoever changes', async () => {
    const { call, members } = open();
    const made = await call('POST /api/v1/groups/rules', rule('user.department=="Engineering"'));
    assert.deepEqual([made.status, made.json.status, made.json['type']], [200, 'INACTIVE', 'group_rule']);
    assert.deepEqual(await members(), []);
    const path = `/api/v1/groups/rules/${made.json.id}`;
    assert.equal((await call(`POST ${path}/lifecycle/activate`)).status, 204);
    assert.deepEqual(await members(), ['00u1']);
    await call('POST /api/v1/users/00u1', { profile: { department: 'Sales' } });
    await call('POST /api/v1/users/00u2', { profile: { department: 'Engineering' } });
    assert.deepEqual(await members(), ['00u2']);
    const profile = { ...profileOf('three'), department: 'Engineering' };
    const { json } = await call('POST /api/v1/users', { profile, credentials });
    assert.deepEqual((await members()).sort(), [json.id, '00u2'].sort());
    assert.deepEqual(failure(await call(`PUT ${path}`, rule('user.city=="Oslo"'))), [400, 'E0000001']);
    assert.equal((await call(`POST ${path}/lifecycle/deactivate`)).status, 204);
    assert.equal((await call(`DELETE ${path}?removeUsers=true`)).status, 204);
    assert.deepEqual(await members(), []);
  });

  it('O32 applies rules late where the organisation is said to lag', async () => {
    const { call, members, twin } = open({ settings: { ruleLag: 2000 } });
    const { json } = await call('POST /api/v1/groups/rules', rule('user.department=="Engineering"'));
    await call(`POST /api/v1/groups/rules/${json.id}/lifecycle/activate`);
    assert.deepEqual(await members(), []);
    await twin.changeClock({ advance: 2000 });
    assert.deepEqual(await members(), ['00u1']);
  });

  it('O32 knows functions, groups, and words that join them', async () => {
    const cases: [string, string[]][] = [
      ['String.startsWith(user.department, "Eng") AND user.lastName=="Brock"', ['00u1']],
      ['isMemberOfAnyGroup("00g2","00gX")', ['00u2']],
      ['isMemberOfGroupName(\'Leads\') or String.stringContains(user.login, "one")', ['00u1', '00u2']],
      ['!(user.department != "Sales") && user.city == null', ['00u2']],
    ];
    for (const [expression, placed] of cases) {
      const { call, members } = open();
      const { json } = await call('POST /api/v1/groups/rules', rule(expression));
      await call(`POST /api/v1/groups/rules/${json.id}/lifecycle/activate`);
      assert.deepEqual(await members(), placed, expression);
    }
  });

  it('O32 refuses rules that cannot be', async () => {
    const { call } = open();
    for (const expression of [
      '',
      'user.department==',
      'system.exit()',
      '('.repeat(999),
      'user.department=="x" user',
    ]) {
      assert.deepEqual(
        failure(await call('POST /api/v1/groups/rules', rule(expression))),
        [400, 'E0000001'],
        expression,
      );
    }
    assert.deepEqual(failure(await call('POST /api/v1/groups/rules', rule('true', ['00gX']))), [
      404,
      'E0000007',
    ]);
    await call('POST /api/v1/groups/rules', rule('true'));
    assert.deepEqual(failure(await call('POST /api/v1/groups/rules', rule('true'))), [400, 'E0000001']);
  });
});

describe('Okta twin: policies', () => {
  it('has a default policy of each kind, which nobody can remove', async () => {
    const { call } = openOkta();
    const [policy] = (await call('GET /api/v1/policies?type=PASSWORD&expand=rules')).list;
    assert.equal(policy?.['system'], true);
    const path = `/api/v1/policies/${policy?.id}`;
    assert.deepEqual(failure(await call(`DELETE ${path}`)), [403, 'E0000006']);
    assert.equal((await call(`GET ${path}/rules`)).list.length, 1);
    assert.deepEqual(failure(await call('GET /api/v1/policies')), [400, 'E0000001']);
    assert.deepEqual(failure(await call('GET /api/v1/policies?type=NONE')), [400, 'E0000001']);
  });

  it('rules the passwords of the groups it is for', async () => {
    const { call } = openOkta({ seed: { users: users.map((user) => ({ ...user, credentials })), groups } });
    const policy = {
      type: 'PASSWORD',
      name: 'Long',
      conditions: { people: { groups: { include: ['00g2'] } } },
      settings: { password: { complexity: { minLength: 20 } } },
    };
    const made = await call('POST /api/v1/policies', policy);
    assert.deepEqual([made.status, made.json['priority']], [200, 1]);
    const change = (id: string) =>
      call(`POST /api/v1/users/${id}`, { credentials: { password: { value: 'Different9Pass' } } });
    assert.equal((await change('00u1')).status, 200);
    const refused = await change('00u2');
    assert.match(refused.json.errorCauses[0]?.errorSummary ?? '', /at least 20 characters/);
    await call(`POST /api/v1/policies/${made.json.id}/lifecycle/deactivate`);
    assert.equal((await change('00u2')).status, 200);
  });

  it('asks for a factor once a rule says so', async () => {
    const { call, send } = openOkta({ seed: { users: [{ ...users[0], credentials }] } });
    const signIn = () =>
      send('/api/v1/authn', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ username: 'one@example.com', password: goodPassword }),
      });
    assert.equal((await signIn()).json.status, 'SUCCESS');
    const [policy] = (await call('GET /api/v1/policies?type=OKTA_SIGN_ON')).list;
    const body = {
      name: 'Careful',
      priority: 1,
      actions: { signon: { access: 'ALLOW', requireFactor: true } },
    };
    const made = await call(`POST /api/v1/policies/${policy?.id}/rules`, body);
    assert.equal(made.json['type'], 'SIGN_ON');
    assert.equal((await signIn()).json.status, 'MFA_ENROLL');
    await call(`DELETE /api/v1/policies/${policy?.id}/rules/${made.json.id}`);
    assert.equal((await signIn()).json.status, 'SUCCESS');
  });
});

describe('Okta twin: roles and schemas', () => {
  it('gives a user an administrator role once, with what it allows', async () => {
    const tokens = [{ token: 'mine', user: '00u1' }];
    const { call } = openOkta({ seed: { users, tokens } });
    const mine = { authorization: 'SSWS mine' };
    assert.equal((await call('GET /api/v1/users', undefined, mine)).status, 403);
    const made = await call('POST /api/v1/users/00u1/roles', { type: 'READ_ONLY_ADMIN' });
    assert.deepEqual([made.status, made.json['label']], [201, 'Read-only Administrator']);
    assert.equal((await call('GET /api/v1/users', undefined, mine)).status, 200);
    assert.deepEqual(failure(await call('POST /api/v1/users/00u1/roles', { type: 'READ_ONLY_ADMIN' })), [
      409,
      'E0000090',
    ]);
    assert.equal((await call(`DELETE /api/v1/users/00u1/roles/${made.json.id}`)).status, 204);
    assert.deepEqual((await call('GET /api/v1/users/00u1/roles')).list, []);
  });

  it('describes profiles', async () => {
    const { call } = openOkta({ seed: { attributes: { badge: { type: 'integer', required: true } } } });
    const { json } = await call('GET /api/v1/meta/schemas/user/default');
    const { custom, base } = json['definitions'] as Record<
      string,
      { properties: object; required: string[] }
    >;
    assert.deepEqual(custom?.properties, { badge: { title: 'badge', type: 'integer' } });
    assert.deepEqual(base?.required, ['login', 'email', 'firstName', 'lastName']);
    assert.equal((await call('GET /api/v1/meta/types/user')).list.length, 1);
  });
});
