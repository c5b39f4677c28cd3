import assert from 'node:assert/strict';
import { general, notJoined, openSlack, type SlackUnderTest } from '../../../unit/twins/slackTwin';
import { formIn, payloadIn, startReceiver } from './receiver';

const json = { 'content-type': 'application/json' };

describe('Slack twin: incoming webhooks and answers to interactions', () => {
  const send = async (
    { send: ask }: SlackUnderTest,
    url: string,
    body: string,
    headers: Record<string, string> = json,
  ) => {
    const response = await ask(new URL(url).pathname, { method: 'POST', headers, body });
    return [response.status, await response.text()];
  };

  it('posts what a webhook gets, as JSON or as a form, and answers in plain text', async () => {
    const hooks = [{ secret: 'sss', kind: 'webhook', channel: notJoined, disabled: true }];
    const slack = openSlack({ seed: { hooks } });
    const own = `http://127.0.0.1/services/T012AB3C4/B0B0TTW1N/${slack.twin.credentials['webhook_secret']}`;
    assert.deepEqual(await send(slack, own, '{"text":"one"}'), [200, 'ok']);
    const form = String(new URLSearchParams({ payload: '{"text":"two","username":"bob"}' }));
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    assert.deepEqual(await send(slack, own, form, type), [200, 'ok']);
    assert.deepEqual(
      slack.twin.state.messages.map(({ text, channel, bot_id }) => [text, channel, bot_id]),
      [
        ['one', general, 'B0B0TTW1N'],
        ['two', general, 'B0B0TTW1N'],
      ],
    );
    assert.deepEqual(await send(slack, own, '{"text":'), [400, 'invalid_payload']);
    const deep = `{"text":"x","blocks":${'['.repeat(90_000)}${']'.repeat(90_000)}}`;
    assert.deepEqual(await send(slack, own, deep), [400, 'invalid_payload']);
    assert.deepEqual(await send(slack, own, '{}'), [400, 'no_text']);
    assert.deepEqual(await send(slack, own, '{"blocks":[{"type":"nope"}]}'), [400, 'invalid_blocks']);
    assert.deepEqual(await send(slack, `${own}x`, '{"text":"x"}'), [403, 'invalid_token']);
    assert.deepEqual(await send(slack, 'http://x/services/T/B/sss', '{"text":"x"}'), [404, 'no_service']);
    const channel = slack.twin.state.channels.find(({ id }) => id === general);
    assert.ok(channel);
    channel.is_archived = true;
    slack.twin.state.hooks[0] = { secret: 'sss', kind: 'webhook', channel: general, disabled: false };
    assert.deepEqual(await send(slack, 'http://x/services/T/B/sss', '{"text":"x"}'), [
      410,
      'channel_is_archived',
    ]);
    assert.equal(slack.twin.state.messages.length, 2);
  });

  it('limits webhooks and lets faults be armed for them', async () => {
    const on = 'POST /services/{team}/{app}/{secret}';
    const slack = openSlack({ faults: [{ on, reply: 'action_prohibited' }], now: () => 1_700_000_000_000 });
    const own = `http://127.0.0.1/services/T012AB3C4/B0B0TTW1N/${slack.twin.credentials['webhook_secret']}`;
    assert.deepEqual(await send(slack, own, '{"text":"x"}'), [400, 'action_prohibited']);
    const statuses: unknown[] = [];
    for (let sent = 0; sent < 25; sent += 1) statuses.push((await send(slack, own, '{"text":"x"}'))[0]);
    assert.equal(statuses[0], 200);
    assert.equal(statuses.at(-1), 429);
  });

  it('takes answers to a command under its response_url, five times in half an hour', async () => {
    const receiver = await startReceiver(() => ({ body: 'working' }));
    let now = 1_700_000_000_000;
    const slack = openSlack({
      seed: { app: { commands: [{ command: '/do', url: receiver.url }] } },
      now: () => now,
    });
    const urlOf = async (count: number) => {
      slack.twin.act({ command: '/do', channel: general });
      await slack.call('api.test');
      const received = await receiver.until(count);
      return formIn(received[count - 1] ?? { headers: {}, body: '' })['response_url'] ?? '';
    };
    const url = await urlOf(1);
    while (slack.twin.state.ephemerals.length === 0) await new Promise((resolve) => setImmediate(resolve));
    assert.equal(slack.twin.state.ephemerals[0]?.text, 'working');
    const aloud = JSON.stringify({ response_type: 'in_channel', text: 'done' });
    assert.deepEqual(await send(slack, url, aloud), [200, '{"ok":true}']);
    assert.equal(slack.twin.state.messages[0]?.text, 'done');
    for (const text of ['two', 'three', 'four']) await send(slack, url, JSON.stringify({ text }));
    assert.deepEqual(await send(slack, url, '{"text":"six"}'), [404, '{"ok":false,"error":"used_url"}']);
    const late = await urlOf(2);
    now += 31 * 60_000;
    assert.deepEqual(await send(slack, late, '{"text":"late"}'), [404, '{"ok":false,"error":"expired_url"}']);
    slack.twin.close();
    await receiver.stop();
  });

  it('replaces and deletes the message whose button was used', async () => {
    const receiver = await startReceiver();
    const slack = openSlack({ seed: { app: { interactivity_url: receiver.url } } });
    const button = { type: 'button', action_id: 'go', text: { type: 'plain_text', text: 'Go' } };
    const blocks = [{ type: 'actions', elements: [button] }];
    await slack.callJson('chat.postMessage', JSON.stringify({ channel: general, text: 'x', blocks }));
    slack.twin.act({ click: 'go', channel: general });
    const [click] = (await receiver.until(1)).map(payloadIn);
    const url = String(click?.['response_url']);
    await send(slack, url, '{"replace_original":true,"text":"gone"}');
    assert.deepEqual(
      slack.twin.state.messages.map(({ text, blocks: left }) => [text, left]),
      [['gone', undefined]],
    );
    await send(slack, url, '{"delete_original":true}');
    assert.equal(slack.twin.state.messages.length, 0);
    slack.twin.close();
    await receiver.stop();
  });

  it('says what nobody can do', () => {
    const { twin } = openSlack();
    const acts: [unknown, RegExp][] = [
      [{ click: 'go', channel: general, ts: '1.0' }, /no message 1\.0/],
      [{ click: 'go' }, /no open view/],
      [{ submit: {} }, /no open view/],
      [{ command: '/x', channel: 'nowhere' }, /no channel nowhere/],
      [{ user: 'U0NOBODY', open_home: true }, /no user U0NOBODY/],
      [{ call: 'no.such' }, /does not model no\.such/],
      [{ dance: true }, /not valid/],
    ];
    for (const [act, words] of acts) assert.throws(() => twin.act(act), words);
  });
});
