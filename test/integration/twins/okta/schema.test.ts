import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import { goodPassword, openOkta, profileOf } from './oktaTwin';

interface Spec {
  paths: Record<string, Record<string, { responses: Record<string, { schema?: object }> }>>;
  definitions: Record<string, object>;
}

const spec = JSON.parse(
  readFileSync(path.resolve('node_modules/@okta/openapi/dist/spec.json'), 'utf8'),
) as Spec;
const bare = (route: string): string => route.replace(/\{\w+\}/g, '{}');

/** Okta's schemas do not say what may be null, which is much; what is null is not looked at. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, inner]) => inner !== null);
  return Object.fromEntries(entries.map(([name, inner]) => [name, withoutNulls(inner)]));
}

/** Maps of anything are called maps of objects in the document, although Okta's examples have text and lists in them. */
const definitions: unknown = JSON.parse(
  JSON.stringify(spec.definitions).replaceAll(
    /"additionalProperties":\{"type":"object"\}/g,
    '"additionalProperties":true',
  ),
);

const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
ajv.addSchema({ $id: 'okta', definitions });

/** Checks answers of an operation by Okta's own document; null where that does not have the operation. */
function validatorOf(operation: string): ValidateFunction | null {
  const [method = '', route = ''] = operation.split(' ');
  const [, verbs] = Object.entries(spec.paths).find(([known]) => bare(known) === bare(route)) ?? [];
  const responses = verbs?.[method.toLowerCase()]?.responses ?? {};
  const schema = responses['200']?.schema ?? responses['201']?.schema;
  if (!schema) return null;
  return ajv.compile(
    JSON.parse(JSON.stringify(schema).replaceAll('#/definitions/', 'okta#/definitions/')) as object,
  );
}

