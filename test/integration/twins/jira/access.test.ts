import assert from 'node:assert/strict';
import * as defaults from '../../../../src/twins/jira/defaults';
import { adf, openJira, openJiraWithout, type JiraUnderTest } from './jiraTwin';

const issue = '/rest/api/3/issue/EX-1';
const comment = { id: '10500', author: defaults.myAccountId, body: adf('walrus') };

const site = (...without: string[]): JiraUnderTest =>
  openJiraWithout(without, [{ key: 'EX-1', summary: 'one', comments: [comment] }]);

const found = async (jira: JiraUnderTest, jql: string): Promise<number> => {
  const { body } = await jira.call('POST', '/rest/api/3/search/jql', { jql });
  return (body['issues'] as unknown[]).length;
};

describe('Jira twin: what people may change and find', () => {
  it('lets only those who may edit keep properties at an issue and its comments', async () => {
    const properties = [`${issue}/properties/note`, `/rest/api/3/comment/${comment.id}/properties/note`];
    const bound = site('EDIT_ISSUES', 'EDIT_OWN_COMMENTS', 'EDIT_ALL_COMMENTS');
    const free = site();
    for (const path of properties) {
      assert.equal((await bound.call('PUT', path, { a: 1 })).status, 403, path);
      assert.equal((await bound.call('DELETE', path)).status, 403, path);
      assert.equal((await bound.call('GET', path)).status, 404, path);
      assert.equal((await free.call('PUT', path, { a: 1 })).status, 201, path);
      assert.equal((await free.call('DELETE', path)).status, 204, path);
    }
  });

  it('lets only those who may link keep links to other sites', async () => {
    const link = { globalId: 'a', object: { url: 'https://example.com', title: 'there' } };
    const bound = site('LINK_ISSUES');
    assert.equal((await bound.call('POST', `${issue}/remotelink`, link)).status, 403);
    assert.equal((await bound.call('PUT', `${issue}/remotelink/1`, link)).status, 403);
    assert.equal((await bound.call('DELETE', `${issue}/remotelink/1`)).status, 403);
    assert.equal((await bound.call('DELETE', `${issue}/remotelink?globalId=a`)).status, 403);
    assert.deepEqual((await bound.call('GET', `${issue}/remotelink`)).body, []);
    assert.equal((await site().call('POST', `${issue}/remotelink`, link)).status, 201);
  });

  it('finds no words in comments and worklogs that the asker may not see', async () => {
    const visibility = { type: 'group', value: 'board' };
    const withBoard = (members: string[]) =>
      openJira({
        seed: {
          groups: [...defaults.groups, { name: 'board', members }],
          issues: [
            {
              key: 'EX-1',
              summary: 'one',
              comments: [{ ...comment, visibility }],
              worklogs: [
                {
                  id: '1',
                  author: defaults.myAccountId,
                  timeSpentSeconds: 60,
                  comment: adf('ostrich'),
                  visibility,
                },
              ],
            },
          ],
        },
      });
    const queries = ['comment ~ walrus', 'text ~ walrus', 'worklogComment ~ ostrich'];
    for (const jql of queries) {
      assert.equal(await found(withBoard([defaults.myAccountId]), jql), 1, jql);
      assert.equal(await found(withBoard([]), jql), 0, jql);
    }
  });

  it('takes a seed of other people, of whom one is asked for', async () => {
    const ada = { accountId: 'ada', displayName: 'Ada', emailAddress: 'ada@example.com' };
    const jira = openJira({ seed: { me: 'ada', users: [ada] } });
    assert.equal((await jira.call('GET', '/rest/api/3/myself')).body['displayName'], 'Ada');
    const group = await jira.call('GET', '/rest/api/3/group/member?groupname=jira-administrators');
    assert.deepEqual(
      (group.body['values'] as { accountId: string }[]).map(({ accountId }) => accountId),
      ['ada'],
    );
    assert.throws(
      () => openJira({ seed: { groups: [{ name: 'board', members: ['nobody'] }] } }),
      /group board names the user nobody/,
    );
    assert.throws(
      () => openJira({ seed: { me: 'ada', users: [ada], groups: defaults.groups } }),
      /group jira-administrators names the user/,
    );
    const [, mia] = defaults.users;
    const { groups } = openJira({ seed: { me: mia!.accountId } }).twin.state;
    assert.deepEqual(groups[1]?.members, [mia!.accountId]);
  });
});
