import { randomBytes, randomUUID } from 'node:crypto';
import type { Service } from '../contract';
import type { Fault } from '../types';
import { myEmail } from './defaults';
import { isReply } from './faults';
import { cloudId, firstGrant, issueToken } from './oauthTokens';
import { deliveries } from './events';
import { oauthOperations, operations } from './operations';
import { jobs } from './tasks';
import { routes } from './routes';
import { settle } from './settle';
import { siteSchema, type JiraState, type Site } from './state';

function refuseFault({ on, reply }: Fault): string | null {
  const known = Object.hasOwn(operations, on) || oauthOperations.some((operation) => operation === on);
  if (on !== '*' && !known) {
    return `it does not model ${on}; write /rest/api/3, which stands for every version`;
  }
  return reply === undefined || isReply(reply) ? null : `${JSON.stringify(reply)} is no answer of Jira`;
}

/** A site of Jira Cloud. */
export const jiraService: Service<Site, JiraState> = {
  name: 'jira',
  seed: siteSchema,
  settle,
  refuseFault,
  hosts: ['your-domain.atlassian.net', '*.atlassian.net', 'api.atlassian.com', 'auth.atlassian.com'],
  maxBody: 12 * 1024 * 1024,
  routes,
  deliveries,
  jobs,
  newCredentials: () => ({
    email: myEmail,
    token: `ATATT3xFfGF0${randomBytes(48).toString('base64url')}`,
    clientId: randomBytes(24).toString('base64url'),
    clientSecret: `ATOA${randomBytes(32).toString('base64url')}`,
    secret: randomUUID(),
  }),
  values: (origin, credentials) => {
    const { email = '', token = '', clientId = '', clientSecret = '' } = credentials;
    return {
      url: origin,
      email,
      token,
      clientId,
      clientSecret,
      cloudId,
      accessToken: issueToken(credentials, 'access', firstGrant, 0),
      refreshToken: issueToken(credentials, 'refresh', firstGrant, 0),
    };
  },
};
