import assert from 'node:assert/strict';
import { FactoryError } from '../../../../src/shared/errors';
import { goodPassword, openOkta, profileOf } from './oktaTwin';

describe('Okta twin: seed and state', () => {
  it('gives the same ids for the same seed and history', async () => {
    const history = async () => {
      const { call, twin } = openOkta({
        now: () => Date.UTC(2026, 0, 1),
        seed: { users: [{ profile: profileOf('a') }] },
      });
      await call('POST /api/v1/users', { profile: profileOf('b') });
      await call('POST /api/v1/groups', { profile: { name: 'Staff' } });
      return JSON.stringify([twin.state.users, twin.state.groups]);
    };
    assert.equal(await history(), await history());
  });

  it('is whole in a snapshot, and goes on from it', async () => {
    const { call, twin } = openOkta({ seed: { settings: { transition: 1000 } } });
    const body = { profile: profileOf('b'), credentials: { password: { value: goodPassword } } };
    const { json } = await call('POST /api/v1/users?activate=false', body);
    await call(`POST /api/v1/users/${json.id}/lifecycle/activate`);
    const snapshot = twin.snapshot();
    const other = openOkta();
    other.twin.restore(snapshot);
    assert.deepEqual(other.twin.state, twin.state);
    await other.twin.changeClock({ advance: 1000 });
    const { status } = (await other.call(`GET /api/v1/users/${json.id}`)).json;
    assert.equal(status, 'ACTIVE');
    twin.reset();
    assert.equal(twin.state.users.length, 1);
  });

  it('refuses seeds whose parts do not fit together', () => {
    const seeds = [
      { users: [{ profile: {} }] },
      {
        users: [
          { id: '00u1', profile: profileOf('a') },
          { id: '00u1', profile: profileOf('b') },
        ],
      },
      { users: [{ profile: profileOf('a') }, { profile: profileOf('a') }] },
      { groups: [{ profile: { name: 'Staff' }, members: ['00uX'] }] },
      { tokens: [{ token: 't', user: '00uX' }] },
      { users: [{ status: 'GONE', profile: profileOf('a') }] },
      { people: [] },
    ];
    for (const seed of seeds) {
      assert.throws(
        () => openOkta({ seed }),
        (error) => error instanceof FactoryError && error.code === 'bad-input',
        JSON.stringify(seed),
      );
    }
  });

  it('plays only faults it knows', () => {
    assert.ok(
      openOkta({
        faults: [
          { on: '*', reply: 'E0000009' },
          { on: 'GET /api/v1/logs', reply: 'http_503' },
        ],
      }),
    );
    for (const fault of [
      { on: 'GET /api/v1/nothing', reply: 'timeout' },
      { on: '*', reply: 'E9999999' },
    ]) {
      assert.throws(() => openOkta({ faults: [fault] }), FactoryError);
    }
  });

  it('keeps secrets out of the call log', async () => {
    const { call, twin } = openOkta();
    await call('POST /api/v1/users', {
      profile: profileOf('b'),
      credentials: { password: { value: goodPassword } },
    });
    assert.ok(!JSON.stringify(twin.calls()).includes(goodPassword));
    assert.equal(
      (twin.calls()[0]?.args['body'] as { profile: { login: string } }).profile.login,
      'b@example.com',
    );
  });
});
