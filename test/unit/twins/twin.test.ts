import assert from 'node:assert/strict';
import { FactoryError } from '../../../src/shared/errors';
import type { Fault, TwinCall } from '../../../src/twins/types';
import { twinCatalogue } from '../../../src/twins/catalogue';
import { controlApp } from '../../../src/twins/control';
import { takeRate } from '../../../src/twins/rates';
import { openTwin } from '../../../src/twins/services';
import { general, openSlack, tokenOf } from './slackTwin';

const says =
  (...parts: (string | RegExp)[]) =>
  (error: unknown): boolean => {
    assert.ok(error instanceof FactoryError);
    assert.equal(error.code, 'bad-input');
    for (const part of parts) assert.match(error.message, part instanceof RegExp ? part : new RegExp(part));
    assert.ok(error.hint.length > 0);
    return true;
  };

describe('twin: faults', () => {
  const post = { channel: general, text: 'x' };

  it('affects as many calls as it says, then the service answers again', async () => {
    const faults: Fault[] = [{ on: 'chat.postMessage', times: 2, reply: 'channel_not_found' }];
    const { call, twin } = openSlack({ faults });
    const errors: unknown[] = [];
    for (let sent = 0; sent < 3; sent += 1) errors.push((await call('chat.postMessage', post)).error);
    assert.deepEqual(errors, ['channel_not_found', 'channel_not_found', undefined]);
    assert.equal(twin.state.messages.length, 1);
    assert.equal((await call('auth.test')).ok, true);
  });

  it('uses up earlier faults on the same method first', async () => {
    const { call, twin } = openSlack({ faults: [{ on: 'auth.test', reply: 'internal_error' }] });
    twin.addFaults([{ on: 'auth.test', reply: 'fatal_error' }]);
    const errors = [
      (await call('auth.test')).error,
      (await call('auth.test')).error,
      (await call('auth.test')).ok,
    ];
    assert.deepEqual(errors, ['internal_error', 'fatal_error', true]);
  });

  it('rate-limits as Slack does: 429, whole seconds, the same error in the body', async () => {
    const faults = [
      { on: 'chat.postMessage', reply: 'ratelimited', retryAfter: 7, times: 1 },
      { on: 'auth.test', reply: 'ratelimited' },
    ];
    const { send, twin } = openSlack({ faults });
    const headers = { authorization: `Bearer ${tokenOf(twin)}` };
    const limited = await send(`/api/chat.postMessage?channel=${general}&text=x`, { headers });
    assert.deepEqual([limited.status, limited.headers.get('retry-after')], [429, '7']);
    assert.deepEqual(await limited.json(), { ok: false, error: 'ratelimited' });
    assert.equal((await send('/api/auth.test', { headers })).headers.get('retry-after'), '1');
    assert.deepEqual(
      twin.calls().map(({ status, answered }) => [status, answered]),
      [
        [429, 'ratelimited'],
        [429, 'ratelimited'],
      ],
    );
  });

  it('fails below the service with HTTP 500 and 503', async () => {
    const faults = [
      { on: 'auth.test', reply: 'http_500' },
      { on: 'auth.test', reply: 'http_503' },
    ];
    const { send, twin } = openSlack({ faults });
    const headers = { authorization: `Bearer ${tokenOf(twin)}` };
    assert.equal((await send('/api/auth.test', { headers })).status, 500);
    assert.equal((await send('/api/auth.test', { headers })).status, 503);
    assert.deepEqual(
      twin.calls().map(({ answered }) => answered),
      ['http_500', 'http_503'],
    );
  });

  it('is not used up by a caller without credentials', async () => {
    const { call } = openSlack({ faults: [{ on: 'auth.test', reply: 'internal_error' }] });
    assert.equal((await call('auth.test', {}, 'xoxb-wrong')).error, 'invalid_auth');
    assert.equal((await call('auth.test')).error, 'internal_error');
  });

  it('is refused when it could never happen', () => {
    assert.throws(
      () => openSlack({ faults: [{ on: 'chat.postMesage', reply: 'no_text' }] }),
      says('chat.postMesage'),
    );
    assert.throws(() => openSlack({ faults: [{ on: 'auth.test', reply: 'Too Many' }] }), says('Too Many'));
    assert.throws(
      () => openSlack({ faults: [{ on: 'auth.test', reply: 'x', times: 0 }] }),
      says(/at \[0\]\.times/),
    );
    assert.throws(
      () => openSlack({ faults: [{ on: 'auth.test', reply: 'x', retryafter: 1 }] }),
      says('retryafter'),
    );
  });
});

