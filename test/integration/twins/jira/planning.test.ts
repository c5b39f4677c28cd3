import assert from 'node:assert/strict';
import { throwDice } from '../../../../src/twins/dice';
import { jiraService } from '../../../../src/twins/jira/service';
import type { JiraState } from '../../../../src/twins/jira/state';
import { adf, openJira, type JiraUnderTest } from './jiraTwin';

// Random steps, the same ones every time; a failure prints the seed that leads to it.

const firstSeed = 20_260_310;
const mia = '5b10ac8d82e05b22cc7d4ef5';

function diceOf(seed: number) {
  let state = seed;
  const roll = (): number => {
    const thrown = throwDice(state);
    state = thrown.seed;
    return thrown.value;
  };
  const below = (limit: number) => Math.floor(roll() * limit);
  const pick = <T>(items: readonly T[]): T => items[below(items.length)] as T;
  return { roll, below, pick };
}
type Dice = ReturnType<typeof diceOf>;

const seed = {
  filters: [{ id: '10000', name: 'all', jql: 'project = EX' }],
  boards: [{ id: 1, name: 'b', filter: '10000', project: '10000' }],
  sprints: [{ id: 1, name: 's', board: 1 }],
  components: [{ id: '10000', project: 'EX', name: 'C' }],
  versions: [{ id: '10000', project: 'EX', name: '1.0' }],
  issues: [
    { key: 'EX-1', summary: 'epic', issuetype: 'Epic' },
    { key: 'EX-2', summary: 'two', comments: [{ body: 'c' }], worklogs: [{ timeSpentSeconds: 60 }] },
    { key: 'EX-3', summary: 'three', parent: 'EX-1' },
    { key: 'EX-4', summary: 'four', issuetype: 'Sub-task', parent: 'EX-2' },
  ],
};
const open = () => openJira({ seed, rateLimits: false, now: () => Date.parse('2026-03-10T12:00:00Z') });

/** What must hold of a site whatever was asked of it. */
function assertPossible({ twin }: JiraUnderTest, story: string): void {
  const state: JiraState = twin.state;
  const ids = <T extends { id: unknown }>(rows: readonly T[]) => new Set(rows.map(({ id }) => id));
  const [projects, statuses, sprints, issues] = [
    state.projects,
    state.statuses,
    state.sprints,
    state.issues,
  ].map((rows) => ids(rows as { id: unknown }[]));
  for (const issue of state.issues) {
    assert.ok(projects?.has(issue.project), `${story}: ${issue.key} is in no project`);
    assert.ok(statuses?.has(issue.status), `${story}: ${issue.key} has no status`);
    assert.ok(
      issue.parent === undefined || issues?.has(issue.parent),
      `${story}: ${issue.key} has a lost parent`,
    );
    for (const id of issue.sprints) assert.ok(sprints?.has(id), `${story}: ${issue.key} is in a lost sprint`);
  }
  const isOnce = (values: readonly unknown[]) => new Set(values).size === values.length;
  assert.ok(isOnce(state.issues.map(({ key }) => key)), `${story}: a key twice`);
  assert.ok(isOnce(state.issues.map(({ rank }) => rank)), `${story}: a rank twice`);
  assert.ok(
    state.issues.every(({ id }) => /^\d+$/.test(id)),
    `${story}: an id that is no number`,
  );
  for (const { state: at, startDate, completeDate } of state.sprints) {
    assert.ok(at === 'future' || startDate !== undefined, `${story}: a sprint was started without dates`);
    assert.equal(at === 'closed', completeDate !== undefined, `${story}: a sprint closed and not closed`);
  }
  // What a snapshot holds can be restored, so that it is a state.
  const snapshot = twin.snapshot();
  twin.restore(snapshot);
  const again = JSON.parse(twin.snapshot()) as { state: unknown };
  assert.deepEqual(
    again.state,
    (JSON.parse(snapshot) as { state: unknown }).state,
    `${story}: restored otherwise`,
  );
  assert.ok(jiraService.seed.safeParse(again.state).success, story);
}

type Step = (dice: Dice, state: JiraState) => [method: string, path: string, body?: unknown];
const someIssue = ({ pick }: Dice, { issues }: JiraState) => (issues.length > 0 ? pick(issues).key : 'EX-1');
const someSprint = ({ pick }: Dice, { sprints }: JiraState) => (sprints.length > 0 ? pick(sprints).id : 1);
const api = '/rest/api/3';
const agile = '/rest/agile/1.0';
const dates = { startDate: '2026-03-01T00:00:00Z', endDate: '2026-03-14T00:00:00Z' };

