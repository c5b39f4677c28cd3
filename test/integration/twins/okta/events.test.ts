import assert from 'node:assert/strict';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { goodPassword, linksOf, openOkta, pathOf, profileOf, type OktaUnderTest } from './oktaTwin';

interface Heard {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: Record<string, unknown>;
}

interface Said {
  status: number;
  body?: object;
}

/** Waits until something is so. */
async function eventually(holds: () => boolean, what: string): Promise<void> {
  for (let tries = 0; tries < 400; tries += 1) {
    if (holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.fail(`never: ${what}`);
}

describe('Okta twin: what it tells others', () => {
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
  });

  /** A program that hears requests and answers as it is told. */
  async function receiver(answer: (heard: Heard) => Said) {
    const all: Heard[] = [];
    const server = createServer((request, response) => {
      void text(request).then((body) => {
        const { method = '', url: path = '', headers } = request;
        const heard = {
          method,
          path,
          headers,
          body: body === '' ? {} : (JSON.parse(body) as Record<string, unknown>),
        };
        all.push(heard);
        const said = answer(heard);
        response.writeHead(said.status, { 'content-type': 'application/json' });
        response.end(said.body ? JSON.stringify(said.body) : '');
      });
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return { heard: all, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
  }

  const typesOf = async ({ call }: OktaUnderTest, query: string) =>
    (await call(`GET /api/v1/logs?${String(new URLSearchParams(query))}`)).list.map(
      (event) => event['eventType'],
    );

  it('O40 writes every step of a life to the System Log', async () => {
    const okta = openOkta();
    const body = { profile: profileOf('new'), credentials: { password: { value: goodPassword } } };
    const { json } = await okta.call('POST /api/v1/users?activate=false', body);
    const path = `/api/v1/users/${json.id}`;
    for (const step of [
      'activate',
      'suspend',
      'unsuspend',
      'expire_password',
      'reset_password',
      'reactivate',
      'deactivate',
    ]) {
      assert.equal((await okta.call(`POST ${path}/lifecycle/${step}`)).status, 200, step);
    }
    await okta.call(`DELETE ${path}`);
    assert.deepEqual(await typesOf(okta, `filter=target.id eq "${json.id}"`), [
      'user.lifecycle.create',
      'user.lifecycle.activate',
      'user.lifecycle.suspend',
      'user.lifecycle.unsuspend',
      'user.account.expire_password',
      'user.account.reset_password',
      'user.lifecycle.reactivate',
      'user.lifecycle.deactivate',
      'user.lifecycle.delete.initiated',
      'user.lifecycle.delete.completed',
    ]);
    const [event] = (await okta.call('GET /api/v1/logs?limit=1')).list;
    assert.deepEqual((event?.['actor'] as { alternateId: string }).alternateId, 'isaac.brock@example.com');
    assert.deepEqual(event?.['outcome'], { result: 'SUCCESS', reason: null });
    assert.equal((event?.['target'] as { type: string }[])[0]?.type, 'User');
  });

  it('O40 is polled by a link that is always there, and pages what is bounded', async () => {
    const okta = openOkta({ seed: { settings: { rateLimits: { '/api/v1/logs': 1000 } } } });
    const group = (name: string) => okta.call('POST /api/v1/groups', { profile: { name } });
    for (const name of ['a', 'b', 'c']) await group(name);
    const names = (answer: { list: Record<string, unknown>[] }) =>
      answer.list.map((event) => (event['target'] as { displayName: string }[])[0]?.displayName).join('');
    const first = await okta.call('GET /api/v1/logs?limit=2');
    const second = await okta.call(`GET ${pathOf(linksOf(first)['next'] ?? '')}`);
    const empty = await okta.call(`GET ${pathOf(linksOf(second)['next'] ?? '')}`);
    assert.deepEqual([names(first), names(second), names(empty)], ['ab', 'c', '']);
    await group('d');
    assert.equal(names(await okta.call(`GET ${pathOf(linksOf(empty)['next'] ?? '')}`)), 'd');
    const until = encodeURIComponent(new Date(Date.now() + 60_000).toISOString());
    const bounded = await okta.call(`GET /api/v1/logs?until=${until}`);
    assert.deepEqual([names(bounded), Object.keys(linksOf(bounded))], ['abcd', ['self']]);
    const backwards = await okta.call('GET /api/v1/logs?sortOrder=DESCENDING&limit=3');
    assert.equal(names(backwards), 'dcb');
    assert.equal(names(await okta.call(`GET ${pathOf(linksOf(backwards)['next'] ?? '')}`)), 'a');
    const later = new Date(Date.now() + 1000).toISOString();
    assert.deepEqual((await okta.call(`GET /api/v1/logs?since=${encodeURIComponent(later)}`)).list, []);
  });

  it('O40 filters the log, searches it for words, and refuses nonsense', async () => {
    const okta = openOkta();
    await okta.call('POST /api/v1/groups', { profile: { name: 'Staff' } });
    await okta.call('POST /api/v1/users', { profile: profileOf('new') });
    assert.deepEqual(await typesOf(okta, 'filter=eventType sw "group." and outcome.result eq "SUCCESS"'), [
      'group.lifecycle.create',
    ]);
    assert.deepEqual(await typesOf(okta, 'q=STAFF create'), ['group.lifecycle.create']);
    for (const [query, code] of [
      ['filter=eventType is 1', 'E0000031'],
      ['since=yesterday', 'E0000030'],
      ['after=bogus', 'E0000029'],
      ['limit=x', 'E0000037'],
    ] as const) {
      const { status, json } = await okta.call(`GET /api/v1/logs?${String(new URLSearchParams(query))}`);
      assert.deepEqual([status, json.errorCode], [400, code], query);
    }
  });

  it('O40 verifies an event hook by a challenge, then sends it what it wants, once more on failure', async () => {
    let fails = 1;
    const program = await receiver(({ method, headers }) => {
      if (method === 'GET')
        return { status: 200, body: { verification: headers['x-okta-verification-challenge'] } };
      fails -= 1;
      return { status: fails >= 0 ? 500 : 204 };
    });
    const okta = openOkta();
    const made = await okta.call('POST /api/v1/eventHooks', {
      name: 'Leavers',
      events: { type: 'EVENT_TYPE', items: ['user.lifecycle.deactivate'] },
      channel: {
        type: 'HTTP',
        version: '1.0.0',
        config: {
          uri: `${program.url}/hook`,
          headers: [{ key: 'X-Other', value: 'yes' }],
          authScheme: { type: 'HEADER', key: 'Authorization', value: 'my-secret' },
        },
      },
    });
    assert.deepEqual([made.json.status, made.json['verificationStatus']], ['ACTIVE', 'UNVERIFIED']);
    assert.ok(!made.text.includes('my-secret'));
    const leave = async (name: string) => {
      const { json } = await okta.call('POST /api/v1/users', { profile: profileOf(name) });
      await okta.call(`POST /api/v1/users/${json.id}/lifecycle/deactivate`);
    };
    await leave('early');
    const verified = await okta.call(`POST /api/v1/eventHooks/${made.json.id}/lifecycle/verify`);
    assert.equal(verified.json['verificationStatus'], 'VERIFIED');
    await leave('late');
    await okta.twin.runDue();
    await eventually(() => okta.twin.deliveries().length === 1, 'the first attempt');
    await okta.twin.changeClock({ advance: 1000 });
    await eventually(() => okta.twin.deliveries().length === 2, 'the second attempt');
    assert.deepEqual(
      okta.twin.deliveries().map(({ status }) => status),
      [500, 204],
    );
    const [challenge, ...posts] = program.heard;
    assert.equal(challenge?.method, 'GET');
    for (const { headers, body } of posts) {
      assert.deepEqual([headers['authorization'], headers['x-other']], ['my-secret', 'yes']);
      assert.equal(body['eventType'], 'com.okta.event_hook');
      const { events } = body['data'] as {
        events: { eventType: string; target: { alternateId: string }[] }[];
      };
      assert.deepEqual(
        [events[0]?.eventType, events[0]?.target[0]?.alternateId],
        ['user.lifecycle.deactivate', 'late@example.com'],
      );
    }
  });

  it('O40 does not believe a receiver that does not return the challenge', async () => {
    const program = await receiver(() => ({ status: 200, body: { verification: 'guess' } }));
    const hook = {
      name: 'x',
      events: ['user.lifecycle.create'],
      verificationStatus: 'UNVERIFIED',
      uri: program.url,
    };
    const okta = openOkta({ seed: { eventHooks: [{ id: 'who1', ...hook }] } });
    const { status, json } = await okta.call('POST /api/v1/eventHooks/who1/lifecycle/verify');
    assert.deepEqual([status, json.errorCode], [400, 'E0000001']);
    await okta.call('POST /api/v1/users', { profile: profileOf('new') });
    await okta.twin.runDue();
    assert.deepEqual(
      program.heard.map(({ method }) => method),
      ['GET'],
    );
  });

  /** A SCIM server with a few accounts. */
  function scimServer(known: Record<string, string> = {}) {
    return receiver(({ method, path, body }) => {
      const id = /^\/scim\/v2\/Users\/(.+)/.exec(path)?.[1];
      if (method === 'GET' && id === undefined) {
        const name = /userName eq "([^"]+)"/.exec(decodeURIComponent(path))?.[1] ?? '';
        const Resources = known[name] ? [{ id: known[name], userName: name }] : [];
        const schemas = ['urn:ietf:params:scim:api:messages:2.0:ListResponse'];
        return {
          status: 200,
          body: { schemas, totalResults: Resources.length, startIndex: 1, itemsPerPage: 100, Resources },
        };
      }
      if (method === 'POST' && body['userName'] === 'taken@example.com') {
        const schemas = ['urn:ietf:params:scim:api:messages:2.0:Error'];
        return { status: 409, body: { schemas, status: '409', detail: 'User already exists' } };
      }
      return { status: method === 'POST' ? 201 : 200, body: { ...body, id: id ?? 's1' } };
    });
  }

  async function withScim(known: Record<string, string> = {}) {
    const program = await scimServer(known);
    const connection = { baseUrl: `${program.url}/scim/v2`, token: 'scim-secret' };
    const users = ['one', 'two', 'taken'].map((name) => ({ id: `00u${name}`, profile: profileOf(name) }));
    const okta = openOkta({ seed: { users, apps: [{ id: '0oa1', label: 'Payroll', connection }] } });
    const asked = () =>
      program.heard.map(({ method, path }) => `${method} ${path.replace('/scim/v2', '').split('?')[0]}`);
    const settle = async (count: number) => {
      await eventually(
        () => {
          void okta.twin.runDue();
          return okta.twin.deliveries().length === count;
        },
        `${count} requests, but ${asked().join(', ')}`,
      );
    };
    const syncOf = async (user: string) => (await okta.call(`GET /api/v1/apps/0oa1/users/${user}`)).json;
    return { ...okta, program, asked, settle, syncOf };
  }

  it('O40 provisions a user to a SCIM server, keeps the account up to date, and switches it off', async () => {
    const { call, program, asked, settle, syncOf } = await withScim();
    await call('POST /api/v1/apps/0oa1/users', { id: '00uone' });
    await settle(2);
    const [find, create] = program.heard;
    const { searchParams } = new URL(find?.path ?? '', program.url);
    assert.deepEqual(Object.fromEntries(searchParams), {
      filter: 'userName eq "one@example.com"',
      startIndex: '1',
      count: '100',
    });
    assert.deepEqual(
      [find?.headers['authorization'], find?.headers['accept']],
      ['Bearer scim-secret', 'application/scim+json'],
    );
    assert.deepEqual(create?.body['schemas'], ['urn:ietf:params:scim:schemas:core:2.0:User']);
    assert.deepEqual([create?.body['userName'], create?.body['active']], ['one@example.com', true]);
    const synced = await syncOf('00uone');
    assert.deepEqual(
      [synced.status, synced['syncState'], synced['externalId']],
      ['PROVISIONED', 'SYNCHRONIZED', 's1'],
    );
    await call('POST /api/v1/users/00uone', { profile: { nickName: 'uno' } });
    await settle(4);
    await call('POST /api/v1/users/00uone/lifecycle/deactivate');
    await settle(5);
    assert.deepEqual(asked(), [
      'GET /Users',
      'POST /Users',
      'GET /Users/s1',
      'PUT /Users/s1',
      'PATCH /Users/s1',
    ]);
    assert.deepEqual(program.heard.at(-1)?.body, {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: [{ op: 'replace', value: { active: false } }],
    });
  });

  it('O40 takes over an account that is there, and reports one it could not make', async () => {
    const { call, asked, settle, syncOf, twin } = await withScim({ 'two@example.com': 's2' });
    await call('POST /api/v1/apps/0oa1/users', { id: '00utwo' });
    await settle(2);
    assert.deepEqual([(await syncOf('00utwo'))['externalId'], asked()[1]], ['s2', 'PUT /Users/s2']);
    await call('POST /api/v1/apps/0oa1/users', { id: '00utaken' });
    await settle(4);
    assert.equal((await syncOf('00utaken'))['syncState'], 'ERROR');
    const failed = twin.state.events.at(-1);
    assert.deepEqual(
      [failed?.eventType, failed?.outcome.result],
      ['application.provision.user.push', 'FAILURE'],
    );
    assert.match(failed?.outcome.reason ?? '', /409/);
  });

  it('O40 connects an application by the API, without ever showing the token', async () => {
    const { call, program, settle } = await withScim();
    const made = await call('POST /api/v1/apps', { label: 'Other', signOnMode: 'BOOKMARK' });
    const path = `/api/v1/apps/${made.json.id}/connections/default`;
    const body = {
      baseUrl: `${program.url}/scim/v2`,
      profile: { authScheme: 'TOKEN', token: 'other-secret' },
    };
    const connected = await call(`POST ${path}?activate=true`, body);
    assert.equal(connected.json.status, 'ENABLED');
    assert.ok(!connected.text.includes('other-secret'));
    await call(`POST /api/v1/apps/${made.json.id}/users`, { id: '00uone' });
    await settle(2);
    assert.equal((await call(`POST ${path}/lifecycle/deactivate`)).status, 204);
    assert.equal((await call(`GET ${path}`)).json.status, 'DISABLED');
  });
});
