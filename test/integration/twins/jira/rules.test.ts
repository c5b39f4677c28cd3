import assert from 'node:assert/strict';
import { defaultContext } from '../../../../src/twins/jira/seeding';
import * as defaults from '../../../../src/twins/jira/defaults';
import { adf, openJira, openJiraWithout, type JiraUnderTest } from './jiraTwin';

const task = { project: { key: 'EX' }, issuetype: { name: 'Task' }, summary: 's' };
const create = (jira: JiraUnderTest, fields: object, more: object = {}) =>
  jira.call('POST', '/rest/api/3/issue', { fields: { ...task, ...fields }, ...more });
const edit = (jira: JiraUnderTest, body: object) => jira.call('PUT', '/rest/api/3/issue/EX-1', body);

/** A site whose one transition has a screen. */
function withScreen(fields: Record<string, boolean>): JiraUnderTest {
  const transitions = [
    { id: '1', name: 'Create', to: 'To Do', initial: true },
    { id: '9', name: 'Finish', to: 'Done', fields },
  ];
  const workflows = [{ name: 'Own', statuses: ['To Do', 'Done'], transitions }];
  const field = { name: 'Size', type: 'com.atlassian.jira.plugin.system.customfieldtypes:float' };
  return openJira({
    seed: {
      workflows,
      workflowSchemes: [{ name: 'Own', defaultWorkflow: 'Own' }],
      customFields: [{ ...field, id: 'customfield_10100', contexts: [defaultContext('Size')] }],
      issues: [{ key: 'EX-1', summary: 'one' }],
    },
  });
}

describe('Jira twin: what issues must be', () => {
  it('has no subtask without a parent, however it is asked for', async () => {
    const jira = openJira({
      seed: {
        issues: [
          { key: 'EX-1', summary: 'sub', issuetype: 'Sub-task', parent: 'EX-2' },
          { key: 'EX-2', summary: 'task' },
        ],
      },
    });
    const made = await create(jira, { issuetype: { name: 'Sub-task' }, parent: null });
    assert.equal(made.status, 400);
    assert.equal((await edit(jira, { fields: { parent: null } })).status, 400);
    assert.equal((await edit(jira, { update: { parent: [{ set: { none: true } }] } })).status, 400);
  });

  it('takes nothing for no value where a field must be given', async () => {
    const jira = openJira({
      seed: {
        projects: [{ key: 'EX', requiredFields: ['description', 'labels'] }],
        issues: [{ key: 'EX-1', summary: 'one', labels: ['a'] }],
      },
    });
    const made = await create(jira, { description: null, labels: [] });
    assert.deepEqual(made.body['errorMessages'], [
      "Field 'description' is required",
      "Field 'labels' is required",
    ]);
    const edited = await edit(jira, { fields: { labels: [] } });
    assert.deepEqual([edited.status, edited.body.errors], [400, { labels: 'Labels is required.' }]);
  });

  it('takes fields only from people whose screens have them', async () => {
    const jira = openJiraWithout(['ASSIGN_ISSUES', 'MODIFY_REPORTER', 'SCHEDULE_ISSUES']);
    const fields = {
      assignee: { accountId: defaults.myAccountId },
      reporter: { accountId: defaults.myAccountId },
      duedate: '2026-01-01',
    };
    const refused = await edit(jira, { fields });
    assert.equal(refused.status, 400);
    assert.deepEqual(Object.keys(refused.body.errors), Object.keys(fields));
    assert.match(String(refused.body.errors['reporter']), /not on the appropriate screen/);
    const meta = (await jira.call('GET', '/rest/api/3/issue/EX-1/editmeta')).body.fields;
    assert.ok('summary' in meta && !('assignee' in meta) && !('duedate' in meta));
  });

  it('takes comments only from those who may comment, beside an edit and a link as well', async () => {
    const jira = openJiraWithout(['ADD_COMMENTS']);
    await create(jira, {});
    const body = adf('no');
    const edited = await edit(jira, { update: { comment: [{ add: { body } }] } });
    assert.equal(edited.body.errors['comment'], 'You do not have permission to comment on this issue.');
    const link = {
      type: { name: 'Blocks' },
      inwardIssue: { key: 'EX-1' },
      outwardIssue: { key: 'EX-2' },
      comment: { body },
    };
    assert.equal((await jira.call('POST', '/rest/api/3/issueLink', link)).status, 400);
    assert.deepEqual(jira.twin.state.links, []);
    assert.deepEqual(jira.twin.state.issues[0]?.comments, []);
  });

  it('uses no number for an issue that is not made', async () => {
    const jira = openJira();
    const { counters } = jira.twin.state;
    const before = structuredClone(counters);
    assert.equal((await create(jira, {}, { transition: { id: '999' } })).status, 400);
    assert.deepEqual(counters, before);
    assert.equal((await create(jira, {})).body['key'], 'EX-1');
  });

  it('ignores a transition in an edit, and keeps the properties of a real one', async () => {
    const jira = openJira({ seed: { issues: [{ key: 'EX-1', summary: 'one' }] } });
    const comment = [{ add: { body: adf('once') } }];
    assert.equal((await edit(jira, { update: { comment }, transition: { id: '31' } })).status, 204);
    const [issue] = jira.twin.state.issues;
    assert.equal(issue?.comments.length, 1);
    assert.deepEqual(issue.changelog, []);
    const properties = [{ key: 'k', value: { a: 1 } }];
    const move = { transition: { id: '31' }, properties };
    await jira.call('POST', '/rest/api/3/issue/EX-1/transitions', move);
    assert.deepEqual(issue.properties, { k: { a: 1 } });
  });

  it('asks for the fields of a transition’s screen, in bulk as well, and for none that is gone', async () => {
    const jira = withScreen({ customfield_10100: true });
    const transition = { transition: { id: '9' } };
    const path = '/rest/api/3/issue/EX-1/transitions';
    const missing = await jira.call('POST', path, transition);
    assert.deepEqual(missing.body.errors, { customfield_10100: 'Size is required.' });
    const bulk = { bulkTransitionInputs: [{ transitionId: '9', selectedIssueIdsOrKeys: ['EX-1'] }] };
    await jira.call('POST', '/rest/api/3/bulk/issues/transition', bulk);
    assert.deepEqual(jira.twin.state.issues[0]?.changelog, []);
    const given = { ...transition, fields: { customfield_10100: 3 } };
    assert.equal((await jira.call('POST', path, given)).status, 204);
    await jira.call('POST', '/rest/api/3/field/customfield_10100/trash');
    const listed = await jira.call('GET', `${path}?expand=transitions.fields`);
    assert.equal(listed.status, 200);
    assert.equal((await jira.call('POST', path, transition)).status, 204);
  });
});
