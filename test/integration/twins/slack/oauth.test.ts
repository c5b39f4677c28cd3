import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { openSlack, type SlackAnswer, type SlackUnderTest } from '../../../unit/twins/slackTwin';

const redirect = 'http://127.0.0.1:9/oauth_redirect';

async function visit(
  { send, twin }: SlackUnderTest,
  query: Record<string, string> = {},
  path = '/oauth/v2/authorize',
) {
  const asked = {
    client_id: twin.credentials['client_id'] ?? '',
    scope: 'chat:write,commands',
    redirect_uri: redirect,
    state: 'xyzzy',
    ...query,
  };
  const response = await send(`${path}?${String(new URLSearchParams(asked))}`);
  const location = URL.parse(response.headers.get('location') ?? '');
  return { status: response.status, location, code: location?.searchParams.get('code') ?? '' };
}

async function access(
  slack: SlackUnderTest,
  args: Record<string, string>,
  basic = false,
): Promise<SlackAnswer> {
  const { client_id = '', client_secret = '' } = slack.twin.credentials;
  const own: Record<string, string> = basic ? {} : { client_id, client_secret };
  const encoded = Buffer.from(`${client_id}:${client_secret}`).toString('base64');
  const response = await slack.send('/api/oauth.v2.access', {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      ...(basic ? { authorization: `Basic ${encoded}` } : {}),
    },
    body: String(new URLSearchParams({ ...own, redirect_uri: redirect, ...args })),
  });
  return (await response.json()) as SlackAnswer;
}

describe('Slack conformance: OAuth', () => {
  it('S34 gives a code to the redirect address, and tokens for the code, once', async () => {
    const slack = openSlack();
    const { status, location, code } = await visit(slack, { user_scope: 'search:read' });
    assert.equal(status, 302);
    assert.equal(location?.searchParams.get('state'), 'xyzzy');
    const answer = await access(slack, { code });
    assert.deepEqual(
      { ...answer, access_token: '', authed_user: { ...(answer.authed_user as object), access_token: '' } },
      {
        ok: true,
        access_token: '',
        token_type: 'bot',
        scope: 'chat:write,commands',
        bot_user_id: 'U0B0TTW1N',
        app_id: 'A0B0TTW1N',
        team: { id: 'T012AB3C4', name: 'Subarachnoid Workspace' },
        enterprise: null,
        is_enterprise_install: false,
        authed_user: { id: 'U012A3CDE', access_token: '', token_type: 'user', scope: 'search:read' },
      },
    );
    assert.match(String(answer.access_token), /^xoxb-/);
    const person = answer.authed_user as { access_token: string };
    assert.equal((await slack.call('auth.test', {}, String(answer.access_token))).user_id, 'U0B0TTW1N');
    assert.equal((await slack.call('search.messages', { query: 'x' }, person.access_token)).ok, true);
    assert.equal((await access(slack, { code })).error, 'invalid_code');
    assert.equal((await access(slack, { code: (await visit(slack)).code }, true)).ok, true);
    assert.ok(slack.twin.calls().every(({ args }) => !('client_secret' in args) && !('code' in args)));
  });

  it('S34 names what is wrong with the exchange', async () => {
    const slack = openSlack({ seed: { app: { redirect_urls: ['http://127.0.0.1:9'] } } });
    const { code } = await visit(slack);
    const cases: [Record<string, string>, string][] = [
      [{ client_id: '1.2' }, 'invalid_client_id'],
      [{ client_secret: 'no' }, 'bad_client_secret'],
      [{ code: 'no' }, 'invalid_code'],
      [{ redirect_uri: 'http://127.0.0.1:9/elsewhere' }, 'bad_redirect_uri'],
      [{ grant_type: 'password' }, 'invalid_grant_type'],
      [{ code_verifier: 'x' }, 'pkce_not_allowed'],
    ];
    for (const [args, error] of cases) assert.equal((await access(slack, { code, ...args })).error, error);
    const old = await visit(slack, {}, '/oauth/authorize');
    assert.equal((await access(slack, { code: old.code })).error, 'oauth_authorization_url_mismatch');
    const strangers = ['http://evil.example/', 'http://127.0.0.1:90/', 'http://127.0.0.1:9@evil.example/'];
    for (const redirect_uri of strangers)
      assert.equal((await visit(slack, { redirect_uri })).status, 400, redirect_uri);
    assert.equal((await access(slack, { code })).ok, true);
    const denied = openSlack({ seed: { app: { denied: true } } });
    assert.equal((await visit(denied)).location?.searchParams.get('error'), 'access_denied');
  });

  it('S34 checks the proof of a code', async () => {
    const slack = openSlack({ seed: { app: { pkce: true } } });
    const code_challenge = createHash('sha256').update('secret').digest('base64url');
    const { code } = await visit(slack, { code_challenge, code_challenge_method: 'S256' });
    assert.equal((await access(slack, { code, code_verifier: 'wrong' })).error, 'invalid_code_verifier');
    assert.equal((await access(slack, { code, code_verifier: 'secret' })).ok, true);
  });

  it('S35 rotates tokens', async () => {
    let now = 1_700_000_000_000;
    const slack = openSlack({ seed: { app: { token_rotation: true } }, now: () => now });
    const first = await access(slack, { code: (await visit(slack)).code });
    assert.match(String(first.access_token), /^xoxe\.xoxb-/);
    assert.match(String(first.refresh_token), /^xoxe-/);
    assert.equal(first.expires_in, 43_200);
    const renew = (refresh_token: unknown) =>
      access(slack, { grant_type: 'refresh_token', refresh_token: String(refresh_token) });
    const second = await renew(first.refresh_token);
    assert.equal(second.ok, true);
    assert.equal((await slack.call('auth.test', {}, String(second.access_token))).ok, true);
    assert.equal((await slack.call('auth.test', {}, String(first.access_token))).error, 'token_revoked');
    assert.equal((await renew(first.refresh_token)).error, 'invalid_refresh_token');
    now += 43_200_000;
    assert.equal((await slack.call('auth.test', {}, String(second.access_token))).error, 'token_expired');

    const { client_id = '', client_secret = '', token = '' } = slack.twin.credentials;
    const own = { client_id, client_secret };
    const exchanged = await slack.call('oauth.v2.exchange', own);
    assert.match(String(exchanged.access_token), /^xoxe\.xoxb-/);
    assert.equal((await slack.call('auth.test', {}, token)).error, 'token_revoked');
    const again = await slack.call('oauth.v2.exchange', own, String(exchanged.access_token));
    assert.equal(again.error, 'token_already_exchanged');
    assert.equal((await openSlack().call('oauth.v2.exchange', own)).error, 'invalid_client_id');
    const still = openSlack();
    const { client_id: id = '', client_secret: secret = '' } = still.twin.credentials;
    const refused = await still.call('oauth.v2.exchange', { client_id: id, client_secret: secret });
    assert.equal(refused.error, 'token_rotation_not_enabled');
  });
});
