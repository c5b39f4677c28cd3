import assert from 'node:assert/strict';
import { WebClient } from '@slack/web-api';
import { serveTwin } from '../../../../src/twins/serve';
import { general, openSlack, type SlackUnderTest } from '../../../unit/twins/slackTwin';

const plain = (text: string) => ({ type: 'plain_text', text });
const modal = (more: object = {}) => ({
  type: 'modal',
  callback_id: 'ask',
  title: plain('Ask'),
  submit: plain('Send'),
  blocks: [
    {
      type: 'input',
      block_id: 'name',
      label: plain('Name'),
      element: { type: 'plain_text_input', action_id: 'it' },
    },
  ],
  ...more,
});
const trigger = ({ twin }: SlackUnderTest) =>
  (twin.act({ command: '/ask', channel: general }) as { trigger_id: string }).trigger_id;
interface Shown {
  id: string;
  hash: string;
  root_view_id: string;
  previous_view_id: string | null;
}

describe('Slack conformance: views and files', () => {
  it('S32 opens a view once for each trigger, within three seconds', async () => {
    let now = 1_700_000_000_000;
    const slack = openSlack({ now: () => now });
    const open = (trigger_id: string, view: object = modal()) =>
      slack.call('views.open', { trigger_id, view: JSON.stringify(view) });
    const first = trigger(slack);
    const opened = (await open(first)).view as Shown;
    assert.match(opened.id, /^V/);
    assert.equal((await open(first)).error, 'exchanged_trigger_id');
    assert.equal((await open('1.2.abc')).error, 'invalid_trigger_id');
    const late = trigger(slack);
    now += 3_001;
    assert.equal((await open(late)).error, 'expired_trigger_id');

    const update = (args: Record<string, string>, view: object = modal()) =>
      slack.call('views.update', { view_id: opened.id, view: JSON.stringify(view), ...args });
    const changed = (await update({ hash: opened.hash })).view as Shown;
    assert.notEqual(changed.hash, opened.hash);
    assert.equal((await update({ hash: opened.hash })).error, 'hash_conflict');
    assert.equal((await update({ view_id: 'V0' })).error, 'not_found');

    const pushed = await slack.call('views.push', {
      trigger_id: trigger(slack),
      view: JSON.stringify(modal({ external_id: 'two' })),
    });
    assert.equal((pushed.view as Shown).previous_view_id, opened.id);
    assert.equal((await update({}, modal({ external_id: 'two' }))).error, 'duplicate_external_id');
    assert.equal((await open(trigger(slack), modal({ x: 'y'.repeat(250_001) }))).error, 'view_too_large');
    const third = { trigger_id: trigger(slack), view: JSON.stringify(modal()) };
    await slack.call('views.push', third);
    const fourth = { ...third, trigger_id: trigger(slack) };
    assert.equal((await slack.call('views.push', fourth)).error, 'push_limit_reached');

    const home = JSON.stringify({ type: 'home', blocks: [{ type: 'divider' }] });
    const published = await slack.call('views.publish', { user_id: 'U012A3CDE', view: home });
    assert.equal((published.view as Shown).root_view_id, (published.view as Shown).id);
    const stale = { user_id: 'U012A3CDE', view: home, hash: '1.2' };
    assert.equal((await slack.call('views.publish', stale)).error, 'hash_conflict');
    const untitled = { ...modal(), title: undefined };
    const refused = await open(trigger(slack), untitled);
    assert.equal(refused.error, 'invalid_arguments');
    assert.match(refused.response_metadata?.messages?.[0] ?? '', /missing required field: title/);
  });

  it('S33 uploads files in three steps, and shares them', async () => {
    const twin = await serveTwin('slack', { port: 0 });
    try {
      const client = new WebClient(twin.values['token'], { slackApiUrl: twin.values['url'] ?? '' });
      const { upload_url: url = '', file_id: id = '' } = await client.files.getUploadURLExternal({
        filename: 'notes.txt',
        length: 5,
      });
      const complete = () =>
        client.files.completeUploadExternal({
          files: [{ id, title: 'Notes' }],
          channel_id: general,
          initial_comment: 'read this',
        });
      await assert.rejects(complete(), /file_not_found/);
      const sent = await fetch(url, { method: 'POST', body: 'hello' });
      assert.equal(sent.status, 200);
      const { files } = await complete();
      assert.equal(files?.[0]?.title, 'Notes');
      const { messages } = await client.conversations.history({ channel: general });
      assert.deepEqual(
        [messages?.[0]?.text, messages?.[0]?.files?.[0]?.id, messages?.[0]?.files?.[0]?.size],
        ['read this', id, 5],
      );
      const { file } = await client.files.info({ file: id });
      const headers = { authorization: `Bearer ${twin.values['token']}` };
      const bytes = await fetch(file?.url_private ?? '', { headers });
      assert.deepEqual([await bytes.text(), bytes.headers.get('content-type')], ['hello', 'text/plain']);
      const unasked = await fetch(file?.url_private ?? '', { redirect: 'manual' });
      assert.equal(unasked.status, 302);
      assert.equal((await fetch(url, { method: 'POST', body: 'again' })).status, 404);
    } finally {
      await twin.stop();
    }
  });

  it('uploads through the official client in one call', async () => {
    const twin = await serveTwin('slack', { port: 0 });
    try {
      const client = new WebClient(twin.values['token'], { slackApiUrl: twin.values['url'] ?? '' });
      await client.filesUploadV2({ channel_id: general, filename: 'a.csv', file: Buffer.from('a,b\n1,2\n') });
      const { files } = await client.files.list({ channel: general });
      assert.deepEqual([files?.[0]?.filetype, files?.[0]?.size, files?.[0]?.channels], ['csv', 8, [general]]);
      await client.files.delete({ file: files?.[0]?.id ?? '' });
      assert.equal((await client.files.list({})).files?.length, 0);
    } finally {
      await twin.stop();
    }
  });

  it('stores no more than it has room for, and no more bytes than were announced', async () => {
    const size = 8 * 1024 * 1024;
    const files = Array.from({ length: 7 }, (_, index) => ({
      id: `F0000000${index}`,
      name: 'big.bin',
      user: 'U012A3CDE',
      size,
    }));
    const { call, send } = openSlack({ seed: { files } });
    const ask = (length: number) =>
      call('files.getUploadURLExternal', { filename: 'a.txt', length: String(length) });
    assert.equal((await ask(size + 1)).error, 'file_upload_size_restricted');
    const { upload_url: url } = await ask(5);
    const upload = async (body: string) =>
      (await send(new URL(String(url)).pathname, { method: 'POST', body })).status;
    assert.equal(await upload('123456'), 413);
    assert.equal(await upload('12345'), 200);
    assert.equal((await ask(size)).error, 'storage_limit_reached');
  });
});
