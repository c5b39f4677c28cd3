import assert from 'node:assert/strict';
import { linksOf, openOkta, pathOf, profileOf, type OktaAnswer, type OktaUnderTest } from './oktaTwin';

const statuses = [
  'ACTIVE',
  'DEPROVISIONED',
  'SUSPENDED',
  'DEPROVISIONED',
  'STAGED',
  'DEPROVISIONED',
  'LOCKED_OUT',
];
const users = statuses.map((status, index) => ({
  id: `00u${index}`,
  status,
  profile: { ...profileOf(`user${index}`), department: index < 3 ? 'Engineering' : 'Sales' },
  lastUpdated: `2026-01-0${index + 1}T00:00:00.000Z`,
}));
/** What is different in the ids of a list, together. */
const idsOf = ({ list: users }: Pick<OktaAnswer, 'list'>) => users.map(({ id }) => id.slice(3)).join('');
const list = async ({ call }: OktaUnderTest, query: string) => {
  const answer = await call(`GET /api/v1/users?${String(new URLSearchParams(query))}`);
  return answer.status === 200 ? idsOf(answer) : answer.json.errorCode;
};

describe('Okta twin: lists', () => {
  it('O11 pages by links with a cursor, the last page without a next one', async () => {
    const { call } = openOkta({ seed: { users } });
    const first = await call('GET /api/v1/users?limit=2');
    assert.equal(idsOf(first), '02');
    const headers = (first.headers.get('link') ?? '').split(', ');
    assert.equal(headers.length, 2);
    assert.match(linksOf(first)['self'] ?? '', /\/api\/v1\/users\?limit=2$/);
    assert.match(
      linksOf(first)['next'] ?? '',
      /^https:\/\/example\.okta\.com\/api\/v1\/users\?limit=2&after=/,
    );
    const last = await call(`GET ${pathOf(linksOf(first)['next'] ?? '')}`);
    assert.equal(idsOf(last), '46');
    assert.deepEqual(Object.keys(linksOf(last)), ['self']);
  });

  it('O11 keeps its place when users come and go between pages', async () => {
    const okta = openOkta({ seed: { users } });
    const first = await okta.call('GET /api/v1/users?limit=2&filter=status eq "DEPROVISIONED"');
    for (const { id } of first.list) await okta.call(`DELETE /api/v1/users/${id}`);
    const second = await okta.call(`GET ${pathOf(linksOf(first)['next'] ?? '')}`);
    assert.equal(idsOf(second), '5');
  });

  it('O11 refuses limits and cursors that are none', async () => {
    const okta = openOkta({ seed: { users } });
    assert.equal(await list(okta, 'limit=0'), 'E0000029');
    assert.equal(await list(okta, 'limit=many'), 'E0000037');
    assert.equal(await list(okta, 'limit=5000'), '0246');
    assert.equal(await list(okta, 'search=id pr&sortBy=id&after=bogus'), 'E0000029');
  });

  it('O12 leaves deactivated users out unless a filter or search asks', async () => {
    const okta = openOkta({ seed: { users } });
    assert.equal(await list(okta, ''), '0246');
    assert.equal(await list(okta, 'q=user'), '0246');
    assert.equal(await list(okta, 'filter=status eq "DEPROVISIONED"'), '135');
    assert.equal(await list(okta, 'search=status eq "deprovisioned"'), '135');
    assert.equal(await list(okta, 'search=id pr'), '0123456');
    const many = Array.from({ length: 15 }, (_, index) => ({ profile: profileOf(`many${index}`) }));
    const crowd = openOkta({ seed: { users: many } });
    assert.equal((await crowd.call('GET /api/v1/users?q=many')).list.length, 10);
    assert.equal((await crowd.call('GET /api/v1/users?q=many&limit=12')).list.length, 12);
    assert.equal((await crowd.call('GET /api/v1/users')).list.length, 15);
  });

  it('O13 filters by a few properties, and refuses other expressions', async () => {
    const okta = openOkta({ seed: { users } });
    assert.equal(
      await list(okta, 'filter=status EQ "ACTIVE" OR (status eq "STAGED" and id eq "00u4")'),
      '04',
    );
    assert.equal(await list(okta, 'filter=profile.login eq "user3@example.com"'), '3');
    assert.equal(await list(okta, 'filter=profile.login eq "USER3@example.com"'), '');
    assert.equal(await list(okta, 'filter=lastUpdated gt "2026-01-05T00:00:00.000Z"'), '56');
    const wrong = [
      'status',
      'status sw "A"',
      'profile.department eq "Sales"',
      'not (status eq "ACTIVE")',
      'status eq "A',
    ];
    for (const filter of wrong) assert.equal(await list(okta, `filter=${filter}`), 'E0000031', filter);
    assert.equal(await list(okta, 'filter=id eq "x"&search=id pr'), 'E0000033');
  });

  it('O13 searches by any property, in an order of choice', async () => {
    const okta = openOkta({ seed: { users } });
    assert.equal(
      await list(okta, 'search=profile.department sw "eng" and not (status eq "SUSPENDED")'),
      '01',
    );
    assert.equal(await list(okta, 'search=profile.email co "R6@"'), '6');
    assert.equal(await list(okta, 'search=(status lt "DEPROVISIONED" or status gt "DEPROVISIONED")'), '0246');
    assert.equal(await list(okta, 'search=id pr&sortBy=profile.department&sortOrder=desc'), '3456012');
    for (const search of [
      'status ne "ACTIVE"',
      'profile.department co "a"',
      'profile.shoe eq "x"',
      'credentials pr',
    ]) {
      assert.equal(await list(okta, `search=${search}`), 'E0000031', search);
    }
    const first = await okta.call('GET /api/v1/users?search=id pr&sortBy=status&sortOrder=desc&limit=4');
    const second = await okta.call(`GET ${pathOf(linksOf(first)['next'] ?? '')}`);
    const both = idsOf(first) + idsOf(second);
    assert.equal(both, '2461350');
  });

  it('O13 searches see changes late where the organisation is said to lag', async () => {
    const okta = openOkta({ seed: { users, settings: { searchLag: 1000 } } });
    await okta.call('POST /api/v1/users/00u0/lifecycle/suspend');
    await okta.call('POST /api/v1/users', { profile: profileOf('fresh') });
    assert.equal(await list(okta, 'search=status eq "SUSPENDED"'), '2');
    assert.equal(await list(okta, 'search=profile.login sw "fresh"'), '');
    assert.equal(await list(okta, 'filter=status eq "SUSPENDED"'), '02');
    await okta.twin.changeClock({ advance: 1000 });
    assert.equal(await list(okta, 'search=status eq "SUSPENDED"'), '02');
    assert.notEqual(await list(okta, 'search=profile.login sw "fresh"'), '');
  });

  it('O13 finds people by the beginning of a name or address', async () => {
    const okta = openOkta({
      seed: { users: [{ id: '00u0', profile: profileOf('isaac') }, ...users.slice(1)] },
    });
    for (const words of ['isa', 'ISAAC brock', 'isaac@example'])
      assert.equal(await list(okta, `q=${words}`), '0');
    assert.equal(await list(okta, 'q=saac'), '');
  });
});
