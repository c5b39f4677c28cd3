import assert from 'node:assert/strict';
import { createCloudClient } from 'jira.js/cloud';
import type { TwinOptions } from '../../../../src/twins/contract';
import { serveTwin } from '../../../../src/twins/serve';
import type { TwinHandle } from '../../../../src/twins/types';
import { statusOf } from './jiraTwin';

describe('Jira twin with the official client: search, JQL and filters', () => {
  const running: TwinHandle[] = [];
  const open = async (options: TwinOptions = {}) => {
    const twin = await serveTwin('jira', { port: 0, ...options });
    running.push(twin);
    const { url = '', email = '', token = '' } = twin.values;
    const client = createCloudClient({
      host: url,
      auth: { type: 'basic', email, apiToken: token },
      onSchemaMismatch: 'throw',
    });
    const summary = 'searchable thing';
    const fields = { project: { key: 'EX' }, issuetype: { name: 'Task' }, summary };
    const issue = await client.issues.createIssue({ fields });
    return { client, summary, id: issue?.id ?? '', key: issue?.key ?? '' };
  };
  afterEach(async () => {
    await Promise.all(running.splice(0).map((twin) => twin.stop()));
  });

  it('J16 J20 J21 searches, pages, counts, matches and picks', async () => {
    const { client, key, id, summary } = await open();
    const { issueSearch } = client;
    const bare = await issueSearch.searchAndReconsileIssuesUsingJql({ jql: `key = ${key}` });
    assert.deepEqual(bare.issues, [{ id }]);
    const full = await issueSearch.searchAndReconsileIssuesUsingJqlPost({
      jql: 'project = EX AND summary ~ "searchable" ORDER BY created DESC',
      fields: ['*all'],
      expand: 'names,schema,renderedFields,changelog,transitions,operations,editmeta',
      properties: ['any'],
      reconcileIssues: [Number(id)],
    });
    assert.equal(full.issues?.[0]?.fields?.['summary'], summary);
    assert.equal(full.names?.['summary'], 'Summary');
    const count = await issueSearch.countIssues({ jql: `key = ${key}` });
    assert.equal(count.count, 1);
    const { matches } = await issueSearch.matchIssues({
      issueIds: [Number(id)],
      jqls: ['project = EX', 'project = NOSUCHPROJECT'],
    });
    assert.deepEqual(matches, [
      { matchedIssues: [Number(id)], errors: [] },
      { matchedIssues: [], errors: [] },
    ]);
    const picked = await issueSearch.getIssuePickerResource({ query: key });
    assert.equal(picked.sections?.[0]?.issues?.[0]?.key, key);
    assert.deepEqual(
      (await issueSearch.searchAndReconsileIssuesUsingJql({ jql: 'this is not jql' })).issues,
      [],
    );
    assert.equal(
      await statusOf(issueSearch.searchAndReconsileIssuesUsingJql({ jql: 'project = "unterminated' })),
      400,
    );
  });

  it('J23 helps to write queries', async () => {
    const { client } = await open();
    const data = await client.jql.getAutoComplete();
    const names = (data.visibleFieldNames ?? []).map(({ value }) => value);
    for (const name of ['project', 'summary', 'status', 'created', 'Sprint'])
      assert.ok(names.includes(name), name);
    assert.ok((data.visibleFunctionNames ?? []).some(({ value }) => value === 'currentUser()'));
    assert.ok(data.jqlReservedWords?.includes('empty'));
    assert.ok((await client.jql.getAutoCompletePost({ projectIds: [10000] })).visibleFieldNames);
    const { results } = await client.jql.getFieldAutoCompleteForQueryString({
      fieldName: 'project',
      fieldValue: 'EX',
    });
    assert.deepEqual(results, [{ value: 'EX', displayName: '<b>Ex</b>ample (EX)' }]);
    const parsed = await client.jql.parseJqlQueries({
      validation: 'strict',
      queries: [
        'project = EX AND NOT (labels in (a, "b c") OR assignee is EMPTY) ORDER BY created DESC',
        'status was in (Done) by currentUser() OR status changed during (-1d, now())',
        'project = "unterminated',
      ],
    });
    assert.deepEqual(
      parsed.queries.map(({ structure, errors }) => [structure !== undefined, errors?.length]),
      [
        [true, undefined],
        [true, undefined],
        [false, 1],
      ],
    );
  });

  it('J41 keeps, shares and finds filters', async () => {
    const { client } = await open();
    const { filters, filterSharing } = client;
    const made = await filters.createFilter({ name: 'Open work', description: 'd', jql: 'project = EX' });
    const id = Number(made.id);
    assert.deepEqual(made.sharePermissions, []);
    assert.equal((await filters.getFilter({ id })).jql, 'project = EX');
    assert.deepEqual(
      (await filters.getMyFilters()).map((filter) => filter.id),
      [made.id],
    );
    const expand = 'description,owner,jql,viewUrl,searchUrl,favourite,sharePermissions,editPermissions';
    const page = await filters.getFiltersPaginated({ filterName: 'open', expand });
    assert.deepEqual([page.total, page.values?.[0]?.jql], [1, 'project = EX']);
    const updated = await filters.updateFilter({ id, body: { name: 'Open work', jql: 'status != Done' } });
    assert.equal(updated.jql, 'status != Done');
    assert.equal(await statusOf(filters.createFilter({ name: 'Open work', jql: 'project = EX' })), 400);
    assert.equal((await filters.deleteFavouriteForFilter({ id })).favourite, false);
    assert.equal((await filters.setFavouriteForFilter({ id })).favourite, true);
    assert.equal((await filters.getFavouriteFilters()).length, 1);
    assert.equal(await statusOf(filters.getColumns({ id })), 404);
    await filters.setColumns({ id, columns: ['summary', 'status'] });
    assert.deepEqual(await filters.getColumns({ id }), [
      { label: 'Summary', value: 'summary' },
      { label: 'Status', value: 'status' },
    ]);
    await filters.resetColumns({ id });
    const [share] = await filterSharing.addSharePermission({ id, type: 'project', projectId: '10000' });
    assert.equal(share?.project?.id, '10000');
    const permissionId = share.id ?? 0;
    assert.equal((await filterSharing.getSharePermission({ id, permissionId })).type, 'project');
    await filterSharing.deleteSharePermission({ id, permissionId });
    assert.deepEqual(await filterSharing.getSharePermissions({ id }), []);
    assert.equal((await filterSharing.getDefaultShareScope()).scope, 'PRIVATE');
    await filters.deleteFilter({ id });
    assert.equal(await statusOf(filters.getFilter({ id })), 404);
  });
});