describe('twin: seed, snapshot, restore and reset', () => {
  it('says where a seed is wrong', () => {
    assert.throws(() => openSlack({ seed: { chanels: [] } }), says('chanels'));
    assert.throws(
      () => openSlack({ seed: { channels: [{ id: 'x', name: 'x' }] } }),
      says(/at channels\[0\]\.id/),
    );
    assert.throws(
      () => openSlack({ seed: { channels: [{ name: 'x', members: ['U99999999'] }] } }),
      says('U99999999'),
    );
    assert.throws(
      () => openSlack({ seed: { messages: [{ channel: 'C99999999', user: 'U012A3CDE' }] } }),
      says('C99999999'),
    );
    assert.throws(
      () =>
        openSlack({
          seed: {
            channels: [
              { id: 'C00000001', name: 'a' },
              { id: 'C00000001', name: 'b' },
            ],
          },
        }),
      says('C00000001'),
    );
    assert.throws(() => openSlack({ seed: [] }), says('not valid'));
  });

  it('brings back state, remaining faults and call log, in the same twin and in another', async () => {
    const options = { faults: [{ on: 'chat.postMessage', times: 2, reply: 'no_text' }] };
    const { call, twin } = openSlack(options);
    await call('conversations.create', { name: 'fresh' });
    await call('chat.postMessage', { channel: general, text: 'lost' });
    const snapshot = twin.snapshot();
    const saved = structuredClone({ state: twin.state, calls: twin.calls() });
    await call('chat.postMessage', { channel: general, text: 'lost too' });
    await call('chat.postMessage', { channel: general, text: 'posted' });

    const other = openSlack();
    for (const restored of [{ call, twin }, other]) {
      restored.twin.restore(snapshot);
      assert.deepEqual({ state: restored.twin.state, calls: restored.twin.calls() }, saved);
      assert.equal(
        (await restored.call('chat.postMessage', { channel: general, text: 'x' })).error,
        'no_text',
      );
      assert.equal((await restored.call('chat.postMessage', { channel: general, text: 'x' })).ok, true);
    }
  });

  it('does not reuse a timestamp after a restore', async () => {
    const { call, twin } = openSlack({ now: () => 1_700_000_000_000 });
    await call('chat.postMessage', { channel: general, text: 'one' });
    twin.restore(twin.snapshot());
    await call('chat.postMessage', { channel: general, text: 'two' });
    assert.equal(new Set(twin.state.messages.map(({ ts }) => ts)).size, 2);
  });

  it('refuses what is no snapshot and stays as it was', async () => {
    const { call, twin } = openSlack();
    await call('chat.postMessage', { channel: general, text: 'kept' });
    const good = twin.snapshot();
    const bad = [
      '',
      '{',
      '[]',
      '{}',
      good.replace('"slack"', '"jira"'),
      good.replace('"text":"kept"', '"text":1'),
    ];
    for (const text of bad) assert.throws(() => twin.restore(text), says('snapshot'), text.slice(0, 40));
    assert.equal(twin.snapshot(), good);
  });

  it('resets to the seed and its first faults, keeping its token', async () => {
    const { call, twin } = openSlack({
      seed: { channels: [{ id: general, name: 'x' }] },
      faults: [{ on: 'auth.test', reply: 'fatal_error' }],
    });
    const token = tokenOf(twin);
    await call('auth.test');
    await call('chat.postMessage', { channel: general, text: 'x' });
    twin.reset();
    assert.deepEqual([twin.state.messages, twin.calls(), tokenOf(twin)], [[], [], token]);
    assert.deepEqual(
      twin.state.channels.map(({ name }) => name),
      ['x'],
    );
    assert.equal((await call('auth.test')).error, 'fatal_error');
  });
});

