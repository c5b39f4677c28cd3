import assert from 'node:assert/strict';
import { adf, basic, noIssue, openJira, readAnswer } from './jiraTwin';

const task = { project: { key: 'EX' }, issuetype: { name: 'Task' }, summary: 'Offboard Ann' };
const twoIssues = { issues: [{ summary: 'one' }, { summary: 'two' }] };

describe('Jira twin: issues', () => {
  it('J01 says what is wrong in errorMessages and errors', async () => {
    const jira = openJira();
    const missing = await jira.call('GET', '/rest/api/3/issue/EX-99');
    assert.deepEqual(missing.body, { errorMessages: [noIssue], errors: {} });
    const invalid = await jira.call('POST', '/rest/api/3/issue', { fields: { ...task, labels: ['a b'] } });
    assert.deepEqual(invalid.body, {
      errorMessages: [],
      errors: { labels: "The label 'a b' contains spaces which is invalid." },
    });
  });

  it('J02 refuses requests without credentials and with bad ones', async () => {
    const jira = openJira();
    const { email = '', token = '' } = jira.twin.credentials;
    for (const authorization of [
      '',
      basic(email, 'wrong'),
      basic('someone@example.com', token),
      'Bearer nobody',
    ]) {
      const headers: Record<string, string> = authorization === '' ? {} : { authorization };
      const answer = await readAnswer(await jira.send('/rest/api/3/myself', { headers }));
      assert.equal(answer.status, 401, authorization);
      assert.match(JSON.stringify(answer.body), /Client must be authenticated to access this resource/);
    }
    assert.equal((await jira.call('GET', '/rest/api/3/myself')).body['accountId'], jira.twin.state.me);
  });

  it('J06 creates an issue with the next key of its project', async () => {
    const jira = openJira({ seed: { projects: [{ key: 'ED' }], issues: [{ key: 'ED-23', summary: 's' }] } });
    const made = await jira.call('POST', '/rest/api/3/issue', {
      fields: { ...task, project: { key: 'ED' }, description: adf('- return laptop') },
    });
    assert.equal(made.status, 201);
    const id = String(made.body['id']);
    assert.match(id, /^\d+$/);
    assert.deepEqual(made.body, { id, key: 'ED-24', self: `${jira.twin.origin}/rest/api/3/issue/${id}` });
  });

  it('J07 names each field that is wrong and creates nothing', async () => {
    const jira = openJira({ seed: { projects: [{ key: 'EX', requiredFields: ['priority'] }] } });
    const post = async (fields: object) => (await jira.call('POST', '/rest/api/3/issue', { fields })).body;
    assert.ok((await post({ ...task, summary: '' })).errors['summary']);
    assert.ok((await post({ ...task, project: { key: 'NOPE' } })).errors['project']);
    assert.ok((await post({ ...task, issuetype: { name: 'Wish' } })).errors['issuetype']);
    assert.deepEqual((await post(task))['errorMessages'], ["Field 'priority' is required"]);
    assert.ok((await post({ ...task, nonsense: 1 })).errors['nonsense']);
    assert.equal(jira.twin.state.issues.length, 0);
  });

  it('J08 takes nothing but Atlassian Documents in version 3', async () => {
    const jira = openJira();
    const made = await jira.call('POST', '/rest/api/3/issue', { fields: { ...task, description: 'plain' } });
    assert.equal(made.status, 400);
    assert.equal(
      made.body.errors['description'],
      'Operation value must be an Atlassian Document (see the Atlassian Document Format)',
    );
  });

  it('J10 finds an issue by id and by key, and hides what may not be seen', async () => {
    const jira = openJira({
      seed: {
        projects: [{ key: 'EX' }, { key: 'HR', permissionScheme: 1 }],
        permissionSchemes: [
          {
            id: 0,
            name: 'open',
            permissions: [{ permission: 'BROWSE_PROJECTS', holder: { type: 'applicationRole' } }],
          },
          { id: 1, name: 'closed' },
        ],
        issues: [
          { project: 'EX', summary: 'one' },
          { project: 'HR', summary: 'secret' },
        ],
      },
    });
    const [byKey, byId] = [
      await jira.call('GET', '/rest/api/3/issue/EX-1'),
      await jira.call('GET', '/rest/api/3/issue/10000'),
    ];
    assert.deepEqual(byKey.body, byId.body);
    const hidden = await jira.call('GET', '/rest/api/3/issue/HR-1');
    assert.deepEqual([hidden.status, hidden.body['errorMessages']], [404, [noIssue]]);
  });

  it('J11 shows the fields and expansions that were asked for', async () => {
    const jira = openJira({ seed: twoIssues });
    const get = async (query: string) => (await jira.call('GET', `/rest/api/3/issue/EX-1?${query}`)).body;
    assert.deepEqual((await get('fields=summary')).fields, { summary: 'one' });
    const all = await get('fields=*all');
    const navigable = await get('fields=*navigable,-summary');
    assert.ok(
      'comment' in all.fields && !('comment' in navigable.fields) && !('summary' in navigable.fields),
    );
    assert.ok(!('changelog' in all) && !('renderedFields' in all) && !('transitions' in all));
    const expanded = await get('expand=renderedFields,changelog,transitions,names');
    assert.ok('changelog' in expanded && 'renderedFields' in expanded && 'names' in expanded);
    assert.equal((expanded['transitions'] as unknown[]).length, 3);
  });

  it('J12 edits an issue, and refuses a field that is both set and updated', async () => {
    const jira = openJira({ seed: twoIssues });
    const edited = await jira.call('PUT', '/rest/api/3/issue/EX-1', {
      fields: { summary: 'new' },
      update: { labels: [{ add: 'b' }, { add: 'a' }] },
    });
    assert.deepEqual([edited.status, edited.body], [204, '']);
    const { fields } = (await jira.call('GET', '/rest/api/3/issue/EX-1')).body;
    assert.deepEqual([fields['summary'], fields['labels']], ['new', ['a', 'b']]);
    const both = await jira.call('PUT', '/rest/api/3/issue/EX-1', {
      fields: { summary: 'x' },
      update: { summary: [{ set: 'y' }] },
    });
    assert.equal(both.status, 400);
    assert.match(JSON.stringify(both.body), /summary/);
  });

  it('J13 deletes an issue with its subtasks only when told so', async () => {
    const jira = openJira({
      seed: {
        issues: [
          { key: 'EX-1', summary: 'one' },
          { summary: 'step', issuetype: 'Sub-task', parent: 'EX-1' },
        ],
      },
    });
    assert.equal((await jira.call('DELETE', '/rest/api/3/issue/EX-1')).status, 400);
    assert.equal((await jira.call('DELETE', '/rest/api/3/issue/EX-1?deleteSubtasks=true')).status, 204);
    assert.equal((await jira.call('GET', '/rest/api/3/issue/EX-2')).status, 404);
  });

  it('J14 lists the transitions that the workflow has from where the issue is', async () => {
    const jira = openJira({
      seed: {
        projects: [{ key: 'EX', workflowScheme: 'Classic Workflow Scheme' }],
        issues: [{ summary: 'one' }],
      },
    });
    const names = async (query = '') => {
      const { body } = await jira.call('GET', `/rest/api/3/issue/EX-1/transitions${query}`);
      return body['transitions'] as { name: string; fields?: Record<string, { required: boolean }> }[];
    };
    const open = await names();
    assert.deepEqual(
      open.map(({ name }) => name),
      ['Start Progress', 'Resolve Issue', 'Close Issue'],
    );
    assert.ok(open.every((row) => row.fields === undefined));
    const [, resolve] = await names('?expand=transitions.fields');
    assert.equal(resolve?.fields?.['resolution']?.required, true);
  });

  it('J15 moves an issue, sets its resolution and writes history', async () => {
    const jira = openJira({ seed: twoIssues });
    const move = (id: string) =>
      jira.call('POST', '/rest/api/3/issue/EX-1/transitions', { transition: { id } });
    assert.equal((await jira.call('POST', '/rest/api/3/issue/EX-1/transitions', {})).status, 400);
    assert.equal((await move('999')).status, 400);
    assert.equal((await move('31')).status, 204);
    const { fields, changelog } = (await jira.call('GET', '/rest/api/3/issue/EX-1?expand=changelog'))
      .body as unknown as {
      fields: { status: { name: string }; resolution: { name: string } };
      changelog: { histories: { items: { field: string; fromString: string; toString: string }[] }[] };
    };
    assert.deepEqual([fields.status.name, fields.resolution.name], ['Done', 'Done']);
    const moved = changelog.histories[0]?.items.find(({ field }) => field === 'status');
    assert.deepEqual([moved?.fromString, moved?.toString], ['To Do', 'Done']);
  });

  it('J24 pages create metadata and refuses pages over 200', async () => {
    const jira = openJira();
    const path = '/rest/api/3/issue/createmeta/EX/issuetypes';
    const { body } = await jira.call('GET', `${path}?maxResults=2&startAt=1`);
    assert.deepEqual([body['startAt'], body['maxResults'], body['total']], [1, 2, 5]);
    const fields = (await jira.call('GET', `${path}/10002`)).body['fields'] as unknown as {
      fieldId: string;
      required: boolean;
    }[];
    assert.deepEqual(
      fields.filter(({ required }) => required).map(({ fieldId }) => fieldId),
      ['summary', 'issuetype', 'project'],
    );
    const large = await jira.call('GET', `${path}?maxResults=201`);
    assert.deepEqual(
      [large.status, large.body['errorMessages']],
      [400, ["Parameter 'maxResults' must not exceed the limit '200'"]],
    );
  });

  it('J26 keeps comments', async () => {
    const jira = openJira({ seed: twoIssues });
    const path = '/rest/api/3/issue/EX-1/comment';
    const made = await jira.call('POST', path, { body: adf('hello') });
    assert.equal(made.status, 201);
    assert.deepEqual(made.body['body'], adf('hello'));
    assert.ok(!('renderedBody' in made.body));
    assert.match(String(made.body['created']), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000$/);
    await jira.twin.changeClock({ advance: 1000 });
    const id = String(made.body['id']);
    const changed = await jira.call('PUT', `${path}/${id}?expand=renderedBody`, { body: adf('bye') });
    assert.ok(String(changed.body['updated']) > String(made.body['updated']));
    assert.equal(changed.body['renderedBody'], '<p>bye</p>');
    const list = (await jira.call('GET', path)).body;
    assert.deepEqual([list['total'], list['startAt'], list['maxResults']], [1, 0, 50]);
    assert.equal((await jira.call('DELETE', `${path}/${id}`)).status, 204);
    assert.equal((await jira.call('GET', `${path}/${id}`)).status, 404);
    assert.equal((await jira.call('POST', '/rest/api/3/issue/EX-9/comment', { body: adf('x') })).status, 404);
  });

  it('J31 assigns and unassigns', async () => {
    const jira = openJira({
      seed: { projects: [{ key: 'EX', assigneeType: 'PROJECT_LEAD' }], issues: [{ summary: 's' }] },
    });
    const assign = (accountId: string | null) =>
      jira.call('PUT', '/rest/api/3/issue/EX-1/assignee', { accountId });
    assert.equal((await assign('5b10ac8d82e05b22cc7d4ef5')).status, 204);
    assert.equal(jira.twin.state.issues[0]?.assignee, '5b10ac8d82e05b22cc7d4ef5');
    assert.equal((await assign(null)).status, 204);
    assert.equal(jira.twin.state.issues[0]?.assignee, null);
    assert.equal((await assign('-1')).status, 204);
    assert.equal(jira.twin.state.issues[0]?.assignee, jira.twin.state.me);
    assert.equal((await assign('nobody')).status, 400);
  });

  it('J39 answers one request too many with 429 and says when to come again', async () => {
    const jira = openJira({ now: () => Date.UTC(2026, 0, 1) });
    let answer = await jira.call('GET', '/rest/api/3/myself');
    assert.equal(answer.headers.get('x-ratelimit-limit'), '100');
    for (let count = 0; count < 100; count += 1) answer = await jira.call('GET', '/rest/api/3/myself');
    assert.equal(answer.status, 429);
    assert.deepEqual(
      ['retry-after', 'x-ratelimit-remaining', 'x-ratelimit-reset', 'ratelimit-reason'].map((name) =>
        answer.headers.get(name),
      ),
      ['1', '0', '2026-01-01T00:00:01Z', 'jira-burst-based'],
    );
    assert.equal((await jira.call('GET', '/rest/api/3/serverInfo')).status, 200);
  });

  it('plays the faults of a scenario', async () => {
    const jira = openJira({
      faults: [
        { on: 'POST /rest/api/3/issue', reply: 'ratelimited', retryAfter: 3 },
        { on: '*', reply: 'http_503' },
      ],
    });
    const limited = await jira.call('POST', '/rest/api/2/issue', { fields: task });
    assert.deepEqual([limited.status, limited.headers.get('retry-after')], [429, '3']);
    assert.equal((await jira.call('GET', '/rest/api/2/myself')).status, 503);
    assert.equal((await jira.call('POST', '/rest/api/2/issue', { fields: task })).status, 201);
  });
});
