import assert from 'node:assert/strict';
import { goodPassword, openOkta, profileOf, type OktaAnswer } from './oktaTwin';

const password = { value: goodPassword };
const failure = ({ status, json }: OktaAnswer) => [status, json.errorCode];
const causes = ({ json }: OktaAnswer) => json.errorCauses.map((cause) => cause.errorSummary);
const taken = 'login: An object with this field already exists in the current organization';
const statuses = [
  'STAGED',
  'PROVISIONED',
  'ACTIVE',
  'RECOVERY',
  'PASSWORD_EXPIRED',
  'LOCKED_OUT',
  'SUSPENDED',
  'DEPROVISIONED',
];

/** One user in each status, whose id is `00u` and the status; with a password where a status needs one. */
function everyStatus(settings: object = {}) {
  const users = statuses.map((status) => ({
    id: `00u${status}`,
    status,
    profile: profileOf(status.toLowerCase()),
    ...(status === 'STAGED' || status === 'PROVISIONED' ? {} : { credentials: { password } }),
  }));
  const okta = openOkta({ seed: { users, settings } });
  const post = (status: string, action: string) => okta.call(`POST /api/v1/users/00u${status}/${action}`);
  const statusOf = async (status: string) => (await okta.call(`GET /api/v1/users/00u${status}`)).json.status;
  return { ...okta, post, statusOf };
}

/** Tries an action on a user in each status: refused with this code unless the status is among those named. */
async function onlyFrom(action: string, from: string[], to: string, refusal: [number, string]) {
  const { post, statusOf } = everyStatus();
  for (const status of statuses) {
    const answer = await post(status, action);
    if (from.includes(status)) {
      assert.equal(answer.status, 200, status);
      assert.equal(await statusOf(status), to, status);
    } else {
      assert.deepEqual(failure(answer), refusal, status);
      assert.equal(await statusOf(status), status);
    }
  }
}

