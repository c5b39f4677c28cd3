import assert from 'node:assert/strict';
import { openOkta, profileOf, type OktaAnswer } from './oktaTwin';

const users = [
  { id: '00u1', profile: profileOf('one') },
  { id: '00u2', profile: profileOf('two') },
  { id: '00u3', status: 'DEPROVISIONED', profile: profileOf('gone') },
];
const namesOf = ({ list }: OktaAnswer) => list.map(({ profile, id }) => profile['name'] ?? id);

describe('Okta twin: groups', () => {
  it('O32 makes, changes and removes groups of its own', async () => {
    const { call } = openOkta();
    const made = await call('POST /api/v1/groups', { profile: { name: 'Staff', description: 'All of us' } });
    assert.deepEqual(
      [made.status, made.json['type'], made.json['objectClass']],
      [200, 'OKTA_GROUP', ['okta:user_group']],
    );
    assert.match(made.json.id, /^00g[0-9A-Za-z]{17}$/);
    const path = `/api/v1/groups/${made.json.id}`;
    const changed = await call(`PUT ${path}`, { profile: { name: 'People' } });
    assert.deepEqual(changed.json.profile, { name: 'People', description: null });
    assert.deepEqual(namesOf(await call('GET /api/v1/groups?q=peo')), ['People']);
    assert.deepEqual(namesOf(await call('GET /api/v1/groups?search=profile.name co "eop"')), ['People']);
    assert.deepEqual(namesOf(await call('GET /api/v1/groups?filter=type eq "BUILT_IN"')), ['Everyone']);
    assert.equal((await call(`DELETE ${path}`)).status, 204);
    assert.equal((await call(`GET ${path}`)).status, 404);
  });

  it('O32 refuses a name that a group has', async () => {
    const { call } = openOkta({ seed: { groups: [{ profile: { name: 'Staff' } }] } });
    for (const name of ['Staff', 'Everyone']) {
      const { status, json } = await call('POST /api/v1/groups', { profile: { name } });
      assert.deepEqual(
        [status, json.errorCode, json.errorSummary],
        [400, 'E0000001', 'Api validation failed: name'],
      );
      assert.equal(
        json.errorCauses[0]?.errorSummary,
        'name: An object with this field already exists in the current organization',
      );
    }
  });

  it('O32 puts a member in however often it is told', async () => {
    const { call, twin } = openOkta({
      seed: { users, groups: [{ id: '00g1', profile: { name: 'Staff' } }] },
    });
    for (let times = 0; times < 3; times += 1) {
      assert.equal((await call('PUT /api/v1/groups/00g1/users/00u1')).status, 204);
    }
    const added = twin.state.events.filter(({ eventType }) => eventType === 'group.user_membership.add');
    assert.equal(added.length, 1);
    assert.deepEqual(namesOf(await call('GET /api/v1/groups/00g1/users')), ['00u1']);
    assert.equal((await call('PUT /api/v1/groups/00g1/users/00uX')).status, 404);
    for (let times = 0; times < 2; times += 1) {
      assert.equal((await call('DELETE /api/v1/groups/00g1/users/00u1')).status, 204);
    }
    assert.deepEqual((await call('GET /api/v1/groups/00g1/users')).list, []);
  });

  it('O32 has everybody in Everyone, which nobody can change', async () => {
    const { call, twin } = openOkta({ seed: { users } });
    const { id } = twin.state.groups[0] ?? { id: '' };
    assert.deepEqual(namesOf(await call(`GET /api/v1/groups/${id}/users`)), ['00u1', '00u2']);
    for (const operation of [`DELETE /api/v1/groups/${id}`, `PUT /api/v1/groups/${id}/users/00u1`]) {
      assert.equal((await call(operation)).status, 403);
    }
  });

  it('O32 takes a user out of every group on deactivation', async () => {
    const { call } = openOkta({
      seed: { users, groups: [{ id: '00g1', profile: { name: 'Staff' }, members: ['00u1'] }] },
    });
    await call('POST /api/v1/users/00u1/lifecycle/deactivate');
    assert.deepEqual((await call('GET /api/v1/groups/00g1/users')).list, []);
    assert.deepEqual((await call('GET /api/v1/users/00u1/groups')).list, []);
  });
});
