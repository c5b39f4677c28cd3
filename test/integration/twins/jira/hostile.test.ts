import assert from 'node:assert/strict';
import { adf, basic, openJira, type JiraUnderTest } from './jiraTwin';

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

  const search = (jira: JiraUnderTest, jql: string) =>
    jira.call('POST', '/rest/api/3/search/jql', { jql, fields: ['key'] });

  it('searches the text of issues whose fields hold numbers', async () => {
    const jira = openJira();
    await make(jira, { customfield_10016: 5 });
    await make(jira, { description: adf('the needle') });
    const found = await search(jira, 'text ~ needle');
    assert.equal(found.status, 200);
    assert.equal((found.body['issues'] as unknown[]).length, 1);
  });

  it('refuses times that no calendar has, in every time zone', async () => {
    for (const timeZone of ['Etc/UTC', 'Europe/Berlin', 'Pacific/Auckland']) {
      const users = [{ accountId: 'u', displayName: 'U', timeZone }];
      const jira = openJira({ seed: { me: 'u', users, groups: [] } });
      for (const jql of [
        'created > startOfYear("999999")',
        'due < endOfMonth("-999999y")',
        'created < 8640000000000000',
      ]) {
        const { status } = await search(jira, jql);
        assert.ok(status === 400 || status === 200, `${timeZone}: ${jql} gave ${status}`);
      }
    }
  });

  it('does not multiply filters that name filters, nor nest them without end', async () => {
    const jira = openJira();
    const save = async (name: string, jql: string) =>
      (await jira.call('POST', '/rest/api/3/filter', { name, jql })).status;
    await save('f0', 'summary ~ nothing');
    const wide = [];
    for (let level = 1; level < 40; level += 1) {
      const inner = `filter = f${level - 1}`;
      wide.push(await save(`f${level}`, Array(8).fill(inner).join(' OR ')));
    }
    assert.ok(wide.includes(400) && !wide.includes(500), wide.join());
    await save('g0', 'summary ~ nothing');
    const deep = [];
    for (let level = 1; level < 60; level += 1) {
      deep.push(await save(`g${level}`, `${'not '.repeat(199)} filter = g${level - 1}`));
    }
    assert.ok(deep.includes(400) && !deep.includes(500), deep.join());
  });

  it('refuses a query of millions of brackets before it takes it apart', async () => {
    const jira = openJira();
    const long = await search(jira, '('.repeat(3_000_000));
    assert.equal(long.status, 400);
    assert.match(String(long.body['errorMessages']), /longer than/);
  });
});
