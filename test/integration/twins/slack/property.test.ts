import assert from 'node:assert/strict';
import { throwDice } from '../../../../src/twins/dice';
import { modelOf, slackMethods } from '../../../../src/twins/slack/methods';
import type { SlackState } from '../../../../src/twins/slack/state';
import { general, openSlack, type SlackUnderTest } from '../../../unit/twins/slackTwin';

/** Reproducible chance; the seed is in every failure. */
function dice(seed: number) {
  let current = seed;
  const next = () => {
    const thrown = throwDice(current);
    current = thrown.seed;
    return thrown.value;
  };
  const whole = (below: number) => Math.floor(next() * below);
  return { next, whole, pick: <T>(items: readonly T[]): T | undefined => items[whole(items.length)] };
}
type Dice = ReturnType<typeof dice>;

const odd = [
  '',
  '0',
  '-1',
  'true',
  'nope',
  '\u0000',
  '💥',
  '{}',
  '[]',
  '[[1]]',
  'null',
  '9'.repeat(30),
  '../..',
  '__proto__',
];
const names = ['alpha', 'beta', 'gamma', 'Delta', 'a b', 'general'];

/** Values that arguments of this name often have, out of what is there now. */
function likely(state: SlackState, name: string): (string | undefined)[] {
  const ids = (items: readonly { id: string }[]) => items.map(({ id }) => id);
  const pools: Record<string, (string | undefined)[]> = {
    channel: ids(state.channels),
    channel_id: ids(state.channels),
    user: ids(state.users),
    user_id: ids(state.users),
    users: [...ids(state.users), ids(state.users).join(',')],
    ts: state.messages.map(({ ts }) => ts),
    timestamp: state.messages.map(({ ts }) => ts),
    thread_ts: state.messages.map(({ ts }) => ts),
    message_ts: state.messages.map(({ ts }) => ts),
    name: [...names, 'tada', 'wave'],
    text: ['hello', 'see <https://x.example/1>', '<@U0B0TTW1N>'],
    types: ['public_channel,private_channel,im,mpim'],
    usergroup: ids(state.usergroups),
    bookmark_id: ids(state.bookmarks),
    reminder: ids(state.reminders),
    file: ids(state.files),
    files: [JSON.stringify(state.files.map(({ id }) => ({ id })))],
    view_id: ids(state.views),
    trigger_id: state.triggers.map(({ id }) => id),
    scheduled_message_id: ids(state.scheduled),
    view: [
      '{"type":"modal","title":{"type":"plain_text","text":"t"},"blocks":[]}',
      '{"type":"home","blocks":[]}',
    ],
    blocks: ['[{"type":"divider"}]', '[{"type":"nope"}]'],
    link: ['https://x.example/'],
    type: ['link'],
    time: ['in 5 minutes', '60'],
    query: ['hello', 'from:@spengler'],
    email: ['spengler@ghostbusters.example.com'],
    length: ['5'],
    filename: ['a.txt'],
    post_at: [String(Math.floor(Date.now() / 1000) + 100)],
    limit: ['1', '2', '100'],
    num_minutes: ['5'],
    presence: ['away', 'auto'],
    profile: ['{"status_text":"x"}'],
    is_private: ['true', 'false'],
  };
  return Object.hasOwn(pools, name) ? (pools[name] ?? []) : [];
}

function randomArgs(state: SlackState, method: string, { next, pick }: Dice): Record<string, string> {
  const args = Object.keys(modelOf(method)?.args ?? {}).flatMap((name): [string, string][] => {
    const usual = likely(state, name);
    if (next() < (usual.length > 0 ? 0.1 : 0.6)) return [];
    const value = next() < 0.08 ? pick(odd) : pick(usual);
    return value === undefined ? [] : [[name, value]];
  });
  return Object.fromEntries(args);
}

/** What can never be: the same timestamp twice, or anything that names what is not there. */
function checkState(state: SlackState, seed: number): void {
  const why = `seed ${seed}`;
  const unique = (values: readonly string[]) => assert.equal(new Set(values).size, values.length, why);
  unique(state.messages.map(({ ts }) => ts));
  for (const items of [
    state.channels,
    state.users,
    state.files,
    state.views,
    state.usergroups,
    state.bookmarks,
  ]) {
    unique(items.map(({ id }) => id));
  }
  const people = new Set(state.users.map(({ id }) => id));
  const places = new Set(state.channels.map(({ id }) => id));
  unique(state.channels.filter(({ name }) => name !== '').map(({ name }) => name));
  for (const { members, name, is_private: closed, is_im: im } of state.channels) {
    unique(members);
    assert.ok(
      members.every((member) => people.has(member)),
      why,
    );
    assert.ok(!closed || im || members.length > 0, `${name} ${why}`);
  }
  for (const { channel, user, reactions } of state.messages) {
    assert.ok(places.has(channel) && people.has(user), why);
    assert.ok(
      reactions.every(({ users }) => users.length > 0),
      why,
    );
  }
  for (const pin of state.pins) {
    assert.ok(
      state.messages.some(({ ts, channel }) => ts === pin.ts && channel === pin.channel),
      why,
    );
  }
  for (const { previous } of state.views) {
    assert.ok(previous === null || state.views.some(({ id }) => id === previous), why);
  }
}

