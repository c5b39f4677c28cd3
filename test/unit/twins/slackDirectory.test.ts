import assert from 'node:assert/strict';
import { general, notJoined, openSlack, type SlackAnswer, type SlackUnderTest } from './slackTwin';

interface Listed {
  id: string;
  name?: string;
  is_member?: boolean;
}
const channelsOf = (answer: SlackAnswer) => answer.channels as Listed[];
const idsOf = (answer: SlackAnswer) => channelsOf(answer).map(({ id }) => id);
const textsOf = (answer: SlackAnswer) => (answer.messages as { text: string }[]).map(({ text }) => text);

/** Follows cursors to the end. */
async function everyPage({ call }: SlackUnderTest, method: string, args: Record<string, string>) {
  const pages: SlackAnswer[] = [];
  let cursor = '';
  do {
    const page = await call(method, { ...args, ...(cursor ? { cursor } : {}) });
    assert.equal(page.ok, true, JSON.stringify(page));
    pages.push(page);
    cursor = page.response_metadata?.next_cursor ?? '';
  } while (cursor !== '');
  return pages;
}

const seed = {
  channels: [
    { id: 'C00000001', name: 'one' },
    { id: 'C00000002', name: 'two', members: [] },
    { id: 'C00000003', name: 'old', is_archived: true },
    { id: 'G00000004', name: 'board', is_private: true },
    { id: 'G00000005', name: 'hidden', is_private: true, members: ['U012A3CDE'] },
  ],
};

