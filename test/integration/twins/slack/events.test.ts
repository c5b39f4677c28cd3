import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { general, openSlack, type SlackUnderTest } from '../../../unit/twins/slackTwin';
import { eventIn, formIn, payloadIn, startReceiver, type Receiver, type Reply } from './receiver';

describe('Slack conformance: events and interactions', () => {
  let receiver: Receiver;
  let slack: SlackUnderTest;
  const start = async (reply?: (request: { body: string }) => Reply, app: object = {}) => {
    receiver = await startReceiver(reply);
    slack = openSlack({ seed: { app: { request_url: receiver.url, ...app } } });
  };
  afterEach(async () => {
    slack.twin.close();
    await receiver.stop();
  });
  const say = (text: string, user = 'U012A3CDE') =>
    slack.twin.act({ user, call: 'chat.postMessage', args: { channel: general, text } }) as { ts: string };

  it('S36 sends events in the envelope of the Events API', async () => {
    await start();
    const { ts } = say('hello <@U0B0TTW1N>');
    const received = await receiver.until(2);
    const callback = JSON.parse(received[0]?.body ?? '') as Record<string, unknown>;
    const { event, event_id, event_time, event_context, token, ...rest } = callback;
    assert.match(String(event_id), /^Ev[A-Z0-9]+$/);
    assert.equal(typeof event_time, 'number');
    assert.equal(typeof event_context, 'string');
    assert.equal(token, slack.twin.credentials['verification_token']);
    assert.deepEqual(rest, {
      type: 'event_callback',
      team_id: 'T012AB3C4',
      context_team_id: 'T012AB3C4',
      context_enterprise_id: null,
      api_app_id: 'A0B0TTW1N',
      is_ext_shared_channel: false,
      authorizations: [
        {
          enterprise_id: null,
          team_id: 'T012AB3C4',
          user_id: 'U0B0TTW1N',
          is_bot: true,
          is_enterprise_install: false,
        },
      ],
    });
    const { type, text, user, channel, channel_type, ts: at } = event as Record<string, unknown>;
    assert.deepEqual(
      { type, text, user, channel, channel_type, at },
      {
        type: 'message',
        text: 'hello <@U0B0TTW1N>',
        user: 'U012A3CDE',
        channel: general,
        channel_type: 'channel',
        at: ts,
      },
    );
    assert.deepEqual(received.map((one) => eventIn(one)['type']).toSorted(), ['app_mention', 'message']);
    const app = slack.twin.credentials['app_token'] ?? '';
    const list = await slack.call(
      'apps.event.authorizations.list',
      { event_context: String(event_context) },
      app,
    );
    assert.deepEqual(list.authorizations, rest['authorizations']);
    const wrong = await slack.call('apps.event.authorizations.list', { event_context: 'x' }, app);
    assert.equal(wrong.error, 'invalid_event_context');
  });

  for (const [form, answer] of [
    ['text', (challenge: string) => ({ body: challenge })],
    [
      'a form',
      (challenge: string) => ({ body: `challenge=${challenge}`, type: 'application/x-www-form-urlencoded' }),
    ],
    ['JSON', (challenge: string) => ({ body: JSON.stringify({ challenge }), type: 'application/json' })],
  ] as [string, (challenge: string) => Reply][]) {
    it(`S36 verifies a new Request URL, the challenge given back as ${form}`, async () => {
      await start(({ body }) => answer((JSON.parse(body) as { challenge: string }).challenge));
      slack.twin.state.app.request_url = undefined;
      slack.twin.act({ configure: { request_url: receiver.url } });
      const [request] = await receiver.until(1);
      const { type, token } = JSON.parse(request?.body ?? '') as Record<string, unknown>;
      assert.deepEqual([type, token], ['url_verification', slack.twin.credentials['verification_token']]);
      while (slack.twin.deliveries().length === 0) await new Promise((resolve) => setImmediate(resolve));
      assert.equal(slack.twin.state.app.request_url, receiver.url);
    });
  }

  it('S36 does not use a Request URL that does not give the challenge back', async () => {
    await start(() => ({ body: 'ok' }));
    slack.twin.state.app.request_url = undefined;
    slack.twin.act({ configure: { request_url: receiver.url } });
    await receiver.until(1);
    while (slack.twin.deliveries().length === 0) await new Promise((resolve) => setImmediate(resolve));
    assert.equal(slack.twin.state.app.request_url, undefined);
  });

  const attempted = async (count: number) => {
    while (slack.twin.deliveries().length < count) await new Promise((resolve) => setImmediate(resolve));
  };

  it('S36 sends an event three times more when it is not taken, with the number and reason', async () => {
    await start(() => ({ status: 500 }));
    await slack.twin.changeClock({ freeze: 1_700_000_000_000 });
    say('hello');
    for (const [index, wait] of [0, 1_000, 60_000, 300_000].entries()) {
      await slack.twin.changeClock({ advance: wait });
      await attempted(index + 1);
    }
    await slack.twin.changeClock({ advance: 3_600_000 });
    const tries = receiver.received.map(({ headers }) => [
      headers['x-slack-retry-num'],
      headers['x-slack-retry-reason'],
    ]);
    assert.deepEqual(tries, [
      [undefined, undefined],
      ['1', 'http_error'],
      ['2', 'http_error'],
      ['3', 'http_error'],
    ]);
    const ids = receiver.received.map(({ body }) => (JSON.parse(body) as { event_id: string }).event_id);
    assert.equal(new Set(ids).size, 1);
  });

  it('S36 does not send again when the app asks so', async () => {
    await start(() => ({ status: 500, headers: { 'x-slack-no-retry': '1' } }));
    await slack.twin.changeClock({ freeze: 1_700_000_000_000 });
    say('hello');
    await attempted(1);
    await slack.twin.changeClock({ advance: 3_600_000 });
    assert.equal(receiver.received.length, 1);
  });

  it('S36 sends only what the app subscribed to, may hear and is there for', async () => {
    await start(undefined, { events: ['message.channels', 'reaction_added'] });
    slack.twin.act({ call: 'chat.postMessage', args: { channel: 'C061EG9T2', text: 'not for the app' } });
    const { ts } = say('hello <@U0B0TTW1N>');
    slack.twin.act({ call: 'pins.add', args: { channel: general, timestamp: ts } });
    slack.twin.act({ call: 'reactions.add', args: { channel: general, timestamp: ts, name: 'tada' } });
    const types = (await receiver.until(2)).map((one) => eventIn(one)['type']);
    assert.deepEqual(types.toSorted(), ['message', 'reaction_added']);
  });

  it('S37 signs events, commands and interactions', async () => {
    await start();
    const blocks = [
      {
        type: 'actions',
        block_id: 'b',
        elements: [{ type: 'button', action_id: 'go', value: '1', text: { type: 'plain_text', text: 'Go' } }],
      },
    ];
    const { ts = '' } = await slack
      .callJson('chat.postMessage', JSON.stringify({ channel: general, text: 'x', blocks }))
      .then((answer) => ({ ts: answer.ts }));
    slack.twin.act({ command: '/deploy', text: 'now', channel: general });
    slack.twin.act({ click: 'go', channel: general, ts });
    const received = await receiver.until(3);
    const secret = slack.twin.credentials['signing_secret'] ?? '';
    for (const { headers, body } of received) {
      const at = String(headers['x-slack-request-timestamp']);
      assert.ok(Math.abs(Date.now() / 1000 - Number(at)) < 300);
      const expected = createHmac('sha256', secret).update(`v0:${at}:${body}`).digest('hex');
      assert.equal(headers['x-slack-signature'], `v0=${expected}`);
    }
    const command = received.map(formIn).find((fields) => fields['command'] === '/deploy');
    assert.deepEqual(
      [command?.['text'], command?.['user_id'], command?.['channel_name']],
      ['now', 'U012A3CDE', 'general'],
    );
    const [click] = received.filter(({ body }) => body.startsWith('payload=')).map(payloadIn);
    const [action] = click?.['actions'] as Record<string, unknown>[];
    assert.deepEqual(
      [click?.['type'], action?.['action_id'], action?.['value'], action?.['block_id']],
      ['block_actions', 'go', '1', 'b'],
    );
  });
});
