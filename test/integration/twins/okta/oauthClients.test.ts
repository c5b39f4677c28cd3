import assert from 'node:assert/strict';
import {
  asService,
  assertionOf,
  base64,
  basic,
  claimsIn,
  hashOf,
  newCode,
  oauthFailure,
  openOAuth,
  origin,
  proofOf,
  redeem,
  rsaKeys,
  webSecret,
  type OAuthUnderTest,
} from './oauthTwin';

const tokenUrl = `${origin}/oauth2/v1/token`;
const seconds = () => Math.floor(Date.now() / 1000);

describe('Okta twin: token endpoint', () => {
  it('O38 gives a service tokens for a signed assertion (private_key_jwt), RS and ES', async () => {
    const okta = await openOAuth();
    const rsa = { alg: 'RS256', kid: 'rsa', key: rsaKeys.privateKey };
    for (const assertion of [await assertionOf(), await assertionOf(rsa)]) {
      const tokens = await okta.form('/oauth2/v1/token', asService(assertion));
      assert.equal(tokens.status, 200);
      assert.deepEqual(
        [tokens.json['token_type'], tokens.json['scope'], tokens.json['refresh_token']],
        ['Bearer', 'okta.users.read', undefined],
      );
      const claims = claimsIn(tokens, 'access_token');
      assert.deepEqual([claims.sub, claims['cid'], claims['uid']], ['service', 'service', undefined]);
    }
  });

  it('O38 refuses assertions that are not as they must be', async () => {
    const okta = await openOAuth();
    const used = await assertionOf();
    await okta.form('/oauth2/v1/token', asService(used));
    for (const [assertion, about] of [
      ['nonsense', 'parsing'],
      [used, 'already been used'],
      [await assertionOf({ claims: { aud: origin } }), 'audience'],
      [await assertionOf({ claims: { exp: seconds() - 10 } }), 'is expired'],
      [await assertionOf({ claims: { exp: seconds() + 7200 } }), 'too far into the future'],
      [await assertionOf({ claims: { iat: seconds() + 200 } }), 'before the current time'],
      [await assertionOf({ claims: { sub: 'web' } }), 'subject'],
      [await assertionOf({ kid: 'other' }), 'kid'],
      [await assertionOf({ alg: 'RS256', kid: 'ec', key: rsaKeys.privateKey }), 'signature is invalid'],
      [await assertionOf({ client: 'nobody' }), 'client_id'],
      [await assertionOf({ alg: 'HS256', key: new TextEncoder().encode(webSecret) }), 'algorithm'],
    ] as const) {
      const [status, error, description] = oauthFailure(
        await okta.form('/oauth2/v1/token', asService(assertion)),
      );
      assert.deepEqual([status, error], [401, 'invalid_client'], String(description));
      assert.match(String(description), new RegExp(about));
    }
    const wrongType = asService(await assertionOf(), { client_assertion_type: 'x' });
    assert.deepEqual(oauthFailure(await okta.form('/oauth2/v1/token', wrongType)).slice(0, 2), [
      400,
      'invalid_request',
    ]);
  });

  it('O38 knows secrets by header, body and signature', async () => {
    const okta = await openOAuth();
    const ask = (parameters: Record<string, string>, headers = {}) =>
      okta.form('/oauth2/v1/introspect', { token: 'x', ...parameters }, headers);
    assert.equal((await ask({}, basic)).status, 200);
    assert.equal((await ask({ client_id: 'web', client_secret: webSecret })).status, 200);
    const hmac = await assertionOf({
      client: 'hmac',
      alg: 'HS256',
      key: new TextEncoder().encode(webSecret),
      claims: { aud: `${origin}/oauth2/v1/introspect` },
    });
    const signed = asService(hmac) as Record<string, string>;
    assert.equal((await ask(signed)).status, 200);
    for (const [parameters, headers, error] of [
      [{}, { authorization: `Basic ${base64('web:wrong')}` }, 'invalid_client'],
      [{}, { authorization: `Basic ${base64('%:%')}` }, 'invalid_client'],
      [{ client_id: 'web', client_secret: 'wrong' }, {}, 'invalid_client'],
      [{ client_id: 'web' }, {}, 'invalid_client'],
      [{ client_id: 'service', client_secret: 'x' }, {}, 'invalid_client'],
      [{}, {}, 'invalid_client'],
      [{ client_id: 'web', client_secret: webSecret }, basic, 'invalid_request'],
    ] as const) {
      const answer = await ask(parameters, headers);
      assert.deepEqual([answer.status, answer.json['error']], [401, error], JSON.stringify(parameters));
    }
    await okta.call('POST /api/v1/apps/web/lifecycle/deactivate');
    assert.deepEqual(oauthFailure(await ask({}, basic)).slice(0, 2), [401, 'invalid_client']);
  });

  it('O38 names what is wrong with a request for tokens', async () => {
    const okta = await openOAuth();
    const ask = async (parameters: Record<string, string | undefined>, path = '/oauth2/v1/token') => {
      const claims = { aud: `${origin}${path}` };
      const answer = await okta.form(path, asService(await assertionOf({ claims }), parameters));
      return [answer.status, answer.json['error']];
    };
    assert.deepEqual(await ask({ grant_type: undefined }), [400, 'invalid_request']);
    assert.deepEqual(await ask({ grant_type: 'magic' }), [400, 'unsupported_grant_type']);
    assert.deepEqual(await ask({ grant_type: '__proto__' }), [400, 'unsupported_grant_type']);
    assert.deepEqual(await ask({ grant_type: 'refresh_token' }), [400, 'unauthorized_client']);
    assert.deepEqual(await ask({ scope: undefined }), [400, 'invalid_scope']);
    assert.deepEqual(await ask({ scope: 'openid' }), [400, 'invalid_scope']);
    assert.deepEqual(await ask({ scope: 'orders.read' }), [400, 'invalid_scope']);
    assert.deepEqual(await ask({ scope: 'okta.logs.read' }), [400, 'consent_required']);
    const custom = '/oauth2/default/v1/token';
    assert.deepEqual(await ask({ scope: 'orders.read' }, custom), [200, undefined]);
    assert.deepEqual(await ask({ scope: 'okta.users.read' }, custom), [400, 'invalid_scope']);
    const json = await okta.call('POST /oauth2/v1/token', { grant_type: 'client_credentials' });
    assert.deepEqual([json.status, json.json.errorCode], [400, 'E0000021']);
  });

  it('O38 answers with errors that a scenario asks for', async () => {
    const okta = await openOAuth({
      faults: [
        { on: 'POST /oauth2/v1/token', reply: 'invalid_grant' },
        { on: 'POST /oauth2/v1/token', reply: 'http_503' },
      ],
    });
    const ask = async () => okta.form('/oauth2/v1/token', asService(await assertionOf()));
    assert.deepEqual(oauthFailure(await ask()).slice(0, 2), [400, 'invalid_grant']);
    assert.equal((await ask()).status, 503);
    assert.equal((await ask()).status, 200);
  });
});

