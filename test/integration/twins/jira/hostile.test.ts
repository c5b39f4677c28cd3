import assert from 'node:assert/strict';
import { basic, openJira, type JiraUnderTest } from './jiraTwin';

const task = { project: { key: 'EX' }, issuetype: { name: 'Task' }, summary: 's' };

async function make(jira: JiraUnderTest, fields: object = {}): Promise<string> {
  const made = await jira.call('POST', '/rest/api/3/issue', { fields: { ...task, ...fields } });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  return made.body['key'] as string;
}

/** Sends JSON that `JSON.stringify` would not write. */
async function sendText(jira: JiraUnderTest, method: string, path: string, body: string): Promise<number> {
  const { email = '', token = '' } = jira.twin.credentials;
  const headers = { authorization: basic(email, token), 'content-type': 'application/json' };
  return (await jira.send(path, { method, headers, body })).status;
}

/** A snapshot of a site must be that site again. */
function checkSnapshot({ twin }: JiraUnderTest): void {
  const other = openJira();
  other.twin.restore(twin.snapshot());
  assert.deepEqual(other.twin.state, twin.state);
}

describe('Jira twin: hostile requests', () => {
  it('refuses text that no URL can say', async () => {
    const jira = openJira();
    const filter = await jira.call('POST', '/rest/api/3/filter', { name: 'f', jql: 'summary ~ "\ud800"' });
    assert.equal(filter.status, 400);
    const properties = [{ key: '\udfff', value: 1 }];
    const issue = await jira.call('POST', '/rest/api/3/issue', { fields: task, properties });
    assert.equal(issue.status, 400);
  });

  it('refuses numbers and names that no snapshot can hold', async () => {
    const jira = openJira();
    await make(jira);
    const properties = '[{"key":"k","value":{"__proto__":{"a":1}}}]';
    const fields = JSON.stringify(task);
    for (const [method, path, body] of [
      ['PUT', '/rest/api/3/issue/EX-1', '{"fields":{"customfield_10016":1e999}}'],
      ['PUT', '/rest/api/3/issue/EX-1/properties/k', '-1e999'],
      ['POST', '/rest/api/3/issue', `{"fields":${fields},"properties":${properties}}`],
    ] as const) {
      assert.equal(await sendText(jira, method, path, body), 400, body);
    }
    const own = [{ key: '__proto__', value: 1 }];
    const issue = await jira.call('POST', '/rest/api/3/issue', { fields: task, properties: own });
    assert.equal(issue.status, 400);
    checkSnapshot(jira);
  });
});