describe('Slack twin: conversations', () => {
  it('lists public channels page by page, with an empty cursor at the end', async () => {
    const pages = await everyPage(openSlack({ seed }), 'conversations.list', { limit: '2' });
    assert.deepEqual(pages.map(idsOf), [['C00000001', 'C00000002'], ['C00000003']]);
    assert.equal(pages.at(-1)?.response_metadata?.next_cursor, '');
    assert.match(pages[0]?.response_metadata?.next_cursor ?? '', /^[A-Za-z0-9+/]+=*$/);
  });

  it('lists other kinds on request, and private ones only to their members', async () => {
    const { call } = openSlack({ seed });
    const answer = await call('conversations.list', {
      types: 'public_channel,private_channel',
      exclude_archived: 'true',
    });
    assert.deepEqual(idsOf(answer), ['C00000001', 'C00000002', 'G00000004']);
  });

  it('wants the scope of each kind', async () => {
    const { call } = openSlack({ seed: { ...seed, bot: { scopes: ['channels:read'] } } });
    assert.equal((await call('conversations.list')).ok, true);
    const answer = await call('conversations.list', { types: 'private_channel' });
    assert.deepEqual([answer.error, answer.needed], ['missing_scope', 'groups:read']);
    const info = await call('conversations.info', { channel: 'G00000004' });
    assert.deepEqual([info.error, info.needed], ['missing_scope', 'groups:read']);
  });

  const refusals: [Record<string, string>, string][] = [
    [{ cursor: 'bm9uZQ==' }, 'invalid_cursor'],
    [{ cursor: Buffer.from('team:C99999999').toString('base64') }, 'invalid_cursor'],
    [{ limit: '5000' }, 'invalid_limit'],
    [{ limit: 'many' }, 'invalid_limit'],
    [{ limit: '-1' }, 'invalid_limit'],
    [{ types: 'channels' }, 'invalid_types'],
  ];
  for (const [args, error] of refusals) {
    it(`refuses ${JSON.stringify(args)} with ${error}`, async () => {
      assert.equal((await openSlack().call('conversations.list', args)).error, error);
    });
  }

  it('lists the conversations somebody is in', async () => {
    const { call } = openSlack({ seed });
    const answer = await call('users.conversations', { types: 'public_channel,private_channel' });
    assert.deepEqual(idsOf(answer), ['C00000001', 'C00000003', 'G00000004']);
    assert.equal('is_member' in (channelsOf(answer)[0] ?? {}), false);
    const person = await call('users.conversations', { user: 'U012A3CDE', types: 'private_channel' });
    assert.deepEqual(idsOf(person), ['G00000004']);
  });

  it('describes a channel', async () => {
    const { call } = openSlack();
    const { channel } = await call('conversations.info', { channel: general, include_num_members: 'true' });
    const { id, name, is_channel, is_private, is_archived, is_member, num_members } = channel as Record<
      string,
      unknown
    >;
    assert.deepEqual(
      { id, name, is_channel, is_private, is_archived, is_member, num_members },
      {
        id: general,
        name: 'general',
        is_channel: true,
        is_private: false,
        is_archived: false,
        is_member: true,
        num_members: 2,
      },
    );
  });

  it('tells an absent argument from one that names nothing', async () => {
    const { call } = openSlack();
    for (const method of ['conversations.info', 'conversations.history', 'conversations.join']) {
      assert.equal((await call(method)).error, 'invalid_arguments', method);
      assert.equal((await call(method, { channel: '' })).error, 'channel_not_found', method);
      assert.equal((await call(method, { channel: 'nope' })).error, 'channel_not_found', method);
    }
    assert.equal((await call('conversations.replies', { channel: general })).error, 'invalid_arguments');
    assert.equal(
      (await call('conversations.replies', { channel: general, ts: '' })).error,
      'thread_not_found',
    );
  });

  it('joins a public channel, and then may read and write there', async () => {
    const { call } = openSlack();
    assert.equal((await call('conversations.history', { channel: notJoined })).error, 'not_in_channel');
    const joined = await call('conversations.join', { channel: notJoined });
    assert.equal((joined.channel as Listed).is_member, true);
    assert.equal(joined.warning, undefined);
    assert.equal((await call('chat.postMessage', { channel: notJoined, text: 'x' })).ok, true);
    const again = await call('conversations.join', { channel: notJoined });
    assert.deepEqual(
      [again.ok, again.warning, again.response_metadata?.warnings],
      [true, 'already_in_channel', ['already_in_channel']],
    );
  });

  it('does not join archived or private channels', async () => {
    const { call } = openSlack({ seed });
    assert.equal((await call('conversations.join', { channel: 'C00000003' })).error, 'is_archived');
    assert.equal((await call('conversations.join', { channel: 'G00000005' })).error, 'channel_not_found');
    assert.equal(
      (await call('conversations.join', { channel: 'G00000004' })).error,
      'method_not_supported_for_channel_type',
    );
  });

  it('creates channels by Slack’s rules for names', async () => {
    const { call } = openSlack();
    const made = (await call('conversations.create', { name: 'release-notes' })).channel as Listed;
    assert.match(made.id, /^C[A-Z0-9]+$/);
    assert.equal((await call('chat.postMessage', { channel: made.id, text: 'x' })).ok, true);
    const errors = ['release-notes', '', 'x'.repeat(81), '---', 'Upper Case'];
    const answers: unknown[] = [];
    for (const name of errors) answers.push((await call('conversations.create', { name })).error);
    assert.deepEqual(answers, [
      'name_taken',
      'invalid_name_required',
      'invalid_name_maxlength',
      'invalid_name_punctuation',
      'invalid_name_specials',
    ]);
  });

  it('shows history newest first, in pages and in a span of time', async () => {
    const messages = ['1', '2', '3', '4', '5'].map((second) => ({
      channel: 'C00000001',
      user: 'U012A3CDE',
      text: second,
      ts: `170000000${second}.000000`,
    }));
    const slack = openSlack({ seed: { ...seed, messages } });
    const args = { channel: 'C00000001' };
    const pages = await everyPage(slack, 'conversations.history', { ...args, limit: '2' });
    assert.deepEqual(pages.map(textsOf), [['5', '4'], ['3', '2'], ['1']]);
    assert.deepEqual(
      pages.map((page) => page.has_more),
      [true, true, false],
    );
    const span = { ...args, oldest: '1700000002.000000', latest: '1700000004' };
    assert.deepEqual(textsOf(await slack.call('conversations.history', span)), ['3']);
    assert.deepEqual(textsOf(await slack.call('conversations.history', { ...span, inclusive: '1' })), [
      '4',
      '3',
      '2',
    ]);
    assert.equal(
      (await slack.call('conversations.history', { ...args, oldest: 'monday' })).error,
      'invalid_ts_oldest',
    );
    assert.equal(
      (await slack.call('conversations.history', { ...args, latest: 'monday' })).error,
      'invalid_ts_latest',
    );
  });
});

