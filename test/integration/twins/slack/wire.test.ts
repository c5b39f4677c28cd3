import assert from 'node:assert/strict';
import { WebClient } from '@slack/web-api';
import { serveTwin } from '../../../../src/twins/serve';
import { general, openSlack, tokenOf, type SlackAnswer } from '../../../unit/twins/slackTwin';

const read = async (response: Response) => (await response.json()) as SlackAnswer;
const form = 'application/x-www-form-urlencoded';
const json = 'application/json; charset=utf-8';

describe('Slack conformance: calls, tokens and bodies', () => {
  it('S01 answers an error of the application with HTTP 200 and its code', async () => {
    const { send, twin } = openSlack();
    const headers = { authorization: `Bearer ${tokenOf(twin)}` };
    const response = await send('/api/conversations.info?channel=C99999999', { headers });
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('content-type'), 'application/json; charset=utf-8');
    assert.deepEqual(await response.json(), { ok: false, error: 'channel_not_found' });
  });

  it('S02 answers not_authed without a token', async () => {
    const { send } = openSlack();
    assert.deepEqual(await read(await send('/api/auth.test', { method: 'POST' })), {
      ok: false,
      error: 'not_authed',
    });
  });

  it('S03 answers invalid_auth to tokens it never gave out', async () => {
    const { call } = openSlack();
    for (const token of ['xoxb-bogus', 'garbled', 'xoxp-1-2-3', '__proto__']) {
      assert.equal((await call('auth.test', {}, token)).error, 'invalid_auth', token);
    }
  });

  it('S04 tells revoked, deactivated and expired tokens apart', async () => {
    const tokens = [
      { token: 'xoxb-revoked', status: 'revoked' },
      { token: 'xoxb-inactive', status: 'inactive' },
      { token: 'xoxb-expired', status: 'expired' },
      { token: 'xoxe.xoxb-short', expires_at: 1_700_000_000_000 },
    ];
    let now = 1_699_999_999_000;
    const { call } = openSlack({ seed: { tokens }, now: () => now });
    assert.equal((await call('auth.test', {}, 'xoxb-revoked')).error, 'token_revoked');
    assert.equal((await call('auth.test', {}, 'xoxb-inactive')).error, 'account_inactive');
    assert.equal((await call('auth.test', {}, 'xoxb-expired')).error, 'token_expired');
    assert.equal((await call('auth.test', {}, 'xoxe.xoxb-short')).ok, true);
    now += 2_000;
    assert.equal((await call('auth.test', {}, 'xoxe.xoxb-short')).error, 'token_expired');
    assert.deepEqual(await call('auth.revoke'), { ok: true, revoked: true });
    assert.equal((await call('auth.test')).error, 'token_revoked');
  });

  it('S05 takes the token from the header, a form or the query, but app-level tokens from the header only', async () => {
    const { send, twin, call } = openSlack();
    const token = tokenOf(twin);
    const asForm = await send('/api/auth.test', { method: 'POST', body: new URLSearchParams({ token }) });
    assert.equal((await read(asForm)).ok, true);
    assert.equal((await read(await send(`/api/auth.test?token=${token}`))).ok, true);
    const app = twin.credentials['app_token'] ?? '';
    const headers = { 'content-type': form };
    for (const method of ['apps.connections.open', 'apps.event.authorizations.list']) {
      const body = `token=${app}&event_context=x`;
      assert.equal(
        (await read(await send(`/api/${method}`, { method: 'POST', headers, body }))).error,
        'not_authed',
      );
    }
    assert.equal((await call('apps.connections.open', {}, app)).ok, true);
  });

  it('S06 refuses tokens of another type', async () => {
    const { call, twin } = openSlack();
    const app = twin.credentials['app_token'] ?? '';
    const post = { channel: general, text: 'x' };
    assert.equal((await call('chat.postMessage', post, app)).error, 'not_allowed_token_type');
    assert.equal((await call('apps.connections.open')).error, 'not_allowed_token_type');
    assert.equal((await call('search.messages', { query: 'x' })).error, 'not_allowed_token_type');
  });

  it('S07 says which scope is missing', async () => {
    const { call } = openSlack({ seed: { bot: { scopes: ['users:read'] } } });
    assert.deepEqual(await call('chat.postMessage', { channel: general, text: 'x' }), {
      ok: false,
      error: 'missing_scope',
      needed: 'chat:write',
      provided: 'users:read',
    });
    assert.equal((await call('conversations.list')).needed, 'channels:read,groups:read,mpim:read,im:read');
  });

  it('S08 lists given and accepted scopes in headers, which the client reads', async () => {
    const seed = { bot: { scopes: ['chat:write', 'users:read'] } };
    const twin = await serveTwin('slack', { port: 0, seed });
    try {
      const client = new WebClient(twin.values['token'], { slackApiUrl: twin.values['url'] ?? '' });
      const { response_metadata: metadata } = await client.users.list({});
      assert.deepEqual(metadata?.scopes, ['chat:write', 'users:read']);
      assert.deepEqual(metadata?.acceptedScopes, ['users:read']);
    } finally {
      await twin.stop();
    }
  });

  it('S09 answers unknown_method, before it asks for a token', async () => {
    const { send, twin } = openSlack();
    assert.deepEqual(await read(await send('/api/no.such', { method: 'POST' })), {
      ok: false,
      error: 'unknown_method',
      req_method: 'no.such',
    });
    assert.equal(twin.calls()[0]?.unmodelled, true);
  });

  it('S10 echoes with api.test, without a token', async () => {
    const { send } = openSlack();
    assert.deepEqual(await read(await send('/api/api.test?foo=bar')), { ok: true, args: { foo: 'bar' } });
    assert.deepEqual(await read(await send('/api/api.test?error=my_error')), {
      ok: false,
      error: 'my_error',
      args: { error: 'my_error' },
    });
  });

  it('S11 says who the token is, for an app and for a person', async () => {
    const { call, twin } = openSlack();
    assert.deepEqual(await call('auth.test'), {
      ok: true,
      url: 'https://subarachnoid.slack.com/',
      team: 'Subarachnoid Workspace',
      user: 'factory',
      team_id: 'T012AB3C4',
      user_id: 'U0B0TTW1N',
      bot_id: 'B0B0TTW1N',
      is_enterprise_install: false,
    });
    const person = await call('auth.test', {}, twin.credentials['user_token']);
    assert.deepEqual([person.user_id, 'bot_id' in person], ['U012A3CDE', false]);
  });

  it('S12 warns about JSON without a charset, on errors as well', async () => {
    const { callJson } = openSlack();
    const ok = await callJson('auth.test', '{}', 'application/json');
    assert.deepEqual(
      [ok.ok, ok.warning, ok.response_metadata?.warnings],
      [true, 'missing_charset', ['missing_charset']],
    );
    const failed = await callJson(
      'chat.postMessage',
      '{"channel":"C99999999","text":"x"}',
      'application/json',
    );
    assert.deepEqual([failed.error, failed.warning], ['channel_not_found', 'missing_charset']);
  });

  it('S13 warns about a form with a charset', async () => {
    const { callJson } = openSlack();
    const answer = await callJson('auth.test', 'a=1', `${form}; charset=utf-8`);
    assert.deepEqual([answer.ok, answer.warning], [true, 'superfluous_charset']);
  });

  it('S14 tells malformed JSON from JSON that is no object', async () => {
    const { callJson } = openSlack();
    assert.equal((await callJson('auth.test', '{', json)).error, 'invalid_json');
    assert.equal((await callJson('auth.test', '[]', json)).error, 'json_not_object');
  });

  it('S15 refuses other content types, charsets, forms and argument names', async () => {
    const { callJson } = openSlack();
    const cases: [string, string, string][] = [
      ['text/plain', 'hello', 'invalid_post_type'],
      ['', 'hello', 'missing_post_type'],
      ['application/json; charset=utf-7', '{}', 'invalid_charset'],
      ['multipart/form-data; boundary=x', 'no parts', 'invalid_form_data'],
      [json, '{"a b":1}', 'invalid_arg_name'],
      [json, '{"channel":["x"]}', 'invalid_array_arg'],
    ];
    for (const [type, body, error] of cases) {
      assert.equal((await callJson('chat.postMessage', body, type)).error, error, type);
    }
  });

  it('S16 does not honour a token inside a JSON body', async () => {
    const { send, twin } = openSlack();
    const body = JSON.stringify({ token: tokenOf(twin) });
    const headers = { 'content-type': json };
    assert.equal(
      (await read(await send('/api/auth.test', { method: 'POST', headers, body }))).error,
      'not_authed',
    );
  });

  it('S17 ignores JSON where a method takes forms only', async () => {
    const { callJson } = openSlack();
    const body = '{"filename":"a.txt","length":3}';
    const answer = await callJson('files.getUploadURLExternal', body, 'application/json');
    assert.deepEqual([answer.error, answer.warning], ['invalid_arguments', 'missing_charset']);
  });

  it('S18 has a method’s own code for what is missing, or names the field', async () => {
    const { call } = openSlack();
    assert.equal((await call('chat.postMessage', { channel: general })).error, 'no_text');
    assert.equal((await call('chat.postMessage', { text: 'x' })).error, 'channel_not_found');
    assert.equal((await call('users.lookupByEmail')).error, 'users_not_found');
    const answer = await call('conversations.history');
    assert.equal(answer.error, 'invalid_arguments');
    assert.deepEqual(answer.response_metadata?.messages, ['[ERROR] missing required field: channel']);
  });
});
