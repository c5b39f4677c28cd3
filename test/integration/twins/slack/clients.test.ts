import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { App, HTTPReceiver, LogLevel } from '@slack/bolt';
import { InstallProvider } from '@slack/oauth';
import { serveTwin } from '../../../../src/twins/serve';
import type { TwinHandle } from '../../../../src/twins/types';
import { general } from '../../../unit/twins/slackTwin';

const plain = (text: string) => ({ type: 'plain_text' as const, text });

/** What the app of both tests does: answers a greeting, asks in a modal, and thanks for the answer. */
function teach(app: App): void {
  app.message('hello', async ({ message, say }) => {
    const { user } = message as { user: string };
    await say({
      text: `Hey <@${user}>!`,
      blocks: [
        {
          type: 'actions',
          block_id: 'choices',
          elements: [{ type: 'button', action_id: 'open_form', text: plain('Tell me more'), value: '42' }],
        },
      ],
    });
  });
  app.event('app_mention', async ({ event, client }) => {
    await client.reactions.add({ channel: event.channel, timestamp: event.ts, name: 'wave' });
  });
  app.action('open_form', async ({ ack, body, client }) => {
    await ack();
    await client.views.open({
      trigger_id: (body as { trigger_id: string }).trigger_id,
      view: {
        type: 'modal',
        callback_id: 'form',
        title: plain('Form'),
        submit: plain('Send'),
        blocks: [
          {
            type: 'input',
            block_id: 'answer',
            label: plain('Answer'),
            element: { type: 'plain_text_input', action_id: 'text' },
          },
        ],
      },
    });
  });
  app.view('form', async ({ ack, view, client }) => {
    const text = view.state.values['answer']?.['text']?.value ?? '';
    if (text.length < 3) {
      await ack({ response_action: 'errors', errors: { answer: 'Too short' } });
      return;
    }
    await ack();
    await client.chat.postMessage({ channel: general, text: `Heard: ${text}` });
  });
  app.command('/deploy', async ({ ack, command, respond }) => {
    await ack(`Deploying ${command.text}`);
    await respond({ response_type: 'in_channel', text: `${command.text} is out` });
  });
}

interface Seen {
  messages: { ts: string; text: string; reactions: { name: string }[] }[];
  views: { id: string; errors?: Record<string, string> }[];
  ephemerals: { text: string }[];
}

