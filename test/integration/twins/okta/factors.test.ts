import assert from 'node:assert/strict';
import { codeAt, stepOf } from '../../../../src/twins/okta/oneTimeCodes';
import { at, day, failure, openSignIn, sentCode, username } from './signInTwin';

describe('Okta twin: sessions', () => {
  const begin = async () => {
    const okta = openSignIn();
    const { json } = await okta.signIn();
    const sessionToken = json['sessionToken'] as string;
    const session = await okta.post('/api/v1/sessions', { sessionToken });
    return { ...okta, sessionToken, session };
  };

  it('O37 makes a session of a token once', async () => {
    const { session, post, sessionToken } = await begin();
    assert.deepEqual([session.status, session.json.status, session.json['login']], [200, 'ACTIVE', username]);
    assert.deepEqual(session.json['amr'], ['pwd']);
    for (const token of [sessionToken, 'bogus']) {
      assert.deepEqual(failure(await post('/api/v1/sessions', { sessionToken: token })), [401, 'E0000004']);
    }
  });

  it('O37 shows, refreshes and closes a session', async () => {
    const { call, twin, session } = await begin();
    const path = `/api/v1/sessions/${session.json.id}`;
    assert.deepEqual((await call(`GET ${path}`)).json, session.json);
    await twin.changeClock({ advance: 3_600_000 });
    const refreshed = await call(`POST ${path}/lifecycle/refresh`);
    const longer =
      Date.parse(refreshed.json['expiresAt'] as string) - Date.parse(session.json['expiresAt'] as string);
    assert.equal(longer, 3_600_000);
    assert.equal((await call(`DELETE ${path}`)).status, 204);
    assert.deepEqual(failure(await call(`GET ${path}`)), [404, 'E0000007']);
    await twin.changeClock({ advance: day });
    assert.deepEqual(failure(await call(`POST ${path}/lifecycle/refresh`)), [404, 'E0000007']);
  });

  it('O37 knows a browser by the cookie sid, for its own matters', async () => {
    const { send, signIn } = openSignIn();
    const { json } = await signIn();
    const query = new URLSearchParams({
      token: String(json['sessionToken']),
      redirectUrl: 'http://localhost:3000/in',
    });
    const answer = await send(`/login/sessionCookieRedirect?${String(query)}`);
    assert.deepEqual([answer.status, answer.headers.get('location')], [302, 'http://localhost:3000/in']);
    const [cookie = ''] = (answer.headers.get('set-cookie') ?? '').split(';');
    assert.match(cookie, /^sid=/);
    const headers = { cookie };
    assert.equal((await send('/api/v1/sessions/me', { headers })).json['userId'], '00uIsaac');
    assert.equal((await send('/api/v1/users/me', { headers })).json.id, '00uIsaac');
    assert.deepEqual(failure(await send('/api/v1/users', { headers })), [403, 'E0000006']);
    assert.equal((await send('/api/v1/sessions/me', { method: 'DELETE', headers })).status, 204);
    const gone = await send('/api/v1/sessions/me', { headers });
    assert.equal(gone.json.errorSummary, 'Not found: Resource not found: me (Session)');
  });

  it('O37 clears the sessions of a user, and of one who leaves', async () => {
    const { call, session } = await begin();
    assert.equal((await call('DELETE /api/v1/users/00uIsaac/sessions')).status, 204);
    assert.equal((await call(`GET /api/v1/sessions/${session.json.id}`)).status, 404);
    const other = await begin();
    await other.call('POST /api/v1/users/00uIsaac/lifecycle/deactivate');
    assert.equal((await other.call(`GET /api/v1/sessions/${other.session.json.id}`)).status, 404);
  });

  it('O37 sends no browser to a stranger', async () => {
    const { send } = openSignIn();
    const answer = await send('/login/sessionCookieRedirect?token=x&redirectUrl=https://evil.example.net/');
    assert.deepEqual([answer.status, answer.headers.get('location')], [400, null]);
  });
});

