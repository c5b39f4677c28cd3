import assert from 'node:assert/strict';
import { basic, openJira, readAnswer } from './jiraTwin';
import { keysOf, mia, open, post, refusal, type Found } from './searchSite';

describe('Jira twin: search', () => {
  it('J02 answers an anonymous search with an empty page', async () => {
    const { send } = open();
    const response = await send('/rest/api/3/search/jql?jql=project%20%3D%20EX');
    assert.equal(response.status, 200);
    assert.deepEqual(await response.json(), { issues: [], isLast: true });
  });

  it('J16 gives ids only, until fields are asked for', async () => {
    const jira = open();
    const bare = await jira.call('GET', '/rest/api/3/search/jql?jql=key%20%3D%20EX-1');
    assert.deepEqual(bare.body, { issues: [{ id: '10000' }], isLast: true });
    const full = await jira.call('GET', '/rest/api/3/search/jql?jql=key%20%3D%20EX-1&fields=summary,labels');
    const [issue] = (full.body as unknown as Found).issues;
    assert.equal(issue?.key, 'EX-1');
    assert.deepEqual(issue.fields, { summary: 'Offboard Ann', labels: ['offboarding', 'urgent'] });
  });

  it('J16 pages by a token, which is absent on the last page and dies after seven days', async () => {
    const jira = open();
    const jql = 'project = EX ORDER BY key';
    const first = (await post(jira, jql, { maxResults: 2 })).body as unknown as Found;
    assert.deepEqual([first.issues.length, first.isLast, 'total' in first], [2, false, false]);
    const nextPageToken = first.nextPageToken ?? '';
    const second = (await post(jira, jql, { maxResults: 2, nextPageToken })).body as unknown as Found;
    assert.deepEqual([second.issues.length, second.isLast, 'nextPageToken' in second], [1, true, false]);
    assert.equal(new Set([...first.issues, ...second.issues].map(({ id }) => id)).size, 3);
    assert.equal((await post(jira, 'project = HR', { nextPageToken })).status, 400);
    assert.equal((await post(jira, jql, { nextPageToken: 'nonsense' })).status, 400);
    await jira.twin.changeClock({ advance: 7 * 24 * 3600_000 });
    assert.equal((await post(jira, jql, { nextPageToken })).status, 400);
  });

  it('J16 gives 5000 ids on a page, and 100 issues with fields', async () => {
    const issues = Array.from({ length: 120 }, (_, index) => ({ summary: `s${index}` }));
    const jira = openJira({ seed: { issues } });
    const page = async (fields: string[]) =>
      ((await post(jira, 'project = EX', { maxResults: 5000, fields })).body as unknown as Found).issues
        .length;
    assert.deepEqual([await page([]), await page(['summary'])], [120, 100]);
  });

  it('J17 refuses members of the body that it does not know', async () => {
    const answer = await post(open(), 'project = EX', { startAt: 0 });
    assert.equal(answer.status, 400);
    assert.deepEqual(answer.body['errorMessages'], [
      'Invalid request payload. Refer to the REST API documentation and try again.',
    ]);
  });

  it('J18 says that the old search is gone', async () => {
    const jira = open();
    const message =
      'The requested API has been removed. Please migrate to the /rest/api/3/search/jql API. A full migration guideline is available at https://developer.atlassian.com/changelog/#CHANGE-2046';
    for (const [method, version] of [
      ['GET', 2],
      ['POST', 2],
      ['GET', 3],
      ['POST', 3],
    ] as const) {
      const answer = await jira.call(
        method,
        `/rest/api/${version}/search`,
        method === 'POST' ? {} : undefined,
      );
      assert.equal(answer.status, 410);
      assert.deepEqual(answer.body, { errorMessages: [message], errors: {} });
    }
  });

  it('J19 refuses queries that restrict nothing', async () => {
    const jira = open();
    for (const jql of ['', 'order by key', 'ORDER BY created DESC']) {
      assert.match(String(await refusal(jira, jql)), /^Unbounded JQL queries are not allowed here/);
    }
  });

  it('J20 refuses malformed JQL and unknown fields, and takes bare words as a text search', async () => {
    const jira = open();
    assert.equal(
      await refusal(jira, 'project = "unterminated'),
      "Error in the JQL Query: The quoted string 'unterminated' has not been completed. (line 1, character 11)",
    );
    assert.equal(
      await refusal(jira, 'nosuchfield = 1'),
      "Field 'nosuchfield' does not exist or you do not have permission to view it.",
    );
    assert.deepEqual(await keysOf(jira, 'this is not jql'), []);
    assert.deepEqual(await keysOf(jira, 'offboard ann'), ['EX-1']);
    assert.deepEqual(await keysOf(jira, 'project = EX AND summary ~ "nothingmatchesthis"'), []);
  });

  it('J21 counts, and matches issues with queries', async () => {
    const jira = open();
    const count = await jira.call('POST', '/rest/api/3/search/approximate-count', {
      jql: 'labels = offboarding',
    });
    assert.deepEqual(count.body, { count: 2 });
    const jqls = ['project = EX', 'project = NOSUCHPROJECT', 'labels = urgent', 'broken = value'];
    const answer = await jira.call('POST', '/rest/api/3/jql/match', {
      issueIds: [10000, 10003, 99999],
      jqls,
    });
    assert.deepEqual(answer.body['matches'], [
      { matchedIssues: [10000], errors: [] },
      { matchedIssues: [], errors: [] },
      { matchedIssues: [10000], errors: [] },
      { matchedIssues: [], errors: ['Invalid JQL: broken = value'] },
    ]);
  });

  it('J22 finds a changed issue only when the index has caught up, or when asked to reconcile it', async () => {
    const jira = open({ settings: { searchLag: 5000 } });
    const jql = 'summary ~ "Carla"';
    const fields = { project: { key: 'EX' }, issuetype: { name: 'Task' }, summary: 'Offboard Carla' };
    const made = await jira.call('POST', '/rest/api/3/issue', { fields });
    const id = String(made.body['id']);
    const find = async (more: object = {}) => ((await post(jira, jql, more)).body as unknown as Found).issues;
    assert.deepEqual(await find(), []);
    assert.deepEqual(await find({ reconcileIssues: [Number(id)] }), [{ id }]);
    assert.equal((await jira.call('GET', `/rest/api/3/issue/${id}`)).status, 200);
    await jira.twin.changeClock({ advance: 5000 });
    assert.deepEqual(await find(), [{ id }]);
    await jira.call('PUT', `/rest/api/3/issue/${id}`, { fields: { labels: ['x'] } });
    assert.deepEqual(await find(), [], 'a change takes it out of the index for a moment');
    const tooMany = Array.from({ length: 51 }, (_, index) => index + 1);
    assert.equal((await post(jira, jql, { reconcileIssues: tooMany })).status, 400);
  });

  it('J23 parses each query on its own, as strictly as asked', async () => {
    const jira = open();
    const parse = async (validation: string, ...queries: string[]) => {
      const answer = await jira.call('POST', `/rest/api/3/jql/parse?validation=${validation}`, { queries });
      assert.equal(answer.status, 200);
      return answer.body['queries'] as {
        query: string;
        structure?: object;
        errors?: string[];
        warnings?: string[];
      }[];
    };
    const [good, broken] = await parse('strict', 'project = EX ORDER BY created', 'invalid query');
    assert.ok(good?.structure && !good.errors);
    assert.match(broken?.errors?.[0] ?? '', /^Error in the JQL Query: Expecting operator but got 'query'/);
    assert.equal(broken?.structure, undefined);
    const unknown = 'project = EX AND universe = 42';
    const [strict, warn, none] = [
      ...(await parse('strict', unknown)),
      ...(await parse('warn', unknown)),
      ...(await parse('none', unknown)),
    ];
    const errors = ["Field 'universe' does not exist or you do not have permission to view it."];
    assert.deepEqual([strict?.errors, strict?.structure], [errors, undefined]);
    assert.deepEqual(warn?.errors, errors);
    assert.ok(warn.structure && none?.structure && !none.errors);
    const [missing] = await parse('strict', 'project = INVALID');
    assert.deepEqual(missing?.warnings, ["The value 'INVALID' does not exist for the field 'project'."]);
  });

  it('does not find what the person may not see', async () => {
    const holder = { type: 'user', parameter: mia, value: mia };
    const jira = open({
      permissionSchemes: [
        { id: 0, name: 'closed', permissions: [{ permission: 'BROWSE_PROJECTS', holder }] },
      ],
      tokens: [{ token: 'mia-token', user: mia }],
    });
    assert.equal(
      await refusal(jira, 'project = EX'),
      "The value 'EX' does not exist for the field 'project'.",
    );
    assert.deepEqual(await keysOf(jira, 'summary ~ offboard'), []);
    const authorization = basic('mia@example.com', 'mia-token');
    const response = await jira.send('/rest/api/3/search/jql?jql=project%20%3D%20EX', {
      headers: { authorization },
    });
    assert.equal((await readAnswer(response)).status, 200);
  });

  it('keeps filters, whose names one person gives only once', async () => {
    const jira = open();
    const body = { name: 'Leavers', jql: 'labels = offboarding' };
    const made = await jira.call('POST', '/rest/api/3/filter', body);
    assert.equal(made.status, 200);
    assert.deepEqual(await keysOf(jira, 'filter = Leavers AND priority = High'), ['EX-1']);
    const again = await jira.call('POST', '/rest/api/3/filter', { ...body, name: 'leavers' });
    assert.equal(again.status, 400, 'J41');
    assert.deepEqual(again.body.errors, { filterName: 'Filter with same name already exists.' });
    assert.equal(
      (await jira.call('POST', '/rest/api/3/filter', { name: 'x', jql: 'nosuchfield = 1' })).status,
      400,
    );
    await jira.call('PUT', `/rest/api/3/filter/${String(made.body['id'])}`, { jql: 'filter = Leavers' });
    assert.match(String(await refusal(jira, 'filter = Leavers')), /does not exist for the field 'filter'/);
  });

  it('rewrites queries without names of people and of projects that somebody may not know of', async () => {
    const jira = open({
      permissionSchemes: [
        {
          id: 0,
          name: 'closed',
          permissions: [{ permission: 'BROWSE_PROJECTS', holder: { type: 'user', value: mia } }],
        },
      ],
    });
    const cleaned = await jira.call('POST', '/rest/api/3/jql/pdcleaner', {
      queryStrings: [
        'type = Bug AND (assignee in ("Mia Krystof") OR NOT reporter = "mia@example.com") order by lastViewed DESC',
        'assignee = nobody',
      ],
    });
    assert.deepEqual(cleaned.body, {
      queryStrings: [
        `type = Bug AND (assignee in (${mia}) OR NOT reporter = ${mia}) ORDER BY lastViewed DESC`,
      ],
      queriesWithUnknownUsers: [{ originalQuery: 'assignee = nobody', convertedQuery: 'assignee = unknown' }],
    });
    const queries = [
      { query: 'project = EX AND status was Done by x' },
      { query: 'project = EX', accountId: mia },
    ];
    const sanitized = await jira.call('POST', '/rest/api/3/jql/sanitize', { queries });
    assert.deepEqual(sanitized.body['queries'], [
      {
        initialQuery: 'project = EX AND status was Done by x',
        sanitizedQuery: 'project = 10000 AND status was Done by x',
        accountId: null,
      },
      { initialQuery: 'project = EX', sanitizedQuery: 'project = EX', accountId: mia },
    ]);
  });
});
