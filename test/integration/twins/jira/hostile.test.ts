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

  it('keeps no durations, places and days that are none', async () => {
    const jira = openJira({ rateLimits: false });
    await make(jira);
    const originalEstimate = Array(200).fill('999999999w').join(' ');
    const edit = (fields: object) => jira.call('PUT', '/rest/api/3/issue/EX-1', { fields });
    assert.equal((await edit({ timetracking: { originalEstimate } })).status, 400);
    await edit({ timetracking: { remainingEstimate: '999999999w' } });
    for (let time = 0; time < 80; time += 1) {
      const more = 'adjustEstimate=manual&increaseBy=999999999w';
      await jira.call('POST', `/rest/api/3/issue/EX-1/worklog?${more}`, { timeSpent: '1h' });
    }
    const shares = { name: 'd', sharePermissions: [], editPermissions: [] };
    const dashboard = (await jira.call('POST', '/rest/api/3/dashboard', shares)).body['id'] as string;
    const gadget = { moduleKey: 'm', position: { row: 1e20, column: 0 } };
    assert.equal((await jira.call('POST', `/rest/api/3/dashboard/${dashboard}/gadget`, gadget)).status, 400);
    const picker = 'com.atlassian.jira.plugin.system.customfieldtypes:datepicker';
    const field = (await jira.call('POST', '/rest/api/3/field', { name: 'Day', type: picker })).body['id'];
    const day = await edit({ [field as string]: '2026-02-30' });
    assert.equal(day.body.errors[field as string], 'Error parsing date string: 2026-02-30');
    checkSnapshot(jira);
  });

  it('takes as much text as Jira does', async () => {
    const jira = openJira();
    const line = 'com.atlassian.jira.plugin.system.customfieldtypes:textfield';
    const field = (await jira.call('POST', '/rest/api/3/field', { name: 'Line', type: line })).body[
      'id'
    ] as string;
    await make(jira);
    const edit = (version: number, fields: object) =>
      jira.call('PUT', `/rest/api/${version}/issue/EX-1`, { fields });
    const errors = async (answer: ReturnType<typeof edit>) => (await answer).body.errors;
    const tooLong = 'The entered text is too long. It exceeds the allowed limit of 32,767 characters.';
    assert.equal((await edit(2, { description: 'x'.repeat(32_767) })).status, 204);
    assert.deepEqual(await errors(edit(2, { description: 'x'.repeat(32_768) })), { description: tooLong });
    assert.equal((await edit(3, { description: adf('x'.repeat(32_767)) })).status, 204);
    const long = adf('x'.repeat(32_768));
    assert.deepEqual(await errors(edit(3, { description: long })), { description: 'CONTENT_LIMIT_EXCEEDED' });
    const comment = jira.call('POST', '/rest/api/2/issue/EX-1/comment', {
      body: '{code:a}\n'.repeat(50_000),
    });
    assert.deepEqual(await errors(comment), { comment: tooLong });
    assert.deepEqual(await errors(edit(3, { [field]: 'x'.repeat(256) })), {
      [field]: 'The entered text is too long. It exceeds the allowed limit of 255 characters.',
    });
  });

  it('adds and removes tens of thousands of list items in one request', async function () {
    this.timeout(10_000);
    const jira = openJira();
    await make(jira, { labels: ['first'] });
    const add = Array.from({ length: 40_000 }, (_, index) => ({ add: `l${index}` }));
    const remove = Array.from({ length: 39_999 }, (_, index) => ({ remove: `l${index}` }));
    const edited = await jira.call('PUT', '/rest/api/3/issue/EX-1', {
      update: { labels: [...add, ...remove] },
    });
    assert.equal(edited.status, 204);
    assert.deepEqual(jira.twin.state.issues[0]?.labels, ['first', 'l39999']);
    const summary = await jira.call('PUT', '/rest/api/3/issue/EX-1', { update: { summary: [{ add: 'x' }] } });
    assert.equal(summary.body.errors['summary'], "Field 'summary' does not support operation 'add'");
  });
});
