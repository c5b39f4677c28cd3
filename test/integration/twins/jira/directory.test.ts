import assert from 'node:assert/strict';
import { basic, openJira, readAnswer, type JiraUnderTest } from './jiraTwin';

const mia = '5b10ac8d82e05b22cc7d4ef5';
const lists = (answer: { body: unknown }) => answer.body as Record<string, unknown>[];

/** Asks as another person of the site. */
function as(jira: JiraUnderTest, token: string, email: string) {
  const headers = { authorization: basic(email, token), 'content-type': 'application/json' };
  return async (method: string, path: string, body?: unknown) =>
    readAnswer(
      await jira.send(path, {
        method,
        headers,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    );
}

describe('Jira twin: people and projects', () => {
  it('J25 pages lists as PageBeans', async () => {
    const jira = openJira({ seed: { projects: ['AA', 'BB', 'CC'].map((key) => ({ key })) } });
    const { body } = await jira.call('GET', '/rest/api/3/project/search?maxResults=2');
    const { startAt, maxResults, total, isLast, values, nextPage, self } = body as unknown as {
      [name: string]: unknown;
      values: { key: string }[];
      nextPage: string;
    };
    assert.deepEqual(
      [startAt, maxResults, total, isLast, values.map(({ key }) => key)],
      [0, 2, 3, false, ['AA', 'BB']],
    );
    assert.match(String(self), /startAt=0/);
    const next = await jira.call('GET', nextPage.slice(jira.twin.origin.length));
    assert.deepEqual(
      [next.body['isLast'], 'nextPage' in next.body, (next.body['values'] as unknown[]).length],
      [true, false, 1],
    );
  });

  it('J32 knows people by their account ids only', async () => {
    const users = [
      { accountId: mia, displayName: 'Mia Krystof', emailAddress: 'mia@example.com', emailHidden: true },
    ];
    const jira = openJira({ seed: { users, groups: [] } });
    const found = await jira.call('GET', `/rest/api/3/user?accountId=${mia}`);
    assert.equal(found.status, 200);
    for (const name of ['username', 'key', 'name', 'emailAddress']) assert.ok(!(name in found.body), name);
    assert.equal((await jira.call('GET', '/rest/api/3/user?username=mia')).status, 400);
    assert.equal((await jira.call('GET', '/rest/api/3/user?accountId=nobody')).status, 404);
    assert.equal((await jira.call('GET', `/rest/api/3/user/email?accountId=${mia}`)).status, 400);
    assert.equal((await jira.call('GET', '/rest/api/3/user/assignable/search')).status, 400);
    assert.equal(lists(await jira.call('GET', '/rest/api/3/user/assignable/search?project=EX')).length, 2);
    assert.equal((await jira.call('GET', '/rest/api/3/user/viewissue/search?projectKey=EX')).status, 400);
    assert.equal((await jira.call('GET', '/rest/api/3/user/search')).status, 400);
    assert.deepEqual(
      lists(await jira.call('GET', '/rest/api/3/user/search?query=kry')).map(({ accountId }) => accountId),
      [mia],
    );
  });

  it('J33 keeps projects, hides lost ones and validates keys', async () => {
    const jira = openJira({
      seed: {
        projects: [{ key: 'EX' }, { key: 'HR', permissionScheme: 7 }],
        permissionSchemes: [
          {
            id: 1,
            name: 'open',
            permissions: ['BROWSE_PROJECTS', 'ADMINISTER_PROJECTS', 'CREATE_ISSUES'].map((permission) => ({
              permission,
              holder: { type: 'applicationRole' },
            })),
          },
          { id: 7, name: 'closed' },
        ],
      },
    });
    const { body } = await jira.call('GET', '/rest/api/3/project/EX');
    assert.deepEqual((await jira.call('GET', `/rest/api/3/project/${String(body['id'])}`)).body, body);
    for (const name of ['ex', 'HR', 'NOPE'])
      assert.equal((await jira.call('GET', `/rest/api/3/project/${name}`)).status, 404);
    const taken = await jira.call('GET', '/rest/api/3/projectvalidate/key?key=EX');
    assert.ok(taken.body.errors['projectKey']);
    assert.deepEqual((await jira.call('GET', '/rest/api/3/projectvalidate/key?key=FREE')).body.errors, {});
    assert.equal((await jira.call('GET', '/rest/api/3/projectvalidate/validProjectKey?key=EX')).body, 'EX2');
    const draft = {
      key: 'EX2',
      name: 'Second',
      projectTypeKey: 'software',
      leadAccountId: jira.twin.state.me,
    };
    assert.equal((await jira.call('POST', '/rest/api/3/project', { ...draft, key: 'EX' })).status, 400);
    const made = await jira.call('POST', '/rest/api/3/project', draft);
    assert.deepEqual([made.status, made.body['key'], typeof made.body['id']], [201, 'EX2', 'number']);
    const moved = await jira.call('PUT', '/rest/api/3/project/EX2', { key: 'NEW' });
    assert.equal(moved.body['key'], 'NEW');
    assert.equal((await jira.call('GET', '/rest/api/3/project/EX2')).body['key'], 'NEW');
    assert.equal((await jira.call('DELETE', '/rest/api/3/project/NEW')).status, 204);
    assert.equal((await jira.call('GET', '/rest/api/3/project/NEW')).status, 404);
    assert.equal((await jira.call('POST', '/rest/api/3/project/NEW/restore')).status, 200);
  });

  it('J34 says which permissions one has', async () => {
    const jira = openJira({ seed: { tokens: [{ token: 'mias', user: mia }] } });
    assert.equal((await jira.call('GET', '/rest/api/3/mypermissions')).status, 400);
    assert.equal((await jira.call('GET', '/rest/api/3/mypermissions?permissions=FLY')).status, 400);
    const path =
      '/rest/api/3/mypermissions?projectKey=EX&permissions=ADMINISTER,EDIT_ISSUES,ADMINISTER_PROJECTS';
    const of = (answer: { body: Record<string, unknown> }) => {
      const rows = Object.values(
        answer.body['permissions'] as Record<string, { key: string; type: string; havePermission: boolean }>,
      );
      return rows.map(({ key, type, havePermission }) => [key, type, havePermission]);
    };
    assert.deepEqual(of(await jira.call('GET', path)), [
      ['ADMINISTER', 'GLOBAL', true],
      ['EDIT_ISSUES', 'PROJECT', true],
      ['ADMINISTER_PROJECTS', 'PROJECT', true],
    ]);
    const mias = as(jira, 'mias', 'mia@example.com');
    assert.deepEqual(
      of(await mias('GET', path)).map(([, , has]) => has),
      [false, true, false],
    );
    assert.equal((await mias('POST', '/rest/api/3/project', { key: 'XX', name: 'x' })).status, 403);
    assert.equal((await mias('PUT', '/rest/api/3/project/EX', { name: 'x' })).status, 403);
  });

  it('shows a comment for administrators to nobody else', async () => {
    const seed = {
      tokens: [{ token: 'mias', user: mia }],
      issues: [
        {
          summary: 'one',
          comments: [
            { body: 'open' },
            { body: 'secret', visibility: { type: 'role', value: 'Administrators' } },
          ],
        },
      ],
    };
    const jira = openJira({ seed });
    const counts = async (ask: JiraUnderTest['call']) => {
      const { body } = await ask('GET', '/rest/api/3/issue/EX-1/comment');
      const { fields } = (await ask('GET', '/rest/api/3/issue/EX-1?fields=comment')).body;
      return [body['total'], (fields['comment'] as { total: number }).total];
    };
    assert.deepEqual(await counts(jira.call), [2, 2]);
    assert.deepEqual(await counts(as(jira, 'mias', 'mia@example.com')), [1, 1]);
  });
});
