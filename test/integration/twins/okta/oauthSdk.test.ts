import assert from 'node:assert/strict';
import okta from '@okta/okta-sdk-nodejs';
import OktaJwtVerifier from '@okta/jwt-verifier';
import { exportJWK } from 'jose';
import * as client from 'openid-client';
import { serveTwin } from '../../../../src/twins/serve';
import type { TwinHandle } from '../../../../src/twins/types';
import { callback, oauthSeed, rsaKeys, serviceKeys, webSecret } from './oauthTwin';
import { goodPassword } from './oktaTwin';

const insecure = { execute: [client.allowInsecureRequests] };

describe('Okta twin with official OAuth clients over loopback', () => {
  const running: TwinHandle[] = [];
  const open = async () => {
    const twin = await serveTwin('okta', { port: 0, seed: await oauthSeed() });
    running.push(twin);
    return twin.values['url'] ?? '';
  };
  afterEach(async () => {
    await Promise.all(running.splice(0).map((twin) => twin.stop()));
  });
  const sessionToken = async (url: string): Promise<string> => {
    const response = await fetch(`${url}/api/v1/authn`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: 'isaac@example.com', password: goodPassword }),
    });
    return ((await response.json()) as { sessionToken: string }).sessionToken;
  };

  for (const [name, path, audience] of [
    ['the org server', '', ''],
    ['a custom server', '/oauth2/default', 'api://default'],
  ] as const) {
    it(`O39 openid-client signs in, @okta/jwt-verifier accepts the tokens of ${name}`, async () => {
      const url = await open();
      const issuer = `${url}${path}`;
      const config = await client.discovery(new URL(issuer), 'web', webSecret, undefined, insecure);
      const pkceCodeVerifier = client.randomPKCECodeVerifier();
      const [expectedState, expectedNonce] = [client.randomState(), client.randomNonce()];
      const start = client.buildAuthorizationUrl(config, {
        redirect_uri: callback,
        scope: 'openid profile email offline_access',
        state: expectedState,
        nonce: expectedNonce,
        code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
        code_challenge_method: 'S256',
        sessionToken: await sessionToken(url),
      });
      const redirect = await fetch(start, { redirect: 'manual' });
      const back = new URL(redirect.headers.get('location') ?? '');
      const checks = { pkceCodeVerifier, expectedState, expectedNonce, idTokenExpected: true };
      const tokens = await client.authorizationCodeGrant(config, back, checks);
      assert.equal(tokens.claims()?.sub, '00uIsaac');
      const verifier = new OktaJwtVerifier({
        issuer,
        jwksUri: `${issuer}${path === '' ? '/oauth2' : ''}/v1/keys`,
        testing: { disableHttpsCheck: true },
      });
      const access = await verifier.verifyAccessToken(tokens.access_token, audience || url);
      assert.equal(access.claims.sub, 'isaac@example.com');
      const id = await verifier.verifyIdToken(tokens.id_token ?? '', 'web', expectedNonce);
      assert.equal(id.claims.sub, '00uIsaac');
      const info = await client.fetchUserInfo(config, tokens.access_token, '00uIsaac');
      assert.equal(info.email, 'isaac@example.com');
      const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token ?? '');
      assert.equal((await client.tokenIntrospection(config, refreshed.access_token)).active, true);
      await client.tokenRevocation(config, refreshed.access_token);
      assert.equal((await client.tokenIntrospection(config, refreshed.access_token)).active, false);
      await assert.rejects(client.authorizationCodeGrant(config, back, checks), { error: 'invalid_grant' });
    });
  }

  it('O38 openid-client authenticates with secrets and keys, and proves possession', async () => {
    const url = await open();
    const pkcs8 = serviceKeys.privateKey.export({ format: 'der', type: 'pkcs8' });
    const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
    const key = await crypto.subtle.importKey('pkcs8', new Uint8Array(pkcs8), algorithm, false, ['sign']);
    // Okta wants the endpoint as the audience, where the library's default is the issuer.
    const modifyAssertion = {
      [client.modifyAssertion]: (_: object, payload: Record<string, unknown>) => {
        payload['aud'] = `${url}/oauth2/v1/token`;
      },
    };
    const auth = client.PrivateKeyJwt({ key, kid: 'ec' }, modifyAssertion);
    const config = await client.discovery(new URL(url), 'bound', undefined, auth, insecure);
    const DPoP = client.getDPoPHandle(config, await client.randomDPoPKeyPair('ES256'));
    const scope = 'okta.users.read';
    const tokens = await client.clientCredentialsGrant(config, { scope }, { DPoP });
    assert.equal(tokens.token_type, 'dpop');
    const target = new URL(`${url}/api/v1/users/00uIsaac`);
    const answer = await client.fetchProtectedResource(
      config,
      tokens.access_token,
      target,
      'GET',
      null,
      undefined,
      {
        DPoP,
      },
    );
    assert.equal(((await answer.json()) as { id: string }).id, '00uIsaac');
    for (const method of [client.ClientSecretBasic(webSecret), client.ClientSecretPost(webSecret)]) {
      const web = await client.discovery(new URL(url), 'web', undefined, method, insecure);
      assert.deepEqual(await client.tokenIntrospection(web, 'nonsense'), { active: false });
    }
  });

  for (const clientId of ['service', 'bound']) {
    it(`O38 the management client gets its own tokens with a private key (${clientId})`, async () => {
      const url = await open();
      const privateKey = { ...(await exportJWK(rsaKeys.privateKey)), kid: 'rsa' };
      const management = new okta.Client({
        orgUrl: url,
        authorizationMode: 'PrivateKey',
        clientId,
        scopes: ['okta.users.read'],
        privateKey: JSON.stringify(privateKey),
        keyId: 'rsa',
      });
      assert.equal((await management.userApi.getUser({ userId: '00uIsaac' })).profile?.firstName, 'Isaac');
      await assert.rejects(
        management.groupApi.listGroups().then((groups) => groups.next()),
        {
          status: 403,
          errorCode: 'E0000006',
        },
      );
    });
  }

  it('a service made by the management client gets exactly what it is granted', async () => {
    const twin = await serveTwin('okta', { port: 0 });
    running.push(twin);
    const { url = '', token = '' } = twin.values;
    const admin = new okta.Client({ orgUrl: url, token });
    const jwk = { ...(await exportJWK(rsaKeys.publicKey)), kid: 'rsa', alg: 'RS256', use: 'sig' };
    const made = await admin.applicationApi.createApplication({
      application: {
        name: 'oidc_client',
        label: 'Robot',
        signOnMode: 'OPENID_CONNECT',
        credentials: { oauthClient: { token_endpoint_auth_method: 'private_key_jwt' } },
        settings: {
          oauthClient: {
            application_type: 'service',
            grant_types: ['client_credentials'],
            response_types: ['token'],
            jwks: { keys: [jwk] },
          },
        },
      } as never,
    });
    const appId = made.id ?? '';
    const privateKey = { ...(await exportJWK(rsaKeys.privateKey)), kid: 'rsa' };
    const connect = () =>
      new okta.Client({
        orgUrl: url,
        authorizationMode: 'PrivateKey',
        clientId: appId,
        scopes: ['okta.users.read'],
        privateKey: JSON.stringify(privateKey),
        keyId: 'rsa',
      });
    const first = async () => (await connect().userApi.listUsers()).next();
    await assert.rejects(first, { status: 401, errorCode: 'E0000011' });
    const grant = { issuer: url, scopeId: 'okta.users.read' };
    await admin.applicationApi.grantConsentToScope({ appId, oAuth2ScopeConsentGrant: grant });
    assert.ok((await first()).value?.id);
    const grants = await admin.applicationApi.listScopeConsentGrants({ appId });
    const { value } = await grants.next();
    assert.equal(value?.scopeId, 'okta.users.read');
    await admin.applicationApi.revokeScopeConsentGrant({ appId, grantId: value?.id ?? '' });
    await assert.rejects(first, { status: 401 });
  });

  it('makes a custom authorization server with a scope by the management client', async () => {
    const twin = await serveTwin('okta', { port: 0 });
    running.push(twin);
    const { url = '', token = '' } = twin.values;
    const { authorizationServerApi: api } = new okta.Client({ orgUrl: url, token });
    const made = await api.createAuthorizationServer({
      authorizationServer: { name: 'Shop', description: 'Orders', audiences: ['api://shop'] },
    });
    const authServerId = made.id ?? '';
    assert.equal(made.issuer, `${url}/oauth2/${authServerId}`);
    await api.createOAuth2Scope({ authServerId, oAuth2Scope: { name: 'orders.read' } });
    const described = await fetch(`${made.issuer}/.well-known/oauth-authorization-server`);
    const { scopes_supported: scopes } = (await described.json()) as { scopes_supported: string[] };
    assert.ok(scopes.includes('orders.read'));
    await api.deactivateAuthorizationServer({ authServerId });
    assert.equal((await fetch(`${made.issuer}/v1/keys`)).status, 404);
    await api.deleteAuthorizationServer({ authServerId });
    await assert.rejects(api.getAuthorizationServer({ authServerId }), { errorCode: 'E0000007' });
  });
});
