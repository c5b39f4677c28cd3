import assert from 'node:assert/strict';
import {
  autonomyOf,
  defaultPolicy,
  governedPatterns,
  limitsOf,
  parsePolicy,
} from '../../../src/factory/policy';
import type { PlanTask } from '../../../src/shared/events';
import type { Spec } from '../../../src/shared/spec';
import { governedMatcher } from '../../../src/workspace/governed';

const task = (more: Partial<PlanTask>): PlanTask => ({
  id: 'T1',
  title: 't',
  role: 'implementer',
  requirements: [],
  dependsOn: [],
  files: [],
  category: '',
  novel: false,
  instructions: '',
  ...more,
});

describe('policy', () => {
  it('reads amounts with k and M, and keeps defaults for what is not said', () => {
    const policy = parsePolicy('version: 1\nbudget: { usd: 2.5, tokens: 4M, minutes: 5 }\n', 'policy.yaml');
    assert.deepEqual(policy.budget, { ...defaultPolicy.budget, usd: 2.5, tokens: 4_000_000, minutes: 5 });
    assert.deepEqual(policy.models, defaultPolicy.models);
  });

  it('refuses what the format does not know, naming file and key', () => {
    assert.throws(
      () => parsePolicy('version: 1\nbudgets: {}\n', 'p.yaml'),
      /p\.yaml:2: `budgets` is not a key/,
    );
    assert.throws(() => parsePolicy('version: 2\n', 'p.yaml'), /p\.yaml:1: `version` must be 1/);
    assert.throws(
      () => parsePolicy('version: 1\nbudget: { usd: lots }\n', 'p.yaml'),
      /`budget\.usd` must be/,
    );
    assert.throws(() => parsePolicy('a: [\n', 'p.yaml'), /p\.yaml:\d+: /);
  });

  it('governs the spec itself, whatever its path is made of', () => {
    for (const path of ['specs/[001] (new)/spec.md', 'a+b/{c}/!d?.md', '@(x)/req*uire|ments.md']) {
      const matches = governedMatcher(governedPatterns(defaultPolicy, { path } as Spec));
      assert.ok(matches(path), path);
      assert.ok(matches(path.toUpperCase()), path);
      assert.ok(!matches('specs/n/spec.md'));
    }
  });

  it('never takes a governed file away', () => {
    const { governed } = parsePolicy('version: 1\ngoverned: [secrets/**]\n', 'p.yaml');
    assert.deepEqual(governed, [...defaultPolicy.governed, 'secrets/**']);
  });

  it('limits bits to what the answers of all debug rounds cost', () => {
    const greedy = parsePolicy('version: 1\nholdouts: { bits: 1000 }\n', 'p');
    assert.equal(limitsOf(greedy, 12).bits, 12);
  });

  it('takes the strictest of category, tasks and novelty', () => {
    assert.equal(autonomyOf(defaultPolicy, 'api-integration', []), 'lights-out');
    assert.equal(
      autonomyOf(defaultPolicy, 'api-integration', [task({ category: 'migration' })]),
      'approve-delivery',
    );
    assert.equal(autonomyOf(defaultPolicy, 'migration', [task({ novel: true })]), 'approve-plan');
  });
});
