import assert from 'node:assert/strict';
import { openSlack, type SlackAnswer, tokenOf } from './slackTwin';

const read = async (response: Response) => (await response.json()) as SlackAnswer;

describe('Slack twin: how a call is made', () => {
  it('answers with Slack’s envelope, content type, request id and scopes', async () => {
    const { send, twin } = openSlack({ seed: { bot: { scopes: ['chat:write', 'users:read'] } } });
    const response = await send('/api/users.list', { headers: { authorization: `Bearer ${tokenOf(twin)}` } });
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('content-type'), 'application/json; charset=utf-8');
    assert.match(response.headers.get('x-slack-req-id') ?? '', /^[0-9a-f]{32}$/);
    assert.equal(response.headers.get('x-oauth-scopes'), 'chat:write,users:read');
    assert.equal(response.headers.get('x-accepted-oauth-scopes'), 'users:read');
    assert.equal((await read(response)).ok, true);
  });

  it('takes the token from the header, a form or the query', async () => {
    const { send, twin } = openSlack();
    const token = tokenOf(twin);
    const asHeader = await send('/api/auth.test', { headers: { authorization: `Bearer ${token}` } });
    const asForm = await send('/api/auth.test', { method: 'POST', body: new URLSearchParams({ token }) });
    const asQuery = await send(`/api/auth.test?token=${token}`);
    for (const response of [asHeader, asForm, asQuery]) assert.equal((await read(response)).ok, true);
  });

  it('does not honour a token inside a JSON body', async () => {
    const { send, twin } = openSlack();
    const headers = { 'content-type': 'application/json; charset=utf-8' };
    const body = JSON.stringify({ token: tokenOf(twin) });
    assert.equal(
      (await read(await send('/api/auth.test', { method: 'POST', headers, body }))).error,
      'not_authed',
    );
  });

  it('tells missing, unknown, revoked, inactive and expired tokens apart', async () => {
    const tokens = (['revoked', 'inactive', 'expired'] as const).map((status) => ({
      token: `xoxb-${status}`,
      status,
    }));
    const { send, call } = openSlack({ seed: { tokens } });
    assert.deepEqual(await read(await send('/api/auth.test')), { ok: false, error: 'not_authed' });
    assert.equal((await call('auth.test', {}, 'xoxb-bogus')).error, 'invalid_auth');
    assert.equal((await call('auth.test', {}, 'xoxb-revoked')).error, 'token_revoked');
    assert.equal((await call('auth.test', {}, 'xoxb-inactive')).error, 'account_inactive');
    assert.equal((await call('auth.test', {}, 'xoxb-expired')).error, 'token_expired');
  });

  it('gives every twin a token of its own', () => {
    const [one, other] = [tokenOf(openSlack().twin), tokenOf(openSlack().twin)];
    assert.match(one, /^xoxb-\d+-\d+-[0-9a-f]+$/);
    assert.notEqual(one, other);
  });

  it('refuses and records what it does not model, before it asks who is there', async () => {
    const { send, twin } = openSlack();
    const answer = await read(await send('/api/files.upload?channels=C1', { method: 'POST' }));
    assert.deepEqual(answer, { ok: false, error: 'unknown_method', req_method: 'files.upload' });
    const [call] = twin.calls();
    assert.deepEqual(
      [call?.method, call?.answered, call?.args],
      ['files.upload', 'unknown_method', { channels: 'C1' }],
    );
  });

  it('says which scope is missing', async () => {
    const { call } = openSlack({ seed: { bot: { scopes: ['users:read'] } } });
    assert.deepEqual(await call('chat.postMessage', { channel: 'C024BE91L', text: 'x' }), {
      ok: false,
      error: 'missing_scope',
      needed: 'chat:write',
      provided: 'users:read',
    });
  });

  it('warns about JSON without a charset, on errors too, and about forms with one', async () => {
    const { callJson, send, twin } = openSlack();
    const ok = await callJson('auth.test', '{}', 'application/json');
    assert.equal(ok.warning, 'missing_charset');
    assert.deepEqual(ok.response_metadata, { warnings: ['missing_charset'] });
    const failed = await callJson('chat.postMessage', '{"channel":"C024BE91L"}', 'application/json');
    assert.deepEqual([failed.error, failed.warning], ['no_text', 'missing_charset']);
    assert.equal((await callJson('auth.test', '{}')).warning, undefined);
    const form = await send('/api/auth.test', {
      method: 'POST',
      body: new URLSearchParams({ token: tokenOf(twin) }),
    });
    assert.equal((await read(form)).warning, 'superfluous_charset');
  });

  it('ignores a JSON body where Slack reads forms only', async () => {
    const { callJson } = openSlack();
    const answer = await callJson('conversations.info', '{"channel":"C024BE91L"}');
    assert.equal(answer.error, 'invalid_arguments');
    assert.deepEqual(answer.response_metadata?.messages, ['[ERROR] missing required field: channel']);
  });

  it('reads the same arguments from forms, JSON, the query and multipart alike', async () => {
    const { twin, call, callJson, send } = openSlack();
    const wanted = { channel: 'C024BE91L', text: 'hi', mrkdwn: false, blocks: [{ type: 'divider' }] };
    const asText = { ...wanted, mrkdwn: 'false', blocks: JSON.stringify(wanted.blocks) };
    await call('chat.postMessage', asText);
    await callJson('chat.postMessage', JSON.stringify(wanted));
    await send(`/api/chat.postMessage?${String(new URLSearchParams({ ...asText, token: tokenOf(twin) }))}`);
    const body = new FormData();
    for (const [name, value] of Object.entries(asText)) body.append(name, value);
    await send('/api/chat.postMessage', {
      method: 'POST',
      body,
      headers: { authorization: `Bearer ${tokenOf(twin)}` },
    });
    assert.equal(twin.calls().length, 4);
    for (const made of twin.calls()) assert.deepEqual([made.answered, made.args], ['ok', wanted]);
  });

  it('echoes with api.test, without a token', async () => {
    const { send } = openSlack();
    assert.deepEqual(await read(await send('/api/api.test')), { ok: true });
    assert.deepEqual(await read(await send('/api/api.test?foo=5')), { ok: true, args: { foo: '5' } });
    const failed = { ok: false, error: 'my_error', args: { error: 'my_error' } };
    assert.deepEqual(await read(await send('/api/api.test?error=my_error')), failed);
  });

  it('has no control plane on its port: every such path is Slack’s own 404', async () => {
    const { send, twin } = openSlack();
    const unknown = await (await send('/nothing-here')).text();
    for (const path of [
      '/_twin',
      '/_twin/state',
      '/_twin/calls',
      '/%5ftwin/reset',
      '//_twin/',
      '/calls',
      '/snapshot',
    ]) {
      const response = await send(path, { method: 'POST' });
      assert.equal(response.status, 404, path);
      assert.equal(await response.text(), unknown, path);
    }
    const inApi = await read(await send('/api/_twin', { method: 'POST' }));
    assert.deepEqual(inApi, { ok: false, error: 'unknown_method', req_method: '_twin' });
    assert.ok(
      twin.calls().some((call) => call.method === 'POST /_twin/state' && call.answered === 'not_found'),
    );
  });
});