describe('Okta twin: making users', () => {
  it('O14 stages a user who is not activated, with 200', async () => {
    const { call } = openOkta();
    for (const [name, credentials] of [
      ['one', {}],
      ['two', { password }],
    ] as const) {
      const { status, json } = await call('POST /api/v1/users?activate=false', {
        profile: profileOf(name),
        credentials,
      });
      assert.deepEqual([status, json.status, json['activated']], [200, 'STAGED', null]);
      assert.match(json.id, /^00u[0-9A-Za-z]{17}$/);
    }
  });

  it('O15 provisions a user without a password, who gets active by a token', async () => {
    const { call, twin } = openOkta();
    const { json } = await call('POST /api/v1/users', { profile: profileOf('new') });
    assert.deepEqual([json.status, json['passwordChanged']], ['PROVISIONED', null]);
    assert.deepEqual(json['credentials'], { provider: { type: 'OKTA', name: 'OKTA' } });
    const again = await call(`POST /api/v1/users/${json.id}/lifecycle/reactivate?sendEmail=false`);
    assert.match(String(again.json['activationToken']), /^\w{20}$/);
    assert.equal(twin.state.links.at(-1)?.token, again.json['activationToken']);
  });

  it('O16 activates a user with a password, and never shows the password', async () => {
    const { call } = openOkta();
    const question = { question: 'Who is there?', answer: 'Annie Oakley' };
    const body = { profile: profileOf('new'), credentials: { password, recovery_question: question } };
    const { json } = await call('POST /api/v1/users', body);
    assert.equal(json.status, 'ACTIVE');
    assert.equal(json['passwordChanged'], json['created']);
    assert.deepEqual(json['credentials'], {
      password: {},
      recovery_question: { question: question.question },
      provider: { type: 'OKTA', name: 'OKTA' },
    });
    const listed = await call('GET /api/v1/users');
    assert.ok(!(JSON.stringify(json) + listed.text).includes(goodPassword));
    assert.ok(!listed.text.includes('Oakley'));
  });

  it('O16 refuses passwords that do not meet the policy', async () => {
    const { call, twin } = openOkta();
    for (const value of ['Ab1', 'alllowercase1', 'ALLUPPERCASE1', 'NoNumberHere', 'Brandon1x']) {
      const refused = await call('POST /api/v1/users', {
        profile: profileOf('brandon'),
        credentials: { password: { value } },
      });
      assert.deepEqual(failure(refused), [400, 'E0000001'], value);
      assert.match(causes(refused)[0] ?? '', /^password: Password requirements were not met\./);
    }
    assert.equal(twin.state.users.length, 1);
  });

  it('O17 expires a password at once where asked to, which needs one and an activation', async () => {
    const { call } = openOkta();
    const make = (query: string, credentials: object) =>
      call(`POST /api/v1/users?nextLogin=changePassword${query}`, { profile: profileOf('new'), credentials });
    assert.deepEqual(failure(await make('', {})), [400, 'E0000124']);
    assert.deepEqual(failure(await make('&activate=false', { password })), [400, 'E0000125']);
    assert.equal((await make('', { password })).json.status, 'PASSWORD_EXPIRED');
  });

  it('O18 refuses a login that somebody has, in whatever case', async () => {
    const { call, twin } = openOkta();
    await call('POST /api/v1/users', { profile: profileOf('new') });
    const refused = await call('POST /api/v1/users', {
      profile: { ...profileOf('new'), login: 'NEW@example.com' },
    });
    assert.deepEqual(failure(refused), [400, 'E0000001']);
    assert.equal(refused.json.errorSummary, 'Api validation failed: login');
    assert.deepEqual(causes(refused), [taken]);
    assert.equal(twin.state.users.length, 2);
  });

  it('O19 keeps the login of a deactivated user until the user is deleted', async () => {
    const { call } = openOkta();
    const { json } = await call('POST /api/v1/users', { profile: profileOf('new') });
    await call(`POST /api/v1/users/${json.id}/lifecycle/deactivate`);
    assert.deepEqual(causes(await call('POST /api/v1/users', { profile: profileOf('new') })), [taken]);
    await call(`DELETE /api/v1/users/${json.id}`);
    assert.equal((await call('POST /api/v1/users', { profile: profileOf('new') })).status, 200);
  });

  it('O20 names every required field that is missing', async () => {
    const { call } = openOkta();
    const refused = await call('POST /api/v1/users', { profile: { firstName: 'Isaac', email: '' } });
    assert.deepEqual(failure(refused), [400, 'E0000001']);
    assert.deepEqual(causes(refused), [
      'login: The field cannot be left blank',
      'email: The field cannot be left blank',
      'lastName: The field cannot be left blank',
    ]);
  });

  it('O20 refuses what the schema does not have', async () => {
    const seed = { attributes: { badge: { type: 'integer' }, tags: { type: 'array' } } };
    const { call } = openOkta({ seed });
    const make = (more: object) => call('POST /api/v1/users', { profile: { ...profileOf('new'), ...more } });
    for (const wrong of [
      { shoe: 'red' },
      { badge: 'seven' },
      { city: 7 },
      { email: 'nowhere' },
      { tags: [{}] },
    ]) {
      assert.deepEqual(failure(await make(wrong)), [400, 'E0000001'], JSON.stringify(wrong));
    }
    const { json } = await make({ badge: 7, tags: ['a'], city: 'Oslo' });
    assert.deepEqual([json.profile['badge'], json.profile['tags'], json.profile['city']], [7, ['a'], 'Oslo']);
  });
});

