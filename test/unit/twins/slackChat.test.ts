import assert from 'node:assert/strict';
import { general, notJoined, openSlack } from './slackTwin';

const seedPrivate = {
  channels: [
    { id: 'C00000001', name: 'releases' },
    { id: 'C00000002', name: 'old-news', is_archived: true },
    { id: 'C00000003', name: 'secret', is_private: true, members: ['U012A3CDE'] },
  ],
  messages: [{ channel: 'C00000001', user: 'U012A3CDE', text: 'from a person', ts: '1700000000.000100' }],
};

describe('Slack twin: messages', () => {
  it('posts as the bot and keeps the message', async () => {
    const { call, twin } = openSlack({ now: () => 1_503_435_956_123 });
    const answer = await call('chat.postMessage', { channel: general, text: 'v1.2.0 is out' });
    const message = {
      type: 'message',
      text: 'v1.2.0 is out',
      ts: '1503435956.123000',
      user: 'U0B0TTW1N',
      bot_id: 'B0B0TTW1N',
      app_id: 'A0B0TTW1N',
      team: 'T012AB3C4',
    };
    assert.deepEqual(answer, { ok: true, channel: general, ts: message.ts, message });
    assert.deepEqual(
      twin.state.messages.map(({ channel, text }) => ({ channel, text })),
      [{ channel: general, text: 'v1.2.0 is out' }],
    );
  });

  it('gives every message a timestamp of its own, later than all before', async () => {
    const { call } = openSlack({ now: () => 1_503_435_956_000 });
    const stamps: string[] = [];
    for (let sent = 0; sent < 5; sent += 1) {
      stamps.push((await call('chat.postMessage', { channel: general, text: 'x' })).ts ?? '');
    }
    assert.deepEqual(stamps, stamps.toSorted());
    assert.equal(new Set(stamps).size, 5);
    for (const ts of stamps) assert.match(ts, /^\d{10}\.\d{6}$/);
  });

  it('posts after everything seeded, even what was seeded into the future', async () => {
    const messages = [{ channel: general, user: 'U012A3CDE', text: 'later', ts: '1900000000.000000' }];
    const { call } = openSlack({ seed: { messages }, now: () => 1_700_000_000_000 });
    const { ts = '' } = await call('chat.postMessage', { channel: general, text: 'x' });
    assert.ok(ts > '1900000000.000000', ts);
  });

  it('finds the channel by id, name and #name, and a person by id', async () => {
    const { call, twin } = openSlack();
    for (const channel of [general, 'general', '#general']) {
      assert.equal((await call('chat.postMessage', { channel, text: 'x' })).channel, general);
    }
    const first = await call('chat.postMessage', { channel: 'U012A3CDE', text: 'psst' });
    const second = await call('chat.postMessage', { channel: 'U012A3CDE', text: 'psst' });
    assert.match(String(first.channel), /^D/);
    assert.equal(first.channel, second.channel);
    assert.equal(twin.state.channels.filter((channel) => channel.is_im).length, 1);
  });

  const refusals: [string, Record<string, string>, string][] = [
    ['an unknown channel', { channel: 'C99999999', text: 'x' }, 'channel_not_found'],
    ['no channel', { text: 'x' }, 'channel_not_found'],
    ['a private channel it is not in', { channel: 'C00000003', text: 'x' }, 'channel_not_found'],
    ['an archived channel', { channel: 'C00000002', text: 'x' }, 'is_archived'],
    ['no text', { channel: 'C00000001' }, 'no_text'],
    ['empty text and blocks', { channel: 'C00000001', text: '', blocks: '[]' }, 'no_text'],
    ['blocks that are no JSON', { channel: 'C00000001', blocks: '[{' }, 'invalid_blocks_format'],
    ['blocks that are no list', { channel: 'C00000001', blocks: '{}' }, 'invalid_blocks_format'],
    [
      'text beside markdown_text',
      { channel: 'C00000001', text: 'x', markdown_text: 'y' },
      'markdown_text_conflict',
    ],
    [
      'too many attachments',
      { channel: 'C00000001', attachments: JSON.stringify(Array(101).fill({})) },
      'too_many_attachments',
    ],
    [
      'a thread that is not there',
      { channel: 'C00000001', text: 'x', thread_ts: '1700000001.000000' },
      'thread_not_found',
    ],
    ['a thread id that is none', { channel: 'C00000001', text: 'x', thread_ts: '0' }, 'invalid_thread_ts'],
  ];
  for (const [what, args, error] of refusals) {
    it(`refuses ${what} with ${error} and posts nothing`, async () => {
      const { call, twin } = openSlack({ seed: seedPrivate });
      assert.equal((await call('chat.postMessage', args)).error, error);
      assert.equal(twin.state.messages.length, 1);
    });
  }

  it('wants the bot to be in the channel, unless it may write to all public ones', async () => {
    const limited = openSlack();
    assert.equal(
      (await limited.call('chat.postMessage', { channel: notJoined, text: 'x' })).error,
      'not_in_channel',
    );
    const free = openSlack({ seed: { bot: { scopes: ['chat:write', 'chat:write.public'] } } });
    assert.equal((await free.call('chat.postMessage', { channel: notJoined, text: 'x' })).ok, true);
  });

  it('names what is wrong with blocks', async () => {
    const { callJson } = openSlack();
    const header = { type: 'header', text: { type: 'plain_text', text: 'x'.repeat(151) } };
    const section = { type: 'section', text: { type: 'mrkdwn', text: 'fine' } };
    const blocks = [section, { type: 'nope' }, header, { type: 'section' }];
    const answer = await callJson('chat.postMessage', JSON.stringify({ channel: general, blocks }));
    assert.equal(answer.error, 'invalid_blocks');
    assert.deepEqual(answer.response_metadata?.messages, [
      '[ERROR] unsupported type: nope [json-pointer:/blocks/1/type]',
      '[ERROR] must be less than 151 characters [json-pointer:/blocks/2/text/text]',
      '[ERROR] missing required field: text [json-pointer:/blocks/3]',
    ]);
    const many = await callJson(
      'chat.postMessage',
      JSON.stringify({ channel: general, blocks: Array(51).fill(section) }),
    );
    assert.equal(many.error, 'invalid_blocks');
  });

  it('cuts text after 40,000 characters and says so', async () => {
    const { call, twin } = openSlack();
    const answer = await call('chat.postMessage', { channel: general, text: 'x'.repeat(40_001) });
    assert.deepEqual([answer.ok, answer.warning], [true, 'message_truncated']);
    assert.equal(twin.state.messages[0]?.text.length, 40_000);
    const whole = await call('chat.postMessage', { channel: general, text: 'x'.repeat(40_000) });
    assert.equal(whole.warning, undefined);
  });

  it('asks for a scope of its own to post under another name', async () => {
    const args = { channel: general, text: 'x', username: 'ecto1' };
    const plain = openSlack({ seed: { bot: { scopes: ['chat:write'] } } });
    assert.equal((await plain.call('chat.postMessage', args)).needed, 'chat:write.customize');
    const posted = await openSlack().call('chat.postMessage', args);
    assert.equal((posted.message as { username?: string }).username, 'ecto1');
  });

  it('keeps answers in their thread, out of the history unless broadcast', async () => {
    const { call } = openSlack();
    const parent = (await call('chat.postMessage', { channel: general, text: 'parent' })).ts ?? '';
    const thread = { channel: general, thread_ts: parent };
    const first = await call('chat.postMessage', { ...thread, text: 'one' });
    await call('chat.postMessage', { ...thread, thread_ts: first.ts ?? '', text: 'two' });
    const last = await call('chat.postMessage', { ...thread, text: 'three', reply_broadcast: 'true' });

    const history = await call('conversations.history', { channel: general });
    const shown = history.messages as Record<string, unknown>[];
    assert.deepEqual(
      shown.map(({ text }) => text),
      ['three', 'parent'],
    );
    const { reply_count, latest_reply, reply_users } = shown[1] ?? {};
    assert.deepEqual([reply_count, latest_reply, reply_users], [3, last.ts, ['U0B0TTW1N']]);
    const replies = await call('conversations.replies', { channel: general, ts: parent });
    const texts = (replies.messages as { text: string }[]).map(({ text }) => text);
    assert.deepEqual(texts, ['parent', 'one', 'two', 'three']);
  });
});

