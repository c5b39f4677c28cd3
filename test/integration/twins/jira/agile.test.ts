import assert from 'node:assert/strict';
import { createAgileClient } from 'jira.js/agile';
import { createCloudClient } from 'jira.js/cloud';
import type { TwinOptions } from '../../../../src/twins/contract';
import { serveTwin } from '../../../../src/twins/serve';
import type { TwinHandle } from '../../../../src/twins/types';
import { openJira } from './jiraTwin';

const board = { id: 1, name: 'EX board', filter: '10000', project: '10000' };
const seed = {
  filters: [{ id: '10000', name: 'Filter for EX board', jql: 'project = EX ORDER BY Rank ASC' }],
  boards: [board, { id: 2, name: 'Flow', type: 'kanban', filter: '10000', project: '10000' }],
  issues: [
    { key: 'EX-1', summary: 'epic', issuetype: 'Epic' },
    { key: 'EX-2', summary: 'one' },
    { key: 'EX-3', summary: 'two' },
    { key: 'EX-4', summary: 'three', status: 'Done' },
  ],
};
const [startDate, endDate] = ['2026-03-01T09:00:00.000+01:00', '2026-03-15T09:00:00.000+01:00'];

async function refused(work: Promise<unknown>): Promise<number | undefined> {
  const error: unknown = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  return (error as { status?: number } | null)?.status;
}
const keys = (answer: { issues?: { key?: string | undefined }[] | undefined }) =>
  (answer.issues ?? []).map(({ key }) => key);

