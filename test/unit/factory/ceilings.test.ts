import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { asksBeyond, ceilingsOf, tighten } from '../../../src/factory/ceilings';
import { defaultPolicy, limitsOf, parsePolicy } from '../../../src/factory/policy';
import { settlePolicy } from '../../../src/factory/policyOf';
import { useTemp } from '../../support/temp';

/** Every key of a policy at its worst. */
const worst = `version: 1
categories:
  architecture: { autonomy: lights-out }
  migration: { autonomy: lights-out }
  api-integration: { autonomy: lights-out }
  own: { autonomy: lights-out }
budget: { usd: 10000, tokens: 9000M, minutes: 99999, debugRounds: 1000, parallel: 500 }
models: { planner: opus-x, implementer: opus-x, tester: opus-x, debugger: opus-x, judge: opus-x }
holdouts: { feedback: requirement, sealed: 0, attempts: 3, accept: 0, bits: 1000 }
governed: []
`;
const limits = { usd: 5, minutes: 30, network: [], scripts: false };

describe('the ceilings of a person', () => {
  const temp = useTemp();
  const workspace = (text: string): string => {
    mkdirSync(path.join(temp(), '.factory'));
    writeFileSync(path.join(temp(), '.factory', 'policy.yaml'), text);
    return temp();
  };

  it('hold against a policy with every key at its worst', async () => {
    const { policy, refused } = await settlePolicy({ workspace: workspace(worst) }, limits);
    assert.deepEqual(policy.budget, { ...defaultPolicy.budget, usd: 5, minutes: 30 });
    assert.deepEqual({ ...policy.holdouts, bits: 0 }, { ...defaultPolicy.holdouts, bits: 0 });
    assert.deepEqual(policy.categories, {
      ...defaultPolicy.categories,
      own: { autonomy: 'lights-out' },
    });
    assert.deepEqual(policy.governed, defaultPolicy.governed);
    assert.equal(limitsOf(policy, 12).bits, 12);
    assert.deepEqual(refused, [
      'budget.usd 10000, where 5 holds',
      'budget.tokens 9000000000, where 4000000 holds',
      'budget.minutes 99999, where 30 holds',
      'budget.debugRounds 1000, where 6 holds',
      'budget.parallel 500, where 4 holds',
      'holdouts.sealed 0, where 0.5 holds',
      'holdouts.accept 0, where 1 holds',
      'categories.architecture.autonomy lights-out, where approve-plan holds',
      'categories.migration.autonomy lights-out, where approve-delivery holds',
    ]);
  });

  it('leave a policy that only tightens as it is', () => {
    const strict = parsePolicy(
      `version: 1
categories: { api-integration: { autonomy: approve-plan } }
budget: { usd: 1, tokens: 10k, minutes: 2, debugRounds: 0, parallel: 1 }
holdouts: { feedback: none, sealed: 1, attempts: 1, accept: 1, bits: 0 }
`,
      'p',
    );
    const held = tighten(strict, ceilingsOf(limits));
    assert.deepEqual(held, strict);
    assert.deepEqual(asksBeyond(strict, held), []);
  });

  it('give way to one text of a policy that the person allowed, and to a file they name', async () => {
    const folder = workspace(worst);
    const { digest = '' } = await settlePolicy({ workspace: folder }, limits);
    const allowed = await settlePolicy({ workspace: folder, allowedPolicy: digest }, limits);
    assert.equal(allowed.policy.budget.usd, 10_000);
    assert.deepEqual(allowed.refused, []);
    const named = await settlePolicy(
      { workspace: folder, policy: path.join(folder, '.factory', 'policy.yaml') },
      limits,
    );
    assert.equal(named.policy.budget.usd, 10_000);

    writeFileSync(path.join(folder, '.factory', 'policy.yaml'), `${worst}# another text\n`);
    const changed = await settlePolicy({ workspace: folder, allowedPolicy: digest }, limits);
    assert.equal(changed.policy.budget.usd, 5);
  });

  it('hold where there is no policy at all', async () => {
    const { policy } = await settlePolicy({ workspace: temp() }, limits);
    assert.deepEqual(policy.budget, { ...defaultPolicy.budget, usd: 5, minutes: 30 });
  });
});
