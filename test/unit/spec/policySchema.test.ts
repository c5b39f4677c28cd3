import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020';
import { parse } from 'yaml';
import { defaultPolicy, parsePolicy } from '../../../src/factory/policy';

const schema = JSON.parse(readFileSync('media/schemas/policy.schema.json', 'utf8')) as {
  properties: Record<string, { default?: unknown; properties?: Record<string, { default?: unknown }> }>;
};
const validate = new Ajv2020({ strict: true, strictTypes: false }).compile(schema);

function isRead(text: string): boolean {
  try {
    parsePolicy(text, 'policy.yaml');
    return true;
  } catch {
    return false;
  }
}

const documented = `version: 1
categories:
  api-integration: { autonomy: lights-out }
  migration:       { autonomy: approve-delivery }
  architecture:    { autonomy: approve-plan }
budget:   { usd: 10, tokens: 4M, minutes: 60, debugRounds: 6, parallel: 4 }
models:   { planner: claude-opus-5-5, implementer: claude-sonnet-5-5, tester: claude-sonnet-5-5, debugger: claude-opus-5-5, judge: claude-haiku-5-5 }
holdouts: { feedback: requirement, sealed: 0.5, attempts: 3, accept: 1.0 }
governed: [CLAUDE.md, AGENTS.md, ".factory/**", "**/*.spec.md", ".github/**", ".vscode/**"]
network:  { registries: detected, allow: [] }
`;

describe('schema of the policy', () => {
  const accepted = [
    documented,
    'version: 1',
    'version: 1\nbudget: { tokens: 250k }',
    'version: 1\nholdouts: { bits: 12 }',
    'version: 1\nnetwork: { registries: none, allow: [npm.corp, "http://127.0.0.1:4873"], scripts: true }',
    'version: 1\ncategories: { anything: { autonomy: approve-plan } }',
  ];
  const refused = [
    'budget: { usd: 1 }',
    'version: 2',
    'version: 1\nbuget: { usd: 1 }',
    'version: 1\nbudget: { dollars: 1 }',
    'version: 1\nbudget: { tokens: 4G }',
    'version: 1\ncategories: { x: { autonomy: full } }',
    'version: 1\ncategories: { x: {} }',
    'version: 1\nholdouts: { sealed: 1.5 }',
    'version: 1\nholdouts: { attempts: 0 }',
    'version: 1\nholdouts: { attempts: 4 }',
    'version: 1\nmodels: { painter: x }',
    'version: 1\ngoverned: CLAUDE.md',
    'version: 1\nnetwork: { allow: ["*"] }',
    'version: 1\nnetwork: { registries: all }',
  ];

  for (const text of accepted) {
    it(`accepts what the factory reads: ${text.split('\n').at(-1) || 'the documented example'}`, () => {
      assert.ok(validate(parse(text)), JSON.stringify(validate.errors));
      assert.ok(isRead(text));
    });
  }

  for (const text of refused) {
    it(`refuses what the factory refuses: ${text.split('\n').at(-1)}`, () => {
      assert.ok(!validate(parse(text)));
      assert.ok(!isRead(text));
    });
  }

  it('shows the defaults that hold', () => {
    const { categories, holdouts, models, governed } = schema.properties;
    const defaultsOf = (part: typeof holdouts) =>
      Object.fromEntries(
        Object.entries(part?.properties ?? {}).map(([key, { default: value }]) => [key, value]),
      );
    const { bits, ...holdoutDefaults } = defaultsOf(holdouts);
    assert.deepEqual(categories?.default, defaultPolicy.categories);
    assert.deepEqual(holdoutDefaults, defaultPolicy.holdouts);
    assert.equal(bits, undefined);
    assert.deepEqual(defaultsOf(models), defaultPolicy.models);
    assert.deepEqual(governed?.default, defaultPolicy.governed);
  });
});
