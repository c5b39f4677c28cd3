import assert from 'node:assert/strict';
import { LogLevel, WebClient, type Logger, type WebClientOptions } from '@slack/web-api';
import { slackMethods } from '../../../../src/twins/slack/methods';
import { serveTwin } from '../../../../src/twins/serve';
import type { TwinHandle } from '../../../../src/twins/types';

const general = 'C024BE91L';
const egon = 'U012A3CDE';
const ray = 'U0000RAY1';

/** The code with which a call was refused. */
async function refusal(call: Promise<unknown>): Promise<unknown> {
  try {
    await call;
  } catch (error) {
    return (error as { data?: { error?: string } }).data?.error;
  }
  return undefined;
}

const nothing = () => undefined;
/** Refusals are what is tested, so that the client need not print them. */
const silent: Logger = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  setLevel: nothing,
  setName: nothing,
  getLevel: () => LogLevel.ERROR,
};

describe('Slack twin: what apps of any kind use, through the official client', () => {
  let twin: TwinHandle;
  let bot: WebClient;
  let person: WebClient;
  beforeEach(async () => {
    const users = [
      { id: egon, name: 'spengler', email: 'egon@x.example', is_admin: true },
      { id: ray, name: 'ray', real_name: 'Ray Stantz', email: 'ray@x.example' },
    ];
    twin = await serveTwin('slack', {
      port: 0,
      seed: { users, emoji: { bowtie: 'https://x.example/b.png' } },
    });
    const options: WebClientOptions = {
      slackApiUrl: twin.values['url'] ?? '',
      retryConfig: { retries: 0 },
      logger: silent,
    };
    bot = new WebClient(twin.values['token'], options);
    person = new WebClient(twin.values['user_token'], options);
  });
  afterEach(() => twin.stop());
  const post = async (text = 'x') => (await bot.chat.postMessage({ channel: general, text })).ts ?? '';

  it('chat: permalinks, ephemeral, me and scheduled messages', async () => {
    const ts = await post();
    const { permalink } = await bot.chat.getPermalink({ channel: general, message_ts: ts });
    assert.equal(permalink, `https://subarachnoid.slack.com/archives/${general}/p${ts.replace('.', '')}`);
    await bot.chat.postEphemeral({ channel: general, user: egon, text: 'psst' });
    await bot.chat.meMessage({ channel: general, text: 'waves' });
    const at = Math.floor(Date.now() / 1000) + 60;
    const later = { channel: general, text: 'later', post_at: at };
    const { scheduled_message_id: id = '' } = await bot.chat.scheduleMessage(later);
    await bot.chat.scheduleMessage({ ...later, text: 'never', post_at: at + 1 }).then((never) =>
      bot.chat.deleteScheduledMessage({
        channel: general,
        scheduled_message_id: never.scheduled_message_id ?? '',
      }),
    );
    const { scheduled_messages: waiting } = await bot.chat.scheduledMessages.list({});
    assert.deepEqual(
      waiting?.map((each) => each.id),
      [id],
    );
    assert.equal(await refusal(bot.chat.scheduleMessage({ ...later, post_at: 1 })), 'time_in_past');
    assert.equal(await refusal(bot.chat.scheduleMessage({ ...later, post_at: at * 2 })), 'time_too_far');
    await twin.changeClock({ advance: 120_000 });
    const { messages } = await bot.conversations.history({ channel: general });
    assert.deepEqual(
      messages?.map(({ text }) => text),
      ['later', 'waves', 'x'],
    );
  });

  it('chat.unfurl: adds previews to the links of a message', async () => {
    const url = 'https://x.example/1';
    const { ts = '' } = await person.chat.postMessage({ channel: general, text: `see <${url}>` });
    await bot.chat.unfurl({ channel: general, ts, unfurls: { [url]: { text: 'one' } } });
    const { messages } = await bot.conversations.history({ channel: general });
    assert.equal(messages?.[0]?.attachments?.[0]?.text, 'one');
    const elsewhere = bot.chat.unfurl({ channel: general, ts, unfurls: { 'https://y.example': {} } });
    assert.equal(await refusal(elsewhere), 'cannot_unfurl_url');
  });

  it('conversations: the life of a channel', async () => {
    const { channel } = await bot.conversations.create({ name: 'incident' });
    const id = channel?.id ?? '';
    await bot.conversations.invite({ channel: id, users: `${egon},${ray}` });
    assert.equal(await refusal(bot.conversations.invite({ channel: id, users: ray })), 'already_in_channel');
    assert.equal(
      await refusal(bot.conversations.invite({ channel: id, users: 'U0NOBODY' })),
      'user_not_found',
    );
    const { members } = await bot.conversations.members({ channel: id });
    assert.deepEqual(members, ['U0B0TTW1N', egon, ray]);
    const topic = await bot.conversations.setTopic({ channel: id, topic: 'fire' });
    assert.equal(topic.channel?.topic?.value, 'fire');
    await bot.conversations.setPurpose({ channel: id, purpose: 'put it out' });
    await bot.conversations.rename({ channel: id, name: 'incident-1' });
    await bot.conversations.kick({ channel: id, user: ray });
    assert.equal(await refusal(bot.conversations.kick({ channel: id, user: ray })), 'not_in_channel');
    await bot.conversations.mark({ channel: id, ts: '1700000000.000000' });
    await bot.conversations.archive({ channel: id });
    assert.equal(await refusal(bot.conversations.archive({ channel: id })), 'already_archived');
    assert.equal(await refusal(bot.conversations.setTopic({ channel: id, topic: 'x' })), 'is_archived');
    await bot.conversations.unarchive({ channel: id });
    await bot.conversations.leave({ channel: id });
    assert.equal((await bot.conversations.info({ channel: id })).channel?.is_member, false);
    assert.equal(await refusal(bot.conversations.archive({ channel: general })), 'cant_archive_general');
    const own = (await bot.conversations.create({ name: 'mine', is_private: true })).channel?.id ?? '';
    assert.equal(await refusal(bot.conversations.leave({ channel: own })), 'last_member');
  });

  it('conversations: direct and group conversations', async () => {
    const { channel } = await bot.conversations.open({ users: egon });
    const again = await bot.conversations.open({ users: egon });
    assert.equal(channel?.id, again.channel?.id);
    const group = await bot.conversations.open({ users: `${egon},${ray}`, return_im: true });
    assert.match(group.channel?.id ?? '', /^G/);
    assert.equal(await refusal(bot.conversations.open({ users: 'U0NOBODY' })), 'user_not_found');
    await bot.conversations.close({ channel: channel?.id ?? '' });
    const { channels } = await bot.conversations.list({ types: 'im,mpim' });
    assert.equal(channels?.length, 2);
  });

  it('users: look-up, presence, profile and identity', async () => {
    const { user } = await bot.users.lookupByEmail({ email: 'RAY@x.example' });
    assert.equal(user?.id, ray);
    assert.equal(await refusal(bot.users.lookupByEmail({ email: 'no@x.example' })), 'users_not_found');
    await person.users.setPresence({ presence: 'away' });
    assert.equal((await bot.users.getPresence({ user: egon })).presence, 'away');
    await person.users.profile.set({ profile: { status_text: 'busting', status_emoji: ':ghost:' } });
    assert.equal((await bot.users.profile.get({ user: egon })).profile?.status_text, 'busting');
    const identity = await person.users.identity({});
    assert.deepEqual([identity.user?.id, identity.team?.id], [egon, 'T012AB3C4']);
  });

  it('reactions, pins, bookmarks and stars', async () => {
    const timestamp = await post();
    const item = { channel: general, timestamp };
    await bot.reactions.add({ ...item, name: 'tada' });
    assert.equal((await bot.reactions.list({})).items?.length, 1);
    await bot.pins.add(item);
    assert.equal(await refusal(bot.pins.add(item)), 'already_pinned');
    assert.equal((await bot.pins.list({ channel: general })).items?.length, 1);
    await bot.pins.remove(item);
    assert.equal(await refusal(bot.pins.remove(item)), 'no_pin');
    const link = { channel_id: general, title: 'Docs', type: 'link', link: 'https://x.example/' } as const;
    const { bookmark } = await bot.bookmarks.add(link);
    const id = { channel_id: general, bookmark_id: bookmark?.id ?? '' };
    await bot.bookmarks.edit({ ...id, title: 'Guide' });
    assert.equal((await bot.bookmarks.list({ channel_id: general })).bookmarks?.[0]?.title, 'Guide');
    assert.equal(await refusal(bot.bookmarks.add({ ...link, link: 'nowhere' })), 'invalid_link');
    await bot.bookmarks.remove(id);
    assert.equal(await refusal(bot.bookmarks.remove(id)), 'not_found');
    await person.stars.add(item);
    assert.equal(await refusal(person.stars.add(item)), 'already_starred');
    assert.equal((await person.stars.list({})).items?.length, 1);
    await person.stars.remove(item);
  });

  it('usergroups: create, fill, disable and enable', async () => {
    const { usergroup } = await bot.usergroups.create({ name: 'On call', handle: 'on-call' });
    const id = usergroup?.id ?? '';
    assert.equal(await refusal(bot.usergroups.create({ name: 'On call' })), 'name_already_exists');
    await bot.usergroups.users.update({ usergroup: id, users: `${egon},${ray}` });
    assert.deepEqual((await bot.usergroups.users.list({ usergroup: id })).users, [egon, ray]);
    await bot.usergroups.update({ usergroup: id, description: 'who answers' });
    await bot.usergroups.disable({ usergroup: id });
    assert.equal((await bot.usergroups.list({})).usergroups?.length, 0);
    await bot.usergroups.enable({ usergroup: id });
    const { usergroups } = await bot.usergroups.list({ include_users: true, include_count: true });
    assert.deepEqual([usergroups?.[0]?.users, usergroups?.[0]?.description], [[egon, ray], 'who answers']);
    assert.equal(await refusal(bot.usergroups.users.list({ usergroup: 'S0NONE' })), 'no_such_subteam');
  });

  it('reminders, do not disturb and search with a person’s token', async () => {
    const { reminder } = await person.reminders.add({ text: 'eat', time: 'in 5 minutes' });
    const id = { reminder: reminder?.id ?? '' };
    assert.equal(await refusal(person.reminders.add({ text: 'x', time: 'whenever' })), 'cannot_parse');
    await person.reminders.complete(id);
    assert.ok((await person.reminders.info(id)).reminder?.complete_ts);
    await person.reminders.delete(id);
    assert.equal((await person.reminders.list({})).reminders?.length, 0);
    assert.equal(await refusal(bot.reminders.list({})), 'not_allowed_token_type');
    assert.equal((await person.dnd.setSnooze({ num_minutes: 60 })).snooze_enabled, true);
    assert.equal(((await person.apiCall('dnd.info')) as { snooze_enabled?: boolean }).snooze_enabled, true);
    await person.dnd.endSnooze();
    assert.equal(await refusal(person.dnd.endDnd()), 'not_in_dnd');
    assert.ok((await bot.dnd.teamInfo({ users: `${egon},${ray}` })).users?.[ray]);
    await post('the meaning of life');
    await person.chat.postMessage({ channel: general, text: 'life is short' });
    const found = await person.search.messages({ query: 'life from:@spengler in:#general' });
    assert.deepEqual(
      found.messages?.matches?.map(({ text }) => text),
      ['life is short'],
    );
    assert.equal((await person.search.all({ query: 'meaning -short' })).messages?.total, 1);
    assert.equal(await refusal(person.search.messages({ query: ' ' })), 'no_query');
  });

  it('team, bots, emoji, blocks and auth', async () => {
    assert.equal((await bot.team.info({})).team?.domain, 'subarachnoid');
    assert.deepEqual((await bot.team.profile.get({})).profile?.fields, []);
    assert.equal((await person.team.billableInfo({})).billable_info?.[ray]?.billing_active, true);
    assert.equal((await bot.bots.info({ bot: 'B0B0TTW1N' })).bot?.app_id, 'A0B0TTW1N');
    assert.equal(await refusal(bot.bots.info({ bot: 'B0NONE' })), 'bot_not_found');
    assert.deepEqual((await bot.emoji.list({})).emoji, { bowtie: 'https://x.example/b.png' });
    const blocks = JSON.stringify([{ type: 'nope' }]);
    assert.equal(await refusal(bot.apiCall('blocks.validate', { blocks })), 'invalid_blocks');
    assert.equal((await bot.auth.teams.list({})).teams?.length, 1);
    const { client_id = '', client_secret = '' } = twin.values;
    await bot.apps.uninstall({ client_id, client_secret });
    assert.equal(await refusal(bot.auth.test()), 'token_revoked');
    assert.equal(await refusal(person.auth.test()), 'token_revoked');
  });

  it('shares a file publicly and takes it back', async () => {
    await bot.filesUploadV2({ channel_id: general, filename: 'plan.md', content: '# Plan' });
    const { files } = await bot.files.list({});
    const file = files?.[0]?.id ?? '';
    assert.equal((await person.files.sharedPublicURL({ file })).file?.public_url_shared, true);
    assert.equal((await bot.files.revokePublicURL({ file })).file?.public_url_shared, false);
    assert.equal((await person.search.files({ query: 'plan' })).files?.total, 1);
    await bot.files.delete({ file });
    assert.equal(await refusal(bot.files.info({ file })), 'file_not_found');
  });

  it('answers every method it lists itself, with a refusal of Slack’s or an answer', async () => {
    for (const method of Object.keys(slackMethods)) {
      // These two end the token itself.
      if (method === 'auth.revoke' || method === 'apps.uninstall') continue;
      const error = await refusal(bot.apiCall(method));
      assert.notEqual(error, 'unknown_method', method);
    }
    assert.ok((await twin.calls()).every(({ status }) => status === 200));
  });
});