describe('Slack twin: people', () => {
  const users = ['A', 'B', 'C'].map((letter) => ({
    id: `U0000000${letter}`,
    name: letter.toLowerCase(),
    email: `${letter}@x.example`,
  }));

  it('lists users in pages, the app itself among them', async () => {
    const pages = await everyPage(openSlack({ seed: { users, channels: [] } }), 'users.list', { limit: '2' });
    const names = pages.map((page) => (page.members as { name: string }[]).map(({ name }) => name));
    assert.deepEqual(names, [
      ['a', 'b'],
      ['c', 'factory'],
    ]);
  });

  it('shows e-mail addresses only with the scope for them', async () => {
    const email = async (scopes?: string[]) => {
      const { call } = openSlack({ seed: { users, channels: [], ...(scopes ? { bot: { scopes } } : {}) } });
      const { user } = await call('users.info', { user: 'U0000000A' });
      return (user as { profile: { email?: string } }).profile.email;
    };
    assert.equal(await email(), 'A@x.example');
    assert.equal(await email(['users:read']), undefined);
  });

  it('answers user_not_found', async () => {
    assert.equal((await openSlack().call('users.info', { user: 'U99999999' })).error, 'user_not_found');
  });

  it('lets a person’s token read a public channel from outside', async () => {
    const tokens = [{ token: 'xoxp-1', user: 'U012A3CDE', scopes: ['channels:history'] }];
    const { call } = openSlack({ seed: { tokens, channels: [{ id: 'C00000001', name: 'x', members: [] }] } });
    assert.equal((await call('conversations.history', { channel: 'C00000001' }, 'xoxp-1')).ok, true);
    const me = await call('auth.test', {}, 'xoxp-1');
    assert.deepEqual([me.user, me.bot_id], ['spengler', undefined]);
  });
});

describe('Slack twin: time zones', () => {
  const zoneOf = async (tz: string | undefined, now: string) => {
    const users = [{ id: 'U012A3CDE', name: 'eve', ...(tz ? { tz } : {}) }];
    const { call } = openSlack({ seed: { users }, now: () => Date.parse(now) });
    const { user } = await call('users.info', { user: 'U012A3CDE' });
    const { tz: zone, tz_label, tz_offset } = user as Record<string, unknown>;
    return [zone, tz_label, tz_offset];
  };

  it('tells where people are, and how late it is there', async () => {
    const [winter, summer] = ['2026-01-15T12:00:00Z', '2026-07-15T12:00:00Z'];
    const pacific = 'America/Los_Angeles';
    assert.deepEqual(await zoneOf(undefined, winter), [pacific, 'Pacific Standard Time', -28_800]);
    assert.deepEqual(await zoneOf(undefined, summer), [pacific, 'Pacific Daylight Time', -25_200]);
    assert.deepEqual(await zoneOf('Asia/Kolkata', winter), ['Asia/Kolkata', 'India Standard Time', 19_800]);
    assert.equal((await zoneOf('UTC', winter))[2], 0);
  });

  it('refuses a zone that does not exist', () => {
    const users = [{ id: 'U012A3CDE', name: 'eve', tz: 'Mars/Olympus' }];
    assert.throws(() => openSlack({ seed: { users } }), /no time zone/);
  });
});
