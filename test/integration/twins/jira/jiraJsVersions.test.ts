import assert from 'node:assert/strict';
import { Version2Client } from 'jira.js-5/version2';
import { Version3Client } from 'jira.js-5/version3';
import { serveTwin } from '../../../../src/twins/serve';
import type { TwinHandle } from '../../../../src/twins/types';
import { adf } from './jiraTwin';

const me = '5b10a2844c20165700ede21g';
const mia = '5b10ac8d82e05b22cc7d4ef5';
const seed = {
  issues: [
    { key: 'EX-1', summary: 'one' },
    { key: 'EX-2', summary: 'two' },
  ],
};
const task = { project: { key: 'EX' }, issuetype: { name: 'Task' } };

/** What a refused call of the client says. */
async function refusal(work: Promise<unknown>): Promise<{ status: number; errors: unknown }> {
  const error: unknown = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  const { status, response } = error as { status: number; response: { data?: object } };
  return { status, errors: (response.data as { errors?: unknown } | undefined)?.errors };
}

/** Official clients of the generation before: one for each version of the interface. */
describe('Jira twin with the official client’s version2 and version3', () => {
  let twin: TwinHandle;
  let version2: Version2Client;
  let version3: Version3Client;

  before(async () => {
    twin = await serveTwin('jira', { port: 0, seed });
    const { url = '', email = '', token = '' } = twin.values;
    const config = { host: url, authentication: { basic: { email, apiToken: token } } };
    [version2, version3] = [new Version2Client(config), new Version3Client(config)];
  });
  beforeEach(() => twin.reset());
  after(() => twin.stop());

  it('version2 takes an issue in wiki markup through its life', async () => {
    const { issues } = version2;
    const description = 'h1. Leaver\n\n* Revoke *badge*\n* Collect laptop';
    const { key, id } = await issues.createIssue({ fields: { ...task, summary: 'Offboard', description } });
    const issueIdOrKey = key;
    const made = await issues.getIssue({ issueIdOrKey, expand: ['renderedFields', 'changelog', 'names'] });
    assert.deepEqual([made.id, made.fields.description], [id, description]);
    assert.match(made.renderedFields?.description ?? '', /<h1>.*Leaver/);
    await issues.editIssue({
      issueIdOrKey,
      fields: { summary: 'Offboard Ann' },
      update: { labels: [{ add: 'leaver' }] },
    });
    await issues.assignIssue({ issueIdOrKey, accountId: mia });
    const { transitions } = await issues.getTransitions({ issueIdOrKey });
    const done = transitions?.find(({ name }) => name === 'Done');
    await issues.doTransition({
      issueIdOrKey,
      transition: { id: done?.id ?? '' },
      update: { comment: [{ add: { body: 'all *done*' } }] },
    });
    const { fields } = await issues.getIssue({ issueIdOrKey });
    assert.deepEqual(
      [fields.summary, fields.labels, fields.assignee.accountId, fields.status.statusCategory?.key],
      ['Offboard Ann', ['leaver'], mia, 'done'],
    );
    assert.deepEqual(
      fields.comment.comments.map((comment) => (comment as { body?: string }).body),
      ['all *done*'],
    );
    const changes = await issues.getChangeLogs({ issueIdOrKey });
    const changed = changes.values?.flatMap(({ items }) => items?.map(({ field }) => field) ?? []);
    assert.deepEqual(changed, ['summary', 'labels', 'assignee', 'status', 'resolution']);
    await issues.deleteIssue({ issueIdOrKey });
    assert.equal((await refusal(issues.getIssue({ issueIdOrKey }))).status, 404);
  });

  it('version3 makes documents of plain texts and reads them back', async () => {
    const { issues, issueComments, issueWorklogs } = version3;
    const { key: issueIdOrKey } = await issues.createIssue({
      fields: { ...task, summary: 'Offboard', description: 'Revoke badge' },
    });
    const made = await issues.getIssue({ issueIdOrKey });
    assert.deepEqual(made.fields.description, adf('Revoke badge'));
    const comment = await issueComments.addComment({ issueIdOrKey, comment: 'first' });
    assert.deepEqual(comment.body, adf('first'));
    const id = comment.id ?? '';
    await issueComments.updateComment({ issueIdOrKey, id, body: adf('second') });
    const listed = await issueComments.getComments({ issueIdOrKey, expand: 'renderedBody' });
    assert.deepEqual([listed.total, listed.comments?.[0]?.body], [1, adf('second')]);
    const inMarkup = await version2.issueComments.getComment<{ body: string }>({ issueIdOrKey, id });
    assert.equal(inMarkup.body, 'second');
    await issueComments.deleteComment({ issueIdOrKey, id });
    assert.equal((await refusal(issueComments.getComment({ issueIdOrKey, id }))).status, 404);
    const worklog = await issueWorklogs.addWorklog({ issueIdOrKey, timeSpent: '1h 30m', comment: 'talk' });
    assert.deepEqual([worklog.timeSpentSeconds, worklog.comment], [5400, adf('talk')]);
    await issueWorklogs.updateWorklog({ issueIdOrKey, id: worklog.id ?? '', timeSpentSeconds: 60 });
    assert.equal((await issueWorklogs.getIssueWorklog({ issueIdOrKey })).worklogs[0]?.timeSpent, '1m');
    const [feed] = (await issueWorklogs.getIdsOfWorklogsModifiedSince({ since: 0 })).values ?? [];
    assert.equal(String(feed?.worklogId), worklog.id);
    await issueWorklogs.deleteWorklog({ issueIdOrKey, id: worklog.id ?? '' });
    assert.equal((await refusal(issues.createIssue({ fields: { ...task, summary: '' } }))).status, 400);
  });

  it('version3 attaches, links, watches and votes', async () => {
    const { issueAttachments, issueLinks, issueWatchers, issueVotes, issueRemoteLinks } = version3;
    const issueIdOrKey = 'EX-1';
    const [one, two] = await issueAttachments.addAttachment({
      issueIdOrKey,
      attachment: [
        { filename: 'a.txt', file: Buffer.from('hello') },
        { filename: 'b.txt', file: 'there', mimeType: 'text/plain' },
      ],
    });
    assert.deepEqual([one?.filename, one?.size, two?.mimeType], ['a.txt', 5, 'text/plain']);
    const content = await issueAttachments.getAttachmentContent({ id: one?.id ?? '' });
    assert.equal(Buffer.from(content).toString(), 'hello');
    assert.equal((await issueAttachments.getAttachment({ id: two?.id ?? '' })).filename, 'b.txt');
    await issueAttachments.removeAttachment(one?.id ?? '');
    await issueLinks.linkIssues({
      type: { name: 'Blocks' },
      inwardIssue: { key: 'EX-1' },
      outwardIssue: { key: 'EX-2' },
    });
    const [link] = (await version3.issues.getIssue({ issueIdOrKey })).fields.issuelinks;
    assert.equal((await issueLinks.getIssueLink({ linkId: link?.id ?? '' })).type?.name, 'Blocks');
    await issueLinks.deleteIssueLink({ linkId: link?.id ?? '' });
    await issueWatchers.addWatcher({ issueIdOrKey, accountId: mia });
    assert.equal((await issueWatchers.getIssueWatchers({ issueIdOrKey })).watchCount, 1);
    await issueWatchers.removeWatcher({ issueIdOrKey, accountId: mia });
    await issueVotes.addVote({ issueIdOrKey });
    assert.equal((await issueVotes.getVotes({ issueIdOrKey })).votes, 1);
    await issueVotes.removeVote({ issueIdOrKey });
    const { id: linkId } = await issueRemoteLinks.createOrUpdateRemoteIssueLink({
      issueIdOrKey,
      globalId: 'a=1',
      object: { url: 'https://example.com/1', title: 'one' },
    });
    const linked = await issueRemoteLinks.getRemoteIssueLinkById({ issueIdOrKey, linkId: String(linkId) });
    assert.equal(linked.object?.title, 'one');
  });

  it('both search, page, count and keep filters', async () => {
    for (const client of [version2.issueSearch, version3.issueSearch] as Version3Client['issueSearch'][]) {
      const jql = 'project = EX ORDER BY key ASC';
      const first = await client.searchForIssuesUsingJqlEnhancedSearch({
        jql,
        maxResults: 1,
        fields: ['summary'],
      });
      assert.equal(first.issues?.[0]?.fields.summary, 'one');
      const { nextPageToken = '' } = first;
      const rest = await client.searchForIssuesUsingJqlEnhancedSearchPost({ jql, nextPageToken });
      assert.deepEqual([rest.issues?.length, rest.nextPageToken], [1, undefined]);
      assert.equal((await client.countIssues({ jql: 'project = EX' })).count, 2);
      const matches = await client.matchIssues({ issueIds: [10000], jqls: ['key = EX-1', 'key = EX-2'] });
      assert.equal(matches.matches.length, 2);
      assert.equal((await refusal(client.searchForIssuesUsingJql({ jql }))).status, 410);
    }
    const filter = await version3.filters.createFilter({ name: 'Open', jql: 'project = EX' });
    assert.equal((await version3.filters.getFiltersPaginated({ filterName: 'Open' })).total, 1);
    await version3.filters.deleteFilter(filter.id ?? '');
    const parsed = await version2.jql.parseJqlQueries({ validation: 'strict', queries: ['project = EX'] });
    assert.ok(parsed.queries[0]?.structure);
  });

  it('both know people, groups and permissions', async () => {
    for (const { users, userSearch, groups, myself, permissions } of [
      version2,
      version3,
    ] as Version3Client[]) {
      assert.equal((await myself.getCurrentUser()).accountId, me);
      assert.equal((await users.getUser({ accountId: mia })).accountId, mia);
      assert.equal((await userSearch.findUsers({ query: 'mia' }))[0]?.accountId, mia);
      assert.ok((await userSearch.findAssignableUsers({ issueKey: 'EX-1' })).length > 0);
      assert.ok((await users.getAllUsers()).length > 1);
      const { groupId = '' } = await groups.createGroup({ name: 'leavers' });
      await groups.addUserToGroup({ groupId, accountId: mia });
      assert.equal((await groups.getUsersFromGroup({ groupId })).values?.[0]?.accountId, mia);
      assert.equal((await groups.findGroups({ query: 'leav' })).groups?.[0]?.name, 'leavers');
      await groups.removeUserFromGroup({ groupId, accountId: mia });
      await groups.removeGroup({ groupId });
      const mine = await permissions.getMyPermissions({ permissions: 'EDIT_ISSUES', projectKey: 'EX' });
      assert.deepEqual(Object.keys(mine.permissions ?? {}), ['EDIT_ISSUES']);
      await twin.reset();
    }
  });

  it('both administer projects, components, versions and fields', async () => {
    for (const client of [version2, version3] as Version3Client[]) {
      const { projects, projectComponents, projectVersions, issueFields, projectRoles } = client;
      const { id } = await projects.createProject({
        key: 'OFF',
        name: 'Offboarding',
        leadAccountId: me,
        projectTypeKey: 'software',
      });
      assert.equal((await projects.searchProjects({ query: 'off' })).values[0]?.key, 'OFF');
      await projects.updateProject({ projectIdOrKey: 'OFF', name: 'Leavers', leadAccountId: mia });
      assert.equal((await projects.getProject('OFF')).name, 'Leavers');
      assert.ok((await projects.getAllStatuses('OFF')).length > 0);
      const component = await projectComponents.createComponent({ name: 'Accounts', project: 'OFF' });
      const componentId = component.id ?? '';
      await projectComponents.updateComponent({ id: componentId, description: 'd' });
      const read = await projectComponents.getComponent<{ description: string }>({ id: componentId });
      assert.equal(read.description, 'd');
      const version = await projectVersions.createVersion({ name: '1.0', projectId: Number(id) });
      await projectVersions.updateVersion({ id: version.id ?? '', released: true });
      assert.equal((await projectVersions.getVersion(version.id ?? '')).released, true);
      assert.equal((await projectVersions.getProjectVersions('OFF')).length, 1);
      assert.ok((await issueFields.getFields()).length > 30);
      assert.ok(Object.keys(await projectRoles.getProjectRoles('OFF')).length > 0);
      const types = await client.issues.getCreateIssueMetaIssueTypes({ projectIdOrKey: 'OFF' });
      assert.ok((types.total ?? 0) > 0);
      await projects.deleteProject('OFF');
      assert.equal((await refusal(projects.getProject('OFF'))).status, 404);
      await twin.reset();
    }
  });

  it('both create and delete many at once', async () => {
    const made = await version2.issues.createIssues({
      issueUpdates: [{ fields: { ...task, summary: 'a' } }, { fields: task }] as never[],
    });
    assert.deepEqual([made.issues?.length, made.errors?.[0]?.failedElementNumber], [1, 1]);
    const fetched = await version3.issues.bulkFetchIssues({ issueIdsOrKeys: ['EX-1', 'EX-3', 'EX-99'] });
    assert.deepEqual(
      fetched.issues?.map(({ key }) => key),
      ['EX-1', 'EX-3'],
    );
    const { taskId } = await version3.issueBulkOperations.submitBulkDelete({
      selectedIssueIdsOrKeys: ['EX-3'],
    });
    const progress = await version3.issueBulkOperations.getBulkOperationProgress({ taskId: taskId ?? '' });
    assert.equal(progress.taskId, taskId);
  });

  it('tells what is wrong with a request as the client expects', async () => {
    const { url = '', email = '' } = twin.values;
    const noSummary = await refusal(version3.issues.createIssue({ fields: task as never }));
    assert.deepEqual(noSummary, {
      status: 400,
      errors: { summary: 'You must specify a summary of the issue.' },
    });
    const stranger = new Version3Client({
      host: url,
      authentication: { basic: { email, apiToken: 'wrong' } },
    });
    assert.equal((await refusal(stranger.myself.getCurrentUser())).status, 401);
    assert.equal((await refusal(version3.webhooks.getDynamicWebhooksForApp())).status, 403);
    const [failed] = (await twin.calls()).slice(-1);
    assert.equal(failed?.method, 'GET /rest/api/3/webhook');
  });
});
