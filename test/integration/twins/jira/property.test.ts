import assert from 'node:assert/strict';
import { throwDice } from '../../../../src/twins/dice';
import { operations } from '../../../../src/twins/jira/operations';
import { workflowOf } from '../../../../src/twins/jira/workflow';
import type { JiraState } from '../../../../src/twins/jira/state';
import { adf, basic, openJira } from './jiraTwin';

/** Throws of a seeded generator. */
function dice(start: number) {
  let seed = start;
  const next = (): number => {
    const thrown = throwDice(seed);
    seed = thrown.seed;
    return thrown.value;
  };
  return { next, pick: <T>(items: readonly T[]): T => items[Math.floor(next() * items.length)] as T };
}

const words = [
  'EX-1',
  'EX-2',
  'EX-3',
  '10000',
  '10001',
  '1',
  'EX',
  'HR',
  'nobody',
  '5b10ac8d82e05b22cc7d4ef5',
  'Task',
  '',
  '%2e%2e',
  '__proto__',
  'constructor',
  'ü',
];

/** Bodies that come near what operations want, and others that do not. */
function bodyOf({ next, pick }: ReturnType<typeof dice>, depth = 0): unknown {
  const leaf = () =>
    pick<unknown>([
      null,
      true,
      1,
      -1,
      1e99,
      '',
      'EX-1',
      'Task',
      '31',
      '1h 30m',
      'x'.repeat(300),
      adf('a'),
      [],
      {},
    ]);
  if (depth > 2 || next() < 0.2) return leaf();
  const names = [
    'fields',
    'update',
    'summary',
    'project',
    'issuetype',
    'description',
    'key',
    'id',
    'name',
    'labels',
    'assignee',
    'accountId',
    'transition',
    'body',
    'value',
    'type',
    'inwardIssue',
    'outwardIssue',
    'timeSpent',
    'components',
    'add',
    'set',
    'parent',
    'selectedIssueIdsOrKeys',
    'issueUpdates',
    'visibility',
    'options',
    'webhooks',
    'url',
    'object',
    'title',
    'duedate',
    'priority',
    'position',
    'jql',
    'ids',
    '__proto__',
  ];
  if (next() < 0.15) return [bodyOf({ next, pick }, depth + 1)];
  const size = Math.floor(next() * 5);
  return Object.fromEntries(
    Array.from({ length: size }, () => [pick(names), bodyOf({ next, pick }, depth + 1)]),
  );
}

const task = { project: { key: 'EX' }, issuetype: { name: 'Task' }, summary: 's' };
/** Bodies that operations take, so that much of what is asked is also done. */
const sound: Readonly<Record<string, readonly unknown[]>> = {
  'POST /rest/api/3/issue': [
    { fields: task },
    { fields: { ...task, issuetype: { name: 'Sub-task' }, parent: { key: 'EX-1' } } },
    { fields: { ...task, project: { key: 'HR' }, components: [{ name: 'c' }] } },
  ],
  'PUT /rest/api/3/issue/{issueIdOrKey}': [
    { fields: { summary: 'new', labels: ['a'] }, update: { components: [{ add: { name: 'c' } }] } },
    { fields: { issuetype: { name: 'Bug' }, fixVersions: [{ name: 'v' }] } },
  ],
  'POST /rest/api/3/issue/{issueIdOrKey}/transitions': [
    { transition: { id: '31' } },
    { transition: { id: '4' } },
  ],
  'POST /rest/api/3/issueLink': [
    { type: { name: 'Blocks' }, inwardIssue: { key: 'EX-1' }, outwardIssue: { key: 'HR-1' } },
  ],
  'PUT /rest/api/3/project/{projectIdOrKey}': [{ key: 'NEW' }, { key: 'EX' }, { name: 'other' }],
  'POST /rest/api/3/project': [{ key: 'AB', name: 'ab', projectTypeKey: 'business' }],
  'POST /rest/api/3/bulk/issues/delete': [{ selectedIssueIdsOrKeys: ['EX-3', 'EX-4', 'nothing'] }],
};

