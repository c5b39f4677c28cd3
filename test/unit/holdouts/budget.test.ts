import assert from 'node:assert/strict';
import { budgetFinding, budgetOf } from '../../../src/holdouts/budget';
import { affords, leastLeft, unspent, type Spending } from '../../../src/holdouts/ledger';
import type { SealedScenario } from '../../../src/holdouts/types';

const scenarios = (count: number): SealedScenario[] =>
  Array.from({ length: count }, (_, at) => ({ id: `H-${at}`, covers: ['R1'], half: 'feedback', weight: 1 }));

/** The budget when so many bits of each scenario, in order, are spent. */
function budget(bits: number, spent: readonly number[]) {
  const spending = (ids: readonly string[]): Spending[] =>
    ids.map((id) => ({ ...unspent, bits: spent[Number(id.slice(2))] ?? 0 }));
  const half = {
    policy: 'count' as const,
    scenarios: scenarios(spent.length),
    requirements: [{ id: 'R1' }],
    allowance: { bits, attempts: 3 },
  };
  return budgetOf(half, {
    affordable: (kind, price, ids, allowance) =>
      ids.filter((id) => affords(kind, price, spending([id])[0]!, allowance)),
    left: (kind, ids, allowance) => leastLeft(kind, spending(ids), allowance),
  });
}

describe('the feedback budget', () => {
  it('says how many answers its bits buy', () => {
    assert.deepEqual(budget(10, [0, 0, 0]), { bits: 10, price: 2, answers: 5, scenarios: 3 });
    assert.deepEqual(budget(10, [4, 4, 4]), { bits: 6, price: 2, answers: 3, scenarios: 3 });
  });

  it('counts a whole number of prices as that number', () => {
    const price = Math.log2(7);
    assert.equal(budget(3 * price, Array<number>(6).fill(0)).answers, 3);
  });

  it('is about scenarios that can pay', () => {
    assert.deepEqual(budget(10, [9.5, 0, 0, 0]), { bits: 10, price: 2, answers: 5, scenarios: 3 });
    assert.deepEqual(budget(10, [10, 10]), { bits: 0, price: 1, answers: 0, scenarios: 0 });
  });

  it('is a warning below four answers, and says what to do', () => {
    assert.deepEqual(budgetFinding({ bits: 10, price: 2.5, answers: 4, scenarios: 7 }), {
      severity: 'info',
      message: 'The feedback budget of 10.0 bits buys 4 answers of 2.5 bits about 7 scenarios.',
      hint: '',
    });
    const { severity, message, hint } = budgetFinding({ bits: 3, price: 2.5, answers: 1, scenarios: 1 });
    assert.equal(severity, 'warning');
    assert.match(message, /buys 1 answer of 2\.5 bits about 1 scenario\.$/);
    assert.match(hint, /import scenarios that were never asked/);
  });
});