describe('Okta twin: factors', () => {
  const base = '/api/v1/users/00uIsaac/factors';
  const totp = { factorType: 'token:software:totp', provider: 'GOOGLE' };

  it('O36 enrols, activates and verifies an authenticator app, each code once and in its time', async () => {
    const { call, twin } = openSignIn();
    const enrolled = await call(`POST ${base}`, totp);
    assert.deepEqual([enrolled.status, enrolled.json.status], [200, 'PENDING_ACTIVATION']);
    const secret = at(enrolled.json, '_embedded.activation.sharedSecret') as string;
    assert.match(secret, /^[A-Z2-7]{16}$/);
    const path = `${base}/${enrolled.json.id}`;
    const code = (steps: number) => ({ passCode: codeAt(secret, stepOf(twin.now()) + steps) });
    assert.deepEqual(failure(await call(`POST ${path}/verify`, code(0))), [403, 'E0000079']);
    assert.deepEqual(failure(await call(`POST ${path}/lifecycle/activate`, { passCode: '1' })), [
      403,
      'E0000068',
    ]);
    const active = await call(`POST ${path}/lifecycle/activate`, code(0));
    assert.deepEqual([active.json.status, '_embedded' in active.json], ['ACTIVE', false]);
    const verify = async (steps: number) =>
      (await call(`POST ${path}/verify`, code(steps))).json['factorResult'];
    assert.equal(await verify(0), 'PASSCODE_REPLAYED');
    await twin.changeClock({ advance: 30_000 });
    assert.equal(await verify(0), 'SUCCESS');
    assert.equal(await verify(5), 'TIME_WINDOW_EXCEEDED');
    assert.deepEqual(failure(await call(`POST ${path}/verify`, { passCode: 'abc' })), [403, 'E0000068']);
    assert.equal((await call('GET /api/v1/users/00uIsaac')).json._links['resetFactors']?.method, 'POST');
  });

  it('O36 sends codes by message, which end in time', async () => {
    const okta = openSignIn();
    const { call, twin } = okta;
    const sms = { factorType: 'sms', provider: 'OKTA', profile: { phoneNumber: '+1-555-415-1337' } };
    assert.deepEqual(failure(await call(`POST ${base}`, { ...sms, profile: { phoneNumber: 'x' } })), [
      400,
      'E0000098',
    ]);
    const enrolled = await call(`POST ${base}`, sms);
    const path = `${base}/${enrolled.json.id}`;
    const active = await call(`POST ${path}/lifecycle/activate`, { passCode: sentCode(okta) });
    assert.equal(active.json.status, 'ACTIVE');
    const challenge = await call(`POST ${path}/verify`);
    assert.equal(challenge.json['factorResult'], 'CHALLENGE');
    assert.deepEqual(failure(await call(`POST ${path}/verify`)), [429, 'E0000109']);
    const passCode = sentCode(okta);
    assert.equal((await call(`POST ${path}/verify`, { passCode })).json['factorResult'], 'SUCCESS');
    assert.deepEqual(failure(await call(`POST ${path}/verify`, { passCode })), [403, 'E0000068']);
    await twin.changeClock({ advance: 30_000 });
    await call(`POST ${path}/verify`);
    await twin.changeClock({ advance: 301_000 });
    assert.deepEqual(failure(await call(`POST ${path}/verify`, { passCode: sentCode(okta) })), [
      403,
      'E0000068',
    ]);
  });

  it('O36 asks a device and is polled until it answers, is cancelled, or it is too late', async () => {
    const cases = [
      ['approve', 'SUCCESS'],
      ['reject', 'REJECTED'],
      ['none', 'TIMEOUT'],
    ] as const;
    for (const [answer, result] of cases) {
      const factors = [{ id: 'opf1', user: '00uIsaac', factorType: 'push' }];
      const { call, twin } = openSignIn({ factors, settings: { push: { answer, afterMs: 2000 } } });
      const asked = await call(`POST ${base}/opf1/verify`);
      assert.deepEqual([asked.status, asked.json['factorResult']], [201, 'WAITING']);
      const poll = new URL(asked.json._links['poll']?.href ?? '').pathname;
      assert.equal((await call(`GET ${poll}`)).json['factorResult'], 'WAITING');
      await twin.changeClock({ advance: answer === 'none' ? 300_000 : 2000 });
      assert.equal((await call(`GET ${poll}`)).json['factorResult'], result);
      const second = await call(`POST ${base}/opf1/verify`);
      const cancel = new URL(second.json._links['cancel']?.href ?? '').pathname;
      assert.equal((await call(`DELETE ${cancel}`)).status, 204);
      assert.equal((await call(`GET ${cancel}`)).json['factorResult'], 'CANCELLED');
    }
  });

  it('O36 makes a question active at once, and checks its answer', async () => {
    const { call } = openSignIn();
    const profile = { question: 'disliked_food', answer: 'Mayonnaise' };
    const enrolled = await call(`POST ${base}`, { factorType: 'question', provider: 'OKTA', profile });
    assert.equal(enrolled.json.status, 'ACTIVE');
    assert.ok(!JSON.stringify(enrolled.json).includes('ayonnaise'));
    const path = `${base}/${enrolled.json.id}`;
    assert.equal(
      (await call(`POST ${path}/verify`, { answer: 'mayonnaise' })).json['factorResult'],
      'SUCCESS',
    );
    assert.deepEqual(failure(await call(`POST ${path}/verify`, { answer: 'ham' })), [403, 'E0000068']);
    assert.equal((await call(`GET ${base}/questions`)).list.length > 3, true);
    const catalogue = (await call(`GET ${base}/catalog`)).list;
    assert.equal(catalogue.find((entry) => entry['factorType'] === 'question')?.status, 'ACTIVE');
    assert.equal((await call(`DELETE ${path}`)).status, 204);
    assert.deepEqual((await call(`GET ${base}`)).list, []);
  });

  it('O36 resets all factors of a user', async () => {
    const { call } = openSignIn({ factors: [{ user: '00uIsaac', factorType: 'push' }] });
    assert.equal((await call(`GET ${base}`)).list.length, 1);
    assert.equal((await call('POST /api/v1/users/00uIsaac/lifecycle/reset_factors')).status, 200);
    assert.deepEqual((await call(`GET ${base}`)).list, []);
  });
});