describe('Jira twin with the official client: boards and sprints', () => {
  const running: TwinHandle[] = [];
  const open = async (options: TwinOptions = { seed }) => {
    const twin = await serveTwin('jira', { port: 0, ...options });
    running.push(twin);
    const { url = '', email = '', token = '' } = twin.values;
    const config = {
      host: url,
      auth: { type: 'basic', email, apiToken: token },
      onSchemaMismatch: 'throw',
    } as const;
    return { agile: createAgileClient(config), cloud: createCloudClient(config) };
  };
  afterEach(async () => {
    await Promise.all(running.splice(0).map((twin) => twin.stop()));
  });

  it('J40 takes a sprint from future to active to closed, and no other way', async () => {
    const { agile } = await open();
    const made = await agile.sprint.createSprint({ name: 'Sprint 1', originBoardId: 1, goal: 'g' });
    assert.deepEqual([made.state, made.originBoardId, made.goal], ['future', 1, 'g']);
    const sprintId = made.id ?? 0;
    assert.equal(await refused(agile.sprint.partiallyUpdateSprint({ sprintId, state: 'closed' })), 400);
    assert.equal(
      await refused(agile.sprint.partiallyUpdateSprint({ sprintId, state: 'active' })),
      400,
      'no dates',
    );
    await agile.sprint.partiallyUpdateSprint({ sprintId, name: 'Sprint one', startDate, endDate });
    await agile.sprint.moveIssuesToSprintAndRank({ sprintId, issues: ['EX-2', 'EX-3'] });
    const active = await agile.sprint.partiallyUpdateSprint({ sprintId, state: 'active' });
    assert.deepEqual([active.state, active.name], ['active', 'Sprint one']);
    assert.deepEqual(keys(await agile.board.getBoardIssuesForSprint({ boardId: 1, sprintId })), [
      'EX-2',
      'EX-3',
    ]);
    const closed = await agile.sprint.partiallyUpdateSprint({ sprintId, state: 'closed' });
    assert.ok(closed.completeDate);
    assert.equal(await refused(agile.sprint.partiallyUpdateSprint({ sprintId, state: 'active' })), 400);
    assert.deepEqual(keys(await agile.board.getIssuesForBacklog({ boardId: 1 })), ['EX-2', 'EX-3']);
    assert.deepEqual((await agile.board.getAllSprints({ boardId: 1, state: 'closed' })).values?.length, 1);
    assert.equal(await refused(agile.sprint.moveIssuesToSprintAndRank({ sprintId, issues: ['EX-2'] })), 400);
    assert.equal(await refused(agile.board.getAllSprints({ boardId: 2 })), 400, 'a kanban board has none');
    assert.equal(await refused(agile.sprint.createSprint({ name: 'x'.repeat(31), originBoardId: 1 })), 400);
    assert.equal(await refused(agile.sprint.getSprint({ sprintId: 99999999 })), 404);
  });

  it('J40 moves issues between sprints and backlog, answering with nothing', async () => {
    const { agile, cloud } = await open();
    const { id: sprintId = 0 } = await agile.sprint.createSprint({ name: 'S', originBoardId: 1 });
    assert.equal(await agile.sprint.moveIssuesToSprintAndRank({ sprintId, issues: ['EX-2'] }), undefined);
    assert.deepEqual(keys(await agile.board.getIssuesForBacklog({ boardId: 1 })), ['EX-3']);
    const found = await cloud.issueSearch.searchAndReconsileIssuesUsingJql({
      jql: 'sprint in futureSprints()',
      fields: ['customfield_10020'],
    });
    assert.deepEqual(keys(found), ['EX-2']);
    assert.equal(await agile.backlog.moveIssuesToBacklog({ issues: ['EX-2'] }), undefined);
    assert.equal((await agile.board.getApproximateIssueCountForBacklog({ boardId: 1 })).count, 2);
    assert.equal(await refused(agile.backlog.moveIssuesToBacklog({ issues: ['NOSUCH-1'] })), 400);
    const elsewhere = agile.backlog.moveIssuesToBacklogForBoard({ boardId: 99999999, issues: ['EX-2'] });
    assert.equal(await refused(elsewhere), 404);
    await agile.sprint.moveIssuesToSprintAndRank({ sprintId, issues: ['EX-2'] });
    assert.equal(await agile.sprint.deleteSprint({ sprintId }), undefined);
    assert.equal((await agile.board.getApproximateIssueCountForBacklog({ boardId: 1 })).count, 2);
  });

  it('J40 ranks issues, also next to themselves', async () => {
    const { agile } = await open();
    const order = async () => keys(await agile.board.getIssuesForBoard({ boardId: 1 }));
    assert.equal(
      await agile.issue.rankIssues({ issues: ['EX-4', 'EX-3'], rankBeforeIssue: 'EX-2' }),
      undefined,
    );
    assert.deepEqual(await order(), ['EX-1', 'EX-4', 'EX-3', 'EX-2']);
    await agile.issue.rankIssues({ issues: ['EX-1'], rankAfterIssue: 'EX-2' });
    assert.deepEqual(await order(), ['EX-4', 'EX-3', 'EX-2', 'EX-1']);
    assert.equal(await agile.issue.rankIssues({ issues: ['EX-2'], rankAfterIssue: 'EX-2' }), undefined);
    assert.deepEqual(await order(), ['EX-4', 'EX-3', 'EX-2', 'EX-1']);
  });

  it('J40 makes boards over filters, and shows what they are made of', async () => {
    const { agile, cloud } = await open();
    const filter = await cloud.filters.createFilter({ name: 'Mine', jql: 'project = EX' });
    const location = { type: 'project', projectKeyOrId: 'EX' } as const;
    const made = await agile.board.createBoard({
      name: 'New',
      type: 'scrum',
      filterId: Number(filter.id),
      location,
    });
    const boardId = made.id ?? 0;
    assert.equal(made.location?.projectKey, 'EX');
    const page = await agile.board.getAllBoards({ maxResults: 1 });
    assert.deepEqual([page.total, page.isLast, page.values.length], [3, false, 1]);
    assert.equal((await agile.board.getAllBoards({ type: 'kanban', projectKeyOrId: 'EX' })).total, 1);
    const configuration = await agile.board.getConfiguration({ boardId });
    assert.deepEqual(
      [configuration.filter?.id, configuration.columnConfig?.columns?.map(({ name }) => name)],
      [filter.id, ['To Do', 'In Progress', 'Done']],
    );
    assert.equal(configuration.ranking?.rankCustomFieldId, 10019);
    assert.equal((await agile.board.getProjects({ boardId })).values?.[0]?.key, 'EX');
    assert.equal(
      (await agile.board.getBoardByFilterId({ filterId: Number(filter.id) })).values[0]?.id,
      boardId,
    );
    assert.deepEqual((await agile.board.getAllVersions({ boardId })).values, []);
    assert.deepEqual((await agile.board.getAllQuickFilters({ boardId })).values, []);
    await agile.board.setBoardProperty({
      boardId: String(boardId),
      propertyKey: 'k',
      propertyValue: { a: 1 },
    });
    assert.deepEqual(
      (await agile.board.getBoardProperty({ boardId: String(boardId), propertyKey: 'k' })).value,
      { a: 1 },
    );
    await agile.board.deleteBoard({ boardId });
    assert.equal(await refused(agile.board.getBoard({ boardId })), 404);
  });

  it('J40 keeps epics: their names, members and order', async () => {
    const { agile } = await open();
    const epic = await agile.epic.getEpic({ epicIdOrKey: 'EX-1' });
    assert.deepEqual([epic.name, epic.done, epic.color?.key], ['epic', false, 'color_1']);
    await agile.epic.moveIssuesToEpic({ epicIdOrKey: 'EX-1', issues: ['EX-2'] });
    assert.deepEqual(keys(await agile.epic.getIssuesForEpic({ epicIdOrKey: 'EX-1' })), ['EX-2']);
    assert.deepEqual(keys(await agile.board.getIssuesWithoutEpicForBoard({ boardId: 1 })), ['EX-3', 'EX-4']);
    const renamed = await agile.epic.partiallyUpdateEpic({
      epicIdOrKey: 'EX-1',
      name: 'Big',
      color: { key: 'color_4' },
    });
    assert.deepEqual([renamed.name, renamed.summary, renamed.color?.key], ['Big', 'epic', 'color_4']);
    await agile.epic.removeIssuesFromEpic({ issues: ['EX-2'] });
    assert.deepEqual(keys(await agile.epic.getIssuesForEpic({ epicIdOrKey: 'EX-1' })), []);
    assert.equal((await agile.board.getEpics({ boardId: 1, done: 'false' })).values?.length, 1);
    assert.equal(await refused(agile.epic.getEpic({ epicIdOrKey: 'EX-99999999' })), 404);
  });

  it('J40 shows issues with what boards add, and estimates them', async () => {
    const { agile } = await open();
    const issue = await agile.issue.getIssue({ issueIdOrKey: 'EX-2' });
    const fields = issue.fields ?? {};
    assert.deepEqual([fields['flagged'], fields['sprint'], fields['epic']], [false, null, null]);
    assert.ok(Object.keys(fields).some((name) => name.startsWith('customfield_')));
    const place = { issueIdOrKey: 'EX-2', boardId: 1 };
    assert.deepEqual(await agile.issue.estimateIssueForBoard({ ...place, value: '3' }), {
      fieldId: 'customfield_10016',
      value: 3,
    });
    assert.equal((await agile.issue.getIssueEstimationForBoard(place)).value, 3);
    assert.equal(await refused(agile.issue.getIssue({ issueIdOrKey: 'EX-99999999' })), 404);
  });

  it('J40 does not know a filter that was made just now, while the index lags', async () => {
    const { agile, cloud } = await open({ seed: { ...seed, settings: { searchLag: 60_000 } } });
    const filter = await cloud.filters.createFilter({ name: 'Mine', jql: 'project = EX' });
    const work = agile.board.createBoard({ name: 'New', type: 'scrum', filterId: Number(filter.id) });
    await assert.rejects(work, /The selected filter is not available to you/);
  });
});

