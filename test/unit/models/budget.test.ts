import assert from 'node:assert/strict';
import { FactoryError } from '../../../src/shared/errors';
import { openLedger } from '../../../src/models/budget';

const roomy = { usd: 1000, tokens: 1e9 };

describe('the budget ledger', () => {
  it('counts what was spent before and what is settled now', async () => {
    const ledger = openLedger(roomy, { usd: 2, tokens: 100 });
    const reservation = await ledger.reserve({ usd: 5, tokens: 500 }, 'T1');
    ledger.settle(reservation, { usd: 1, tokens: 50 });
    assert.deepEqual(ledger.spent, { usd: 3, tokens: 150 });
  });

  it('refuses a worst case that does not fit, naming the limit and what was spent', async () => {
    const ledger = openLedger({ usd: 10, tokens: 1e9 }, { usd: 9.5, tokens: 0 });
    await assert.rejects(ledger.reserve({ usd: 0.51, tokens: 1 }, 'T1.implementer turn 3'), (error) => {
      assert.ok(error instanceof FactoryError);
      assert.equal(error.code, 'over-budget');
      assert.match(error.message, /T1\.implementer turn 3.*\$10\.00.*\$9\.50.*\$0\.51/);
      assert.match(error.hint, /budget\.usd/);
      return true;
    });
    await ledger.reserve({ usd: 0.5, tokens: 1 }, 'T1.implementer turn 3');
  });

  it('refuses tokens beyond the limit of tokens', async () => {
    const ledger = openLedger({ usd: 10, tokens: 1000 }, { usd: 0, tokens: 900 });
    await assert.rejects(ledger.reserve({ usd: 0, tokens: 101 }, 'T1'), /1000 tokens: 900 are used.*101/);
  });

  it('waits while only requests in flight stand in the way, and goes on when they settle below their worst', async () => {
    const ledger = openLedger({ usd: 10, tokens: 1e9 }, { usd: 0, tokens: 0 });
    const first = await ledger.reserve({ usd: 8, tokens: 1 }, 'T1');
    let granted = false;
    const second = ledger.reserve({ usd: 8, tokens: 1 }, 'T2').then((reservation) => {
      granted = true;
      return reservation;
    });
    await new Promise(setImmediate);
    assert.equal(granted, false);
    ledger.settle(first, { usd: 2, tokens: 1 });
    ledger.settle(await second, { usd: 2, tokens: 1 });
    assert.deepEqual(ledger.spent, { usd: 4, tokens: 2 });
  });

  it('refuses a waiting request once what settled leaves no room for it', async () => {
    const ledger = openLedger({ usd: 10, tokens: 1e9 }, { usd: 0, tokens: 0 });
    const first = await ledger.reserve({ usd: 8, tokens: 1 }, 'T1');
    const second = ledger.reserve({ usd: 8, tokens: 1 }, 'T2');
    ledger.settle(first, { usd: 7, tokens: 1 });
    await assert.rejects(second, /T2 could pass/);
  });

  it('stops waiting when the run is cancelled', async () => {
    const ledger = openLedger({ usd: 10, tokens: 1e9 }, { usd: 0, tokens: 0 });
    await ledger.reserve({ usd: 8, tokens: 1 }, 'T1');
    const cancel = new AbortController();
    const second = ledger.reserve({ usd: 8, tokens: 1 }, 'T2', cancel.signal);
    cancel.abort();
    await assert.rejects(second, { name: 'AbortError' });
  });

  it('settles a reservation once', async () => {
    const ledger = openLedger(roomy, { usd: 0, tokens: 0 });
    const reservation = await ledger.reserve({ usd: 1, tokens: 1 }, 'T1');
    ledger.settle(reservation, { usd: 1, tokens: 1 });
    assert.throws(() => ledger.settle(reservation, { usd: 1, tokens: 1 }));
    assert.deepEqual(ledger.spent, { usd: 1, tokens: 1 });
  });

  for (let seed = 1; seed <= 20; seed++) {
    it(`is never passed by four agents at once (seed ${seed})`, async () => {
      const random = randomOf(seed);
      const limits = { usd: 5 + random() * 20, tokens: 20_000 + Math.floor(random() * 80_000) };
      const ledger = openLedger(limits, { usd: 0, tokens: 0 });
      let inFlight = 0;
      let most = 0;
      let last = 0;

      async function agent(name: string): Promise<string> {
        for (let turn = 1; ; turn++) {
          const worst = { usd: random() * 3, tokens: Math.floor(random() * 9000) };
          try {
            const reservation = await ledger.reserve(worst, `${name} turn ${turn}`);
            most = Math.max(most, ++inFlight);
            for (let wait = Math.floor(random() * 4); wait > 0; wait--) await new Promise(setImmediate);
            const part = random();
            ledger.settle(reservation, { usd: worst.usd * part, tokens: Math.floor(worst.tokens * part) });
            inFlight--;
          } catch (error) {
            assert.ok(error instanceof FactoryError);
            return error.code;
          }
          assert.ok(ledger.spent.usd >= last, 'spending grows');
          last = ledger.spent.usd;
          assert.ok(ledger.spent.usd <= limits.usd && ledger.spent.tokens <= limits.tokens);
        }
      }

      const ends = await Promise.all(['T1', 'T2', 'T3', 'T4'].map(agent));
      assert.deepEqual(ends, Array(4).fill('over-budget'));
      assert.ok(most > 1, 'agents were in flight together');
    });
  }
});

/** Repeatable numbers in [0, 1): mulberry32. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