describe('Slack twin: changing messages', () => {
  it('updates its own message and marks it edited', async () => {
    const { callJson, call } = openSlack();
    const blocks = [{ type: 'divider' }];
    const posted = await callJson(
      'chat.postMessage',
      JSON.stringify({ channel: general, text: 'old', blocks }),
    );
    const answer = await call('chat.update', { channel: general, ts: posted.ts ?? '', text: 'new' });
    assert.deepEqual([answer.ok, answer.ts, answer.text], [true, posted.ts, 'new']);
    const message = answer.message as Record<string, unknown>;
    assert.equal((message.edited as { user: string }).user, 'U0B0TTW1N');
    assert.equal(message.blocks, undefined);
  });

  const refusals: [string, string, Record<string, string>, string][] = [
    ['another’s message', 'chat.update', { ts: '1700000000.000100', text: 'x' }, 'cant_update_message'],
    ['another’s message', 'chat.delete', { ts: '1700000000.000100' }, 'cant_delete_message'],
    ['no such message', 'chat.update', { ts: '1700000000.000999', text: 'x' }, 'message_not_found'],
    ['no such message', 'chat.delete', { ts: '1700000000.000999' }, 'message_not_found'],
    ['an archived channel', 'chat.update', { channel: 'C00000002', ts: '1.0', text: 'x' }, 'is_inactive'],
    [
      'no such channel',
      'chat.delete',
      { channel: 'C99999999', ts: '1700000000.000100' },
      'channel_not_found',
    ],
  ];
  for (const [what, method, args, error] of refusals) {
    it(`${method} answers ${error} to ${what}`, async () => {
      const { call, twin } = openSlack({ seed: seedPrivate });
      const before = structuredClone(twin.state);
      assert.equal((await call(method, { channel: 'C00000001', ...args })).error, error);
      assert.deepEqual(twin.state, before);
    });
  }

  it('refuses an update without text or with too much of it, and leaves the message as it was', async () => {
    const { call, twin } = openSlack();
    const { ts = '' } = await call('chat.postMessage', { channel: general, text: 'stays' });
    assert.equal((await call('chat.update', { channel: general, ts })).error, 'no_text');
    const long = { channel: general, ts, text: 'x'.repeat(4001) };
    assert.equal((await call('chat.update', long)).error, 'msg_too_long');
    assert.equal(twin.state.messages[0]?.text, 'stays');
    assert.equal(twin.state.messages[0]?.edited, undefined);
  });

  it('deletes a message; a thread’s first one leaves a tombstone', async () => {
    const { call, twin } = openSlack();
    const post = async (args: Record<string, string>) =>
      (await call('chat.postMessage', { channel: general, text: 'x', ...args })).ts ?? '';
    const parent = await post({});
    const reply = await post({ thread_ts: parent });
    assert.deepEqual(await call('chat.delete', { channel: general, ts: parent }), {
      ok: true,
      channel: general,
      ts: parent,
    });
    assert.equal(twin.state.messages[0]?.subtype, 'tombstone');
    await call('chat.delete', { channel: general, ts: reply });
    assert.equal(twin.state.messages.length, 1);
    assert.equal((await call('chat.delete', { channel: general, ts: parent })).error, 'message_not_found');
  });

  it('adds a reaction once', async () => {
    const { call } = openSlack();
    const { ts: timestamp = '' } = await call('chat.postMessage', { channel: general, text: 'x' });
    const args = { channel: general, timestamp, name: 'tada' };
    assert.deepEqual(await call('reactions.add', args), { ok: true });
    assert.equal((await call('reactions.add', args)).error, 'already_reacted');
    assert.equal((await call('reactions.add', { ...args, name: ':thumbsup::skin-tone-2:' })).ok, true);
    assert.equal((await call('reactions.add', { ...args, name: 'no such!' })).error, 'invalid_name');
    assert.equal((await call('reactions.add', { ...args, timestamp: 'x' })).error, 'bad_timestamp');
    assert.equal(
      (await call('reactions.add', { ...args, timestamp: '1700000000.000000' })).error,
      'message_not_found',
    );
    assert.equal((await call('reactions.add', { name: 'tada' })).error, 'no_item_specified');
    const { messages } = await call('conversations.history', { channel: general });
    const [message] = messages as { reactions: unknown }[];
    assert.deepEqual(message?.reactions, [
      { name: 'tada', users: ['U0B0TTW1N'], count: 1 },
      { name: 'thumbsup::skin-tone-2', users: ['U0B0TTW1N'], count: 1 },
    ]);
  });
});
