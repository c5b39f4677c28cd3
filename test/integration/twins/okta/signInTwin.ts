import assert from 'node:assert/strict';
import { goodPassword, openOkta, profileOf, type OktaAnswer } from './oktaTwin';

export const start = Date.UTC(2026, 0, 2);
export const day = 86_400_000;
export const username = 'isaac@example.com';
export const password = goodPassword;
export const otherPassword = 'Different9Pass';
export const question = { question: 'Who is there?', answer: 'Annie Oakley' };
export const requireFactor = {
  type: 'OKTA_SIGN_ON',
  name: 'Careful',
  rules: [{ actions: { signon: { access: 'ALLOW', requireFactor: true } } }],
};
export const passwordPolicy = (settings: object) => ({
  type: 'PASSWORD',
  name: 'Strict',
  settings: { password: settings },
});

/** One user with a password, and what else the seed says; times stand still. */
export function openSignIn({ user = {}, ...seed }: Record<string, unknown> & { user?: object } = {}) {
  const isaac = {
    id: '00uIsaac',
    profile: { ...profileOf('isaac'), mobilePhone: '+1-555-415-1337' },
    credentials: { password: { value: password }, recovery_question: question },
    passwordChanged: new Date(start).toISOString(),
    ...user,
  };
  const okta = openOkta({ now: () => start, seed: { users: [isaac], ...seed } });
  const post = (path: string, body: object = {}) =>
    okta.send(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const signIn = (given = password) =>
    post('/api/v1/authn', { username, password: given, relayState: '/inbox' });
  const statusOf = async () => (await okta.call('GET /api/v1/users/00uIsaac')).json.status;
  return { ...okta, post, signIn, statusOf };
}
export type SignInUnderTest = ReturnType<typeof openSignIn>;

export const failure = ({ status, json }: OktaAnswer) => [status, json.errorCode];
export const at = (value: unknown, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>((found, name) => (found as Record<string, unknown> | undefined)?.[name], value);

/** Posts to a link of the answer, with its state token. */
export function follow(okta: SignInUnderTest, { json }: OktaAnswer, link: string, body: object = {}) {
  const found = at(json, link) as { href: string } | undefined;
  assert.ok(found, `no ${link} in ${JSON.stringify(json)}`);
  return okta.post(new URL(found.href).pathname, { stateToken: json['stateToken'], ...body });
}

/** The code that was sent last. */
export const sentCode = ({ twin }: SignInUnderTest) =>
  twin.state.factors.at(-1)?.sent?.code ?? twin.state.signIns.at(-1)?.sent?.code ?? '';
