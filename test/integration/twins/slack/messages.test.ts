import assert from 'node:assert/strict';
import { general, notJoined, openSlack } from '../../../unit/twins/slackTwin';
import { eventIn, startReceiver } from './receiver';

const seed = {
  channels: [
    { id: 'C00000001', name: 'general' },
    { id: 'C00000002', name: 'old', is_archived: true },
    { id: 'C00000003', name: 'secret', is_private: true, members: ['U012A3CDE'] },
  ],
  messages: [{ channel: 'C00000001', user: 'U012A3CDE', text: 'mine', ts: '1700000000.000100' }],
};
type Shown = Record<string, unknown>;

describe('Slack conformance: messages and channels', () => {
  it('S24 gives the posted message back', async () => {
    const { call } = openSlack({ now: () => 1_503_435_956_000 });
    const blocks = [{ type: 'section', text: { type: 'mrkdwn', text: '*hi*' } }];
    const answer = await call('chat.postMessage', {
      channel: general,
      text: 'hi',
      blocks: JSON.stringify(blocks),
    });
    const message = {
      type: 'message',
      text: 'hi',
      user: 'U0B0TTW1N',
      bot_id: 'B0B0TTW1N',
      app_id: 'A0B0TTW1N',
      team: 'T012AB3C4',
      ts: '1503435956.000000',
      blocks,
    };
    assert.deepEqual(answer, { ok: true, channel: general, ts: message.ts, message });
  });

  it('S25 does not post where it cannot, and does not tell of private channels', async () => {
    const { call, twin } = openSlack({ seed });
    const error = async (channel: string) => (await call('chat.postMessage', { channel, text: 'x' })).error;
    assert.equal(await error('C00000002'), 'is_archived');
    assert.equal(await error('C00000003'), 'channel_not_found');
    assert.equal(await error('secret'), 'channel_not_found');
    assert.equal(twin.state.messages.length, 1);
    const other = openSlack();
    assert.equal(
      (await other.call('chat.postMessage', { channel: notJoined, text: 'x' })).error,
      'not_in_channel',
    );
  });

  it('S26 cuts text after 40,000 characters and warns', async () => {
    const { call } = openSlack();
    const answer = await call('chat.postMessage', { channel: general, text: 'x'.repeat(40_001) });
    assert.equal(answer.warning, 'message_truncated');
    assert.equal(((answer.message as Shown)['text'] as string).length, 40_000);
  });

  it('S27 names what is wrong with blocks', async () => {
    const { call, twin } = openSlack();
    const post = (blocks: unknown) =>
      call('chat.postMessage', { channel: general, blocks: JSON.stringify(blocks) });
    const nope = await post([{ type: 'nope' }]);
    assert.equal(nope.error, 'invalid_blocks');
    assert.deepEqual(nope.response_metadata?.messages, [
      '[ERROR] unsupported type: nope [json-pointer:/blocks/0/type]',
    ]);
    assert.equal((await post(Array(51).fill({ type: 'divider' }))).error, 'invalid_blocks');
    assert.equal((await post({})).error, 'invalid_blocks_format');
    assert.equal(twin.state.messages.length, 0);
  });

  it('S28 has rules for the names of channels', async () => {
    const { call } = openSlack();
    const cases: [string, string][] = [
      ['', 'invalid_name_required'],
      ['x'.repeat(81), 'invalid_name_maxlength'],
      ['--', 'invalid_name_punctuation'],
      ['Big Name', 'invalid_name_specials'],
      ['general', 'name_taken'],
    ];
    for (const [name, error] of cases)
      assert.equal((await call('conversations.create', { name })).error, error);
    const made = await call('conversations.create', { name: 'team-1' });
    const channel = (made.channel as Shown)['id'] as string;
    assert.equal((await call('conversations.rename', { channel, name: 'random' })).error, 'name_taken');
    const renamed = await call('conversations.rename', { channel, name: 'team-2' });
    assert.deepEqual((renamed.channel as Shown)['previous_names'], ['team-1']);
  });

  it('S29 keeps answers in their thread', async () => {
    const { call } = openSlack();
    const { ts: parent = '' } = await call('chat.postMessage', { channel: general, text: 'parent' });
    const thread = { channel: general, thread_ts: parent };
    const reply = await call('chat.postMessage', { ...thread, text: 'quiet' });
    assert.equal((reply.message as Shown)['thread_ts'], parent);
    const loud = await call('chat.postMessage', { ...thread, text: 'loud', reply_broadcast: 'true' });
    const { messages } = await call('conversations.history', { channel: general });
    const shown = messages as Shown[];
    assert.deepEqual(
      shown.map(({ text }) => text),
      ['loud', 'parent'],
    );
    const { reply_count, reply_users, latest_reply } = shown[1] ?? {};
    assert.deepEqual([reply_count, reply_users, latest_reply], [2, ['U0B0TTW1N'], loud.ts]);
    const missing = { channel: general, text: 'x', thread_ts: '1700000001.000000' };
    assert.equal((await call('chat.postMessage', missing)).error, 'thread_not_found');
    await call('conversations.setTopic', { channel: general, topic: 'news' });
    const history = (await call('conversations.history', { channel: general })).messages as Shown[];
    const note = { channel: general, text: 'x', thread_ts: history[0]?.['ts'] as string };
    assert.equal((await call('chat.postMessage', note)).error, 'cannot_reply_to_message');
  });

  it('S30 adds and removes reactions', async () => {
    const { call } = openSlack();
    const { ts: timestamp = '' } = await call('chat.postMessage', { channel: general, text: 'x' });
    const args = { channel: general, timestamp, name: 'tada' };
    assert.equal((await call('reactions.remove', args)).error, 'no_reaction');
    assert.equal((await call('reactions.add', args)).ok, true);
    assert.equal((await call('reactions.add', args)).error, 'already_reacted');
    assert.equal((await call('reactions.add', { ...args, name: 'no way!' })).error, 'invalid_name');
    assert.equal((await call('reactions.add', { ...args, timestamp: 'x' })).error, 'bad_timestamp');
    const absent = { ...args, timestamp: '1700000000.000000' };
    assert.equal((await call('reactions.add', absent)).error, 'message_not_found');
    const got = (await call('reactions.get', args)).message as Shown;
    assert.deepEqual(got['reactions'], [{ name: 'tada', users: ['U0B0TTW1N'], count: 1 }]);
    assert.equal((await call('reactions.remove', args)).ok, true);
    assert.equal(((await call('reactions.get', args)).message as Shown)['reactions'], undefined);
  });

  it('S31 changes and deletes its own messages only, and tells of the change', async () => {
    const receiver = await startReceiver();
    const { call, twin } = openSlack({ seed: { ...seed, app: { request_url: receiver.url } } });
    const channel = 'C00000001';
    const others = { channel, ts: '1700000000.000100' };
    assert.equal((await call('chat.update', { ...others, text: 'x' })).error, 'cant_update_message');
    assert.equal((await call('chat.delete', others)).error, 'cant_delete_message');
    const { ts = '' } = await call('chat.postMessage', { channel, text: 'old' });
    const answer = await call('chat.update', { channel, ts, text: 'new' });
    assert.equal(((answer.message as Shown)['edited'] as Shown)['user'], 'U0B0TTW1N');
    assert.equal((await call('chat.delete', { channel, ts })).ok, true);
    assert.equal((await call('chat.delete', { channel, ts })).error, 'message_not_found');
    const told = (await receiver.until(3)).map(eventIn);
    const changed = told.find(({ subtype }) => subtype === 'message_changed');
    assert.equal((changed?.['message'] as Shown)['text'], 'new');
    assert.equal((changed?.['previous_message'] as Shown)['text'], 'old');
    assert.ok(told.some(({ subtype, deleted_ts }) => subtype === 'message_deleted' && deleted_ts === ts));
    twin.close();
    await receiver.stop();
  });
});