describe('twin: people and control', () => {
  it('has people act through the control plane, and says what nobody can do', async () => {
    const { twin } = openSlack();
    const control = controlApp(twin);
    const ask = async (act: unknown) => {
      const response = await control.request('/act', { method: 'POST', body: JSON.stringify(act) });
      return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    };
    const said = await ask({ call: 'chat.postMessage', args: { channel: general, text: 'hi' } });
    assert.equal((said.body['done'] as { ok: boolean }).ok, true);
    assert.equal(twin.state.messages[0]?.user, 'U012A3CDE');
    const refused = await ask({ close: true });
    assert.deepEqual([refused.status, refused.body['code']], [400, 'bad-input']);
    assert.match(String(refused.body['message']), /has no open view/);
  });
});

describe('twin: rates', () => {
  it('gives back bit by bit what a refilling bucket lost', () => {
    const buckets = {};
    const rate = { limit: 4, windowMs: 4_000, refills: true };
    const allowed = (now: number) => takeRate(buckets, 'x', rate, now).allowed;
    assert.deepEqual([0, 0, 0, 0, 0].map(allowed), [true, true, true, true, false]);
    assert.equal(takeRate(buckets, 'x', rate, 0).resetAt, 1_000);
    assert.deepEqual([999, 1_000, 1_001, 2_000].map(allowed), [false, true, false, true]);
    assert.deepEqual([60_000, 60_000, 60_000, 60_000, 60_000].map(allowed), [true, true, true, true, false]);
  });
});

describe('twin: clock', () => {
  it('stands still from now on when no time is named, and goes on from there', async () => {
    let machine = 1000;
    const { twin } = openSlack({ now: () => machine });
    await twin.changeClock({});
    machine = 5000;
    assert.equal(twin.now(), 1000);
    await twin.changeClock({ advance: 50 });
    await twin.changeClock({});
    assert.equal(twin.now(), 1050);
    await twin.changeClock({ resume: true });
    machine = 5007;
    assert.equal(twin.now(), 1057);
  });
});

describe('twin: call log and catalogue', () => {
  it('tells every call at once, without the token', async () => {
    const heard: TwinCall[] = [];
    const { send, twin } = openSlack({ onCall: (call) => heard.push(call), now: () => 42 });
    await send(`/api/auth.test?token=${tokenOf(twin)}&a=1`);
    assert.deepEqual(heard, [
      { at: 42, method: 'auth.test', status: 200, answered: 'ok', args: { a: '1' }, ms: 0 },
    ]);
    assert.deepEqual(twin.calls(), heard);
  });

  it('describes only twins that exist, with the values they give and the seeds they take', async () => {
    for (const entry of twinCatalogue) {
      const opened = await openTwin(entry.name, {});
      const values = opened.values('http://127.0.0.1:1');
      assert.deepEqual(Object.keys(values).sort(), Object.keys(entry.values).sort());
      const keys = Object.keys(opened.twin.state as object);
      assert.deepEqual(Object.keys(entry.seed).sort(), keys.sort());
      for (const value of Object.values(entry.variables)) assert.ok(value in values, value);
    }
  });

  it('answers every catalogued method itself, and lets every catalogued fault be asked for', async () => {
    const [entry] = twinCatalogue;
    assert.ok(entry);
    const { call } = openSlack();
    for (const method of entry.methods) assert.notEqual((await call(method)).error, 'unknown_method', method);
    const faults = Object.keys(entry.faults).map((reply) => ({ on: 'auth.test', reply }));
    assert.doesNotThrow(() => openSlack({ faults }));
  });

  it('names the twins there are when asked for another', async () => {
    await assert.rejects(
      openTwin('slak', {}),
      (error) => error instanceof FactoryError && /slack/.test(error.hint),
    );
  });
});