async function step(slack: SlackUnderTest, chance: Dice, seed: number): Promise<void> {
  const { twin, call } = slack;
  const method = chance.pick(Object.keys(slackMethods)) ?? 'api.test';
  if (method === 'apps.uninstall' || method === 'auth.revoke') return;
  const token = chance.pick([twin.credentials['token'], twin.credentials['user_token']]);
  if (chance.next() < 0.1) twin.act({ command: '/x', channel: general });
  const answer = await call(method, randomArgs(twin.state, method, chance), token);
  const [last] = twin.calls().slice(-1);
  assert.ok(last && last.status < 500, `${method} with seed ${seed}: ${JSON.stringify(last)}`);
  assert.equal(typeof answer.ok, 'boolean', `${method} with seed ${seed}`);
}

describe('Slack twin: any sequence of calls', () => {
  it('never fails and never reaches an impossible state', async () => {
    for (let round = 0; round < 10; round += 1) {
      const seed = 1_000 + round;
      const chance = dice(seed);
      const slack = openSlack({ rateLimits: false });
      for (let made = 0; made < 250; made += 1) {
        await step(slack, chance, seed);
        if (made % 25 === 0) checkState(slack.twin.state, seed);
      }
      checkState(slack.twin.state, seed);
      const copy = slack.twin.fork();
      assert.deepEqual(copy.state, slack.twin.state, `seed ${seed}`);
      copy.close();
      slack.twin.close();
    }
  });

  it('is not crashed by thousands of malformed requests', async () => {
    const seed = 77;
    const { whole, pick, next } = dice(seed);
    const slack = openSlack({ rateLimits: false });
    const types = [
      'application/json',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=b',
      'text/plain',
      '',
      'x',
    ];
    const valid = [
      '{"channel":"C024BE91L","text":"x","blocks":[{"type":"section","text":{"type":"mrkdwn","text":"x"}}]}',
      'channel=C024BE91L&text=x&blocks=%5B%7B%22type%22%3A%22divider%22%7D%5D',
      '--b\r\ncontent-disposition: form-data; name="channel"\r\n\r\nC024BE91L\r\n--b--',
    ];
    const spoil = (text: string) => {
      const bytes = Buffer.from(text);
      for (let count = whole(6); count > 0; count -= 1) bytes[whole(bytes.length)] = whole(256);
      return bytes.subarray(0, next() < 0.3 ? whole(bytes.length) : bytes.length);
    };
    const token = slack.twin.credentials['token'] ?? '';
    const paths = [
      ...Object.keys(slackMethods).map((method) => `/api/${method}`),
      '/services/T/B/x',
      `/services/T/B/${slack.twin.credentials['webhook_secret']}`,
      '/actions/T/1/x',
      '/upload/v1/x',
      '/oauth/v2/authorize',
      '/files-pri/x',
      '/api/%E0%A4%A',
      '/api/',
    ];
    for (let sent = 0; sent < 4_000; sent += 1) {
      const headers = {
        'content-type': pick(types) ?? '',
        authorization: `Bearer ${next() < 0.9 ? token : 'x'}`,
      };
      const path = pick(paths.filter((each) => !/revoke$|uninstall/.test(each))) ?? '';
      const query =
        next() < 0.2
          ? `?${spoil('limit=5&cursor=abc&users[]=1&types=im')
              .toString('latin1')
              .replaceAll(/[^ -~]|#/g, '?')}`
          : '';
      const method = next() < 0.85 ? 'POST' : 'GET';
      const body = method === 'POST' ? spoil(pick(valid) ?? '') : null;
      const response = await slack.send(`${path}${query}`, { method, headers, body });
      assert.ok(
        response.status < 500,
        `${method} ${path}${query} gave ${response.status}, seed ${seed}, request ${sent}`,
      );
      if (sent % 1_000 === 999) checkState(slack.twin.state, seed);
    }
    slack.twin.close();
  });
});