/** Sensible things to do, in senseless order. */
const steps: readonly Step[] = [
  ({ pick }) => {
    const fields = {
      project: { key: 'EX' },
      issuetype: { name: pick(['Task', 'Epic', 'Bug', 'Sub-task']) },
      summary: 's',
      description: adf('d'),
    };
    return ['POST', `${api}/issue`, { fields }];
  },
  (dice, state) => [
    'PUT',
    `${api}/issue/${someIssue(dice, state)}`,
    { fields: { labels: [dice.pick(['a', 'b'])] } },
  ],
  (dice, state) => [
    'PUT',
    `${api}/issue/${someIssue(dice, state)}`,
    { fields: { parent: { key: someIssue(dice, state) } } },
  ],
  (dice, state) => [
    'PUT',
    `${api}/issue/${someIssue(dice, state)}/assignee`,
    { accountId: dice.pick([mia, null, '-1']) },
  ],
  (dice, state) => [
    'POST',
    `${api}/issue/${someIssue(dice, state)}/transitions`,
    { transition: { id: dice.pick(['11', '21', '31']) } },
  ],
  (dice, state) => ['POST', `${api}/issue/${someIssue(dice, state)}/comment`, { body: adf('c') }],
  (dice, state) => [
    'DELETE',
    `${api}/issue/${someIssue(dice, state)}?deleteSubtasks=${dice.pick(['true', 'false'])}`,
  ],
  () => ['POST', `${agile}/sprint`, { name: 'S', originBoardId: 1 }],
  (dice, state) => [
    'POST',
    `${agile}/sprint/${someSprint(dice, state)}`,
    { state: dice.pick(['active', 'closed', 'future']), ...(dice.roll() < 0.7 ? dates : {}) },
  ],
  (dice, state) => [
    'POST',
    `${agile}/sprint/${someSprint(dice, state)}/issue`,
    { issues: [someIssue(dice, state), someIssue(dice, state)] },
  ],
  (dice, state) =>
    dice.roll() < 0.3
      ? ['DELETE', `${agile}/sprint/${someSprint(dice, state)}`]
      : ['GET', `${agile}/board/1/sprint`],
  (dice, state) => ['POST', `${agile}/backlog/issue`, { issues: [someIssue(dice, state)] }],
  (dice, state) => [
    'PUT',
    `${agile}/issue/rank`,
    {
      issues: [someIssue(dice, state), someIssue(dice, state)],
      [dice.pick(['rankAfterIssue', 'rankBeforeIssue'])]: someIssue(dice, state),
    },
  ],
  (dice, state) => [
    'POST',
    `${agile}/epic/${someIssue(dice, state)}/issue`,
    { issues: [someIssue(dice, state)] },
  ],
  (dice, state) => ['POST', `${agile}/epic/none/issue`, { issues: [someIssue(dice, state)] }],
  ({ below, pick }) => [
    'POST',
    `${api}/filter`,
    { name: `f${below(5)}`, jql: pick(['project = EX', 'filter = f1', 'nosuch = 1']) },
  ],
  ({ pick }) => [
    'POST',
    `${api}/search/jql`,
    {
      jql: pick([
        'project = EX ORDER BY Rank',
        'status was Done',
        'sprint in openSprints()',
        'filter in (f1, f2)',
      ]),
      fields: ['*all'],
    },
  ],
  () => ['GET', `${agile}/board/1/backlog`],
];

describe('Jira twin: planning and searching at random', () => {
  it('keeps a possible site through sensible steps in any order', async () => {
    for (let run = 0; run < 12; run += 1) {
      const dice = diceOf(firstSeed + run);
      const jira = open();
      for (let step = 0; step < 60; step += 1) {
        const [method, path, body] = dice.pick(steps)(dice, jira.twin.state);
        const answer = await jira.call(method, path, body);
        const story = `seed ${firstSeed + run}, step ${step}: ${method} ${path} ${JSON.stringify(body)}`;
        assert.ok(answer.status < 500, `${story} answered ${answer.status}`);
      }
      assertPossible(jira, `seed ${firstSeed + run}`);
    }
  }).timeout(60_000);

  it('refuses or answers any text as JQL', async () => {
    const dice = diceOf(firstSeed);
    const jira = open();
    const words =
      'project summary status assignee text key created due labels priority Sprint Rank cf[10020] cf[1] filter parent "Epic Link" votes attachments = != ~ !~ < >= in ( ) , not is was changed ' +
      'and or order by asc desc EMPTY EX EX-1 10000 -5d "2026-01-01" "a b" \'x\' now() currentUser() startOfDay(-1) membersOf(x) linkedIssues(EX-1) openSprints() before during from to \\ " \' { # [ ] issue.property[a].b';
    const vocabulary = words.split(' ');
    for (let count = 0; count < 3000; count += 1) {
      const jql = Array.from({ length: 1 + dice.below(9) }, () => dice.pick(vocabulary)).join(' ');
      const answer = await jira.call('POST', '/rest/api/3/search/jql', { jql });
      assert.ok([200, 400].includes(answer.status), `${JSON.stringify(jql)} answered ${answer.status}`);
    }
  }).timeout(60_000);
});
