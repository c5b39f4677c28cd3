import assert from 'node:assert/strict';
import { openLedger, type BudgetLedger } from '../../../src/models/budget';
import { explainModelError } from '../../../src/models/explain';
import { worstCase } from '../../../src/models/prices';
import { startScriptedModel, type ScriptedModel } from '../../support/scriptedModel';
import { model, openTalk, secret } from './talk';

describe('a budget over the network', () => {
  let endpoint: ScriptedModel;

  afterEach(() => endpoint.close());

  function talk(agent: string, ledger: BudgetLedger) {
    return openTalk({
      agent,
      ledger,
      source: { kind: 'anthropic', baseUrl: endpoint.baseUrl, apiKey: secret },
    });
  }

  it('sends nothing when the worst case does not fit', async () => {
    endpoint = await startScriptedModel(() => ({ content: 'Done.' }));
    const ledger = openLedger({ usd: 0.015, tokens: 1e9 }, { usd: 0, tokens: 0 });
    await assert.rejects(talk('planner', ledger).run({ maxTokens: 1000 }), (thrown) => {
      const error = explainModelError(thrown, 'planner, turn 1');
      assert.equal(error.code, 'over-budget');
      assert.match(
        error.message,
        /^planner turn 1 could pass the run's limit of \$0\.0150: \$0\.0000 are spent/,
      );
      return true;
    });
    assert.equal(endpoint.requests.length, 0);
  });

  it('reserves more than the endpoint could have counted', async () => {
    let heard = 0;
    endpoint = await startScriptedModel(({ body, headers }) => {
      heard = Number(headers['content-length']);
      assert.equal(body.max_tokens, 1000);
      return { content: 'x', usage: { input_tokens: heard, output_tokens: 1000 } };
    });
    const ledger = openLedger({ usd: 1, tokens: 1e9 }, { usd: 0, tokens: 0 });
    await talk('planner', ledger).run();
    const worst = worstCase(model, heard, 1000);
    assert.ok(ledger.spent.usd <= worst.usd && ledger.spent.tokens <= worst.tokens);
    assert.ok(ledger.spent.tokens > 1000);
  });

  it('is never passed by four agents, whatever the endpoint answers and breaks', async () => {
    const limits = { usd: 0.5, tokens: 1e9 };
    const ledger = openLedger(limits, { usd: 0, tokens: 0 });
    let billed = 0;
    endpoint = await startScriptedModel(({ n, headers }) => {
      // What the service could bill at most for what it saw, cut answers included.
      const input = Number(headers['content-length']);
      const usage = {
        input_tokens: 0,
        cache_creation_input_tokens: input,
        output_tokens: 200 + (n % 7) * 100,
      };
      if (n % 11 === 0) return { status: 529 };
      billed += (input * 3.75 + usage.output_tokens * 15) / 1e6;
      if (n % 13 === 0) return { cut: n % 6, usage };
      return { content: [{ type: 'tool_use', name: 'bash', input: { command: `step ${n}` } }], usage };
    });
    const ends = await Promise.all(
      ['T1', 'T2', 'T3', 'T4'].map(async (agent) => {
        const thrown = await talk(agent, ledger)
          .run({ maxTokens: 800 })
          .catch((error: unknown) => error);
        return explainModelError(thrown, agent).code;
      }),
    );
    assert.deepEqual(ends, Array(4).fill('over-budget'));
    assert.ok(endpoint.requests.length > 20, `only ${endpoint.requests.length} requests`);
    assert.ok(ledger.spent.usd <= limits.usd, `spent ${ledger.spent.usd}`);
    assert.ok(billed <= ledger.spent.usd, `billed ${billed}, spent ${ledger.spent.usd}`);
  });
});
