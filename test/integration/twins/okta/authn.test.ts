import assert from 'node:assert/strict';
import { codeAt, stepOf } from '../../../../src/twins/okta/oneTimeCodes';
import { profileOf } from './oktaTwin';
import {
  at,
  day,
  failure,
  follow,
  openSignIn,
  otherPassword,
  password,
  passwordPolicy,
  question,
  requireFactor,
  sentCode,
  start,
  username,
} from './signInTwin';

describe('Okta twin: signing in', () => {
  it('O33 answers the right password with a session token, anything else alike', async () => {
    const okta = openSignIn();
    const { status, json } = await okta.signIn();
    assert.deepEqual([status, json.status, json['relayState']], [200, 'SUCCESS', '/inbox']);
    assert.deepEqual(Object.keys(json).sort(), [
      '_embedded',
      'expiresAt',
      'relayState',
      'sessionToken',
      'status',
    ]);
    assert.equal(at(json, '_embedded.user.profile.login'), username);
    assert.equal(at(json, '_embedded.user.id'), '00uIsaac');
    for (const wrong of [
      { username, password: 'wrong' },
      { username: 'nobody@example.com', password },
      { username },
      {},
    ]) {
      assert.deepEqual(
        failure(await okta.post('/api/v1/authn', wrong)),
        [401, 'E0000004'],
        JSON.stringify(wrong),
      );
    }
    assert.equal(okta.twin.state.events.at(-1)?.outcome.reason, 'INVALID_CREDENTIALS');
  });

  it('O33 lets in nobody who is not active', async () => {
    for (const status of ['STAGED', 'PROVISIONED', 'SUSPENDED', 'DEPROVISIONED', 'RECOVERY']) {
      assert.deepEqual(failure(await openSignIn({ user: { status } }).signIn()), [401, 'E0000004'], status);
    }
  });

  it('O33 locks after too many mistakes, and hides that', async () => {
    const okta = openSignIn({ policies: [passwordPolicy({ lockout: { maxAttempts: 3 } })] });
    for (let mistake = 0; mistake < 3; mistake += 1) {
      assert.deepEqual(failure(await okta.signIn('wrong')), [401, 'E0000004']);
    }
    assert.equal(await okta.statusOf(), 'LOCKED_OUT');
    assert.deepEqual(failure(await okta.signIn()), [401, 'E0000004']);
    await okta.call('POST /api/v1/users/00uIsaac/lifecycle/unlock');
    assert.equal((await okta.signIn()).json.status, 'SUCCESS');
  });

  it('O33 shows the lock where policy says so, and opens it in time', async () => {
    const lockout = { maxAttempts: 1, showLockoutFailures: true, autoUnlockMinutes: 30 };
    const okta = openSignIn({ policies: [passwordPolicy({ lockout })] });
    for (const given of ['wrong', password]) {
      const { status, json } = await okta.signIn(given);
      assert.deepEqual(
        [status, json.status, json._links['next']],
        [
          200,
          'LOCKED_OUT',
          {
            name: 'unlock',
            href: 'https://example.okta.com/api/v1/authn/recovery/unlock',
            hints: { allow: ['POST'] },
          },
        ],
      );
    }
    await okta.twin.changeClock({ advance: 30 * 60_000 });
    assert.equal((await okta.signIn()).json.status, 'SUCCESS');
  });

  it('O34 enrols a factor on the way: MFA_ENROLL, MFA_ENROLL_ACTIVATE, SUCCESS', async () => {
    const okta = openSignIn({ policies: [requireFactor] });
    const enrol = await okta.signIn();
    assert.equal(enrol.json.status, 'MFA_ENROLL');
    assert.equal(at(enrol.json, '_embedded.factors.1.factorType'), 'token:software:totp');
    const factor = { factorType: 'token:software:totp', provider: 'OKTA' };
    const activate = await follow(okta, enrol, '_embedded.factors.1._links.enroll', factor);
    assert.equal(activate.json.status, 'MFA_ENROLL_ACTIVATE');
    const secret = at(activate.json, '_embedded.factor._embedded.activation.sharedSecret') as string;
    const done = await follow(okta, activate, '_links.next', { passCode: codeAt(secret, stepOf(start)) });
    assert.equal(done.json.status, 'SUCCESS');
    assert.ok(done.json['sessionToken']);
  });

  it('O34 asks for a factor: MFA_REQUIRED, MFA_CHALLENGE, SUCCESS, and back', async () => {
    const factors = [
      { id: 'sms1', user: '00uIsaac', factorType: 'sms', profile: { phoneNumber: '+1-555-415-1337' } },
    ];
    const okta = openSignIn({ policies: [requireFactor], factors });
    const required = await okta.signIn();
    assert.equal(required.json.status, 'MFA_REQUIRED');
    assert.equal(at(required.json, '_embedded.factors.0.profile.phoneNumber'), '+X-XXX-XXX-1337');
    const challenge = await follow(okta, required, '_embedded.factors.0._links.verify');
    assert.deepEqual([challenge.json.status, challenge.json['factorResult']], ['MFA_CHALLENGE', 'CHALLENGE']);
    const back = await follow(okta, challenge, '_links.prev');
    assert.equal(back.json.status, 'MFA_REQUIRED');
    await okta.twin.changeClock({ advance: 31_000 });
    const again = await follow(okta, back, '_embedded.factors.0._links.verify');
    const done = await follow(okta, again, '_links.next', { passCode: sentCode(okta) });
    assert.equal(done.json.status, 'SUCCESS');
  });

  it('O34 polls a device that is asked', async () => {
    const factors = [{ id: 'opf1', user: '00uIsaac', factorType: 'push' }];
    const settings = { push: { answer: 'approve', afterMs: 1000 } };
    const okta = openSignIn({ policies: [requireFactor], factors, settings });
    const challenge = await follow(okta, await okta.signIn(), '_embedded.factors.0._links.verify');
    assert.deepEqual([challenge.json.status, challenge.json['factorResult']], ['MFA_CHALLENGE', 'WAITING']);
    assert.equal((await follow(okta, challenge, '_links.next')).json['factorResult'], 'WAITING');
    await okta.twin.changeClock({ advance: 1000 });
    assert.equal((await follow(okta, challenge, '_links.next')).json.status, 'SUCCESS');
  });

  it('O34 has an expired password changed: PASSWORD_EXPIRED', async () => {
    const okta = openSignIn({ user: { status: 'PASSWORD_EXPIRED' } });
    const expired = await okta.signIn();
    assert.equal(expired.json.status, 'PASSWORD_EXPIRED');
    assert.equal(at(expired.json, '_embedded.policy.complexity.minLength'), 8);
    const done = await follow(okta, expired, '_links.next', {
      oldPassword: password,
      newPassword: otherPassword,
    });
    assert.deepEqual([done.json.status, await okta.statusOf()], ['SUCCESS', 'ACTIVE']);
    assert.equal((await okta.signIn(otherPassword)).json.status, 'SUCCESS');
  });

  it('O34 warns of a password that will expire, which can be skipped: PASSWORD_WARN', async () => {
    const okta = openSignIn({ policies: [passwordPolicy({ age: { maxAgeDays: 90, expireWarnDays: 10 } })] });
    assert.equal((await okta.signIn()).json.status, 'SUCCESS');
    await okta.twin.changeClock({ advance: 85 * day });
    const warned = await okta.signIn();
    assert.equal(warned.json.status, 'PASSWORD_WARN');
    assert.equal(at(warned.json, '_embedded.policy.expiration.passwordExpireDays'), 5);
    assert.equal((await follow(okta, warned, '_links.skip')).json.status, 'SUCCESS');
    await okta.twin.changeClock({ advance: 5 * day });
    assert.equal((await okta.signIn()).json.status, 'PASSWORD_EXPIRED');
  });

  it('O34 recovers a password: RECOVERY, PASSWORD_RESET, SUCCESS', async () => {
    const okta = openSignIn();
    const mailed = await okta.post('/api/v1/authn/recovery/password', { username, factorType: 'EMAIL' });
    assert.deepEqual(mailed.json, {
      status: 'RECOVERY_CHALLENGE',
      factorResult: 'WAITING',
      factorType: 'EMAIL',
      recoveryType: 'PASSWORD',
    });
    const recoveryToken = okta.twin.state.links.at(-1)?.token;
    const asked = await okta.post('/api/v1/authn/recovery/token', { recoveryToken });
    assert.deepEqual([asked.json.status, asked.json['recoveryType']], ['RECOVERY', 'PASSWORD']);
    assert.equal(at(asked.json, '_embedded.user.recovery_question.question'), question.question);
    assert.deepEqual(failure(await follow(okta, asked, '_links.next', { answer: 'Bill' })), [
      403,
      'E0000087',
    ]);
    const reset = await follow(okta, asked, '_links.next', { answer: 'annie oakley' });
    assert.equal(reset.json.status, 'PASSWORD_RESET');
    const done = await follow(okta, reset, '_links.next', { newPassword: otherPassword });
    assert.equal(done.json.status, 'SUCCESS');
    assert.deepEqual(failure(await okta.post('/api/v1/authn/recovery/token', { recoveryToken })), [
      403,
      'E0000105',
    ]);
  });

  it('O34 recovers by message: RECOVERY_CHALLENGE; and opens a lock', async () => {
    const okta = openSignIn({ user: { status: 'LOCKED_OUT' } });
    const sent = await okta.post('/api/v1/authn/recovery/unlock', { username, factorType: 'SMS' });
    assert.deepEqual([sent.json.status, sent.json['factorType']], ['RECOVERY_CHALLENGE', 'SMS']);
    assert.deepEqual(failure(await follow(okta, sent, '_links.next', { passCode: 'x' })), [403, 'E0000068']);
    const asked = await follow(okta, sent, '_links.next', {
      passCode: okta.twin.state.signIns[0]?.sent?.code,
    });
    assert.equal(asked.json.status, 'RECOVERY');
    const done = await follow(okta, asked, '_links.next', { answer: question.answer });
    assert.deepEqual([done.json.status, await okta.statusOf()], ['SUCCESS', 'ACTIVE']);
  });

  it('O34 goes on from what an application began: UNAUTHENTICATED', async () => {
    const expiresAt = start + 60_000;
    const signIns = [
      { stateToken: 'begun', status: 'UNAUTHENTICATED', user: null, expiresAt, relayState: '/app' },
    ];
    const okta = openSignIn({ signIns });
    const begun = await okta.post('/api/v1/authn', { stateToken: 'begun' });
    assert.equal(begun.json.status, 'UNAUTHENTICATED');
    const done = await okta.post('/api/v1/authn', { stateToken: 'begun', username, password });
    assert.deepEqual([done.json.status, done.json['relayState']], ['SUCCESS', '/app']);
  });

  it('O34 lets a new user in by the activation token, to set a password', async () => {
    const okta = openSignIn();
    const { json } = await okta.call('POST /api/v1/users?activate=false', { profile: profileOf('new') });
    const activated = await okta.call(`POST /api/v1/users/${json.id}/lifecycle/activate?sendEmail=false`);
    const reset = await okta.post('/api/v1/authn', { token: activated.json['activationToken'] });
    assert.equal(reset.json.status, 'PASSWORD_RESET');
    assert.equal(
      (await follow(okta, reset, '_links.next', { newPassword: otherPassword })).json.status,
      'SUCCESS',
    );
    assert.equal((await okta.call(`GET /api/v1/users/${json.id}`)).json.status, 'ACTIVE');
  });

  it('O35 forgets a state token that waits too long, and not one that is used', async () => {
    const okta = openSignIn({ user: { status: 'PASSWORD_EXPIRED' } });
    const { json } = await okta.signIn();
    const look = () => okta.post('/api/v1/authn', { stateToken: json['stateToken'] });
    for (let minutes = 0; minutes < 12; minutes += 4) {
      await okta.twin.changeClock({ advance: 4 * 60_000 });
      assert.equal((await look()).json.status, 'PASSWORD_EXPIRED');
    }
    await okta.twin.changeClock({ advance: 5 * 60_000 });
    assert.deepEqual(failure(await look()), [401, 'E0000011']);
    const gone = await okta.signIn();
    assert.equal((await follow(okta, gone, '_links.cancel')).json['relayState'], '/inbox');
    assert.deepEqual(failure(await okta.post('/api/v1/authn', { stateToken: gone.json['stateToken'] })), [
      401,
      'E0000011',
    ]);
  });

  it('O35 refuses what a state does not allow, wrong codes, and messages too soon', async () => {
    const factors = [
      { id: 'sms1', user: '00uIsaac', factorType: 'sms', profile: { phoneNumber: '+1-555-415-1337' } },
    ];
    const okta = openSignIn({ policies: [requireFactor], factors });
    const required = await okta.signIn();
    const { stateToken } = required.json;
    for (const path of [
      '/skip',
      '/previous',
      '/credentials/reset_password',
      '/recovery/answer',
      '/factors',
    ]) {
      assert.deepEqual(
        failure(await okta.post(`/api/v1/authn${path}`, { stateToken })),
        [403, 'E0000079'],
        path,
      );
    }
    const challenge = await follow(okta, required, '_embedded.factors.0._links.verify');
    assert.deepEqual(failure(await follow(okta, challenge, '_links.next', { passCode: '1' })), [
      403,
      'E0000068',
    ]);
    const resend = new URL((at(challenge.json, '_links.resend.0') as { href: string }).href).pathname;
    assert.deepEqual(failure(await okta.post(resend, { stateToken })), [429, 'E0000109']);
    await okta.twin.changeClock({ advance: 30_000 });
    assert.equal((await okta.post(resend, { stateToken })).status, 200);
    for (let mistake = 0; mistake < 4; mistake += 1)
      await follow(okta, challenge, '_links.next', { passCode: '1' });
    assert.deepEqual(failure(await follow(okta, challenge, '_links.next', { passCode: sentCode(okta) })), [
      403,
      'E0000069',
    ]);
  });

  it('O35 keeps locked users out where policy says that they cannot help themselves', async () => {
    const deny = { selfServiceUnlock: { access: 'DENY' }, selfServicePasswordReset: { access: 'DENY' } };
    const policies = [{ ...passwordPolicy({}), rules: [{ actions: deny }] }];
    const okta = openSignIn({ user: { status: 'LOCKED_OUT' }, policies });
    const ask = (way: string) =>
      okta.post(`/api/v1/authn/recovery/${way}`, { username, factorType: 'EMAIL' });
    assert.deepEqual(failure(await ask('unlock')), [403, 'E0000119']);
    assert.deepEqual(failure(await ask('password')), [403, 'E0000034']);
    assert.equal(await okta.statusOf(), 'LOCKED_OUT');
  });

  it('O31 changes a password that is known, and refuses one that policy does not like', async () => {
    const okta = openSignIn();
    const change = (from: string, to: string) =>
      okta.call('POST /api/v1/users/00uIsaac/credentials/change_password', {
        oldPassword: { value: from },
        newPassword: { value: to },
      });
    const wrong = await change('wrong', otherPassword);
    assert.deepEqual(failure(wrong), [403, 'E0000014']);
    assert.equal(wrong.json.errorSummary, 'Update of credentials failed');
    assert.deepEqual(wrong.json.errorCauses, [
      { errorSummary: 'oldPassword: The credentials provided were incorrect.' },
    ]);
    assert.deepEqual(failure(await change(password, 'weak')), [403, 'E0000014']);
    const done = await change(password, otherPassword);
    assert.deepEqual(Object.keys(done.json), ['password', 'recovery_question', 'provider']);
    assert.equal((await okta.signIn(otherPassword)).json.status, 'SUCCESS');
    const reused = await change(otherPassword, password);
    assert.deepEqual(reused.json.errorCauses, [{ errorSummary: 'Password has been used too recently' }]);
    await okta.call('POST /api/v1/users/00uIsaac/lifecycle/expire_password');
    const expired = await okta.signIn(otherPassword);
    const weak = await follow(okta, expired, '_links.next', {
      oldPassword: otherPassword,
      newPassword: 'weak',
    });
    assert.deepEqual(failure(weak), [403, 'E0000080']);
  });

  it('O31 changes the question for recovery, and a password by its answer', async () => {
    const okta = openSignIn();
    const path = 'POST /api/v1/users/00uIsaac/credentials/';
    const next = { question: 'Where?', answer: 'In Texas' };
    const wrong = await okta.call(`${path}change_recovery_question`, {
      password: { value: 'x' },
      recovery_question: next,
    });
    assert.deepEqual(failure(wrong), [403, 'E0000014']);
    const done = await okta.call(`${path}change_recovery_question`, {
      password: { value: password },
      recovery_question: next,
    });
    assert.deepEqual(done.json['recovery_question'], { question: 'Where?' });
    const answer = (given: string) =>
      okta.call(`${path}forgot_password_recovery_question`, {
        password: { value: otherPassword },
        recovery_question: { answer: given },
      });
    assert.deepEqual(failure(await answer('In Utah')), [403, 'E0000087']);
    assert.equal((await answer('in texas')).status, 200);
    const link = await okta.call(`${path}forgot_password?sendEmail=false`);
    assert.match(String(link.json['resetPasswordUrl']), /\/signin\/reset-password\/\w{20}$/);
  });
});
