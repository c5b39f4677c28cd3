import assert from 'node:assert/strict';
import { basic, openJira, readAnswer, type JiraUnderTest } from './jiraTwin';

const mia = '5b10ac8d82e05b22cc7d4ef5';
const open = () =>
  openJira({
    seed: {
      tokens: [{ token: 'mia-token', user: mia }],
      groups: [
        { name: 'jira-administrators', members: ['5b10a2844c20165700ede21g'] },
        { name: 'jira-software-users', members: ['5b10a2844c20165700ede21g', mia] },
        { name: 'movers', members: [mia] },
      ],
    },
  });

async function asMia(jira: JiraUnderTest, path: string, init: RequestInit = {}): Promise<number> {
  const authorization = basic('mia@example.com', 'mia-token');
  const headers = { authorization, 'content-type': 'application/json' };
  return (await readAnswer(await jira.send(path, { ...init, headers }))).status;
}

describe('Jira twin: what people share', () => {
  for (const [kind, body, edit] of [
    ['filter', { jql: 'project = EX' }, 400],
    ['dashboard', { sharePermissions: [], editPermissions: [] }, 400],
  ] as const) {
    it(`shows a ${kind} to those it is shared with, and lets those change it who may edit it`, async () => {
      const jira = open();
      const made = await jira.call('POST', `/rest/api/3/${kind}`, { name: 'Mine', ...body });
      const path = `/rest/api/3/${kind}/${String(made.body['id'])}`;
      assert.equal(await asMia(jira, path), 404);
      const change = async (member: string, permission: object) =>
        jira.call('PUT', path, { name: 'Mine', ...body, [member]: [permission] });
      assert.equal(
        (await change('sharePermissions', { type: 'group', group: { name: 'nobody' } })).status,
        400,
      );
      const shared = await change('sharePermissions', { type: 'group', group: { name: 'movers' } });
      const [share] = shared.body['sharePermissions'] as { type: string; group: { name: string } }[];
      assert.deepEqual([share?.type, share?.group.name], ['group', 'movers']);
      assert.equal(await asMia(jira, path), 200);
      const put = { method: 'PUT', body: JSON.stringify({ name: 'Hers', ...body }) };
      assert.equal(await asMia(jira, path, put), edit);
      await change('editPermissions', { type: 'user', user: { accountId: mia } });
      assert.equal(await asMia(jira, path, put), 200);
      assert.equal((await jira.call('GET', path)).body['name'], 'Hers');
    });
  }
});
