import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { jiraService } from '../../../../src/twins/jira/service';
import { adf, openJira, readAnswer, type JiraUnderTest } from './jiraTwin';

const valuesOf = (jira: JiraUnderTest) => jiraService.values(jira.twin.origin, jira.twin.credentials);
const json = { 'content-type': 'application/json' };

/** Speaks as the OAuth app, at the gateway. */
function app(jira: JiraUnderTest, token = valuesOf(jira)['accessToken'] ?? '') {
  const headers = { authorization: `Bearer ${token}`, ...json };
  return async (
    method: string,
    path: string,
    body?: unknown,
    prefix = `/ex/jira/${valuesOf(jira)['cloudId']}`,
  ) =>
    readAnswer(
      await jira.send(`${prefix}${path}`, {
        method,
        headers,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    );
}

async function exchange(jira: JiraUnderTest, body: object) {
  const { clientId, clientSecret } = valuesOf(jira);
  const request = { client_id: clientId, client_secret: clientSecret, ...body };
  return readAnswer(
    await jira.send('/oauth/token', { method: 'POST', headers: json, body: JSON.stringify(request) }),
  );
}

interface Heard {
  headers: IncomingHttpHeaders;
  text: string;
  body: {
    webhookEvent: string;
    timestamp: number;
    issue: { key: string };
    changelog?: object;
    issue_event_type_name?: string;
  };
}

describe('Jira twin: apps', () => {
  const servers: Server[] = [];
  afterEach(async () => {
    await Promise.all(
      servers.splice(0).map(
        (server) =>
          new Promise((resolve) => {
            server.close(resolve);
            server.closeAllConnections();
          }),
      ),
    );
  });

  /** A receiver of webhooks, which answers with these statuses and then with 200. */
  async function receiver(statuses: number[] = []) {
    const heard: Heard[] = [];
    const server = createServer((request, response) => {
      let text = '';
      request.on('data', (part: Buffer) => (text += part.toString()));
      request.on('end', () => {
        heard.push({ headers: request.headers, text, body: JSON.parse(text) as Heard['body'] });
        response.writeHead(statuses.shift() ?? 200).end();
      });
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const until = async (count: number) => {
      for (let round = 0; heard.length < count && round < 500; round += 1) {
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      return heard;
    };
    return { url: `http://127.0.0.1:${port}/hook`, until };
  }

  it('J03 tells a missing scope from a missing permission', async () => {
    const jira = openJira({
      seed: {
        tokens: [
          { token: 'narrow', user: '5b10a2844c20165700ede21g', kind: 'oauth', scopes: ['read:jira-user'] },
        ],
      },
    });
    const narrow = app(jira, 'narrow');
    assert.equal((await narrow('GET', '/rest/api/3/myself')).status, 200);
    const refused = await narrow('GET', '/rest/api/3/issue/EX-1');
    assert.deepEqual(
      [refused.status, refused.body],
      [401, { code: 401, message: 'Unauthorized; scope does not match' }],
    );
  });

  it('J04 takes OAuth tokens at the gateway only', async () => {
    const jira = openJira({ seed: { issues: [{ summary: 's' }] } });
    const ask = app(jira);
    assert.equal((await ask('GET', '/rest/api/3/issue/EX-1', undefined, '')).status, 401);
    const issue = await ask('GET', '/rest/api/3/issue/EX-1');
    const { cloudId } = valuesOf(jira);
    assert.deepEqual(
      [issue.status, issue.body['self']],
      [200, `${jira.twin.origin}/ex/jira/${cloudId}/rest/api/3/issue/10000`],
    );
    assert.equal((await ask('GET', '/rest/api/3/issue/EX-1', undefined, '/ex/jira/elsewhere')).status, 404);
    const accessToken = valuesOf(jira)['accessToken'] ?? '';
    const redirected = await jira.send(`/ex/jira/${cloudId}/rest/api/3/issue/EX-1`, {
      headers: { authorization: `Bearer ${accessToken}`, host: 'api.atlassian.com' },
    });
    const { body } = await readAnswer(redirected);
    assert.equal(body['self'], `https://api.atlassian.com/ex/jira/${cloudId}/rest/api/3/issue/10000`);
    const [site] = (await ask('GET', '/oauth/token/accessible-resources', undefined, ''))
      .body as unknown as Record<string, unknown>[];
    assert.deepEqual(Object.keys(site ?? {}).sort(), ['avatarUrl', 'id', 'name', 'scopes', 'url']);
    assert.deepEqual([site?.['id'], site?.['url']], [cloudId, jira.twin.origin]);
  });

  it('J05 rotates refresh tokens; the old one is dead', async () => {
    const jira = openJira();
    const { clientId = '', refreshToken } = valuesOf(jira);
    const first = await exchange(jira, { grant_type: 'refresh_token', refresh_token: refreshToken });
    assert.deepEqual(
      [first.status, first.body['token_type'], first.body['expires_in']],
      [200, 'Bearer', 3600],
    );
    const again = await exchange(jira, { grant_type: 'refresh_token', refresh_token: refreshToken });
    assert.deepEqual(
      [again.status, again.body],
      [403, { error: 'invalid_grant', error_description: 'Unknown or invalid refresh token.' }],
    );
    assert.equal(
      (await app(jira, String(first.body['access_token']))('GET', '/rest/api/3/myself')).status,
      200,
    );
    const query = new URLSearchParams({
      audience: 'api.atlassian.com',
      client_id: clientId,
      scope: 'read:jira-work',
      redirect_uri: 'http://localhost:3000/callback',
      state: 'xyz',
      response_type: 'code',
      prompt: 'consent',
    });
    const consent = await jira.send(`/authorize?${query.toString()}`);
    const target = new URL(consent.headers.get('location') ?? '');
    assert.equal(target.searchParams.get('state'), 'xyz');
    const code = {
      grant_type: 'authorization_code',
      code: target.searchParams.get('code'),
      redirect_uri: 'http://localhost:3000/callback',
    };
    const tokens = await exchange(jira, code);
    assert.ok(!('refresh_token' in tokens.body), 'without offline_access there is none');
    assert.equal((await exchange(jira, code)).status, 403);
    await jira.twin.changeClock({ advance: 3_600_000 });
    assert.equal(
      (await app(jira, String(tokens.body['access_token']))('GET', '/rest/api/3/serverInfo')).status,
      401,
    );
  });

  it('J37 keeps webhooks of apps, and of nobody else', async () => {
    const jira = openJira();
    const { url } = await receiver();
    const request = {
      url,
      webhooks: [
        { jqlFilter: 'project = EX', events: ['jira:issue_created'] },
        { jqlFilter: 'project = EX', events: ['nonsense'] },
      ],
    };
    assert.equal((await jira.call('POST', '/rest/api/3/webhook', { nonsense: true })).status, 403);
    const ask = app(jira);
    const { body } = await ask('POST', '/rest/api/3/webhook', request);
    const [made, refused] = body['webhookRegistrationResult'] as {
      createdWebhookId?: number;
      errors?: string[];
    }[];
    assert.ok(made?.createdWebhookId !== undefined && refused?.errors?.length === 1);
    const watched = { jqlFilter: 'watchCount > 1', events: ['jira:issue_created'] };
    const wrong = (await ask('POST', '/rest/api/3/webhook', { url, webhooks: [watched] })).body;
    assert.deepEqual(wrong['webhookRegistrationResult'], [
      { errors: ['The clause watchCount is unsupported'] },
    ]);
    const list = (await ask('GET', '/rest/api/3/webhook')).body['values'] as { expirationDate: number }[];
    await jira.twin.changeClock({ advance: 60_000 });
    const refreshed = (
      await ask('PUT', '/rest/api/3/webhook/refresh', { webhookIds: [made.createdWebhookId] })
    ).body['expirationDate'];
    assert.ok(Number(refreshed) > (list[0]?.expirationDate ?? 0));
    assert.equal(
      (await ask('DELETE', '/rest/api/3/webhook', { webhookIds: [made.createdWebhookId] })).status,
      202,
    );
    assert.deepEqual((await ask('GET', '/rest/api/3/webhook')).body['values'], []);
  });

  it('J38 delivers what happened, signed, and again where it must', async () => {
    const jira = openJira();
    const { url, until } = await receiver([503]);
    const ask = app(jira);
    const events = ['jira:issue_created', 'jira:issue_deleted', 'comment_deleted'];
    await ask('POST', '/rest/api/3/webhook', { url, webhooks: [{ jqlFilter: 'project = EX', events }] });
    const fields = { project: { key: 'EX' }, issuetype: { name: 'Task' }, summary: 'Offboard Ann' };
    await jira.call('POST', '/rest/api/3/issue', { fields });
    await jira.twin.runDue();
    const [first] = await until(1);
    assert.deepEqual(
      [first?.body.webhookEvent, first?.body.issue.key, first?.body.issue_event_type_name],
      ['jira:issue_created', 'EX-1', 'issue_created'],
    );
    const { clientSecret = '' } = valuesOf(jira);
    const hmac = createHmac('sha256', clientSecret)
      .update(first?.text ?? '')
      .digest('hex');
    assert.equal(first?.headers['x-hub-signature'], `sha256=${hmac}`);
    assert.deepEqual(
      [first?.headers['x-atlassian-webhook-flow'], first?.headers['x-atlassian-webhook-retry']],
      ['Primary', undefined],
    );
    // Time goes on only once the failed attempt was noted.
    while (jira.twin.deliveries().length < 1) await new Promise((resolve) => setTimeout(resolve, 5));
    await jira.twin.changeClock({ advance: 6 * 60_000 });
    const [, second] = await until(2);
    assert.deepEqual(
      [
        second?.headers['x-atlassian-webhook-identifier'],
        second?.headers['x-atlassian-webhook-retry'],
        second?.text,
      ],
      [first?.headers['x-atlassian-webhook-identifier'], '1', first?.text],
    );
    await jira.call('POST', '/rest/api/3/issue/EX-1/comment', { body: adf('bye') });
    await jira.call('DELETE', '/rest/api/3/issue/EX-1');
    await jira.twin.runDue();
    const later = (await until(4))
      .slice(2)
      .map(({ body, headers }) => [body.webhookEvent, headers['x-atlassian-webhook-flow']]);
    assert.deepEqual(later.toSorted(), [
      ['comment_deleted', 'Secondary'],
      ['jira:issue_deleted', 'Primary'],
    ]);
  });

  it('J37 keeps the webhooks that never arrived', async () => {
    const jira = openJira();
    const ask = app(jira);
    const { url, until } = await receiver([410]);
    await ask('POST', '/rest/api/3/webhook', {
      url,
      webhooks: [{ jqlFilter: '', events: ['jira:issue_created'] }],
    });
    await jira.call('POST', '/rest/api/3/issue', {
      fields: { project: { key: 'EX' }, issuetype: { name: 'Task' }, summary: 's' },
    });
    await jira.twin.runDue();
    await until(1);
    while (jira.twin.deliveries().length < 1) await new Promise((resolve) => setTimeout(resolve, 5));
    const [failed] = (await ask('GET', '/rest/api/3/webhook/failed')).body['values'] as {
      url: string;
      body: string;
    }[];
    assert.equal(failed?.url, url);
    assert.match(failed?.body ?? '', /jira:issue_created/);
  });
});
