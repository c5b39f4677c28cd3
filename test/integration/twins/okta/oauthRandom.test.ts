import assert from 'node:assert/strict';
import { throwDice } from '../../../../src/twins/dice';
import { oauthOperations } from '../../../../src/twins/okta/oauth/operations';
import {
  asService,
  assertionOf,
  basic,
  callback,
  hashOf,
  openOAuth,
  origin,
  proofOf,
  verifier,
  type OAuthUnderTest,
  type Parameters,
} from './oauthTwin';
import type { OktaAnswer } from './oktaTwin';

function chooser(seed: number) {
  let dice = seed;
  const below = (limit: number): number => {
    const thrown = throwDice(dice);
    dice = thrown.seed;
    return Math.floor(thrown.value * limit);
  };
  const pick = <T>(values: readonly T[]): T => values[below(values.length)] as T;
  return { below, pick };
}
type Chooser = ReturnType<typeof chooser>;

/** What a client came to know. */
interface Known {
  codes: string[];
  access: string[];
  refresh: string[];
  id: string[];
  cookie: string;
}

const withForms = Object.keys(oauthOperations).filter((name) => !name.includes(' /api/'));
const bases = ['/oauth2/v1', '/oauth2/default/v1'];

async function signIn(okta: OAuthUnderTest, known: Known, { pick, below }: Chooser): Promise<OktaAnswer> {
  const token = below(2) === 0 ? { sessionToken: await okta.sessionToken() } : {};
  const scope = pick(['openid', 'openid offline_access email', 'openid okta.users.read', 'nonsense']);
  const prompt = pick([undefined, 'none', 'login']);
  const answer = await okta.authorize({ ...token, scope, prompt }, pick(bases), known.cookie);
  const location = answer.headers.get('location');
  const code = location === null ? null : new URL(location).searchParams.get('code');
  if (code !== null) known.codes.push(code);
  known.cookie = /^[^;]+/.exec(answer.headers.get('set-cookie') ?? '')?.[0] ?? known.cookie;
  return answer;
}

async function askForTokens(
  okta: OAuthUnderTest,
  known: Known,
  { pick, below }: Chooser,
): Promise<OktaAnswer> {
  const grants: Parameters[] = [
    {
      grant_type: 'authorization_code',
      code: pick(known.codes),
      redirect_uri: callback,
      code_verifier: verifier,
    },
    { grant_type: 'refresh_token', refresh_token: pick(known.refresh) },
  ];
  const base = pick(bases);
  const asClient =
    below(4) === 0
      ? asService(await assertionOf({ claims: { aud: `${origin}${base}/token` } }))
      : { client_id: 'spa', ...pick(grants) };
  const answer = await okta.form(`${base}/token`, asClient);
  for (const [kind, name] of [
    ['access', 'access_token'],
    ['refresh', 'refresh_token'],
    ['id', 'id_token'],
  ] as const) {
    const token = answer.json[name];
    if (typeof token === 'string') known[kind].push(token);
  }
  return answer;
}

async function useToken(okta: OAuthUnderTest, known: Known, { pick, below }: Chooser): Promise<OktaAnswer> {
  const token = pick([...known.access, ...known.refresh, ...known.id, 'nonsense']);
  const base = pick(bases);
  const authorization = `Bearer ${token}`;
  switch (below(5)) {
    case 0:
      return okta.form(`${base}/introspect`, { token }, basic);
    case 1:
      return okta.form(`${base}/revoke`, { token, client_id: 'spa' });
    case 2:
      return okta.send(`${base}/userinfo`, { headers: { authorization } });
    case 3:
      return okta.send('/api/v1/users', { headers: { authorization } });
    default:
      return okta.send(`${base}/logout?id_token_hint=${token}`, { headers: { cookie: known.cookie } });
  }
}

function checkState({ twin }: OAuthUnderTest): void {
  const { authorizations, codes, tokens } = twin.state.oauth;
  const ids = new Set(authorizations.map(({ id }) => id));
  for (const { authorization } of [...codes, ...tokens]) assert.ok(ids.has(authorization));
  const of = new Map(authorizations.map((one) => [one.id, one]));
  for (const { authorization, scopes } of tokens) {
    assert.ok(scopes.every((scope) => of.get(authorization)?.scopes.includes(scope)));
  }
}

