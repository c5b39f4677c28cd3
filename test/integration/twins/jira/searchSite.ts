import assert from 'node:assert/strict';
import { openJira, type JiraUnderTest } from './jiraTwin';

// A site with a few tickets to search.

export const mia = '5b10ac8d82e05b22cc7d4ef5';
export const start = Date.parse('2026-03-10T12:00:00Z');

export const ticket = (summary: string, more: object = {}) => ({
  summary,
  created: '2026-03-01T09:00:00Z',
  ...more,
});
const seed = {
  projects: [{ key: 'EX' }, { key: 'HR' }],
  issues: [
    ticket('Offboard Ann', {
      key: 'EX-1',
      labels: ['offboarding', 'urgent'],
      assignee: mia,
      priority: 'High',
    }),
    ticket('Offboard Bob', { key: 'EX-2', labels: ['offboarding'], created: '2026-03-09T09:00:00Z' }),
    ticket('Buy laptops', {
      key: 'EX-3',
      duedate: '2026-03-12',
      priority: 'Low',
      description: 'Twelve of them',
    }),
    ticket('Hire somebody', { key: 'HR-1', issuetype: 'Story' }),
  ],
};

export interface Found {
  issues: { id: string; key?: string; fields?: Record<string, unknown> }[];
  isLast: boolean;
  nextPageToken?: string;
}

export const open = (more: object = {}) => openJira({ seed: { ...seed, ...more }, now: () => start });

export async function post(jira: JiraUnderTest, jql: string, more: object = {}) {
  return jira.call('POST', '/rest/api/3/search/jql', { jql, ...more });
}
export async function keysOf(jira: JiraUnderTest, jql: string): Promise<string[]> {
  const answer = await post(jira, jql, { fields: ['key'] });
  assert.equal(answer.status, 200, `${jql}: ${JSON.stringify(answer.body)}`);
  return (answer.body as unknown as Found).issues.map(({ key = '' }) => key).toSorted();
}
export async function refusal(jira: JiraUnderTest, jql: string): Promise<unknown> {
  const answer = await post(jira, jql);
  assert.equal(answer.status, 400, `${jql}: ${JSON.stringify(answer.body)}`);
  return (answer.body['errorMessages'] as string[])[0];
}