describe('Okta twin: proof of possession', () => {
  const post = { htm: 'POST', htu: tokenUrl };
  const bound = async (okta: OAuthUnderTest, dpop: string, keep?: string) =>
    okta.form('/oauth2/v1/token', asService(keep ?? (await assertionOf({ client: 'bound' }))), { dpop });
  const nonceOf = async (okta: OAuthUnderTest) => {
    const asked = await bound(okta, await proofOf(post));
    assert.deepEqual(oauthFailure(asked), [
      400,
      'use_dpop_nonce',
      'Authorization server requires nonce in DPoP proof.',
    ]);
    return asked.headers.get('dpop-nonce') ?? '';
  };

  it('O38 asks for a nonce, then gives a token bound to the key', async () => {
    const okta = await openOAuth();
    const nonce = await nonceOf(okta);
    assert.equal(await nonceOf(okta), nonce);
    const tokens = await bound(okta, await proofOf({ ...post, nonce }));
    assert.deepEqual([tokens.status, tokens.json['token_type']], [200, 'DPoP']);
    assert.ok((claimsIn(tokens, 'access_token')['cnf'] as { jkt: string }).jkt);
    const token = String(tokens.json['access_token']);
    const users = { htm: 'GET', htu: `${origin}/api/v1/users`, ath: hashOf(token) };
    const ask = async (scheme: string, dpop?: string) => {
      const headers = { authorization: `${scheme} ${token}`, ...(dpop === undefined ? {} : { dpop }) };
      const { status, json } = await okta.send('/api/v1/users?limit=2', { headers });
      return [status, json['error']];
    };
    const proof = await proofOf(users);
    assert.deepEqual(await ask('DPoP', proof), [200, undefined]);
    assert.deepEqual(await ask('DPoP', proof), [400, 'invalid_dpop_proof']);
    assert.deepEqual(await ask('Bearer'), [400, 'invalid_request']);
    assert.deepEqual(await ask('DPoP'), [400, 'invalid_dpop_proof']);
    assert.deepEqual(await ask('DPoP', await proofOf({ ...users, ath: 'x' })), [400, 'invalid_dpop_proof']);
    await okta.twin.changeClock({ advance: 25 * 3_600_000 });
    assert.notEqual(await nonceOf(okta), nonce);
    assert.deepEqual(oauthFailure(await bound(okta, await proofOf({ ...post, nonce })))[1], 'use_dpop_nonce');
  });

  it('O38 refuses bad proofs', async () => {
    const okta = await openOAuth();
    const nonce = await nonceOf(okta);
    const missing = await okta.form('/oauth2/v1/token', asService(await assertionOf({ client: 'bound' })));
    assert.deepEqual(oauthFailure(missing).slice(0, 2), [400, 'invalid_dpop_proof']);
    const tampered = (await proofOf({ ...post, nonce })).replace(/\.[^.]{20}[^.]*$/, `.${'A'.repeat(86)}`);
    const used = await proofOf({ ...post, nonce });
    await bound(okta, used);
    for (const [proof, about] of [
      ['nonsense', 'parsed'],
      [tampered, 'signature is invalid'],
      [used, 'already been used'],
      [await proofOf({ ...post, nonce }, { typ: 'JWT' }), 'typ'],
      [await proofOf({ ...post, nonce, htm: 'GET' }), 'htm'],
      [await proofOf({ ...post, nonce, htu: `${origin}/other` }), 'htu'],
      [await proofOf({ ...post, nonce, iat: seconds() - 400 }), 'five minutes'],
      [await proofOf({ ...post, nonce, iat: seconds() + 400 }), 'future'],
      [await proofOf({ ...post, nonce, jti: '' }), 'jti'],
    ] as const) {
      const [status, error, description] = oauthFailure(await bound(okta, proof));
      assert.deepEqual([status, error], [400, 'invalid_dpop_proof'], String(description));
      assert.match(String(description), new RegExp(about));
    }
  });

  it('O38 gives who need no proof a Bearer token, whatever they send', async () => {
    const okta = await openOAuth();
    const dpop = await proofOf(post);
    const tokens = await okta.form('/oauth2/v1/token', asService(await assertionOf()), { dpop });
    assert.deepEqual([tokens.status, tokens.json['token_type']], [200, 'Bearer']);
  });
});

