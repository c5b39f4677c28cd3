import assert from 'node:assert/strict';
import net from 'node:net';
import { LogLevel, WebClient, type WebClientOptions } from '@slack/web-api';
import { FactoryError } from '../../../src/shared/errors';
import { serveTwin } from '../../../src/twins/serve';
import type { TwinOptions } from '../../../src/twins/contract';
import type { TwinHandle } from '../../../src/twins/types';

const general = 'C024BE91L';

describe('Slack twin with the official client over loopback', () => {
  const running: TwinHandle[] = [];
  const open = async (options: TwinOptions = {}, clientOptions: WebClientOptions = {}) => {
    const twin = await serveTwin('slack', { port: 0, ...options });
    running.push(twin);
    const { url, token } = twin.values;
    const client = new WebClient(token, {
      slackApiUrl: url ?? '',
      logLevel: LogLevel.ERROR,
      ...clientOptions,
    });
    return { twin, client };
  };
  afterEach(async () => {
    await Promise.all(running.splice(0).map((twin) => twin.stop()));
  });

  it('announces a release in a thread and reads it back', async () => {
    const { client, twin } = await open();
    const me = await client.auth.test();
    assert.deepEqual(me.response_metadata?.scopes?.includes('chat:write'), true);
    const blocks = [{ type: 'section', text: { type: 'mrkdwn', text: '*Added*' } }];
    const posted = await client.chat.postMessage({
      channel: '#general',
      text: 'v1.2.0',
      blocks,
      unfurl_links: false,
    });
    const thread = { channel: general, thread_ts: posted.ts ?? '' };
    await client.chat.postMessage({ ...thread, text: 'details' });
    await client.chat.update({ channel: general, ts: posted.ts ?? '', text: 'v1.2.1' });
    await client.reactions.add({ channel: general, timestamp: posted.ts ?? '', name: 'tada' });
    const { messages } = await client.conversations.replies({ channel: general, ts: posted.ts ?? '' });
    assert.deepEqual(
      messages?.map(({ text }) => text),
      ['v1.2.1', 'details'],
    );
    assert.equal(messages?.[0]?.reply_count, 1);
    await client.chat.delete({ channel: general, ts: messages?.[1]?.ts ?? '' });
    assert.equal(((await twin.state()) as { messages: unknown[] }).messages.length, 1);
    assert.ok((await twin.calls()).every(({ answered }) => answered === 'ok'));
  });

  it('follows cursors through every page', async () => {
    const channels = Array.from({ length: 7 }, (_, index) => ({ name: `channel-${index}` }));
    const { client, twin } = await open({ seed: { channels } });
    const names: (string | undefined)[] = [];
    for await (const page of client.paginate('conversations.list', { limit: 3 })) {
      const listed = page as Awaited<ReturnType<typeof client.conversations.list>>;
      names.push(...(listed.channels ?? []).map(({ name }) => name));
    }
    assert.deepEqual(
      names,
      channels.map(({ name }) => name),
    );
    assert.equal((await twin.calls()).length, 3);
  });

  it('is waited for when it limits the rate, and the message arrives once', async () => {
    const faults = [{ on: 'chat.postMessage', times: 2, reply: 'ratelimited', retryAfter: 0 }];
    const { client, twin } = await open(
      { faults },
      { retryConfig: { retries: 3, minTimeout: 1, maxTimeout: 1 } },
    );
    await client.chat.postMessage({ channel: general, text: 'once' });
    assert.deepEqual(
      (await twin.calls()).map(({ answered }) => answered),
      ['ratelimited', 'ratelimited', 'ok'],
    );
    assert.equal(((await twin.state()) as { messages: unknown[] }).messages.length, 1);
  });

  it('names a refusal, a limited call and a failing server in the client’s own errors', async () => {
    const faults = [
      { on: 'auth.test', reply: 'account_inactive' },
      { on: 'auth.test', reply: 'ratelimited', retryAfter: 3 },
      { on: 'auth.test', reply: 'http_503' },
    ];
    const { client } = await open({ faults }, { retryConfig: { retries: 0 }, rejectRateLimitedCalls: true });
    await assert.rejects(client.auth.test(), (error: { code?: string; data?: { error?: string } }) => {
      assert.deepEqual([error.code, error.data?.error], ['slack_webapi_platform_error', 'account_inactive']);
      return true;
    });
    await assert.rejects(client.auth.test(), { code: 'slack_webapi_rate_limited_error', retryAfter: 3 });
    await assert.rejects(client.auth.test(), { code: 'slack_webapi_http_error', statusCode: 503 });
    assert.equal((await client.auth.test()).ok, true);
  });

  it('never answers a call that must time out, and answers the next one', async () => {
    const { client, twin } = await open(
      { faults: [{ on: 'auth.test', reply: 'timeout' }] },
      { retryConfig: { retries: 0 }, timeout: 300 },
    );
    await assert.rejects(client.auth.test(), { code: 'slack_webapi_request_error' });
    assert.equal((await client.auth.test()).ok, true);
    assert.deepEqual(
      (await twin.calls()).map(({ status, answered }) => [status, answered]),
      [
        [0, 'timeout'],
        [200, 'ok'],
      ],
    );
  });

  it('resets a connection on request', async () => {
    const { twin } = await open({ faults: [{ on: 'auth.test', reply: 'connection_reset' }] });
    const { url, token } = twin.values;
    const headers = { authorization: `Bearer ${token}` };
    await assert.rejects(fetch(`${url}auth.test`, { headers }), (error: Error) => {
      assert.equal((error.cause as { code?: string }).code, 'ECONNRESET');
      return true;
    });
    assert.equal((await fetch(`${url}auth.test`, { headers })).status, 200);
  });

  it('cuts off a long upload while it arrives, and goes on', async () => {
    const { twin } = await open();
    const url = new URL(twin.values.url ?? '');
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = net.connect(Number(url.port), url.hostname);
      socket.setEncoding('utf8').on('data', resolve).on('error', reject);
      socket.write(
        'POST /api/chat.postMessage HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n',
      );
      for (let sent = 0; sent < 20; sent += 1) socket.write(`10000\r\n${'x'.repeat(0x10000)}\r\n`);
    });
    assert.match(answer, /^HTTP\/1\.1 413 /);
    assert.equal((await fetch(`${url.href}api.test`)).status, 200);
  });

  it('stops although a call still waits', async () => {
    const { twin } = await open({ faults: [{ on: 'auth.test', reply: 'timeout' }] });
    const { url, token } = twin.values;
    const waiting = fetch(`${url}auth.test`, { headers: { authorization: `Bearer ${token}` } });
    const failed = assert.rejects(waiting);
    while ((await twin.calls()).length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await twin.stop();
    await failed;
  });

  it('says that a port is taken', async () => {
    const { twin } = await open();
    const port = Number(new URL(twin.values.url ?? '').port);
    await assert.rejects(serveTwin('slack', { port }), (error) => {
      assert.ok(error instanceof FactoryError && error.code === 'environment');
      assert.match(error.message, new RegExp(`port ${port}`));
      return true;
    });
  });
});
