import assert from 'node:assert/strict';
import okta from '@okta/okta-sdk-nodejs';
import { serveTwin } from '../../../../src/twins/serve';
import type { TwinHandle } from '../../../../src/twins/types';
import { openOkta, type OktaAnswer } from './oktaTwin';

const start = Date.UTC(2026, 0, 2, 3, 4, 5, 600);
const second = Math.floor(start / 1000);
const rates = ({ headers }: OktaAnswer) =>
  ['limit', 'remaining', 'reset'].map((name) => Number(headers.get(`x-rate-limit-${name}`)));
const clock = { now: () => start };

describe('Okta twin: rate limits', () => {
  let served: TwinHandle | undefined;
  afterEach(async () => {
    await served?.stop();
    served = undefined;
  });

  it('O07 says with every answer how the limit stands, when, and which request it was', async () => {
    const { call, send } = openOkta(clock);
    const answers = [
      await call('GET /api/v1/users'),
      await call('GET /api/v1/users/x'),
      await send('/api/v1/users'),
    ];
    const ids = answers.map(({ headers }) => headers.get('x-okta-request-id'));
    assert.equal(new Set(ids).size, 3);
    assert.ok(ids.every((id) => /^[\w-]{20,}$/.test(id ?? '')));
    for (const answer of answers) {
      assert.equal(Date.parse(answer.headers.get('date') ?? ''), second * 1000);
      assert.equal(rates(answer)[2], second + 61);
    }
    assert.deepEqual(
      answers.map((answer) => rates(answer)[1]),
      [599, 1999, 598],
    );
  });

  it('O08 refuses what goes beyond the limit until the window ends', async () => {
    const { call, twin } = openOkta({ ...clock, seed: { settings: { rateLimits: { '/api/v1/users': 2 } } } });
    for (const remaining of [1, 0]) assert.equal(rates(await call('GET /api/v1/users'))[1], remaining);
    const refused = await call('GET /api/v1/users');
    assert.deepEqual([refused.status, refused.json.errorCode], [429, 'E0000047']);
    assert.deepEqual(rates(refused), [2, 0, second + 61]);
    assert.equal(twin.state.events.at(-1)?.eventType, 'system.org.rate_limit.violation');
    await twin.changeClock({ advance: 60_000 });
    assert.equal((await call('GET /api/v1/users')).status, 200);
  });

  it('O08 is waited for by the official client, which says that it tries again', async () => {
    served = await serveTwin('okta', { port: 0 });
    const { url = '', token = '' } = served.values;
    const client = new okta.Client({ orgUrl: url, token });
    await served.addFaults([{ on: 'GET /api/v1/users', reply: 'ratelimited', retryAfter: 0 }]);
    const waited: number[] = [];
    const executor = client.requestExecutor as unknown as NodeJS.EventEmitter;
    executor.on('backoff', (_request, _response, _id, delay: number) => waited.push(delay));
    const users = await client.userApi.listUsers();
    assert.equal((await users.next()).value?.profile?.login, 'isaac.brock@example.com');
    assert.equal(waited.length, 1);
    assert.ok((waited[0] ?? 0) >= 1000 && (waited[0] ?? 0) <= 2000);
    assert.deepEqual(
      (await served.calls()).map(({ answered }) => answered),
      ['E0000047', 'ok'],
    );
  });

  it('O09 refuses too many requests at once without a limit to go by', async () => {
    const faults = [{ on: 'GET /api/v1/groups', delay: 200 }];
    const { call } = openOkta({ seed: { settings: { concurrency: 1 } }, faults });
    const slow = call('GET /api/v1/groups');
    const refused = await call('GET /api/v1/users');
    assert.deepEqual([refused.status, refused.json.errorCode], [429, 'E0000047']);
    assert.deepEqual(rates(refused).slice(0, 2), [0, 0]);
    assert.ok((rates(refused)[2] ?? 0) > 0);
    assert.equal((await slow).status, 200);
    assert.equal((await call('GET /api/v1/users')).status, 200);
  });

  it('O10 counts in the narrowest bucket and in that of the organisation', async () => {
    const { call, twin } = openOkta({
      ...clock,
      seed: { settings: { rateLimits: { org: 4, '/api/v1/groups': 9 } } },
    });
    assert.equal(rates(await call('GET /api/v1/users'))[0], 600);
    assert.equal(rates(await call('GET /api/v1/users/me'))[0], 2000);
    assert.equal(rates(await call('POST /api/v1/users/me', {}))[0], 600);
    assert.equal(rates(await call('GET /api/v1/users/me/groups'))[0], 1200);
    const refused = await call('GET /api/v1/groups');
    assert.deepEqual([refused.status, ...rates(refused).slice(0, 2)], [429, 4, 0]);
    // Windows begin with their first request, not with the minute.
    await twin.changeClock({ advance: 59_000 });
    assert.equal((await call('GET /api/v1/groups')).status, 429);
    await twin.changeClock({ advance: 1000 });
    assert.equal((await call('GET /api/v1/groups')).status, 200);
  });

  it('O10 never counts keys and discovery', async () => {
    const { send } = openOkta();
    for (const path of ['/oauth2/v1/keys', '/.well-known/openid-configuration', '/oauth2/default/v1/keys']) {
      assert.equal((await send(path)).headers.get('x-rate-limit-limit'), null);
    }
  });
});
