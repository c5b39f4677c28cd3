import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { AgileClient } from 'jira.js-5/agile';
import { Version3Client } from 'jira.js-5/version3';
import { hostsVariable, writeHosts } from '../../../../src/twins/redirect/hosts';
import { serveTwin } from '../../../../src/twins/serve';
import type { TwinHandle } from '../../../../src/twins/types';
import { buildPrograms } from '../../../support/sandbox';
import { statusOf } from './jiraTwin';

const run = promisify(execFile);
const seed = {
  issues: [
    { key: 'EX-1', summary: 'one' },
    { key: 'EX-2', summary: 'two' },
    { key: 'EX-3', summary: 'three' },
  ],
};

describe('Jira twin with the official client’s agile part, and with the one of an OAuth app', () => {
  let twin: TwinHandle;
  let agile: AgileClient;
  let version3: Version3Client;

  before(async () => {
    twin = await serveTwin('jira', { port: 0, seed });
    const { url = '', email = '', token = '' } = twin.values;
    const config = { host: url, authentication: { basic: { email, apiToken: token } } };
    [agile, version3] = [new AgileClient(config), new Version3Client(config)];
  });
  beforeEach(() => twin.reset());
  after(() => twin.stop());

  /** A Scrum board of the project. */
  const makeBoard = async (): Promise<number> => {
    const filter = await version3.filters.createFilter({ name: 'All of EX', jql: 'project = EX' });
    const board = await agile.board.createBoard({
      name: 'Team',
      type: 'scrum',
      filterId: Number(filter.id),
      location: { type: 'project', projectKeyOrId: 'EX' },
    });
    return Number(board.id);
  };

  it('makes a board, reads it and removes it', async () => {
    const boardId = await makeBoard();
    const { board } = agile;
    assert.equal((await board.getBoard({ boardId })).name, 'Team');
    const boards = await board.getAllBoards({ projectKeyOrId: 'EX', type: 'scrum' });
    assert.ok(boards.values?.some(({ id }) => id === boardId));
    const configuration = await board.getConfiguration({ boardId });
    assert.ok((configuration.columnConfig?.columns?.length ?? 0) > 1);
    assert.equal((await board.getProjects({ boardId })).values[0]?.key, 'EX');
    // The client sends no value, which Jira does not take.
    const property = { boardId: String(boardId), propertyKey: 'p' };
    assert.equal(await statusOf(board.setBoardProperty(property)), 400);
    const issues = await board.getIssuesForBoard({ boardId, jql: 'summary ~ "two"', fields: ['summary'] });
    assert.deepEqual(
      issues.issues.map(({ key }) => key),
      ['EX-2'],
    );
    await board.deleteBoard({ boardId });
    assert.equal(await statusOf(board.getBoard({ boardId })), 404);
  });

  it('plans, starts and closes a sprint', async () => {
    const boardId = await makeBoard();
    const { sprint, backlog, board } = agile;
    const made = await sprint.createSprint({ name: 'Sprint 1', originBoardId: boardId, goal: 'g' });
    const sprintId = made.id;
    assert.equal(made.state, 'future');
    await sprint.moveIssuesToSprintAndRank({ sprintId, issues: ['EX-1', 'EX-2'] });
    const planned = await sprint.getIssuesForSprint({ sprintId });
    assert.deepEqual(planned.issues?.map(({ key }) => key).sort(), ['EX-1', 'EX-2']);
    await backlog.moveIssuesToBacklog({ issues: ['EX-2'] });
    const waiting = await board.getIssuesForBacklog({ boardId });
    assert.deepEqual(waiting.issues.map(({ key }) => key).sort(), ['EX-2', 'EX-3']);
    assert.equal(await statusOf(sprint.partiallyUpdateSprint({ sprintId, state: 'closed' })), 400);
    const [startDate, endDate] = ['2026-01-05T09:00:00.000Z', '2026-01-19T09:00:00.000Z'];
    await sprint.partiallyUpdateSprint({ sprintId, state: 'active', startDate, endDate });
    const active = await board.getAllSprints({ boardId, state: 'active' });
    assert.deepEqual(
      active.values.map(({ id, goal }) => [id, goal]),
      [[sprintId, 'g']],
    );
    await sprint.partiallyUpdateSprint({ sprintId, state: 'closed' });
    assert.equal((await sprint.getSprint({ sprintId })).state, 'closed');
    await sprint.deleteSprint({ sprintId });
    assert.equal(await statusOf(sprint.getSprint({ sprintId })), 404);
  });

  it('ranks, estimates and gathers issues in epics', async () => {
    const boardId = await makeBoard();
    const { epic, issue, board } = agile;
    await issue.rankIssues({ issues: ['EX-3'], rankBeforeIssue: 'EX-1' });
    const ranked = await board.getIssuesForBoard({ boardId });
    assert.deepEqual(
      ranked.issues.map(({ key }) => key),
      ['EX-3', 'EX-1', 'EX-2'],
    );
    assert.equal((await issue.getIssue({ issueIdOrKey: 'EX-1' })).key, 'EX-1');
    await issue.estimateIssueForBoard({ issueIdOrKey: 'EX-1', boardId, value: '5' });
    const estimation = await issue.getIssueEstimationForBoard<{ value: string }>({
      issueIdOrKey: 'EX-1',
      boardId,
    });
    assert.equal(String(Number(estimation.value)), '5');
    const made = await version3.issues.createIssue({
      fields: { project: { key: 'EX' }, issuetype: { name: 'Epic' }, summary: 'Leavers' },
    });
    const epicIdOrKey = made.key;
    await epic.moveIssuesToEpic({ epicIdOrKey, issues: ['EX-1'] });
    await epic.partiallyUpdateEpic({ epicIdOrKey, done: true, color: { key: 'color_3' } });
    const read = await epic.getEpic({ epicIdOrKey });
    assert.deepEqual([read.done, read.color?.key], [true, 'color_3']);
    const inside = await epic.getIssuesForEpic<{ issues: { key: string }[] }>({ epicIdOrKey });
    assert.deepEqual(
      inside.issues.map(({ key }) => key),
      ['EX-1'],
    );
    await epic.removeIssuesFromEpic({ issues: ['EX-1'] });
    const epics = await board.getEpics({ boardId });
    assert.deepEqual(
      epics.values.map(({ id }) => String(id)),
      [made.id],
    );
  });

  it('J04 J05 J37 works for an app that knows only Atlassian’s own hosts', async () => {
    const { url = '', clientId = '', clientSecret = '', refreshToken = '' } = twin.values;
    const script = `
      const { Version3Client } = require('jira.js-5/version3');
      const [siteUrl, clientId, clientSecret, refreshToken] = process.argv.slice(1);
      const oauth2 = { clientId, clientSecret, refreshToken, siteUrl, onTokenRefresh: () => console.log('refreshed') };
      const { myself, webhooks } = new Version3Client({ authentication: { oauth2 } });
      (async () => {
        console.log((await myself.getCurrentUser()).displayName !== undefined);
        const hook = { events: ['jira:issue_created'], jqlFilter: 'project = EX' };
        const made = await webhooks.registerDynamicWebhooks({ url: siteUrl, webhooks: [hook] });
        const ids = made.webhookRegistrationResult.map(({ createdWebhookId }) => createdWebhookId);
        console.log((await webhooks.refreshWebhooks({ webhookIds: ids })).expirationDate !== undefined);
        await webhooks.deleteWebhookById({ webhookIds: ids });
        console.log((await webhooks.getDynamicWebhooksForApp()).total);
      })();`;
    const port = Number(new URL(url).port);
    const hosts = writeHosts([
      ['auth.atlassian.com', port],
      ['api.atlassian.com', port],
    ]);
    const site = url.replace(/\/$/, '');
    const argv = ['-e', script, site, clientId, clientSecret, refreshToken];
    const { stdout, stderr } = await run(process.execPath, argv, {
      env: {
        ...process.env,
        NODE_OPTIONS: `--require=${path.join(await buildPrograms(), 'redirect.js')}`,
        [hostsVariable]: hosts,
      },
    });
    assert.deepEqual([stdout.trim().split('\n'), stderr], [['refreshed', 'true', 'true', '0'], '']);
  });
});
