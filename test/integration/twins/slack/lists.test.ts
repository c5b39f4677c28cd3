import assert from 'node:assert/strict';
import { general, openSlack, tokenOf } from '../../../unit/twins/slackTwin';

const users = Array.from({ length: 5 }, (_, index) => ({ id: `U00000${index}XX`, name: `user-${index}` }));

describe('Slack conformance: lists, limits and timestamps', () => {
  it('S19 pages by an opaque cursor that is empty at the end', async () => {
    const { call } = openSlack({ seed: { users, channels: [] } });
    const sizes: number[] = [];
    let cursor = '';
    do {
      const page = await call('users.list', { limit: '4', ...(cursor ? { cursor } : {}) });
      sizes.push((page.members as unknown[]).length);
      assert.equal(typeof page.response_metadata?.next_cursor, 'string');
      cursor = page.response_metadata?.next_cursor ?? '';
      if (cursor) assert.match(Buffer.from(cursor, 'base64').toString(), /^user:U/);
    } while (cursor !== '');
    assert.deepEqual(sizes, [4, 2]);
  });

  it('S20 refuses cursors, limits and types it does not know', async () => {
    const { call } = openSlack();
    const cases: [Record<string, string>, string][] = [
      [{ cursor: 'bm9uZQ==' }, 'invalid_cursor'],
      [{ cursor: 'U012A3CDE' }, 'invalid_cursor'],
      [{ limit: '1000' }, 'invalid_limit'],
      [{ limit: '-1' }, 'invalid_limit'],
      [{ types: 'rooms' }, 'invalid_types'],
    ];
    for (const [args, error] of cases) assert.equal((await call('conversations.list', args)).error, error);
    assert.equal((await call('users.list', { cursor: 'x' })).error, 'invalid_cursor');
  });

  it('S21 answers 429 with whole seconds to wait, counted by method', async () => {
    const { call, send, twin } = openSlack({ now: () => 1_700_000_000_000 });
    for (let sent = 0; sent < 20; sent += 1) assert.equal((await call('users.list')).ok, true);
    const headers = { authorization: `Bearer ${tokenOf(twin)}` };
    const limited = await send('/api/users.list', { headers });
    assert.equal(limited.status, 429);
    assert.equal(limited.headers.get('retry-after'), '60');
    assert.deepEqual(await limited.json(), { ok: false, error: 'ratelimited' });
    assert.equal((await call('conversations.list')).ok, true);
  });

  it('S22 has a limit for each tier, and for posting about one a second in each channel', async () => {
    let now = 1_700_000_000_000;
    const { call } = openSlack({ now: () => now, seed: { app: { commercial: true } } });
    const until = async (method: string, args: Record<string, string>) => {
      for (let sent = 0; sent < 700; sent += 1) {
        if ((await call(method, args)).error === 'ratelimited') return sent;
      }
      return Infinity;
    };
    assert.equal(await until('conversations.list', {}), 20);
    assert.equal(await until('conversations.info', { channel: general }), 50);
    assert.equal(await until('users.info', { user: 'U012A3CDE' }), 100);
    // A commercial app outside of the Marketplace reads once a minute.
    assert.equal(await until('conversations.history', { channel: general }), 1);
    const burst = await until('chat.postMessage', { channel: general, text: 'x' });
    assert.ok(burst > 1 && burst < 60, String(burst));
    now += 1_000;
    assert.equal(await until('chat.postMessage', { channel: general, text: 'x' }), 1);
    now += 60_000;
    assert.equal((await call('conversations.list')).ok, true);
  });

  it('S23 stamps messages uniquely and ever later, with six decimals', async () => {
    const { call } = openSlack({ now: () => 1_700_000_000_000 });
    const stamps: string[] = [];
    for (let sent = 0; sent < 5; sent += 1) {
      stamps.push((await call('chat.postMessage', { channel: general, text: 'x' })).ts ?? '');
    }
    for (const ts of stamps) assert.match(ts, /^\d{10}\.\d{6}$/);
    assert.deepEqual(stamps, [...new Set(stamps)].toSorted());
    const [ts = ''] = stamps;
    assert.equal((await call('chat.update', { channel: general, ts, text: 'y' })).ts, ts);
    assert.equal((await call('reactions.add', { channel: general, timestamp: ts, name: 'tada' })).ok, true);
  });
});
