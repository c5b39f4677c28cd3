import assert from 'node:assert/strict';
import { adf, openJira, readAnswer, basic, type JiraUnderTest } from './jiraTwin';

const mia = '5b10ac8d82e05b22cc7d4ef5';
const twoIssues = { issues: [{ summary: 'one' }, { summary: 'two' }] };
const fieldsOf = async (jira: JiraUnderTest, key: string) =>
  (await jira.call('GET', `/rest/api/3/issue/${key}`)).body.fields;

/** Sends files as browsers and clients do. */
async function attach(jira: JiraUnderTest, key: string, bytes: Uint8Array, headers: Record<string, string>) {
  const form = new FormData();
  form.append('file', new Blob([new Uint8Array(bytes)], { type: 'text/plain' }), 'handover.txt');
  const { email = '', token = '' } = jira.twin.credentials;
  return readAnswer(
    await jira.send(`/rest/api/3/issue/${key}/attachments`, {
      method: 'POST',
      headers: { authorization: basic(email, token), ...headers },
      body: form,
    }),
  );
}

describe('Jira twin: what hangs on issues', () => {
  it('J09 reads wiki markup in version 2 and gives documents in version 3, and back', async () => {
    const jira = openJira();
    const markup = 'h2. Steps\n\n* *badge*\n* {{laptop}}\n\n{code:sh}\nrm -rf /home/ann\n{code}';
    const fields = { project: { key: 'EX' }, issuetype: { name: 'Task' }, summary: 's', description: markup };
    assert.equal((await jira.call('POST', '/rest/api/2/issue', { fields })).status, 201);
    const { content } = (await fieldsOf(jira, 'EX-1'))['description'] as { content: { type: string }[] };
    assert.deepEqual(
      content.map(({ type }) => type),
      ['heading', 'bulletList', 'codeBlock'],
    );
    const back = await jira.call('GET', '/rest/api/2/issue/EX-1');
    assert.equal(back.body.fields['description'], markup);
    assert.equal(back.body['self'], `${jira.twin.origin}/rest/api/2/issue/10000`);
    const latest = await jira.call('GET', '/rest/api/latest/issue/EX-1?fields=description');
    assert.deepEqual(latest.body.fields, { description: markup });
  });

  it('J27 keeps worklogs and what they make of the issue’s time', async () => {
    const jira = openJira({
      seed: { issues: [{ summary: 'one', timeoriginalestimate: 7200, timeestimate: 7200 }] },
    });
    const path = '/rest/api/3/issue/EX-1/worklog';
    const made = await jira.call('POST', path, { timeSpent: '1h 30m', comment: adf('packed') });
    assert.deepEqual(
      [made.status, made.body['timeSpentSeconds'], made.body['timeSpent']],
      [201, 5400, '1h 30m'],
    );
    const times = async () => {
      const { timespent, timeestimate } = await fieldsOf(jira, 'EX-1');
      return [timespent, timeestimate];
    };
    assert.deepEqual(await times(), [5400, 1800]);
    const id = String(made.body['id']);
    assert.equal((await jira.call('PUT', `${path}/${id}`, { timeSpentSeconds: 3600 })).status, 200);
    assert.deepEqual(await times(), [3600, 3600]);
    assert.equal((await jira.call('POST', path, { timeSpent: 'an hour' })).status, 400);
    const feed = (await jira.call('GET', '/rest/api/3/worklog/updated?since=0')).body;
    assert.deepEqual([(feed['values'] as unknown[]).length, feed['lastPage']], [1, true]);
    assert.equal((await jira.call('DELETE', `${path}/${id}`)).status, 204);
    assert.deepEqual(await times(), [null, 7200]);
    assert.equal(
      ((await jira.call('GET', '/rest/api/3/worklog/deleted')).body['values'] as unknown[]).length,
      1,
    );
  });

  it('J28 keeps attachments, for those who say that they are no browser', async () => {
    const jira = openJira({ seed: { ...twoIssues, settings: { attachmentLimit: 8 } } });
    const bytes = new Uint8Array([1, 2, 3, 255]);
    const token = { 'x-atlassian-token': 'no-check' };
    assert.equal((await attach(jira, 'EX-1', bytes, {})).status, 403);
    assert.equal((await attach(jira, 'EX-1', new Uint8Array(9), token)).status, 413);
    const made = await attach(jira, 'EX-1', bytes, token);
    const [file] = made.body as unknown as { id: string; filename: string; size: number; content: string }[];
    assert.deepEqual([made.status, file?.filename, file?.size], [200, 'handover.txt', 4]);
    const content = `/rest/api/3/attachment/content/${file?.id}`;
    const { email = '', token: secret = '' } = jira.twin.credentials;
    const headers = { authorization: basic(email, secret) };
    assert.equal((await jira.send(content, { headers })).status, 303);
    const raw = await jira.send(`${content}?redirect=false`, { headers });
    assert.deepEqual(new Uint8Array(await raw.arrayBuffer()), bytes);
    assert.equal((await jira.call('DELETE', `/rest/api/3/attachment/${file?.id}`)).status, 204);
    assert.equal((await jira.send(content, { headers })).status, 404);
  });

  it('J29 links two issues, seen from both', async () => {
    const jira = openJira({ seed: twoIssues });
    const link = { type: { name: 'Blocks' }, inwardIssue: { key: 'EX-1' }, outwardIssue: { key: 'EX-2' } };
    const made = await jira.call('POST', '/rest/api/3/issueLink', link);
    assert.deepEqual([made.status, made.body, made.headers.get('location')], [201, '', null]);
    const linksOf = async (key: string) =>
      (await fieldsOf(jira, key))['issuelinks'] as {
        id: string;
        outwardIssue?: { key: string };
        inwardIssue?: { key: string };
      }[];
    const [[one], [two]] = [await linksOf('EX-1'), await linksOf('EX-2')];
    assert.deepEqual([one?.outwardIssue?.key, two?.inwardIssue?.key], ['EX-2', 'EX-1']);
    assert.equal(
      (await jira.call('POST', '/rest/api/3/issueLink', { ...link, outwardIssue: { key: 'EX-9' } })).status,
      404,
    );
    assert.equal((await jira.call('DELETE', `/rest/api/3/issueLink/${one?.id}`)).status, 204);
    assert.deepEqual([await linksOf('EX-1'), await linksOf('EX-2')], [[], []]);
  });

  it('J30 keeps watchers and votes', async () => {
    const jira = openJira({ seed: twoIssues });
    const path = '/rest/api/3/issue/EX-1/watchers';
    for (let round = 0; round < 2; round += 1) assert.equal((await jira.call('POST', path, mia)).status, 204);
    assert.equal((await jira.call('GET', path)).body['watchCount'], 1);
    assert.equal((await jira.call('POST', path, 'nobody')).status, 404);
    assert.equal((await jira.call('DELETE', path)).status, 400);
    assert.equal((await jira.call('DELETE', `${path}?accountId=${mia}`)).status, 204);
    const votes = '/rest/api/3/issue/EX-1/votes';
    for (let round = 0; round < 2; round += 1) assert.equal((await jira.call('POST', votes)).status, 204);
    const { body } = await jira.call('GET', votes);
    assert.deepEqual([body['votes'], body['hasVoted']], [1, true]);
    assert.equal((await jira.call('DELETE', votes)).status, 204);
  });

  it('J35 creates what it can of many issues', async () => {
    const jira = openJira();
    const fields = { project: { key: 'EX' }, issuetype: { name: 'Task' }, summary: 'fine' };
    const some = await jira.call('POST', '/rest/api/3/issue/bulk', {
      issueUpdates: [{ fields }, { fields: { ...fields, summary: '' } }],
    });
    const [error] = some.body['errors'] as unknown as {
      status: number;
      failedElementNumber: number;
      elementErrors: object;
    }[];
    assert.deepEqual([some.status, (some.body['issues'] as unknown[]).length], [201, 1]);
    assert.deepEqual([error?.status, error?.failedElementNumber], [400, 1]);
    const none = await jira.call('POST', '/rest/api/3/issue/bulk', {
      issueUpdates: [{ fields: { ...fields, summary: '' } }],
    });
    assert.equal(none.status, 400);
  });

  it('J36 does bulk operations as tasks', async () => {
    const jira = openJira({ seed: twoIssues });
    const path = '/rest/api/3/bulk/issues/delete';
    assert.equal((await jira.call('POST', path, { selectedIssueIdsOrKeys: [] })).status, 400);
    const { status, body } = await jira.call('POST', path, { selectedIssueIdsOrKeys: ['EX-1', 'EX-99'] });
    assert.equal(status, 201);
    const queue = `/rest/api/3/bulk/queue/${String(body['taskId'])}`;
    assert.equal((await jira.call('GET', queue)).body['status'], 'ENQUEUED');
    await jira.twin.changeClock({ advance: 5000 });
    const done = (await jira.call('GET', queue)).body;
    assert.deepEqual(
      [done['status'], done['processedAccessibleIssues'], done['invalidOrInaccessibleIssueCount']],
      ['COMPLETE', [10000], 1],
    );
    assert.equal(
      (await jira.call('GET', `/rest/api/3/task/${String(body['taskId'])}`)).body['progress'],
      100,
    );
    assert.equal((await jira.call('GET', '/rest/api/3/issue/EX-1')).status, 404);
  });

  it('J41 writes times without a colon and says the category of each status', async () => {
    const jira = openJira({
      seed: { issues: [{ summary: 's', created: '2019-06-01T12:42:30Z', status: 'In Progress' }] },
    });
    const { created, status } = (await fieldsOf(jira, 'EX-1')) as {
      created: string;
      status: { statusCategory: { key: string } };
    };
    assert.deepEqual([created, status.statusCategory.key], ['2019-06-01T12:42:30.000+0000', 'indeterminate']);
    const { body } = await jira.call('GET', '/rest/api/3/status');
    const keys = (body as unknown as { statusCategory: { key: string } }[]).map(
      (row) => row.statusCategory.key,
    );
    assert.deepEqual([...new Set(keys)].sort(), ['done', 'indeterminate', 'new']);
    const jsm = await jira.call('GET', '/rest/servicedeskapi/servicedesk');
    assert.deepEqual([jsm.status, jsm.body], [403, '']);
  });
});