describe('Slack twin: hostile requests', () => {
  const cases: [string, string, string, string][] = [
    ['broken JSON', 'application/json', '{"channel":', 'invalid_json'],
    ['JSON that is no object', 'application/json', '[1]', 'json_not_object'],
    ['JSON null', 'application/json', 'null', 'json_not_object'],
    [
      'JSON nested without end',
      'application/json',
      `{"blocks":${'['.repeat(90_000)}${']'.repeat(90_000)}}`,
      'invalid_json',
    ],
    [
      'a nested form value',
      'application/x-www-form-urlencoded',
      `channel=C024BE91L&blocks=${'['.repeat(9_000)}${']'.repeat(9_000)}`,
      'invalid_blocks_format',
    ],
    ['plain text', 'text/plain', 'hello', 'invalid_post_type'],
    ['an unknown charset', 'application/json; charset=utf-7', '{}', 'invalid_charset'],
    ['a broken multipart body', 'multipart/form-data; boundary=x', 'no parts', 'invalid_form_data'],
    ['an object for text', 'application/json', '{"channel":{"a":1},"text":"x"}', 'invalid_array_arg'],
    ['a list for text', 'application/json', '{"channel":"C024BE91L","text":["x"]}', 'invalid_array_arg'],
    ['an impossible argument name', 'application/json', '{"a b\\n":1}', 'invalid_arg_name'],
    ['a method of Object', 'application/json', '{}', 'unknown_method'],
  ];
  for (const [what, type, body, error] of cases) {
    it(`answers ${error} to ${what}`, async () => {
      const { callJson, twin } = openSlack();
      const method = error === 'unknown_method' ? 'constructor' : 'chat.postMessage';
      assert.equal((await callJson(method, body, type)).error, error);
      assert.equal(twin.calls().at(-1)?.answered, error);
      assert.equal(twin.state.messages.length, 0);
    });
  }

  it('keeps __proto__ an ordinary name', async () => {
    const { callJson, twin } = openSlack();
    const answer = await callJson('chat.postMessage', '{"__proto__":{"channel":"C024BE91L","text":"x"}}');
    assert.equal(answer.error, 'no_text');
    const { args = {} } = twin.calls()[0] ?? {};
    assert.equal(Object.getPrototypeOf(args), Object.prototype);
    assert.deepEqual(Object.entries(args), [['__proto__', { channel: 'C024BE91L', text: 'x' }]]);
  });

  it('cuts off a body that is too long, whether or not its length is announced', async () => {
    const { send, twin } = openSlack();
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${tokenOf(twin)}` };
    const long = `{"channel":"C024BE91L","text":"${'x'.repeat(1024 * 1024)}"}`;
    const announced = await send('/api/chat.postMessage', {
      method: 'POST',
      headers: { ...headers, 'content-length': String(long.length) },
      body: long,
    });
    const stream = new Blob([long]).stream();
    const chunked = await send('/api/chat.postMessage', {
      method: 'POST',
      headers,
      body: stream,
      duplex: 'half',
    });
    assert.deepEqual([announced.status, chunked.status], [413, 413]);
    assert.deepEqual(
      twin.calls().map((call) => [call.method, call.answered]),
      [
        ['chat.postMessage', 'http_413'],
        ['chat.postMessage', 'http_413'],
      ],
    );
  });

  it('stops answering, rather than forget calls, when the log is full', async () => {
    const { send, twin } = openSlack();
    const body = `foo=${'x'.repeat(1_000_000)}`;
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const statuses: number[] = [];
    for (let sent = 0; sent < 20; sent += 1) {
      statuses.push((await send('/api/api.test', { method: 'POST', headers, body })).status);
    }
    assert.equal(statuses[0], 200);
    assert.equal(statuses.at(-1), 503);
    assert.equal(twin.calls().length, statuses.filter((status) => status === 200).length);
    twin.reset();
    assert.equal((await send('/api/api.test')).status, 200);
  });
});
