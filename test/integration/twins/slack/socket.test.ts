import assert from 'node:assert/strict';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { TwinOptions } from '../../../../src/twins/contract';
import { serveTwin } from '../../../../src/twins/serve';
import type { TwinHandle } from '../../../../src/twins/types';
import { general } from '../../../unit/twins/slackTwin';

type Frame = Record<string, unknown>;

/** A program connected by Socket Mode, with what it heard so far. */
interface Connection {
  socket: WebSocket;
  next(): Promise<Frame>;
  ack(frame: Frame, payload?: object): void;
}

describe('Slack conformance: Socket Mode', () => {
  let twin: TwinHandle;
  const start = async (options: TwinOptions = {}) =>
    (twin = await serveTwin('slack', { port: 0, ...options }));
  afterEach(() => twin.stop());

  const openUrl = async (): Promise<string> => {
    const headers = { authorization: `Bearer ${twin.values['app_token']}` };
    const response = await fetch(`${twin.values['url']}apps.connections.open`, { method: 'POST', headers });
    return ((await response.json()) as { url: string }).url;
  };
  const connect = (url: string): Connection => {
    const socket = new WebSocket(url);
    const frames: Frame[] = [];
    let heard: () => void = () => undefined;
    socket.on('message', (data) => {
      frames.push(JSON.parse(Buffer.from(data as Buffer).toString()) as Frame);
      heard();
    });
    return {
      socket,
      async next() {
        while (frames.length === 0) await new Promise<void>((resolve) => (heard = resolve));
        return frames.shift() ?? {};
      },
      ack: ({ envelope_id }, payload) =>
        socket.send(JSON.stringify({ envelope_id, ...(payload ? { payload } : {}) })),
    };
  };
  const say = (text: string) => twin.act({ call: 'chat.postMessage', args: { channel: general, text } });
  const acknowledged = async () => {
    while (((await twin.state()) as { envelopes: unknown[] }).envelopes.length > 0) {
      await new Promise((resolve) => setImmediate(resolve));
    }
  };

  it('S38 greets each connection, whose ticket is good once', async () => {
    await start();
    const url = await openUrl();
    assert.match(url, /^ws:\/\/127\.0\.0\.1:\d+\/link\/\?ticket=[0-9a-f]+&app_id=A0B0TTW1N$/);
    const hello = await connect(url).next();
    assert.deepEqual(
      [hello['type'], hello['num_connections'], hello['connection_info']],
      ['hello', 1, { app_id: 'A0B0TTW1N' }],
    );
    assert.ok(hello['debug_info']);
    const again = new WebSocket(url);
    const [code] = (await once(again, 'close')) as [number];
    assert.equal(code, 1008);
    assert.equal((await connect(await openUrl()).next())['num_connections'], 2);
  });

  it('S38 takes ten connections, not more', async () => {
    await start();
    for (let count = 1; count <= 10; count += 1) {
      assert.equal((await connect(await openUrl()).next())['num_connections'], count);
    }
    const refused = await connect(await openUrl()).next();
    assert.deepEqual([refused['type'], refused['reason']], ['disconnect', 'too_many_websockets']);
  });

  it('S38 sends events, commands and interactions in envelopes', async () => {
    await start();
    const program = connect(await openUrl());
    await program.next();
    await say('hello');
    const event = await program.next();
    assert.deepEqual([event['type'], event['accepts_response_payload']], ['events_api', false]);
    assert.equal((event['payload'] as Frame)['type'], 'event_callback');
    program.ack(event);
    await twin.act({ command: '/deploy', text: 'now', channel: general });
    const command = await program.next();
    assert.deepEqual([command['type'], command['accepts_response_payload']], ['slash_commands', true]);
    assert.equal((command['payload'] as Frame)['command'], '/deploy');
    program.ack(command, { text: 'on it' });
    await twin.act({ shortcut: 'new_ticket' });
    const shortcut = await program.next();
    assert.deepEqual([shortcut['type'], (shortcut['payload'] as Frame)['type']], ['interactive', 'shortcut']);
    program.ack(shortcut);
    await acknowledged();
    const { ephemerals } = (await twin.state()) as { ephemerals: { text: string; to: string }[] };
    assert.deepEqual(
      ephemerals.map(({ text, to }) => [text, to]),
      [['on it', 'U012A3CDE']],
    );
  });

  it('S38 sends again what is not acknowledged, and says so', async () => {
    await start();
    await twin.changeClock({ freeze: Date.now() });
    const program = connect(await openUrl());
    await program.next();
    await say('hello');
    const first = await program.next();
    assert.equal('retry_attempt' in first, false);
    await twin.changeClock({ advance: 4_000 });
    const second = await program.next();
    assert.deepEqual([second['envelope_id'], second['retry_attempt']], [first['envelope_id'], 1]);
    program.ack(second);
    await acknowledged();
    await twin.changeClock({ advance: 3_600_000 });
    await say('bye');
    const next = await program.next();
    assert.notEqual(next['envelope_id'], first['envelope_id']);
  });

  it('S38 announces the end of a connection', async () => {
    await start();
    const program = connect(await openUrl());
    await program.next();
    await twin.act({ disconnect: 'warning' });
    assert.equal((await program.next())['reason'], 'warning');
    assert.equal(program.socket.readyState, WebSocket.OPEN);
    await twin.act({ disconnect: 'refresh_requested' });
    const last = await program.next();
    assert.deepEqual([last['type'], last['reason']], ['disconnect', 'refresh_requested']);
    await once(program.socket, 'close');
  });

  it('ignores what it cannot read', async () => {
    await start();
    const program = connect(await openUrl());
    await program.next();
    for (const words of ['', 'null', '[]', '{"envelope_id":{}}', 'x'.repeat(100_000)])
      program.socket.send(words);
    await say('still here');
    assert.equal((await program.next())['type'], 'events_api');
    await twin.act({ command: '/deploy', channel: general });
    const { envelope_id: id } = await program.next();
    const deep = `${'['.repeat(90_000)}${']'.repeat(90_000)}`;
    program.socket.send(`{"envelope_id":"${String(id)}","payload":{"text":"x","blocks":${deep}}}`);
    await say('and still');
    assert.equal((await program.next())['type'], 'events_api');
    assert.deepEqual(((await twin.state()) as { ephemerals: unknown[] }).ephemerals, []);
    const stray = new WebSocket(`${(twin.values['url'] ?? '').replace('http', 'ws')}elsewhere`);
    await once(stray, 'close');
    assert.ok((await twin.calls()).every(({ answered }) => answered !== 'twin_defect'));
  });
});