/** What must hold of every site. */
function checkState(state: JiraState): void {
  const ids = new Set(state.issues.map(({ id }) => id));
  assert.equal(ids.size, state.issues.length, 'ids are there once');
  assert.equal(new Set(state.issues.map(({ key }) => key)).size, state.issues.length, 'keys are there once');
  for (const issue of state.issues) {
    const project = state.projects.find(({ id }) => id === issue.project);
    assert.ok(project, `${issue.key} is in a project`);
    assert.ok(issue.key.startsWith(`${project.key}-`), `${issue.key} has its project's key`);
    assert.ok(issue.summary.trim() !== '', `${issue.key} has a summary`);
    assert.ok(
      workflowOf(state, project, issue.issuetype).statuses.includes(issue.status),
      `${issue.key} is in its workflow`,
    );
    assert.ok(issue.parent === undefined || ids.has(issue.parent), `the parent of ${issue.key} is there`);
    assert.ok(issue.updated >= issue.created, `${issue.key} was not changed before it was there`);
  }
  for (const { inward, outward } of state.links)
    assert.ok(ids.has(inward) && ids.has(outward), 'links have ends');
}

describe('Jira twin: whatever is asked of it', () => {
  const seed = {
    projects: [{ key: 'EX' }, { key: 'HR', workflowScheme: 'Classic Workflow Scheme' }],
    issues: [
      { key: 'EX-1', summary: 'one' },
      { key: 'EX-2', summary: 'two', issuetype: 'Sub-task', parent: 'EX-1' },
      { key: 'HR-1', summary: 'three' },
    ],
    components: [{ project: 'EX', name: 'c' }],
    versions: [{ project: 'EX', name: 'v' }],
  };
  const names = Object.keys(operations);

  for (const start of [1, 2, 3]) {
    it(`keeps a possible site through random calls (seed ${start})`, async () => {
      const jira = openJira({ seed, rateLimits: false });
      const thrown = dice(start);
      for (let round = 0; round < 700; round += 1) {
        const operation = thrown.next() < 0.3 ? thrown.pick(Object.keys(sound)) : thrown.pick(names);
        const [method = '', path = ''] = operation.split(' ');
        const version = thrown.pick(['2', '3']);
        const filled = path
          .replace('/api/3', `/api/${version}`)
          .replace(/\{[^}]+\}/g, () => encodeURIComponent(thrown.pick(words)));
        const query =
          thrown.next() < 0.3
            ? `?${thrown.pick(['expand', 'startAt', 'maxResults', 'fields', 'query', 'accountId', 'jql', 'key', 'permissions', 'projectKey'])}=${encodeURIComponent(thrown.pick(words))}`
            : '';
        const own = thrown.next() < 0.7 ? sound[operation] : undefined;
        const body =
          method === 'GET' || method === 'DELETE' ? undefined : own ? thrown.pick(own) : bodyOf(thrown);
        const answer = await jira.call(method, `${filled}${query}`, body);
        assert.ok(
          answer.status < 500,
          `seed ${start}, round ${round}: ${method} ${filled}${query} ${JSON.stringify(body)} gave ${answer.status}`,
        );
        if (round % 50 === 0) checkState(jira.twin.state);
      }
      checkState(jira.twin.state);
      const other = openJira({ rateLimits: false });
      other.twin.restore(jira.twin.snapshot());
      assert.deepEqual(other.twin.state, jira.twin.state);
    });
  }

  it('survives thousands of malformed requests', async () => {
    const jira = openJira({ seed, rateLimits: false });
    const { email = '', token = '' } = jira.twin.credentials;
    const thrown = dice(4);
    const deep = `${'['.repeat(5000)}${']'.repeat(5000)}`;
    const nested = `{"fields":${'{"a":'.repeat(3000)}1${'}'.repeat(3000)}}`;
    const texts = [
      '',
      '{',
      '[]',
      'null',
      '"x"',
      '{"fields":null}',
      deep,
      nested,
      '\u0000',
      '{"fields":{"__proto__":{"a":1}}}',
      '{"fields":[1]}',
    ];
    const types = [
      'application/json',
      'text/plain',
      'multipart/form-data; boundary=x',
      'multipart/form-data',
      '',
      'application/xml',
    ];
    const tokens = [basic(email, token), 'Basic !!!', 'Bearer ..', 'Basic', 'x', ''];
    for (let round = 0; round < 3000; round += 1) {
      const [method = '', path = ''] = thrown.pick(names).split(' ');
      const filled = path.replace(/\{[^}]+\}/g, () => thrown.pick([...words, '%', '%ff', '..', ' ', '\\']));
      const headers: Record<string, string> = {
        authorization: thrown.pick(tokens),
        'content-type': thrown.pick(types),
      };
      const init = { method, headers, ...(method === 'GET' ? {} : { body: thrown.pick(texts) }) };
      const { status } = await jira.send(`/${filled.replace(/^\/+/, '')}`, init);
      assert.ok(
        status < 500,
        `round ${round}: ${method} ${filled} ${JSON.stringify(init).slice(0, 300)} gave ${status}`,
      );
    }
    checkState(jira.twin.state);
  });
});
