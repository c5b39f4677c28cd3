import { FactoryError } from '../shared/errors';
import type { TwinEntry } from './entry';
import { oktaHosts, oktaOperations } from './okta/operations';
import { jiraEntry } from './jira/entry';
import { slackMethods } from './slack/methods';
import { slackActs, slackSeed, slackValues } from './slack/seed';

export const twinCatalogue: readonly TwinEntry[] = [
  {
    name: 'slack',
    description:
      'Slack with one workspace and one app: Web API, Events API, Socket Mode, OAuth, webhooks. Without a seed: the channels general (C024BE91L, joined) and random (C061EG9T2, not joined), the user spengler (U012A3CDE) and the app factory (U0B0TTW1N).',
    hosts: ['slack.com', '*.slack.com'],
    values: slackValues,
    seed: slackSeed,
    variables: {
      SLACK_API_URL: 'url',
      SLACK_BOT_TOKEN: 'token',
      SLACK_USER_TOKEN: 'user_token',
      SLACK_APP_TOKEN: 'app_token',
      SLACK_SIGNING_SECRET: 'signing_secret',
      SLACK_CLIENT_ID: 'client_id',
      SLACK_CLIENT_SECRET: 'client_secret',
      SLACK_WEBHOOK_URL: 'webhook_url',
    },
    methods: Object.keys(slackMethods),
    acts: slackActs,
    faults: {
      ratelimited: 'HTTP 429 with Retry-After: retryAfter seconds, 1 when left out',
      timeout: 'no answer at all',
      connection_reset: 'the connection is reset',
      http_500: 'HTTP 500',
      http_503: 'HTTP 503',
    },
  },
  {
    name: 'okta',
    description:
      'Okta with one organisation: its management API for API tokens (SSWS) and access tokens, the Authn API, sessions, System Log, event hooks and provisioning by SCIM; OAuth and OpenID Connect of the organisation and of custom authorization servers. Without a seed: the administrator isaac.brock@example.com. The group Everyone and the default policies are always there.',
    hosts: oktaHosts,
    values: {
      url: 'base URL of the organisation, as clients take it for orgUrl',
      token: 'API token with every permission, new for each twin',
      issuer: 'issuer of the custom authorization server that is always there, default',
    },
    seed: {
      org: 'the organisation: { id, name, subdomain }',
      users:
        'people as Okta shows them: [{ id, status, profile: { login, email, firstName, lastName, … }, credentials: { password: { value }, recovery_question: { question, answer } }, roles, created, lastUpdated, statusChanged, … }]; only profile.login is needed',
      groups: 'groups: [{ id, type, profile: { name, description }, members }], members are ids of users',
      tokens:
        'further tokens: [{ token, scheme, status, user, role, scopes }], scheme SSWS or Bearer, status active or revoked, role such as READ_ONLY_ADMIN',
      attributes: 'own attributes of profiles: { badge: { type, required } }',
      settings:
        '{ searchLag, transition, ruleLag: ms until a search sees a change, an activation is done, group rules are applied; concurrency: requests at once; rateLimits: { "/api/v1/users": requests a minute }; push: { answer: approve, reject or none, afterMs } }',
      groupRules: 'rules: [{ id, name, status, expression, groupIds, excludedUsers }]',
      apps: 'applications: [{ id, label, name, signOnMode, status, credentials, settings, users: [{ id, scope, externalId }], groups: [{ id }], connection: { baseUrl, token } of a SCIM server, grants: scopes of Okta’s API the client was granted }]; clients of OAuth have signOnMode OPENID_CONNECT, credentials.oauthClient and settings.oauthClient as Okta shows them',
      authorizationServers:
        'custom authorization servers beside default: [{ id, name, description, status, audiences, scopes, tokenMinutes }], scopes are those beyond OpenID Connect',
      oauth: 'codes, tokens and what they came from, as in the state',
      policies:
        'policies beside the default ones, by which passwords and sign-ins go: [{ id, type, name, priority, conditions, settings, rules: [{ name, priority, conditions, actions }] }] as Okta shows them',
      factors:
        'factors of users: [{ id, user, factorType, provider, status, profile, secret, answer }], factorType question, token:software:totp, sms, call, email or push',
      eventHooks:
        'event hooks: [{ id, name, events, uri, headers, secret: { key, value }, status, verificationStatus }]',
      sessions: 'sessions: [{ id, user, createdAt, expiresAt, amr }]',
      sessionTokens: 'tokens of finished sign-ins, as in the state',
      signIns: 'sign-ins on their way: [{ stateToken, status, user, expiresAt }], times in ms since 1970',
      pushes: 'questions to devices, as in the state',
      links: 'one-time links that were sent: [{ token, user, kind, expiresAt }]',
      events: 'System Log, oldest first, as in the state',
      last_id: 'number the newest id was made from',
    },
    variables: { OKTA_CLIENT_ORGURL: 'url', OKTA_CLIENT_TOKEN: 'token', OKTA_OAUTH2_ISSUER: 'issuer' },
    methods: Object.keys(oktaOperations),
    faults: {
      ratelimited: 'HTTP 429 E0000047; X-Rate-Limit-Reset is retryAfter seconds away, 1 when left out',
      concurrency: 'HTTP 429 E0000047 with X-Rate-Limit-Limit 0, for too many requests at once',
      timeout: 'no answer at all',
      connection_reset: 'the connection is reset',
      http_500: 'HTTP 500 E0000009',
      http_503: 'HTTP 503 E0000010',
    },
  },
  jiraEntry,
];

/** What is known of the named twin. Throws `bad-input` when there is none. */
export function catalogued(name: string): TwinEntry {
  const entry = twinCatalogue.find((one) => one.name === name);
  if (entry) return entry;
  throw unknownTwin(name);
}

export function unknownTwin(name: string): FactoryError {
  return new FactoryError('bad-input', `There is no twin of "${name}".`, {
    hint: `Available twins: ${twinCatalogue.map((one) => one.name).join(', ')}.`,
  });
}
