import assert from 'node:assert/strict';
import { asService, assertionOf, clientSeed, openOAuth, origin, proofOf } from './oauthTwin';
import { openOkta, profileOf, type OktaUnderTest } from './oktaTwin';
import { failure, openSignIn } from './signInTwin';

/** An object that JavaScript cannot make text of. */
const unspeakable = { toString: 1, valueOf: 1 };
/** Half of a character, as JSON may bring it. */
const half = '\ud800';

const restored = ({ twin }: OktaUnderTest) => openOkta().twin.restore(twin.snapshot());

describe('Okta twin: hostile values', () => {
  it('refuses objects where names are due, whatever they are made of', async () => {
    const { call } = openOkta();
    const ann = { profile: profileOf('ann') };
    const groups = await call('POST /api/v1/users', { ...ann, groupIds: [unspeakable] });
    assert.deepEqual(failure(groups), [400, 'E0000003']);
    const app = { label: 'App', signOnMode: 'BOOKMARK', features: [unspeakable] };
    assert.deepEqual(failure(await call('POST /api/v1/apps', app)), [400, 'E0000003']);
  });

  it('takes nobody for a member of a group that is no name', async () => {
    const { call, signIn } = openSignIn();
    const people = { groups: { include: [unspeakable] } };
    const policy = { type: 'PASSWORD', name: 'Odd', conditions: { people } };
    assert.equal((await call('POST /api/v1/policies', policy)).status, 200);
    assert.equal((await signIn()).json.status, 'SUCCESS');
  });

  it('refuses proofs of possession whose claims are objects', async () => {
    const okta = await openOAuth();
    const claims = { client: 'bound' };
    const sent = async (proof: Record<string, unknown>) =>
      okta.form('/oauth2/v1/token', asService(await assertionOf(claims)), { dpop: await proofOf(proof) });
    for (const name of ['htm', 'htu']) {
      const proof = { htm: 'POST', htu: `${origin}/oauth2/v1/token`, [name]: unspeakable };
      const { status, json } = await sent(proof);
      assert.deepEqual([status, json['error']], [400, 'invalid_dpop_proof'], name);
    }
  });

  it('refuses assertions of a client whose keys are none', async () => {
    const keyless = clientSeed(
      'keyless',
      { token_endpoint_auth_method: 'private_key_jwt' },
      { application_type: 'service', grant_types: ['client_credentials'], jwks: { keys: ['x', null] } },
    );
    const okta = await openOAuth({ seed: { apps: [keyless] } });
    const answer = await okta.form('/oauth2/v1/token', asService(await assertionOf({ client: 'keyless' })));
    assert.deepEqual([answer.status, answer.json['error']], [401, 'invalid_client']);
  });

  it('sends a browser only where HTTP can lead it', async () => {
    const { send } = openOkta();
    const redirect = (url: string) =>
      send(`/login/sessionCookieRedirect?token=x&redirectUrl=${encodeURIComponent(url)}`);
    const { status, headers } = await redirect('http://localhost:3000/漢\r\nset-cookie: x=y');
    assert.equal(status, 302);
    assert.equal(headers.get('location'), 'http://localhost:3000/%E6%BC%A2set-cookie:%20x=y');
    assert.equal(headers.get('set-cookie'), null);
    assert.deepEqual(failure(await redirect('javascript://localhost/%0aalert(1)')), [400, 'E0000003']);
  });

  it('lets sessions last however long policies say', async () => {
    const { call, signIn, post } = openSignIn();
    const policy = await call('POST /api/v1/policies', { type: 'OKTA_SIGN_ON', name: 'Long' });
    const { json: rule } = await call(`POST /api/v1/policies/${policy.json.id}/rules`, { name: 'Long' });
    for (const maxSessionIdleMinutes of [1e300, -1e300]) {
      const signon = { access: 'ALLOW', session: { maxSessionIdleMinutes } };
      await call(`PUT /api/v1/policies/${policy.json.id}/rules/${rule.id}`, {
        name: 'Long',
        actions: { signon },
      });
      const { json } = await signIn();
      const made = await post('/api/v1/sessions', { sessionToken: json['sessionToken'] });
      assert.equal(made.status, 200);
    }
  });

  it('asks a SCIM server for names of any characters', async () => {
    const payroll = {
      id: '0oa1',
      label: 'Payroll',
      connection: { baseUrl: 'http://127.0.0.1:9', token: 't' },
    };
    const { call, twin } = openOkta({ seed: { apps: [payroll] } });
    const assigned = async (userName: string) => {
      const { json } = await call('POST /api/v1/users', {
        profile: profileOf(`u${twin.state.users.length}`),
      });
      return call('POST /api/v1/apps/0oa1/users', { id: json.id, credentials: { userName } });
    };
    assert.equal((await assigned(half)).status, 200);
    assert.equal((await assigned('a" or userName pr or userName eq "')).status, 200);
    const { jobs } = JSON.parse(twin.snapshot()) as { jobs: { data: { url: string } }[] };
    const asked = jobs.map(({ data }) => new URL(data.url).searchParams.get('filter'));
    assert.equal(asked.at(-1), String.raw`userName eq "a\" or userName pr or userName eq \""`);
  });

  it('keeps secrets of requests it refuses out of the call log', async () => {
    const { send, twin } = openOkta({ seed: { settings: { rateLimits: { '/oauth2/v1*': 1 } } } });
    await send('/oauth2/v1/authorize?client_id=none');
    const { status } = await send('/oauth2/v1/authorize?client_id=none&sessionToken=s3cret');
    assert.equal(status, 429);
    assert.equal((await send('/api/v1/sessions/101s3cret')).status, 403);
    assert.deepEqual(
      twin.calls().map(({ args }) => args),
      [{ client_id: 'none' }, { client_id: 'none', sessionToken: '***' }, { sessionId: '***' }],
    );
  });

  it('makes only snapshots that can be restored', async () => {
    const okta = openOkta({ seed: { apps: [{ id: '0oa1', label: 'Payroll' }] } });
    const { json: group } = await okta.call('POST /api/v1/groups', { profile: { name: 'Staff' } });
    const rule = {
      name: 'Rule',
      conditions: {
        people: { users: { exclude: ['nobody here'] } },
        expression: { value: 'user.firstName=="Ann"' },
      },
      actions: { assignUserToGroups: { groupIds: [group.id] } },
    };
    await okta.call('POST /api/v1/groups/rules', rule);
    restored(okta);
    await okta.call(`PUT /api/v1/apps/0oa1/groups/${group.id}`, { priority: 1e300 });
    restored(okta);
    await okta.call('POST /api/v1/policies', { type: 'PASSWORD', name: 'Odd', priority: 1e300 });
    restored(okta);
  });
});
