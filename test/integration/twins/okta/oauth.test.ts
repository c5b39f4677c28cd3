import assert from 'node:assert/strict';
import { createLocalJWKSet, jwtVerify, type JSONWebKeySet } from 'jose';
import {
  basic,
  callback,
  claimsIn,
  newCode,
  oauthFailure,
  openOAuth,
  origin,
  redeem,
  sentTo,
  type OAuthUnderTest,
} from './oauthTwin';
import { goodPassword } from './oktaTwin';

const tokensOf = async (okta: OAuthUnderTest, base?: string) =>
  redeem(okta, await newCode(okta, {}, base), {}, base);
const bearer = (token: unknown) => ({ headers: { authorization: `Bearer ${String(token)}` } });

describe('Okta twin: authorization servers', () => {
  it('O39 describes the org server and custom ones at both well-known places', async () => {
    const { send, twin } = await openOAuth();
    for (const [prefix, base] of [
      ['', '/oauth2/v1'],
      ['/oauth2/default', '/oauth2/default/v1'],
      ['/oauth2/aus2', '/oauth2/aus2/v1'],
    ]) {
      for (const name of ['openid-configuration', 'oauth-authorization-server']) {
        const { json, status, headers } = await send(`${prefix}/.well-known/${name}`);
        assert.equal(status, 200);
        assert.equal(headers.get('x-rate-limit-limit'), null);
        assert.equal(json['issuer'], `${origin}${prefix}`);
        assert.equal(json['token_endpoint'], `${origin}${base}/token`);
        assert.equal(json['jwks_uri'], `${origin}${base}/keys`);
        assert.equal(
          json['userinfo_endpoint'],
          name === 'openid-configuration' ? `${origin}${base}/userinfo` : undefined,
        );
      }
      const { json } = await send(`${base}/keys`);
      const [key] = json['keys'] as Record<string, string>[];
      assert.deepEqual(
        [key?.['kty'], key?.['alg'], key?.['use'], key?.['d']],
        ['RSA', 'RS256', 'sig', undefined],
      );
    }
    const unknown = await send('/oauth2/none/.well-known/openid-configuration');
    assert.deepEqual([unknown.status, unknown.json.errorCode], [404, 'E0000007']);
    assert.ok(!twin.snapshot().includes('PRIVATE KEY'));
  });

  it('O39 signs a user in with PKCE and a session token, at the org server', async () => {
    const okta = await openOAuth();
    const answer = await okta.authorize({ sessionToken: await okta.sessionToken() });
    const { place, parameters } = sentTo(answer);
    assert.deepEqual([place, parameters['state']], [callback, 'my state']);
    assert.match(answer.headers.get('set-cookie') ?? '', /^sid=\w+; /);
    const tokens = await redeem(okta, parameters['code'] ?? '');
    assert.equal(tokens.status, 200);
    assert.equal(tokens.headers.get('cache-control'), 'no-cache, no-store');
    assert.deepEqual(
      [tokens.json['token_type'], tokens.json['expires_in'], tokens.json['scope']],
      ['Bearer', 3600, 'openid profile email offline_access'],
    );
    const access = claimsIn(tokens, 'access_token');
    assert.deepEqual(
      [access.iss, access.aud, access.sub, access['cid'], access['uid'], access['scp'], access['ver']],
      [
        origin,
        origin,
        'isaac@example.com',
        'spa',
        '00uIsaac',
        ['openid', 'profile', 'email', 'offline_access'],
        1,
      ],
    );
    const id = claimsIn(tokens, 'id_token');
    assert.deepEqual(
      [id.iss, id.aud, id.sub, id['nonce'], id['amr'], id['email'], id['preferred_username']],
      [origin, 'spa', '00uIsaac', 'n1', ['pwd'], 'isaac@example.com', 'isaac@example.com'],
    );
    const { json } = await okta.send('/oauth2/v1/keys');
    const keys = createLocalJWKSet(json as unknown as JSONWebKeySet);
    await jwtVerify(String(tokens.json['id_token']), keys, { issuer: origin, audience: 'spa' });
    const info = await okta.send('/oauth2/v1/userinfo', bearer(tokens.json['access_token']));
    assert.deepEqual([info.json['sub'], info.json['given_name']], ['00uIsaac', 'Isaac']);
  });

  it('O39 issues tokens of a custom server in its own name, which others do not take', async () => {
    const okta = await openOAuth();
    const tokens = await tokensOf(okta, '/oauth2/default/v1');
    const access = claimsIn(tokens, 'access_token');
    assert.deepEqual([access.iss, access.aud], [`${origin}/oauth2/default`, 'api://default']);
    const sent = bearer(tokens.json['access_token']);
    assert.equal((await okta.send('/oauth2/default/v1/userinfo', sent)).status, 200);
    const refused = await okta.send('/oauth2/v1/userinfo', sent);
    assert.equal(refused.status, 401);
    assert.match(refused.headers.get('www-authenticate') ?? '', /error="invalid_token"/);
    assert.equal((await okta.send('/api/v1/users', sent)).json.errorCode, 'E0000011');
    const code = await newCode(okta, {}, '/oauth2/default/v1');
    assert.deepEqual(oauthFailure(await redeem(okta, code)).slice(0, 2), [400, 'invalid_request']);
  });

  it('O39 uses an open session, asks for none with prompt=none, and for a new one with prompt=login', async () => {
    const okta = await openOAuth();
    const none = await okta.authorize({ prompt: 'none' });
    assert.deepEqual(sentTo(none), {
      place: callback,
      parameters: {
        error: 'login_required',
        error_description: 'The client specified not to prompt, but the user is not logged in.',
        state: 'my state',
      },
    });
    const first = await okta.authorize({ sessionToken: await okta.sessionToken() });
    const cookie = (first.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    const again = await okta.authorize({ prompt: 'none' }, '/oauth2/v1', cookie);
    assert.ok(sentTo(again).parameters['code']);
    await okta.twin.changeClock({ advance: 120_000 });
    for (const parameters of [{ prompt: 'login' }, { max_age: '60' }]) {
      const page = sentTo(await okta.authorize(parameters, '/oauth2/v1', cookie));
      assert.equal(page.place, `${origin}/login/login.htm`);
    }
    const old = await okta.authorize({ prompt: 'none', max_age: '60' }, '/oauth2/v1', cookie);
    assert.equal(sentTo(old).parameters['error'], 'login_required');
  });

  it('O39 leads a browser to a page where it signs in, and back to the client', async () => {
    const okta = await openOAuth();
    const { place, parameters } = sentTo(await okta.authorize({ prompt: 'login' }));
    assert.equal(place, `${origin}/login/login.htm`);
    const fromURI = parameters['fromURI'] ?? '';
    const page = await okta.send(`/login/login.htm?${new URLSearchParams({ fromURI }).toString()}`);
    assert.match(page.text, /<form method="POST" action="\/login\/login\.htm">/);
    const submit = (given: string, from = fromURI) =>
      okta.form('/login/login.htm', { username: 'isaac@example.com', password: given, fromURI: from });
    const wrong = await submit('wrong');
    assert.deepEqual([wrong.status, wrong.headers.get('set-cookie')], [401, null]);
    const right = await submit(goodPassword);
    const back = new URL(right.headers.get('location') ?? '');
    const cookie = (right.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    const answer = await okta.send(`${back.pathname}${back.search}`, { headers: { cookie } });
    const code = sentTo(answer).parameters['code'] ?? '';
    assert.equal((await redeem(okta, code)).status, 200);
    for (const evil of ['https://evil.example.com/', '//evil.example.com', '/\\evil.example.com']) {
      assert.equal((await submit(goodPassword, evil)).headers.get('location'), `${origin}/`);
    }
    assert.ok(!okta.twin.calls().some((call) => JSON.stringify(call).includes(goodPassword)));
  });

  it('O39 takes a session token once', async () => {
    const okta = await openOAuth();
    const sessionToken = await okta.sessionToken();
    assert.ok(sentTo(await okta.authorize({ sessionToken })).parameters['code']);
    const again = sentTo(await okta.authorize({ sessionToken, prompt: 'none' }));
    assert.equal(again.parameters['error'], 'login_required');
  });

  it('O39 tells the client of errors by redirect, and the browser where the client is unknown', async () => {
    const okta = await openOAuth();
    for (const [parameters, error] of [
      [{ response_type: 'token' }, 'unsupported_response_type'],
      [{ scope: 'openid nonsense' }, 'invalid_scope'],
      [{ scope: '' }, 'invalid_scope'],
      [{ scope: 'profile' }, 'invalid_scope'],
      [{ code_challenge: undefined }, 'invalid_request'],
      [{ code_challenge_method: 'plain' }, 'invalid_request'],
      [{ code_challenge: 'short' }, 'invalid_request'],
      [{ prompt: 'nonsense' }, 'invalid_request'],
      [{ sessionToken: await okta.sessionToken('other') }, 'access_denied'],
    ] as const) {
      const { place, parameters: sent } = sentTo(await okta.authorize(parameters));
      assert.deepEqual([place, sent['error'], sent['state']], [callback, error, 'my state']);
      assert.ok(sent['error_description']);
    }
    for (const parameters of [{ client_id: 'nobody' }, { redirect_uri: 'http://evil.example.com/' }]) {
      const page = await okta.authorize({ ...parameters, sessionToken: await okta.sessionToken() });
      assert.equal(page.status, 400);
      assert.match(page.headers.get('content-type') ?? '', /^text\/html/);
      assert.equal(page.headers.get('location'), null);
    }
    const fragment = await okta.authorize({ response_mode: 'fragment', prompt: 'none' });
    assert.match(fragment.headers.get('location') ?? '', /#.*error=login_required/);
    const form = await okta.authorize({ response_mode: 'form_post', prompt: 'none', state: '"><b>' });
    assert.match(form.text, /action="http:\/\/localhost:3000\/callback" method="POST"/);
    assert.match(form.text, /name="state" value="&quot;&gt;&lt;b&gt;"/);
  });

  it('O39 redeems a code once, for its client, its address and its verifier only', async () => {
    const okta = await openOAuth();
    const code = await newCode(okta);
    for (const parameters of [
      { code_verifier: `${'x'.repeat(50)}` },
      { redirect_uri: 'http://localhost:3000/other' },
      { code: 'nonsense' },
    ]) {
      assert.deepEqual(oauthFailure(await redeem(okta, code, parameters)).slice(0, 2), [
        400,
        'invalid_grant',
      ]);
    }
    const missing = await redeem(okta, code, { code_verifier: undefined });
    assert.deepEqual(oauthFailure(missing).slice(0, 2), [400, 'invalid_request']);
    const stolen = await okta.form(
      '/oauth2/v1/token',
      { grant_type: 'authorization_code', code, redirect_uri: callback },
      basic,
    );
    assert.deepEqual(oauthFailure(stolen).slice(0, 2), [400, 'invalid_grant']);
    const tokens = await redeem(okta, code);
    assert.equal(tokens.status, 200);
    assert.deepEqual(oauthFailure(await redeem(okta, code)), [
      400,
      'invalid_grant',
      'The authorization code is invalid or has expired.',
    ]);
    const info = await okta.send('/oauth2/v1/userinfo', bearer(tokens.json['access_token']));
    assert.equal(info.status, 401, 'what was made of a code used twice is no good');
    const late = await newCode(okta);
    await okta.twin.changeClock({ advance: 61_000 });
    assert.deepEqual(oauthFailure(await redeem(okta, late)).slice(0, 2), [400, 'invalid_grant']);
    const two = await newCode(okta);
    const both = await Promise.all([redeem(okta, two), redeem(okta, two)]);
    assert.deepEqual(both.map(({ status }) => status).sort(), [200, 400]);
  });

  it('O39 replaces refresh tokens, and ends all of them when a replaced one comes back', async () => {
    const okta = await openOAuth();
    const refresh = (token: unknown, more = {}) =>
      okta.form('/oauth2/v1/token', {
        grant_type: 'refresh_token',
        refresh_token: String(token),
        client_id: 'spa',
        ...more,
      });
    const first = (await tokensOf(okta)).json['refresh_token'];
    const second = await refresh(first);
    assert.equal(second.status, 200);
    assert.notEqual(second.json['refresh_token'], first);
    assert.equal((await refresh(first)).status, 200, 'a lost answer may be asked for again for 30 seconds');
    const fewer = await refresh(second.json['refresh_token'], { scope: 'openid' });
    assert.deepEqual([fewer.json['scope'], claimsIn(fewer, 'access_token')['scp']], ['openid', ['openid']]);
    const more = await refresh(fewer.json['refresh_token'], { scope: 'openid phone' });
    assert.deepEqual(oauthFailure(more).slice(0, 2), [400, 'access_denied']);
    await okta.twin.changeClock({ advance: 31_000 });
    const dead = [400, 'invalid_grant', 'The refresh token is invalid or expired.'];
    assert.deepEqual(oauthFailure(await refresh(first)), dead);
    assert.deepEqual(oauthFailure(await refresh(fewer.json['refresh_token'])), dead);
    const events = (await okta.call('GET /api/v1/logs?limit=1000')).list.map(({ eventType }) => eventType);
    assert.ok(events.includes('app.oauth2.token.detect_reuse'));
  });

  it('O39 keeps the refresh token of a web client', async () => {
    const okta = await openOAuth();
    const web = { client_id: 'web', code_challenge: undefined, code_challenge_method: undefined };
    const code = await newCode(okta, web);
    const redeemed = await redeem(okta, code, {
      client_id: undefined,
      code_verifier: undefined,
      client_secret: undefined,
    });
    assert.equal(redeemed.json['error'], 'invalid_client');
    const grant = { grant_type: 'authorization_code', code, redirect_uri: callback };
    const tokens = await okta.form('/oauth2/v1/token', grant, basic);
    const refresh_token = String(tokens.json['refresh_token']);
    const again = await okta.form('/oauth2/v1/token', { grant_type: 'refresh_token', refresh_token }, basic);
    assert.deepEqual([again.status, again.json['refresh_token']], [200, refresh_token]);
  });

  it('O39 introspects and revokes tokens', async () => {
    const okta = await openOAuth();
    const { json } = await tokensOf(okta);
    const introspect = async (token: unknown) =>
      (await okta.form('/oauth2/v1/introspect', { token: String(token), client_id: 'spa' })).json;
    const active = await introspect(json['access_token']);
    assert.deepEqual(
      [active['active'], active['username'], active['client_id'], active['uid'], active['token_type']],
      [true, 'isaac@example.com', 'spa', '00uIsaac', 'Bearer'],
    );
    assert.equal((await introspect(json['refresh_token']))['active'], true);
    const forged = `${String(json['access_token']).slice(0, -8)}AAAAAAAA`;
    for (const token of ['nonsense', 'a.b.c', forged, json['id_token']]) {
      assert.deepEqual(await introspect(token), { active: false });
    }
    const revoke = (token: unknown, client_id = 'spa') =>
      okta.form('/oauth2/v1/revoke', { token: String(token), client_id });
    const unknown = await revoke('nonsense');
    assert.deepEqual([unknown.status, unknown.text], [200, '']);
    await okta.form('/oauth2/v1/revoke', { token: String(json['access_token']) }, basic);
    assert.equal((await introspect(json['access_token']))['active'], true, 'not a token of that client');
    await revoke(json['access_token']);
    assert.deepEqual(await introspect(json['access_token']), { active: false });
    assert.equal((await introspect(json['refresh_token']))['active'], true);
    const other = await tokensOf(okta);
    await revoke(other.json['refresh_token']);
    assert.deepEqual(await introspect(other.json['access_token']), { active: false });
    const third = await tokensOf(okta);
    await okta.call('POST /api/v1/users/00uIsaac/lifecycle/suspend');
    assert.deepEqual(await introspect(third.json['access_token']), { active: false });
  });

  it('O39 logs out who shows an ID token, and sends them where the client may', async () => {
    const okta = await openOAuth();
    const first = await okta.authorize({ sessionToken: await okta.sessionToken() });
    const cookie = (first.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    const { json } = await redeem(okta, sentTo(first).parameters['code'] ?? '');
    const leave = (parameters: Record<string, string>) =>
      okta.send(`/oauth2/v1/logout?${new URLSearchParams(parameters).toString()}`, { headers: { cookie } });
    const id_token_hint = String(json['id_token']);
    assert.equal((await leave({ id_token_hint: String(json['access_token']) })).status, 400);
    assert.equal((await leave({ id_token_hint, post_logout_redirect_uri: 'http://evil/' })).status, 400);
    const open = await okta.authorize({ prompt: 'none' }, '/oauth2/v1', cookie);
    assert.ok(sentTo(open).parameters['code']);
    const gone = await leave({
      id_token_hint,
      post_logout_redirect_uri: 'http://localhost:3000/bye',
      state: 's',
    });
    assert.deepEqual(sentTo(gone), { place: 'http://localhost:3000/bye', parameters: { state: 's' } });
    const closed = await okta.authorize({ prompt: 'none' }, '/oauth2/v1', cookie);
    assert.equal(sentTo(closed).parameters['error'], 'login_required');
  });

  it('keeps codes, tokens and servers in a snapshot; a fork signs with the same key', async () => {
    const okta = await openOAuth();
    const { json } = await tokensOf(okta);
    const other = await openOAuth({ credentials: { ...okta.twin.credentials } });
    other.twin.restore(okta.twin.snapshot());
    const info = await other.send('/oauth2/v1/userinfo', bearer(json['access_token']));
    assert.equal(info.status, 200);
    const stranger = await openOAuth();
    stranger.twin.restore(okta.twin.snapshot());
    const refused = await stranger.send('/oauth2/v1/userinfo', bearer(json['access_token']));
    assert.equal(refused.status, 401);
  });
});
