import assert from 'node:assert/strict';
import { openOkta, profileOf, tokenOf } from './oktaTwin';

const unknown = '00uUNKNOWN';

describe('Okta twin: credentials and errors', () => {
  it('O01 gives every error the same envelope and nothing else', async () => {
    const { call } = openOkta();
    const { json, status } = await call(`GET /api/v1/users/${unknown}`);
    assert.equal(status, 404);
    assert.deepEqual(Object.keys(json), ['errorCode', 'errorSummary', 'errorLink', 'errorId', 'errorCauses']);
    assert.equal(json['errorLink'], json.errorCode);
    assert.match(json.errorId, /^oae[\w-]{22}$/);
    assert.deepEqual(json.errorCauses, []);
    const again = await call(`GET /api/v1/users/${unknown}`);
    assert.notEqual(again.json.errorId, json.errorId);
    const invalid = await call('POST /api/v1/users', { profile: {} });
    assert.ok(invalid.json.errorCauses.length > 1);
    for (const cause of invalid.json.errorCauses) assert.deepEqual(Object.keys(cause), ['errorSummary']);
  });

  it('O02 refuses tokens that are unknown or revoked', async () => {
    const tokens = [
      { token: 'good' },
      { token: 'gone', status: 'revoked' },
      { token: 'bearer', scheme: 'Bearer', scopes: ['okta.users.read'] },
      { token: 'orphan', user: '00u9' },
    ];
    const users = [
      { id: '00u9', status: 'SUSPENDED', profile: { login: 'x@example.com' }, roles: ['SUPER_ADMIN'] },
    ];
    const { send, twin } = openOkta({ seed: { tokens, users } });
    const ask = (authorization: string) => send('/api/v1/users', { headers: { authorization } });
    for (const good of ['SSWS good', `ssws ${tokenOf(twin)}`, 'Bearer bearer']) {
      assert.equal((await ask(good)).status, 200, good);
    }
    for (const bad of [
      'SSWS gone',
      'SSWS nobody',
      'Bearer good',
      'SSWS bearer',
      'Bearer undefined',
      'SSWS orphan',
    ]) {
      const { status, json } = await ask(bad);
      assert.deepEqual(
        [status, json.errorCode, json.errorSummary],
        [401, 'E0000011', 'Invalid token provided'],
        bad,
      );
    }
  });

  it('O03 refuses requests without credentials as an invalid session', async () => {
    const { send } = openOkta();
    for (const headers of [{}, { authorization: 'nonsense' }, { authorization: 'Basic eDp5' }]) {
      const { status, json } = await send('/api/v1/users', { headers });
      assert.deepEqual([status, json.errorCode, json.errorSummary], [403, 'E0000005', 'Invalid session']);
    }
  });

  it('O04 refuses what role or scope do not allow, and tells a bearer which scope', async () => {
    const tokens = [
      { token: 'reader', role: 'READ_ONLY_ADMIN' },
      { token: 'helper', role: 'GROUP_MEMBERSHIP_ADMIN' },
      { token: 'bearer', scheme: 'Bearer', scopes: ['okta.groups.read'] },
    ];
    const { call } = openOkta({ seed: { tokens } });
    const as = (authorization: string) => ({ authorization });
    const user = { profile: profileOf('new') };
    assert.equal((await call('GET /api/v1/users', undefined, as('SSWS reader'))).status, 200);
    const refused = await call('POST /api/v1/users', user, as('SSWS reader'));
    assert.deepEqual([refused.status, refused.json.errorCode], [403, 'E0000006']);
    assert.equal(refused.headers.get('www-authenticate'), null);
    assert.equal((await call('GET /api/v1/users', undefined, as('SSWS helper'))).status, 200);
    assert.equal((await call('POST /api/v1/users', user, as('SSWS helper'))).status, 403);
    assert.equal((await call('GET /api/v1/groups', undefined, as('Bearer bearer'))).status, 200);
    const scope = await call('GET /api/v1/users', undefined, as('Bearer bearer'));
    assert.deepEqual([scope.status, scope.json.errorCode], [403, 'E0000006']);
    assert.match(scope.headers.get('www-authenticate') ?? '', /^Bearer .*error="insufficient_scope"/);
    assert.match(scope.headers.get('www-authenticate') ?? '', /scope="okta\.users\.read"/);
  });

  it('O05 names what an unknown id was looked for as', async () => {
    const { call } = openOkta();
    const user = await call(`POST /api/v1/users/${unknown}/lifecycle/suspend`);
    assert.deepEqual([user.status, user.json.errorCode], [404, 'E0000007']);
    assert.equal(user.json.errorSummary, `Not found: Resource not found: ${unknown} (User)`);
    const group = await call('GET /api/v1/groups/00gX');
    assert.equal(group.json.errorSummary, 'Not found: Resource not found: 00gX (UserGroup)');
  });

  it('O06 refuses wrong verbs, paths, bodies and media types, each in its own way', async () => {
    const { call, send, twin } = openOkta();
    const codeOf = async (asked: ReturnType<typeof call>) => {
      const { status, json } = await asked;
      return [status, json.errorCode];
    };
    assert.deepEqual(await codeOf(call('DELETE /api/v1/users')), [405, 'E0000022']);
    assert.deepEqual(await codeOf(call('GET /api/v1/nothing')), [404, 'E0000008']);
    const post = (body: string, type: string) =>
      send('/api/v1/users', {
        method: 'POST',
        headers: { authorization: `SSWS ${tokenOf(twin)}`, 'content-type': type },
        body,
      });
    for (const body of ['{"profile":', '[]', '"text"', '7', '{"profile":[]}']) {
      assert.deepEqual(await codeOf(post(body, 'application/json')), [400, 'E0000003'], body);
    }
    assert.deepEqual(await codeOf(post('{}', 'text/plain')), [400, 'E0000021']);
    assert.deepEqual(await codeOf(call('GET /api/v1/users', undefined, { accept: 'text/html' })), [
      400,
      'E0000019',
    ]);
    assert.deepEqual(
      twin
        .calls()
        .filter(({ unmodelled }) => unmodelled)
        .map(({ method }) => method),
      ['DELETE /api/v1/users', 'GET /api/v1/nothing'],
    );
  });
});