describe('Okta twin: the lifecycle of users', () => {
  it('O21 activates staged and deactivated users, and gives the link where no mail is sent', async () => {
    const { post, statusOf } = everyStatus();
    const staged = await post('STAGED', 'lifecycle/activate?sendEmail=false');
    assert.equal(staged.status, 200);
    const { activationUrl, activationToken } = staged.json as unknown as Record<string, string>;
    assert.equal(activationUrl, `https://example.okta.com/welcome/${activationToken}`);
    assert.equal(await statusOf('STAGED'), 'PROVISIONED');
    const back = await post('DEPROVISIONED', 'lifecycle/activate');
    assert.deepEqual([back.status, back.json], [200, {}]);
    assert.equal(await statusOf('DEPROVISIONED'), 'ACTIVE');
    for (const status of ['ACTIVE', 'PROVISIONED', 'RECOVERY', 'LOCKED_OUT']) {
      assert.deepEqual(failure(await post(status, 'lifecycle/activate')), [403, 'E0000016'], status);
    }
  });

  it('O21 refuses changes while an activation is on its way', async () => {
    const { post, call, statusOf, twin } = everyStatus({ transition: 500 });
    await post('DEPROVISIONED', 'lifecycle/activate');
    const { json } = await call('GET /api/v1/users/00uDEPROVISIONED');
    assert.deepEqual([json.status, json['transitioningToStatus']], ['DEPROVISIONED', 'ACTIVE']);
    assert.deepEqual(failure(await post('DEPROVISIONED', 'lifecycle/activate')), [409, 'E0000112']);
    assert.deepEqual(failure(await call('DELETE /api/v1/users/00uDEPROVISIONED')), [409, 'E0000112']);
    await twin.changeClock({ advance: 500 });
    assert.equal(await statusOf('DEPROVISIONED'), 'ACTIVE');
  });

  it('O22 reactivates provisioned and recovering users only', async () => {
    await onlyFrom('lifecycle/reactivate', ['PROVISIONED', 'RECOVERY'], 'PROVISIONED', [403, 'E0000038']);
  });

  it('O23 suspends active users only, who keep their groups', async () => {
    await onlyFrom('lifecycle/suspend', ['ACTIVE'], 'SUSPENDED', [400, 'E0000001']);
    const { call } = openOkta({ seed: { groups: [{ id: '00g1', profile: { name: 'Staff' } }] } });
    const { json } = await call('POST /api/v1/users', {
      profile: profileOf('new'),
      credentials: { password },
      groupIds: ['00g1'],
    });
    await call(`POST /api/v1/users/${json.id}/lifecycle/suspend`);
    const groups = await call(`GET /api/v1/users/${json.id}/groups`);
    assert.deepEqual(groups.list.map(({ profile }) => profile['name']).sort(), ['Everyone', 'Staff']);
  });

  it('O24 unsuspends suspended users only', async () => {
    await onlyFrom('lifecycle/unsuspend', ['SUSPENDED'], 'ACTIVE', [400, 'E0000001']);
  });

  it('O25 unlocks locked users only', async () => {
    await onlyFrom('lifecycle/unlock', ['LOCKED_OUT'], 'ACTIVE', [403, 'E0000032']);
  });

  it('O26 deactivates with the first DELETE and removes with the second', async () => {
    for (const status of statuses) {
      const { call, statusOf } = everyStatus();
      const first = await call(`DELETE /api/v1/users/00u${status}`);
      assert.deepEqual([first.status, first.text], [204, '']);
      const gone = status === 'DEPROVISIONED';
      assert.equal(await statusOf(status), gone ? undefined : 'DEPROVISIONED');
      assert.equal((await call(`DELETE /api/v1/users/00u${status}`)).status, gone ? 404 : 204);
      assert.equal((await call(`GET /api/v1/users/00u${status}`)).status, 404);
    }
  });

  it('O26 deactivates later where the client need not wait', async () => {
    const { call, twin } = everyStatus({ transition: 500 });
    const prefer = { prefer: 'respond-async' };
    assert.equal(
      (await call('POST /api/v1/users/00uACTIVE/lifecycle/deactivate', undefined, prefer)).status,
      200,
    );
    const { json } = await call('GET /api/v1/users/00uACTIVE');
    assert.deepEqual([json.status, json['transitioningToStatus']], ['ACTIVE', 'DEPROVISIONED']);
    await twin.changeClock({ advance: 500 });
    const after = (await call('GET /api/v1/users/00uACTIVE')).json;
    assert.deepEqual([after.status, after['transitioningToStatus']], ['DEPROVISIONED', undefined]);
    assert.equal((await call('POST /api/v1/users/00uSUSPENDED/lifecycle/deactivate')).status, 200);
    assert.equal((await call('GET /api/v1/users/00uSUSPENDED')).json.status, 'DEPROVISIONED');
  });

  it('O27 expires a password, and makes a temporary one where asked to', async () => {
    const { post } = everyStatus();
    const expired = await post('ACTIVE', 'lifecycle/expire_password');
    assert.deepEqual(
      [expired.status, expired.json.status, expired.json.id],
      [200, 'PASSWORD_EXPIRED', '00uACTIVE'],
    );
    for (const action of ['expire_password?tempPassword=true', 'expire_password_with_temp_password']) {
      const temporary = await post('ACTIVE', `lifecycle/${action}`);
      assert.deepEqual(Object.keys(temporary.json), ['tempPassword']);
    }
    for (const status of ['STAGED', 'SUSPENDED', 'DEPROVISIONED']) {
      assert.deepEqual(failure(await post(status, 'lifecycle/expire_password')), [403, 'E0000038'], status);
    }
  });

  it('O28 resets a password into recovery, and gives the link where no mail is sent', async () => {
    const { post, statusOf } = everyStatus();
    const mailed = await post('ACTIVE', 'lifecycle/reset_password?sendEmail=true');
    assert.deepEqual([mailed.status, mailed.json], [200, {}]);
    assert.equal(await statusOf('ACTIVE'), 'RECOVERY');
    const { json } = await post('LOCKED_OUT', 'lifecycle/reset_password?sendEmail=false');
    assert.match(String(json['resetPasswordUrl']), /^https:\/\/example\.okta\.com\/reset_password\/\w{20}$/);
    assert.equal(await statusOf('LOCKED_OUT'), 'RECOVERY');
    for (const status of ['STAGED', 'SUSPENDED', 'DEPROVISIONED']) {
      assert.deepEqual(failure(await post(status, 'lifecycle/reset_password')), [403, 'E0000038'], status);
    }
  });

  it('O29 changes what POST names and empties what PUT leaves out', async () => {
    const { call } = openOkta();
    const { json } = await call('POST /api/v1/users', {
      profile: { ...profileOf('new'), city: 'Oslo', title: 'Director' },
    });
    const path = `/api/v1/users/${json.id}`;
    const partly = await call(`POST ${path}`, { profile: { title: null, nickName: 'ike' } });
    assert.deepEqual([partly.json.profile['city'], partly.json.profile['nickName']], ['Oslo', 'ike']);
    assert.ok(!('title' in partly.json.profile));
    assert.deepEqual(failure(await call(`PUT ${path}`, { profile: { city: 'Rome' } })), [400, 'E0000001']);
    const wholly = await call(`PUT ${path}`, { profile: { ...profileOf('new'), title: 'Lead' } });
    assert.deepEqual([wholly.json.profile['city'], wholly.json.profile['title']], [undefined, 'Lead']);
    assert.equal((await call('GET /api/v1/users/new@example.com')).json.profile['title'], 'Lead');
    assert.equal((await call('GET /api/v1/users/new')).json.id, json.id);
  });

  it('O30 links a user to what its status allows, and a user in a list to itself alone', async () => {
    const { call } = everyStatus();
    const linksOf = async (status: string) => (await call(`GET /api/v1/users/00u${status}`)).json._links;
    const active = await linksOf('ACTIVE');
    for (const name of [
      'suspend',
      'resetPassword',
      'expirePassword',
      'changePassword',
      'deactivate',
      'forgotPassword',
      'changeRecoveryQuestion',
      'self',
    ]) {
      assert.ok(name in active, name);
    }
    const self = 'https://example.okta.com/api/v1/users/00uACTIVE';
    assert.deepEqual(active['suspend'], { href: `${self}/lifecycle/suspend`, method: 'POST' });
    assert.deepEqual(active['self'], { href: self });
    assert.ok(!('activate' in active) && 'activate' in (await linksOf('STAGED')));
    assert.ok('unsuspend' in (await linksOf('SUSPENDED')) && 'unlock' in (await linksOf('LOCKED_OUT')));
    assert.equal((await linksOf('DEPROVISIONED'))['delete']?.method, 'DELETE');
    for (const { _links } of (await call('GET /api/v1/users')).list)
      assert.deepEqual(Object.keys(_links), ['self']);
  });
});
