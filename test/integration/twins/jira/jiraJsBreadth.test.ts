import assert from 'node:assert/strict';
import { createCloudClient } from 'jira.js/cloud';
import { serveTwin } from '../../../../src/twins/serve';
import type { TwinHandle } from '../../../../src/twins/types';

const me = '5b10a2844c20165700ede21g';
const mia = '5b10ac8d82e05b22cc7d4ef5';

describe('Jira twin with every answer checked by the official client', () => {
  const running: TwinHandle[] = [];
  const realFetch = globalThis.fetch;
  const open = async () => {
    const seed = {
      issues: [
        { key: 'EX-1', summary: 'one' },
        { key: 'EX-2', summary: 'two' },
      ],
    };
    const twin = await serveTwin('jira', { port: 0, seed });
    running.push(twin);
    const { url = '', email = '', token = '' } = twin.values;
    const auth = { type: 'basic' as const, email, apiToken: token };
    return { twin, client: createCloudClient({ host: url, auth, onSchemaMismatch: 'throw' }) };
  };
  afterEach(async () => {
    globalThis.fetch = realFetch;
    await Promise.all(running.splice(0).map((twin) => twin.stop()));
  });

  it('parts of issues', async () => {
    const { client } = await open();
    const body = {
      type: 'doc',
      version: 1,
      content: [{ type: 'paragraph', content: [{ type: 'text', text: 'x' }] }],
    };
    const issueIdOrKey = 'EX-1';
    const worklog = await client.issueWorklogs.addWorklog({
      issueIdOrKey,
      timeSpentSeconds: 3600,
      comment: body,
    });
    assert.equal(worklog.timeSpentSeconds, 3600);
    await client.issueWorklogs.getIssueWorklog({ issueIdOrKey });
    await client.issueWorklogs.getIdsOfWorklogsModifiedSince();
    await client.issueWatchers.addWatcher({ issueIdOrKey, body: mia } as never);
    const watchers = await client.issueWatchers.getIssueWatchers({ issueIdOrKey });
    assert.equal(watchers.isWatching, false);
    await client.issueVotes.addVote({ issueIdOrKey });
    assert.equal((await client.issueVotes.getVotes({ issueIdOrKey })).hasVoted, true);
    await client.issueLinks.linkIssues({
      type: { name: 'Blocks' },
      inwardIssue: { key: 'EX-1' },
      outwardIssue: { key: 'EX-2' },
    });
    const links = (await client.issues.getIssue({ issueIdOrKey })).fields?.['issuelinks'] as { id: string }[];
    assert.ok(await client.issueLinks.getIssueLink({ linkId: links[0]?.id ?? '' }));
    const remote = { issueIdOrKey, object: { url: 'https://example.com/1', title: 'one' } };
    assert.ok(await client.issueRemoteLinks.createOrUpdateRemoteIssueLink(remote));
    assert.ok(await client.issueRemoteLinks.getRemoteIssueLinks({ issueIdOrKey }));
    await client.issueProperties.setIssueProperty({
      issueIdOrKey,
      propertyKey: 'p',
      body: { a: 1 },
    });
    assert.ok(await client.issueProperties.getIssuePropertyKeys({ issueIdOrKey }));
    const [file] = await client.issueAttachments.addAttachment({
      issueIdOrKey,
      attachments: { filename: 'a.txt', content: Buffer.from('hello') },
    });
    assert.equal(file?.filename, 'a.txt');
    await client.issueAttachments.getAttachment({ id: file?.id ?? '' });
    const content = await client.issueAttachments.getAttachmentContent({
      id: file?.id ?? '',
      redirect: false,
    });
    assert.equal(Buffer.from(content as Uint8Array).toString(), 'hello');
    const comment = await client.issueComments.addComment({ issueIdOrKey, body });
    assert.ok(await client.issueComments.getComments({ issueIdOrKey, expand: 'renderedBody' }));
    await client.issueComments.deleteComment({ issueIdOrKey, id: comment.id ?? '' });
    const created = await client.issues.createIssues({
      issueUpdates: [{ fields: { project: { key: 'EX' }, issuetype: { name: 'Bug' }, summary: 'b' } }],
    });
    assert.equal(created.issues?.length, 1);
    const { taskId } = await client.issueBulkOperations.submitBulkDelete({
      selectedIssueIdsOrKeys: ['EX-3'],
    });
    assert.ok(await client.issueBulkOperations.getBulkOperationProgress({ taskId: taskId ?? '' }));
  });

  it('people, permissions and projects', async () => {
    const { client } = await open();
    assert.equal((await client.users.getUser({ accountId: mia, expand: 'groups' })).accountId, mia);
    assert.equal((await client.userSearch.findUsers({ query: 'mia' })).length, 1);
    assert.ok(await client.userSearch.findAssignableUsers({ project: 'EX' }));
    assert.ok(await client.userSearch.findUsersForPicker({ query: 'm' }));
    assert.ok(await client.users.getAllUsers());
    const group = await client.groups.createGroup({ name: 'leavers' });
    await client.groups.addUserToGroup({ groupId: group.groupId ?? '', accountId: mia });
    assert.equal((await client.groups.getUsersFromGroup({ groupId: group.groupId ?? '' })).total, 1);
    assert.ok(await client.groups.findGroups({ query: 'lea' }));
    assert.ok(await client.permissions.getMyPermissions({ permissions: 'EDIT_ISSUES', projectKey: 'EX' }));
    assert.ok(await client.permissions.getAllPermissions());
    const project = await client.projects.createProject({
      key: 'OFF',
      name: 'Offboarding',
      leadAccountId: me,
      projectTypeKey: 'software',
    });
    assert.equal(project.key, 'OFF');
    assert.equal(
      (await client.projects.updateProject({ projectIdOrKey: 'OFF', description: 'd' })).description,
      'd',
    );
    assert.ok(await client.projects.getAllStatuses({ projectIdOrKey: 'OFF' }));
    assert.ok(await client.projectRoles.getProjectRoles({ projectIdOrKey: 'OFF' }));
    assert.ok(await client.projectRoles.getProjectRole({ projectIdOrKey: 'OFF', id: 10002 }));
    const component = await client.projectComponents.createComponent({
      name: 'Accounts',
      project: 'OFF',
      leadAccountId: mia,
    });
    assert.ok(await client.projectComponents.getComponent({ id: component.id ?? '' }));
    const version = await client.projectVersions.createVersion({
      name: '1.0',
      projectId: Number(project.id),
      releaseDate: '2026-01-31',
    });
    assert.equal(
      (await client.projectVersions.updateVersion({ id: version.id ?? '', body: { released: true } }))
        .released,
      true,
    );
    assert.ok(await client.projectVersions.getVersionRelatedIssues({ id: version.id ?? '' }));
    assert.ok(await client.projectKeyAndNameValidation.validateProjectKey({ key: 'OFF' }));
    await client.projects.deleteProject({ projectIdOrKey: 'OFF' });
  });

  it('fields, screens, dashboards and catalogues', async () => {
    const { client } = await open();
    assert.ok((await client.issueFields.getFields()).length > 30);
    const type = 'com.atlassian.jira.plugin.system.customfieldtypes:select';
    const field = await client.issueFields.createCustomField({ name: 'Team', type });
    const fieldId = field.id ?? '';
    const contexts = await client.issueCustomFieldContexts.getContextsForField({ fieldId });
    const contextId = Number(contexts.values?.[0]?.id);
    await client.issueCustomFieldOptions.createCustomFieldOption({
      fieldId,
      contextId,
      options: [{ value: 'IT', disabled: false }],
    });
    assert.equal(
      (await client.issueCustomFieldOptions.getOptionsForContext({ fieldId, contextId })).total,
      1,
    );
    await client.issues.editIssue({ issueIdOrKey: 'EX-1', fields: { [fieldId]: { value: 'IT' } } });
    const team = (await client.issues.getIssue({ issueIdOrKey: 'EX-1' })).fields?.[fieldId] as {
      value: string;
    };
    assert.equal(team.value, 'IT');
    const screens = await client.screens.getScreens();
    assert.ok(await client.screenTabs.getAllScreenTabs({ screenId: screens.values?.[0]?.id ?? 0 }));
    assert.ok(await client.dashboards.getAllDashboards());
    assert.ok(await client.issuePriorities.searchPriorities());
    assert.ok(await client.issueLinkTypes.getIssueLinkTypes());
    assert.ok(await client.workflowSchemes.getAllWorkflowSchemes());
    assert.ok(await client.permissionSchemes.getAllPermissionSchemes({ expand: 'permissions' }));
    assert.ok(await client.jiraSettings.getConfiguration());
    assert.ok(await client.labels.getAllLabels());
  });

  it('speaks OAuth 2.0 (3LO) as an app', async () => {
    const { twin } = await open();
    const { url = '', clientId = '', clientSecret = '', refreshToken = '' } = twin.values;
    // Stands for the redirect layer, which leads these two hosts to the twin.
    globalThis.fetch = (input, init) => {
      const { href } = new URL(input instanceof Request ? input.url : String(input));
      return realFetch(href.replace(/^https:\/\/(auth|api)\.atlassian\.com/, url), init);
    };
    const refreshed: string[] = [];
    const client = createCloudClient({
      auth: {
        type: 'oauth2',
        clientId,
        clientSecret,
        refreshToken,
        siteUrl: url,
        onTokenRefresh: (tokens: { refreshToken?: string | undefined }) => {
          refreshed.push(tokens.refreshToken ?? '');
        },
      },
      onSchemaMismatch: 'throw',
    });
    assert.equal((await client.myself.getCurrentUser()).accountId, me);
    assert.equal(refreshed.length, 1);
    assert.notEqual(refreshed[0], refreshToken);
    const { webhookRegistrationResult: result } = await client.webhooks.registerDynamicWebhooks({
      url: 'http://127.0.0.1:9/hook',
      webhooks: [{ events: ['jira:issue_created'], jqlFilter: 'project = EX' }],
    });
    assert.ok(result?.[0]?.createdWebhookId);
    assert.equal((await client.webhooks.getDynamicWebhooksForApp()).total, 1);
  });
});
