import assert from 'node:assert/strict';
import { openOkta, profileOf, type OktaAnswer } from './oktaTwin';

const users = ['one', 'two', 'three'].map((name, index) => ({
  id: `00u${index + 1}`,
  profile: profileOf(name),
}));
const groups = [{ id: '00g1', profile: { name: 'Staff' }, members: ['00u1', '00u2'] }];
const failure = ({ status, json }: OktaAnswer) => [status, json.errorCode];
const bookmark = {
  label: 'Wiki',
  signOnMode: 'BOOKMARK',
  settings: { app: { url: 'https://wiki.example.com' } },
};

describe('Okta twin: applications', () => {
  const open = async () => {
    const okta = openOkta({ seed: { users, groups } });
    const made = await okta.call('POST /api/v1/apps', bookmark);
    const path = `/api/v1/apps/${made.json.id}`;
    const assigned = async () =>
      (await okta.call(`GET ${path}/users`)).list.map(({ id, scope }) => `${id} ${String(scope)}`);
    return { ...okta, made, path, assigned };
  };

  it('makes, changes, switches and removes an application', async () => {
    const { call, made, path } = await open();
    assert.deepEqual([made.status, made.json.status, made.json['name']], [200, 'ACTIVE', 'bookmark']);
    assert.match(made.json.id, /^0oa\w{17}$/);
    const changed = await call(`PUT ${path}`, { ...bookmark, label: 'Docs' });
    assert.equal(changed.json['label'], 'Docs');
    assert.equal((await call('GET /api/v1/apps?q=do')).list.length, 1);
    assert.deepEqual(failure(await call(`DELETE ${path}`)), [403, 'E0000056']);
    assert.equal((await call(`POST ${path}/lifecycle/deactivate`)).status, 200);
    assert.equal((await call('GET /api/v1/apps?filter=status eq "INACTIVE"')).list.length, 1);
    assert.equal((await call(`DELETE ${path}`)).status, 204);
    assert.deepEqual(failure(await call(`GET ${path}`)), [404, 'E0000007']);
  });

  it('makes an OpenID Connect client with an id and a secret of its own', async () => {
    const { call } = await open();
    const settings = {
      oauthClient: { application_type: 'web', redirect_uris: ['http://localhost:3000/cb'] },
    };
    const make = async (oauthClient: object) =>
      (
        await call('POST /api/v1/apps', {
          label: 'Client',
          signOnMode: 'OPENID_CONNECT',
          credentials: { oauthClient },
          settings,
        })
      ).json;
    const basic = await make({ token_endpoint_auth_method: 'client_secret_basic' });
    const { oauthClient: client } = basic['credentials'] as { oauthClient: Record<string, string> };
    assert.equal(client['client_id'], basic.id);
    assert.ok((client['client_secret'] ?? '').length >= 40);
    const jwt = await make({ token_endpoint_auth_method: 'private_key_jwt', client_id: 'mine' });
    const { oauthClient: other } = jwt['credentials'] as { oauthClient: Record<string, string> };
    assert.deepEqual([other['client_id'], other['client_secret']], ['mine', undefined]);
  });

  it('assigns users one by one, and through their groups', async () => {
    const { call, path, assigned } = await open();
    const one = await call(`POST ${path}/users`, { id: '00u3', credentials: { userName: 'third' } });
    assert.deepEqual(
      [one.status, one.json['scope'], one.json['credentials']],
      [200, 'USER', { userName: 'third' }],
    );
    assert.equal((await call(`PUT ${path}/groups/00g1`, {})).status, 200);
    assert.deepEqual(await assigned(), ['00u1 GROUP', '00u2 GROUP', '00u3 USER']);
    await call('DELETE /api/v1/groups/00g1/users/00u2');
    await call('PUT /api/v1/groups/00g1/users/00u3');
    assert.deepEqual(await assigned(), ['00u1 GROUP', '00u3 USER']);
    assert.equal((await call('GET /api/v1/users/00u1/appLinks')).list[0]?.['label'], 'Wiki');
    assert.equal((await call('GET /api/v1/groups/00g1/apps')).list.length, 1);
    assert.equal((await call('GET /api/v1/apps?filter=user.id eq "00u1"')).list.length, 1);
    await call('POST /api/v1/users/00u1/lifecycle/suspend');
    assert.deepEqual(await assigned(), ['00u1 GROUP', '00u3 USER']);
    await call('POST /api/v1/users/00u1/lifecycle/deactivate');
    await call(`DELETE ${path}/groups/00g1`);
    assert.deepEqual(await assigned(), ['00u3 USER']);
    assert.equal((await call(`DELETE ${path}/users/00u3`)).status, 204);
    assert.deepEqual(failure(await call(`GET ${path}/users/00u3`)), [404, 'E0000007']);
  });

  it('refuses assignments of whom and what there is not', async () => {
    const { call, path } = await open();
    assert.deepEqual(failure(await call(`POST ${path}/users`, { id: '00uX' })), [404, 'E0000007']);
    assert.deepEqual(failure(await call(`POST ${path}/users`, {})), [400, 'E0000001']);
    assert.deepEqual(failure(await call(`PUT ${path}/groups/00gX`, {})), [404, 'E0000007']);
    assert.deepEqual(failure(await call('POST /api/v1/apps', { label: 'x', signOnMode: 'MAGIC' })), [
      400,
      'E0000001',
    ]);
  });
});