describe('Okta twin: whatever is asked of its authorization servers', () => {
  for (const seed of [1, 2]) {
    it(`never fails or comes into an impossible state (seed ${seed})`, async () => {
      const chance = chooser(seed);
      const okta = await openOAuth({ rateLimits: false });
      const known: Known = { codes: ['none'], access: [], refresh: ['none'], id: [], cookie: '' };
      const seen = new Set<number>();
      for (let step = 0; step < 500; step += 1) {
        const act = chance.pick([signIn, askForTokens, askForTokens, useToken]);
        const answer = await act(okta, known, chance);
        seen.add(answer.status);
        assert.ok(answer.status < 500, `${act.name} answered ${answer.status}: ${answer.text}`);
        checkState(okta);
        if (step % 40 === 0) await okta.twin.changeClock({ advance: 45_000 });
      }
      assert.ok(known.access.length > 20 && known.refresh.length > 5, 'too few tokens were made');
      for (const status of [200, 302, 400, 401]) assert.ok(seen.has(status), `never answered ${status}`);
      const other = await openOAuth();
      other.twin.restore(okta.twin.snapshot());
      assert.deepEqual(other.twin.state, okta.twin.state);
    });
  }

  it('survives malformed requests', async () => {
    const { pick, below } = chooser(11);
    const okta = await openOAuth({ rateLimits: false });
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const jwts = [
      `${part({ alg: 'none' })}.${part({ iss: 'service', sub: 'service' })}.`,
      `${part({ alg: 'RS256', kid: {} })}.${part({ iss: {}, sub: [], aud: 7, exp: 'x' })}.AAAA`,
      `${part([])}.${part(null)}.x`,
      `${part({ alg: 'ES256', typ: 'dpop+jwt', jwk: { kty: 'EC', crv: 'x' } })}.${part({ htm: {}, jti: 'x' })}.x`,
      await assertionOf({ claims: { aud: [origin], exp: 1e300 } }),
      await proofOf({ htm: 'POST', htu: 'http://[' }),
    ];
    const values = [
      ...jwts,
      '',
      'x',
      '\u0000',
      '..',
      '__proto__',
      'web',
      'spa',
      'bound',
      'service',
      callback,
    ];
    const names = [
      ...['client_id', 'client_secret', 'client_assertion', 'client_assertion_type', 'grant_type', 'code'],
      ...[
        'refresh_token',
        'scope',
        'token',
        'redirect_uri',
        'response_type',
        'response_mode',
        'state',
        'prompt',
      ],
      ...['max_age', 'code_challenge', 'code_verifier', 'id_token_hint', 'sessionToken', '__proto__'],
    ];
    const good: [string, string][] = [
      ['client_assertion_type', 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'],
      ['grant_type', 'client_credentials'],
      ['code_challenge', hashOf(verifier)],
      ['response_type', 'code'],
    ];
    for (let step = 0; step < 2500; step += 1) {
      const [method = '', path = ''] = pick(withForms).split(' ');
      const pairs = Array.from({ length: below(6) }, () => [pick(names), pick(values)] as [string, string]);
      const parameters = new URLSearchParams([...pairs, ...good.filter(() => below(2) === 0)]).toString();
      const place = path.replace('{authorizationServerId}', pick(['default', '__proto__', '%00', '%']));
      const headers = {
        'content-type': pick(['application/x-www-form-urlencoded', 'application/json', '']),
        authorization: pick(['', `Bearer ${pick(jwts)}`, `DPoP ${pick(jwts)}`, 'Basic !!!', 'Basic Og==']),
        dpop: pick(jwts),
      };
      const url = method === 'GET' ? `${place}?${parameters}` : place;
      const body = method === 'GET' ? {} : { body: parameters };
      const answer = await okta.send(url, { method, headers, ...body });
      assert.ok(answer.status < 500, `${method} ${url} ${parameters} answered ${answer.status}`);
    }
    assert.ok(okta.twin.calls().every(({ answered }) => answered !== 'twin_defect'));
  });
});