describe('Slack twin with Bolt and its OAuth, unmodified', () => {
  let twin: TwinHandle;
  beforeEach(async () => {
    twin = await serveTwin('slack', { port: 0 });
  });
  afterEach(() => twin.stop());

  const seen = async () => (await twin.state()) as Seen;
  /** Asks the twin again until what is waited for is there. */
  const until = async (what: (state: Seen) => boolean): Promise<Seen> => {
    for (;;) {
      const state = await seen();
      if (what(state)) return state;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  const say = (text: string) => twin.act({ call: 'chat.postMessage', args: { channel: general, text } });
  const textsOf = ({ messages }: Seen) => messages.map(({ text }) => text);

  /** A person talks with the app; every step needs the one before. */
  const converse = async () => {
    await say('hello');
    const greeted = await until((state) => textsOf(state).includes('Hey <@U012A3CDE>!'));
    await say('hi <@U0B0TTW1N>');
    await until(({ messages }) => messages.some(({ reactions }) => reactions[0]?.name === 'wave'));
    const { ts } = greeted.messages.find(({ text }) => text.startsWith('Hey')) ?? { ts: '' };
    await twin.act({ click: 'open_form', channel: general, ts });
    await until(({ views }) => views.length === 1);
    await twin.act({ submit: { answer: { text: 'no' } } });
    const { views } = await until((state) => state.views[0]?.errors !== undefined);
    assert.deepEqual(views[0]?.errors, { answer: 'Too short' });
    await twin.act({ submit: { answer: { text: 'all of it' } } });
    await until((state) => textsOf(state).includes('Heard: all of it') && state.views.length === 0);
    await twin.act({ command: '/deploy', text: 'v2', channel: general });
    const { ephemerals } = await until(
      (state) => textsOf(state).includes('v2 is out') && state.ephemerals.length > 0,
    );
    assert.equal(ephemerals[0]?.text, 'Deploying v2');
    assert.ok((await twin.calls()).every(({ status }) => status < 400));
  };

  it('serves an app over the Events API, its Request URL verified first', async () => {
    const receiver = new HTTPReceiver({
      signingSecret: twin.values['signing_secret'] ?? '',
      logLevel: LogLevel.ERROR,
    });
    const app = new App({
      receiver,
      token: twin.values['token'] ?? '',
      logLevel: LogLevel.ERROR,
      clientOptions: { slackApiUrl: twin.values['url'] ?? '' },
    });
    teach(app);
    const server = (await app.start(0)) as { address(): AddressInfo };
    try {
      const url = `http://127.0.0.1:${server.address().port}/slack/events`;
      await twin.act({ configure: { request_url: url } });
      await until((state) => (state as unknown as { app: { request_url?: string } }).app.request_url === url);
      await converse();
    } finally {
      await app.stop();
    }
  });

  it('serves an app over Socket Mode, also after it had to connect again', async () => {
    const clientOptions = { slackApiUrl: twin.values['url'] ?? '' };
    const app = new App({
      socketMode: true,
      appToken: twin.values['app_token'] ?? '',
      token: twin.values['token'] ?? '',
      logLevel: LogLevel.ERROR,
      clientOptions,
    });
    teach(app);
    await app.start();
    try {
      await converse();
      const before = (await twin.calls()).filter(({ method }) => method === 'GET /link/').length;
      await twin.act({ disconnect: 'refresh_requested' });
      while ((await twin.calls()).filter(({ method }) => method === 'GET /link/').length === before) {
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      const greetings = (state: Seen) => textsOf(state).filter((text) => text.startsWith('Hey')).length;
      await say('hello');
      await until((state) => greetings(state) === 2);
    } finally {
      await app.stop();
    }
  });

  it('installs through the provider of @slack/oauth', async () => {
    const installer = new InstallProvider({
      clientId: twin.values['client_id'] ?? '',
      clientSecret: twin.values['client_secret'] ?? '',
      stateSecret: 'a secret of the app',
      authorizationUrl: twin.values['authorize_url'] ?? '',
      clientOptions: { slackApiUrl: twin.values['url'] ?? '' },
      logLevel: LogLevel.ERROR,
    });
    const server = createServer((request, response) => {
      const { url = '' } = request;
      const done = url.startsWith('/install')
        ? installer.handleInstallPath(
            request,
            response,
            {},
            { scopes: ['chat:write', 'incoming-webhook'], redirectUri },
          )
        : installer.handleCallback(request, response, {
            success: (_installation, _options, _request, answer) => void answer.end('installed'),
            failure: (error, _options, _request, answer) => void answer.end(String(error)),
          });
      done.catch((error: unknown) => response.end(String(error)));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const redirectUri = `${origin}/slack/oauth_redirect`;
    try {
      const page = await fetch(`${origin}/install`);
      const cookie = (page.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
      const link = /href="([^"]*authorize[^"]*)"/.exec(await page.text())?.[1] ?? '';
      const allowed = await fetch(link.replaceAll('&amp;', '&'), { redirect: 'manual' });
      assert.equal(allowed.status, 302);
      const back = await fetch(allowed.headers.get('location') ?? '', { headers: { cookie } });
      assert.equal(await back.text(), 'installed');
      const found = await installer.authorize({
        teamId: 'T012AB3C4',
        enterpriseId: undefined,
        isEnterpriseInstall: false,
      });
      assert.match(found.botToken ?? '', /^xoxb-/);
      assert.equal(found.botUserId, 'U0B0TTW1N');
    } finally {
      server.close();
      server.closeAllConnections();
    }
  });
});
