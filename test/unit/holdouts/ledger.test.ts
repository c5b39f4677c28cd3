import assert from 'node:assert/strict';
import { affords, leastLeft, spend, spentError, unspent, type Spending } from '../../../src/holdouts/ledger';

const allowance = { bits: 10, attempts: 3 };

describe('the ledger', () => {
  it('is not refilled by an allowance that comes out larger later', () => {
    const told = spend('feedback', 6, unspent, allowance);
    assert.equal(leastLeft('feedback', [told], { bits: 100, attempts: 3 }), 4);
    assert.equal(affords('feedback', 6, told, { bits: 100, attempts: 3 }), false);

    const asked = spend('sealed', 1, unspent, allowance);
    assert.equal(leastLeft('sealed', [asked], { bits: 10, attempts: 30 }), 2);
  });

  it('is tightened by one that comes out smaller, for good', () => {
    const told = spend('feedback', 2, spend('feedback', 2, unspent, allowance), { bits: 5, attempts: 3 });
    assert.equal(leastLeft('feedback', [told], allowance), 1);
  });

  it('leaves scenarios that were never asked what the policy gives them', () => {
    assert.equal(leastLeft('feedback', [unspent], { bits: 100, attempts: 3 }), 100);
  });

  it('refuses the fourth sealed question after three failures, and none after passes', () => {
    const ask = (spending: Spending) => spend('sealed', 1, spending, allowance);
    const failed = ask(ask(ask(unspent)));
    assert.equal(affords('sealed', 1, failed, allowance), false);
    assert.equal(affords('sealed', 1, { ...failed, passed: 1 }, allowance), true);
  });

  it('says that it needs new scenarios, and how many', () => {
    const { code, message, hint } = spentError('sealed', 20);
    assert.equal(code, 'needs-human');
    assert.match(message, /sealed half .* needs new scenarios: .* 20 scenarios/);
    assert.match(hint, /until this half has 20 of them/);
    assert.match(spentError('feedback', 1).hint, /until this half has 3 of them/);
  });
});