describe('Okta twin: access tokens on the management API', () => {
  const ask = (okta: OAuthUnderTest, token: unknown, operation: string) =>
    okta.call(operation, operation.startsWith('POST') ? {} : undefined, {
      authorization: `Bearer ${String(token)}`,
    });

  it('O04 lets a service do what its scopes allow, and names the one that is missing', async () => {
    const okta = await openOAuth();
    const scope = 'okta.users.read okta.groups.manage okta.logs.read';
    const { json } = await okta.form('/oauth2/v1/token', asService(await assertionOf(), { scope }));
    assert.equal(json['scope'], 'okta.users.read okta.groups.manage', 'what was not granted is left out');
    const token = json['access_token'];
    assert.equal((await ask(okta, token, 'GET /api/v1/users')).status, 200);
    assert.equal((await ask(okta, token, 'GET /api/v1/groups')).status, 200);
    for (const [operation, needed] of [
      ['POST /api/v1/users', 'okta.users.manage'],
      ['GET /api/v1/logs', 'okta.logs.read'],
    ] as const) {
      const refused = await ask(okta, token, operation);
      assert.deepEqual([refused.status, refused.json.errorCode], [403, 'E0000006']);
      const challenge = refused.headers.get('www-authenticate') ?? '';
      assert.match(challenge, /^Bearer .*error="insufficient_scope"/);
      assert.ok(challenge.includes(`scope="${needed}"`));
    }
    await okta.twin.changeClock({ advance: 3_601_000 });
    const expired = await ask(okta, token, 'GET /api/v1/users');
    assert.deepEqual([expired.status, expired.json.errorCode], [401, 'E0000011']);
  });

  it('O04 lets a user’s token do what both its scopes and the user’s roles allow', async () => {
    const okta = await openOAuth();
    const scope = 'openid okta.users.read okta.groups.manage';
    const { json } = await redeem(okta, await newCode(okta, { scope }));
    const token = json['access_token'];
    assert.equal((await ask(okta, token, 'GET /api/v1/users')).status, 200);
    assert.equal((await ask(okta, token, 'POST /api/v1/groups')).status, 403);
    const none = await redeem(okta, await newCode(okta, { scope: 'openid' }));
    assert.equal((await ask(okta, none.json['access_token'], 'GET /api/v1/users')).status, 403);
    assert.equal((await ask(okta, json['id_token'], 'GET /api/v1/users')).status, 401);
  });
});
