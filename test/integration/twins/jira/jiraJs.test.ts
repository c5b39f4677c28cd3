import assert from 'node:assert/strict';
import { createCloudClient } from 'jira.js/cloud';
import { serveTwin } from '../../../../src/twins/serve';
import type { TwinOptions } from '../../../../src/twins/contract';
import type { TwinHandle } from '../../../../src/twins/types';

const me = '5b10a2844c20165700ede21g';

describe('Jira twin with the official client’s schemas over loopback', () => {
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
    return { twin, client };
  };
  afterEach(async () => {
    await Promise.all(running.splice(0).map((twin) => twin.stop()));
  });

  it('takes a leaver’s ticket with a checklist through its life', async () => {
    const { client } = await open();
    const who = await client.myself.getCurrentUser();
    assert.equal(who.accountId, me);
    const item = (text: string) => ({
      type: 'listItem',
      content: [{ type: 'paragraph', content: [{ type: 'text', text }] }],
    });
    const checklist = {
      type: 'doc',
      version: 1,
      content: [{ type: 'bulletList', content: [item('Revoke badge'), item('Collect laptop')] }],
    };
    const fields = {
      project: { key: 'EX' },
      issuetype: { name: 'Task' },
      summary: 'Offboard Ann',
      labels: ['offboarding'],
    };
    const made = await client.issues.createIssue({ fields: { ...fields, description: checklist } });
    const issue = await client.issues.getIssue({
      issueIdOrKey: made?.key ?? '',
      expand: 'changelog,editmeta,transitions',
    });
    assert.deepEqual(issue.fields?.['description'], checklist);
    await client.issues.editIssue({ issueIdOrKey: issue.key ?? '', fields: { summary: 'Offboard Ann Lee' } });
    await client.issueComments.addComment({ issueIdOrKey: issue.key ?? '', body: checklist });
    const { transitions } = await client.issues.getTransitions({ issueIdOrKey: issue.key ?? '' });
    const done = transitions?.find(({ name }) => name === 'Done');
    await client.issues.doTransition({ issueIdOrKey: issue.key ?? '', transition: { id: done?.id ?? '' } });
    const after = await client.issues.getIssue({ issueIdOrKey: issue.key ?? '' });
    const { status, comment } = after.fields as { status: { name: string }; comment: { total: number } };
    assert.deepEqual([status.name, comment.total], ['Done', 1]);
  });

  it('reads projects, types and create metadata', async () => {
    const { client } = await open();
    const found = await client.projects.searchProjects({ expand: 'lead,issueTypes,insight' });
    assert.equal(found.values?.[0]?.key, 'EX');
    const project = await client.projects.getProject({ projectIdOrKey: 'EX' });
    assert.equal(project.issueTypes?.length, 5);
    assert.ok(await client.issueTypes.getIssueAllTypes());
    assert.ok(await client.serverInfo.getServerInfo());
    assert.ok(await client.workflowStatuses.getStatuses());
    const meta = await client.issues.getCreateIssueMetaIssueTypes({ projectIdOrKey: 'EX' });
    assert.equal(meta.total, 5);
    const first = await client.issues.getCreateIssueMetaIssueTypeId({
      projectIdOrKey: 'EX',
      issueTypeId: '10002',
    });
    assert.ok((first.total ?? 0) > 10);
  });
});