describe('Okta twin: its answers in the eyes of Okta’s OpenAPI document', () => {
  it('are what the document says', async () => {
    const okta = openOkta({
      seed: {
        users: [
          {
            id: '00u1',
            profile: profileOf('one'),
            credentials: {
              password: { value: goodPassword },
              recovery_question: { question: 'Q?', answer: 'answer' },
            },
          },
          { id: '00u2', status: 'STAGED', profile: profileOf('two') },
        ],
        groups: [{ id: '00g1', profile: { name: 'Staff' } }],
        sessions: [
          {
            id: '101s',
            user: '00u1',
            createdAt: '2026-01-01T00:00:00.000Z',
            expiresAt: '2099-01-01T00:00:00.000Z',
          },
        ],
      },
    });
    const checked = new Set<string>();
    const ask = async (request: string, body?: object) => {
      const answer = await okta.call(request, body);
      assert.ok(answer.status < 300, `${request}: ${answer.status} ${answer.text}`);
      const operation = okta.twin.calls().at(-1)?.method ?? '';
      const validate = validatorOf(operation);
      if (validate && answer.text !== '') {
        const valid = validate(withoutNulls(JSON.parse(answer.text)));
        assert.ok(valid, `${operation}: ${ajv.errorsText(validate.errors)}\n${answer.text}`);
        checked.add(operation);
      }
      return answer.json;
    };
    const user = await ask('POST /api/v1/users', {
      profile: profileOf('new'),
      credentials: { password: { value: goodPassword } },
    });
    for (const request of [
      'GET /api/v1/users',
      `GET /api/v1/users/${user.id}`,
      'GET /api/v1/users/00u1/groups',
      'GET /api/v1/groups',
      'GET /api/v1/groups/00g1',
    ]) {
      await ask(request);
    }
    await ask('POST /api/v1/users/00u1', { profile: { nickName: 'ike' } });
    await ask('PUT /api/v1/users/00u1', { profile: profileOf('one') });
    for (const action of ['suspend', 'unsuspend']) await ask(`POST /api/v1/users/00u1/lifecycle/${action}`);
    await ask('POST /api/v1/users/00u2/lifecycle/activate?sendEmail=false');
    await ask('POST /api/v1/users/00u2/lifecycle/reactivate?sendEmail=false');
    const secret = {
      password: { value: goodPassword },
      recovery_question: { question: 'Q?', answer: 'answer' },
    };
    await ask('POST /api/v1/users/00u1/credentials/change_recovery_question', secret);
    await ask('POST /api/v1/users/00u1/credentials/change_password', {
      oldPassword: { value: goodPassword },
      newPassword: { value: 'Different9Pass' },
    });
    await ask('POST /api/v1/users/00u1/credentials/forgot_password?sendEmail=false');
    const factors = '/api/v1/users/00u1/factors';
    for (const factorType of ['sms', 'token:software:totp', 'push', 'email', 'call']) {
      const profile = { phoneNumber: '+1-555-415-1337' };
      const factor = await ask(`POST ${factors}`, { factorType, provider: 'OKTA', profile });
      await ask(`GET ${factors}/${factor.id}`);
    }
    const question = { question: 'disliked_food', answer: 'Mayonnaise' };
    const factor = await ask(`POST ${factors}`, {
      factorType: 'question',
      provider: 'OKTA',
      profile: question,
    });
    await ask(`POST ${factors}/${factor.id}/verify`, { answer: 'mayonnaise' });
    for (const more of ['', '/catalog', '/questions']) await ask(`GET ${factors}${more}`);
    await ask('POST /api/v1/users/00u1/roles', { type: 'USER_ADMIN' });
    await ask('GET /api/v1/users/00u1/roles');
    await ask('POST /api/v1/groups', { profile: { name: 'More' } });
    await ask('PUT /api/v1/groups/00g1', { profile: { name: 'Staff', description: 'Us' } });
    await ask('PUT /api/v1/groups/00g1/users/00u1');
    await ask('GET /api/v1/groups/00g1/users');
    const rule = await ask('POST /api/v1/groups/rules', {
      type: 'group_rule',
      name: 'Rule',
      conditions: { expression: { value: 'user.city=="Oslo"', type: 'urn:okta:expression:1.0' } },
      actions: { assignUserToGroups: { groupIds: ['00g1'] } },
    });
    await ask(`GET /api/v1/groups/rules/${rule.id}`);
    await ask('GET /api/v1/groups/rules');
    const app = await ask('POST /api/v1/apps', {
      label: 'Client',
      signOnMode: 'OPENID_CONNECT',
      settings: {
        oauthClient: {
          application_type: 'web',
          redirect_uris: ['https://a.example.com'],
          response_types: ['code'],
          grant_types: ['authorization_code'],
        },
      },
    });
    const apps = `/api/v1/apps/${app.id}`;
    await ask('POST /api/v1/apps', {
      label: 'Wiki',
      signOnMode: 'BOOKMARK',
      settings: { app: { url: 'https://wiki.example.com' } },
    });
    await ask('GET /api/v1/apps');
    await ask(`GET ${apps}`);
    await ask(`POST ${apps}/users`, { id: '00u1' });
    await ask(`PUT ${apps}/groups/00g1`, {});
    for (const more of ['/users', '/users/00u1', '/groups', '/groups/00g1', '/connections/default'])
      await ask(`GET ${apps}${more}`);
    await ask('GET /api/v1/users/00u1/appLinks');
    await ask('GET /api/v1/groups/00g1/apps');
    const policy = await ask('POST /api/v1/policies', { type: 'OKTA_SIGN_ON', name: 'Mine' });
    await ask('GET /api/v1/policies?type=PASSWORD');
    await ask(`GET /api/v1/policies/${policy.id}`);
    const policyRule = await ask(`POST /api/v1/policies/${policy.id}/rules`, {
      name: 'R',
      actions: { signon: { access: 'ALLOW', requireFactor: false } },
    });
    await ask(`GET /api/v1/policies/${policy.id}/rules`);
    await ask(`GET /api/v1/policies/${policy.id}/rules/${policyRule.id}`);
    const hook = await ask('POST /api/v1/eventHooks', {
      name: 'Hook',
      events: { type: 'EVENT_TYPE', items: ['user.lifecycle.create'] },
      channel: { type: 'HTTP', version: '1.0.0', config: { uri: 'https://a.example.com/hook' } },
    });
    await ask(`GET /api/v1/eventHooks/${hook.id}`);
    await ask('GET /api/v1/eventHooks');
    await ask('GET /api/v1/sessions/101s');
    await ask('POST /api/v1/sessions/101s/lifecycle/refresh');
    await ask('GET /api/v1/meta/schemas/user/default');
    await ask('GET /api/v1/meta/types/user');
    await ask('GET /api/v1/logs');
    await ask('POST /api/v1/users/00u1/lifecycle/expire_password');
    await ask('POST /api/v1/users/00u1/lifecycle/reset_password?sendEmail=false');
    assert.ok(checked.size >= 54, `only ${checked.size} operations were checked: ${[...checked].join(', ')}`);
  });
});
