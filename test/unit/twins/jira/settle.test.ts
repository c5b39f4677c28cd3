import assert from 'node:assert/strict';
import { FactoryError } from '../../../../src/shared/errors';
import { settle } from '../../../../src/twins/jira/settle';
import { siteSchema } from '../../../../src/twins/jira/state';

const now = Date.UTC(2026, 0, 1);
const site = (seed: unknown) => settle(siteSchema.parse(seed), now);

describe('Seed of the Jira twin', () => {
  it('makes a whole site of nothing', () => {
    const state = site({});
    assert.deepEqual(
      state.projects.map(({ id, key, lead, issueTypes }) => [id, key, lead, issueTypes.length]),
      [['10000', 'EX', state.me, 5]],
    );
  });

  it('lets things be named as people know them and keeps ids', () => {
    const state = site({
      projects: [{ key: 'OFF', workflowScheme: 'Classic Workflow Scheme' }],
      components: [{ project: 'OFF', name: 'Accounts' }],
      issues: [
        { summary: 'Leaver', components: ['accounts'], labels: ['offboarding'] },
        { key: 'OFF-7', summary: 'Old', status: 'Closed', resolution: 'Done', comments: [{ body: 'gone' }] },
        { summary: 'Step', issuetype: 'Sub-task', parent: 'OFF-7' },
      ],
      links: [{ type: 'Relates', inward: 'OFF-7', outward: 'OFF-8' }],
    });
    assert.deepEqual(
      state.issues.map(({ key, status, resolution, components }) => [key, status, resolution, components]),
      [
        ['OFF-8', '1', null, ['10000']],
        ['OFF-7', '6', '10000', []],
        ['OFF-9', '1', null, []],
      ],
    );
    assert.equal(state.issues[2]?.parent, state.issues[1]?.id);
    assert.equal(state.issues[1]?.comments[0]?.created, '2026-01-01T00:00:00.000Z');
    assert.equal(state.links[0]?.outward, state.issues[0]?.id);
  });

  it('gives the same site again from what it made', () => {
    const state = site({
      issues: [{ summary: 'one' }, { summary: 'two' }],
      filters: [{ name: 'mine', jql: '' }],
    });
    assert.deepEqual(site(JSON.parse(JSON.stringify(state))), state);
  });

  for (const [what, seed] of Object.entries({
    'a project that is not there': { issues: [{ project: 'NO', summary: 's' }] },
    'a status outside of the workflow': { issues: [{ summary: 's', status: 'Closed' }] },
    'a person who is not there': { issues: [{ summary: 's', assignee: 'nobody' }] },
    'one key twice': {
      issues: [
        { key: 'EX-1', summary: 's' },
        { key: 'EX-1', summary: 't' },
      ],
    },
  })) {
    it(`refuses ${what}`, () => {
      assert.throws(
        () => site(seed),
        (error) => error instanceof FactoryError && error.code === 'bad-input',
      );
    });
  }
});
