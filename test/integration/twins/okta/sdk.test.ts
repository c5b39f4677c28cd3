import assert from 'node:assert/strict';
import okta from '@okta/okta-sdk-nodejs';
import type { TwinOptions } from '../../../../src/twins/contract';
import { serveTwin } from '../../../../src/twins/serve';
import type { TwinHandle } from '../../../../src/twins/types';
import { goodPassword, profileOf } from './oktaTwin';

const leavers = Array.from({ length: 7 }, (_, index) => ({
  status: index % 2 === 0 ? 'DEPROVISIONED' : 'ACTIVE',
  profile: profileOf(`leaver${index}`),
}));

describe('Okta twin with the official client over loopback', () => {
  const running: TwinHandle[] = [];
  const open = async (options: TwinOptions = {}) => {
    const twin = await serveTwin('okta', { port: 0, ...options });
    running.push(twin);
    const { url = '', token = '' } = twin.values;
    return { twin, url, token, client: new okta.Client({ orgUrl: url, token }) };
  };
  afterEach(async () => {
    await Promise.all(running.splice(0).map((twin) => twin.stop()));
  });

  it('finds those who left, page by page', async () => {
    const { client, twin } = await open({ seed: { users: leavers } });
    const logins: (string | undefined)[] = [];
    const found = await client.userApi.listUsers({ filter: 'status eq "DEPROVISIONED"', limit: 2 });
    await found.each((user) => void logins.push(user?.profile?.login));
    assert.deepEqual(
      logins,
      [0, 2, 4, 6].map((index) => `leaver${index}@example.com`),
    );
    assert.equal((await twin.calls()).length, 2);
  });

  it('finds them by plain HTTP as well', async () => {
    const { url, token } = await open({ seed: { users: leavers } });
    const names: string[] = [];
    let next: string | undefined =
      `${url}/api/v1/users?limit=3&search=${encodeURIComponent('status eq "DEPROVISIONED"')}`;
    while (next) {
      const response: Response = await fetch(next, { headers: { Authorization: `SSWS ${token}` } });
      for (const user of (await response.json()) as { profile: { firstName: string } }[])
        names.push(user.profile.firstName);
      next = /<([^>]+)>; rel="next"/.exec(response.headers.get('link') ?? '')?.[1];
    }
    assert.deepEqual(names, ['Leaver0', 'Leaver2', 'Leaver4', 'Leaver6']);
  });

  it('takes a user from the first day to the last', async () => {
    const { client, twin } = await open();
    const credentials = { password: { value: goodPassword } };
    const user = await client.userApi.createUser({
      body: { profile: profileOf('new'), credentials },
      activate: false,
    });
    const id = user.id ?? '';
    assert.equal(user.status, 'STAGED');
    await client.userApi.activateUser({ userId: id, sendEmail: false });
    await client.userApi.suspendUser({ userId: id });
    await client.userApi.unsuspendUser({ userId: id });
    const group = await client.groupApi.createGroup({ group: { profile: { name: 'Staff' } } });
    await client.groupApi.assignUserToGroup({ groupId: group.id ?? '', userId: id });
    await client.userApi.updateUser({ userId: id, user: { profile: { nickName: 'ike' } } });
    assert.equal((await client.userApi.getUser({ userId: id })).profile?.nickName, 'ike');
    await client.userApi.deactivateUser({ userId: id });
    await client.userApi.deleteUser({ userId: id });
    await assert.rejects(client.userApi.getUser({ userId: id }), { status: 404, errorCode: 'E0000007' });
    const calls = await twin.calls();
    assert.ok(calls.slice(0, -1).every(({ answered }) => answered === 'ok'));
  });

  it('administers groups, rules, applications, policies, hooks and factors', async () => {
    const { client } = await open({
      seed: {
        users: [
          { id: '00u1', profile: profileOf('one'), credentials: { password: { value: goodPassword } } },
        ],
      },
    });
    const { id: groupId = '' } = await client.groupApi.createGroup({ group: { profile: { name: 'Staff' } } });
    const rule = await client.groupApi.createGroupRule({
      groupRule: {
        type: 'group_rule',
        name: 'Everybody called Brock',
        conditions: { expression: { value: 'user.lastName=="Brock"', type: 'urn:okta:expression:1.0' } },
        actions: { assignUserToGroups: { groupIds: [groupId] } },
      },
    });
    await client.groupApi.activateGroupRule({ ruleId: rule.id ?? '' });
    const members = await client.groupApi.listGroupUsers({ groupId });
    assert.equal((await members.next()).value?.id, '00u1');
    const app = await client.applicationApi.createApplication({
      application: { label: 'Wiki', signOnMode: 'BOOKMARK' },
    });
    const appId = app.id ?? '';
    await client.applicationApi.assignGroupToApplication({ appId, groupId });
    const assigned = await client.applicationApi.listApplicationUsers({ appId });
    assert.equal((await assigned.next()).value?.scope, 'GROUP');
    const factor = await client.userFactorApi.enrollFactor({
      userId: '00u1',
      body: {
        factorType: 'question',
        provider: 'OKTA',
        profile: { question: 'disliked_food', answer: 'Mayonnaise' },
      },
    });
    const factorId = factor.id ?? '';
    const verified = await client.userFactorApi.verifyFactor({
      userId: '00u1',
      factorId,
      body: { answer: 'mayonnaise' },
    });
    assert.equal(verified.factorResult, 'SUCCESS');
    const policies = await client.policyApi.listPolicies({ type: 'OKTA_SIGN_ON' });
    assert.equal((await policies.next()).value?.system, true);
    const hook = await client.eventHookApi.createEventHook({
      eventHook: {
        name: 'Leavers',
        events: { type: 'EVENT_TYPE', items: ['user.lifecycle.deactivate'] },
        channel: { type: 'HTTP', version: '1.0.0', config: { uri: 'http://127.0.0.1:9/' } },
      },
    });
    assert.equal(hook.verificationStatus, 'UNVERIFIED');
    const role = { type: 'APP_ADMIN' } as const;
    await client.roleAssignmentApi.assignRoleToUser({ userId: '00u1', assignRoleRequest: role });
    await client.userApi.changePassword({
      userId: '00u1',
      changePasswordRequest: {
        oldPassword: { value: goodPassword },
        newPassword: { value: 'Different9Pass' },
      },
    });
    const types: (string | undefined)[] = [];
    const events = await client.systemLogApi.listLogEvents({
      until: new Date(Date.now() + 60_000).toISOString(),
    });
    await events.each((event) => void types.push(event?.eventType));
    for (const type of [
      'group.user_membership.add',
      'application.user_membership.add',
      'user.mfa.factor.activate',
    ] as const) {
      assert.ok(types.includes(type), type);
    }
  });

  it('fails as it does with Okta when the service breaks down', async () => {
    const faults = [
      { on: 'GET /api/v1/users', reply: 'http_503' },
      { on: 'GET /api/v1/users', reply: 'E0000006' },
      { on: 'GET /api/v1/users', drop: 'before' },
    ];
    const { client } = await open({ faults });
    await assert.rejects(
      client.userApi.listUsers().then((users) => users.next()),
      { status: 503 },
    );
    await assert.rejects(
      client.userApi.listUsers().then((users) => users.next()),
      { errorCode: 'E0000006' },
    );
    await assert.rejects(
      client.userApi.listUsers().then((users) => users.next()),
      { code: 'ECONNRESET' },
    );
  });
});
