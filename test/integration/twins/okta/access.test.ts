import assert from 'node:assert/strict';
import { basic, newCode, openOAuth, redeem } from './oauthTwin';
import { failure, follow, openSignIn, otherPassword, password, username } from './signInTwin';

const reset = '/api/v1/authn/credentials/reset_password';

async function isActive(okta: Awaited<ReturnType<typeof openOAuth>>, token: string): Promise<unknown> {
  return (await okta.form('/oauth2/v1/introspect', { token }, basic)).json['active'];
}

describe('Okta twin: who loses access', () => {
  it('ends every way in of a user who is suspended', async () => {
    const okta = openSignIn();
    const recovery = await okta.call('POST /api/v1/authn/recovery/password', { username });
    const recoveryToken = recovery.json['recoveryToken'];
    const asked = await okta.post('/api/v1/authn/recovery/token', { recoveryToken });
    const { json } = await follow(okta, asked, '_links.next', { answer: 'Annie Oakley' });
    assert.equal(json.status, 'PASSWORD_RESET');
    const again = await okta.call('POST /api/v1/authn/recovery/password', { username });
    await okta.call('POST /api/v1/users/00uIsaac/lifecycle/suspend');
    const changed = await okta.post(reset, { stateToken: json['stateToken'], newPassword: otherPassword });
    assert.deepEqual(failure(changed), [401, 'E0000011']);
    const link = { recoveryToken: again.json['recoveryToken'] };
    assert.deepEqual(failure(await okta.post('/api/v1/authn/recovery/token', link)), [403, 'E0000105']);
    assert.equal(await okta.statusOf(), 'SUSPENDED');
  });

  it('opens a lock for those alone who are locked out', async () => {
    const okta = openSignIn({ user: { status: 'LOCKED_OUT' } });
    const recovery = await okta.call('POST /api/v1/authn/recovery/unlock', { username });
    await okta.call('POST /api/v1/users/00uIsaac/lifecycle/unlock');
    await okta.call('POST /api/v1/users/00uIsaac/lifecycle/expire_password');
    const recoveryToken = recovery.json['recoveryToken'];
    const asked = await okta.post('/api/v1/authn/recovery/token', { recoveryToken });
    const { json } = await follow(okta, asked, '_links.next', { answer: 'Annie Oakley' });
    assert.equal(json.status, 'SUCCESS');
    assert.equal(await okta.statusOf(), 'PASSWORD_EXPIRED');
  });

  it('goes on with a deactivation whatever the user does meanwhile', async () => {
    const policies = [{ type: 'PASSWORD', settings: { password: { lockout: { maxAttempts: 1 } } } }];
    const okta = openSignIn({ policies, settings: { transition: 5000 } });
    const later = { prefer: 'respond-async' };
    await okta.call('POST /api/v1/users/00uIsaac/lifecycle/deactivate', undefined, later);
    await okta.signIn('wrong');
    assert.equal(await okta.statusOf(), 'LOCKED_OUT');
    await okta.twin.changeClock({ advance: 5000 });
    assert.equal(await okta.statusOf(), 'DEPROVISIONED');
  });

  it('revokes the tokens of a user who is deactivated for good', async () => {
    const okta = await openOAuth();
    const { json } = await redeem(okta, await newCode(okta));
    const token = String(json['access_token']);
    assert.equal(await isActive(okta, token), true);
    await okta.call('POST /api/v1/users/00uIsaac/lifecycle/deactivate');
    await okta.call('POST /api/v1/users/00uIsaac/lifecycle/activate');
    assert.equal((await okta.call('GET /api/v1/users/00uIsaac')).json.status, 'ACTIVE');
    assert.equal(await isActive(okta, token), false);
  });

  it('revokes tokens with the sessions of a user where asked to', async () => {
    const okta = await openOAuth();
    const { json } = await redeem(okta, await newCode(okta));
    const token = String(json['refresh_token']);
    await okta.call('DELETE /api/v1/users/00uIsaac/sessions');
    assert.equal(await isActive(okta, token), true);
    await okta.call('DELETE /api/v1/users/00uIsaac/sessions?oauthTokens=true');
    assert.equal(await isActive(okta, token), false);
  });

  for (const operation of ['reset_password', 'expire_password_with_temp_password']) {
    it(`ends sessions with ${operation} where asked to`, async () => {
      const okta = openSignIn();
      const { json } = await okta.signIn(password);
      await okta.post('/api/v1/sessions', { sessionToken: json['sessionToken'] });
      const path = `POST /api/v1/users/00uIsaac/lifecycle/${operation}`;
      await okta.call(path);
      assert.equal(okta.twin.state.sessions.length, 1);
      await okta.call(`${path}?revokeSessions=true`);
      assert.equal(okta.twin.state.sessions.length, 0);
    });
  }
});