describe('Jira twin: boards by offset', () => {
  it('pages issues with a total, narrowed and ordered by JQL', async () => {
    const jira = openJira({ seed });
    const get = async (path: string) => {
      const answer = await jira.call('GET', `/rest/agile/1.0/board/1/issue?${path}`);
      assert.equal(answer.status, 200, JSON.stringify(answer.body));
      return answer.body as unknown as { total: number; startAt: number; issues: { key: string }[] };
    };
    const page = await get('startAt=1&maxResults=2');
    assert.deepEqual([page.total, page.startAt, keys(page)], [4, 1, ['EX-2', 'EX-3']]);
    const jql = encodeURIComponent('status != Done ORDER BY key DESC');
    assert.deepEqual(keys(await get(`jql=${jql}&fields=summary`)), ['EX-3', 'EX-2', 'EX-1']);
    assert.equal((await jira.call('GET', '/rest/agile/1.0/board/1/issue?jql=nosuchfield=1')).status, 400);
    assert.equal((await jira.call('GET', '/rest/agile/1.0/board/x')).status, 400);
  });

  it('ranks what there is, and says of the rest why not', async () => {
    const jira = openJira({ seed });
    const answer = await jira.call('PUT', '/rest/agile/1.0/issue/rank', {
      issues: ['EX-4', 'EX-99'],
      rankBeforeIssue: 'EX-2',
    });
    assert.equal(answer.status, 207);
    const entries = answer.body['entries'] as { status: number }[];
    assert.deepEqual(
      entries.map(({ status }) => status),
      [200, 404],
    );
  });
});
