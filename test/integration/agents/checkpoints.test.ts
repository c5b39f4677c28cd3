import assert from 'node:assert/strict';
import type { AgentWorld } from '../../../src/agents/checkpoints';
import { implementer } from '../../../src/agents/implementer';
import { type AgentResult, runAgent } from '../../../src/agents/runAgent';
import type { AgentTool } from '../../../src/agents/tools';
import { openLedger } from '../../../src/models/budget';
import { FactoryError } from '../../../src/shared/errors';
import { type Engine, openEngine } from '../../../src/trace/engine';
import { openJournal } from '../../../src/trace/journal';
import { eventually } from '../../support/sandbox';
import { type Answer, byAgent, type ScriptedModel, startScriptedModel } from '../../support/scriptedModel';
import { useTemp } from '../../support/temp';

const name = 'T1.implementer';
const writes: Answer = { content: [{ type: 'tool_use', name: 'write', input: {} }] };

const writeTool: AgentTool = {
  definition: { name: 'write', input_schema: { type: 'object' } },
  summary: () => 'a file',
  touches: () => ['a.txt'],
  run: () => Promise.resolve({ ok: true, text: 'written' }),
};

describe('the checkpoint of a round', () => {
  const temp = useTemp();
  let engine: Engine;
  let model: ScriptedModel;
  /** Ends the checkpoint that is under way. */
  let checkpoint: { resolve(): void; reject(error: Error): void };

  async function start(...answers: Answer[]): Promise<{ ended: Promise<AgentResult> }> {
    model = await startScriptedModel(byAgent({ [name]: answers }));
    engine = openEngine(openJournal(temp()), new AbortController().signal);
    let resolve = (): void => undefined;
    let reject = (_error: Error): void => undefined;
    const promise = new Promise<void>((...settle) => ([resolve, reject] = settle));
    checkpoint = { resolve, reject };
    const world: AgentWorld = {
      base: 'base',
      checkpoint: () => promise.then(() => ({ commit: 'c1', files: [], twins: '{}' })),
      restore: () => Promise.resolve(),
    };
    const source = { kind: 'anthropic' as const, apiKey: 'sk-test', baseUrl: model.baseUrl };
    const ledger = openLedger({ usd: 100, tokens: 1e9 }, { usd: 0, tokens: 0 });
    const task = {
      ...{ run: '1a2b', name, role: implementer, model: 'claude-sonnet-5-5', parent: 'run', world },
      ...{ system: 'Work.', prompt: `Agent: ${name}`, tools: [writeTool] },
    };
    return { ended: runAgent(task, { engine, source, ledger, watch: () => Promise.resolve() }) };
  }

  const journaled = (): string[] =>
    engine.journal.events
      .map((event) => event.type)
      .filter((type) => type === 'round.checkpoint' || type === 'chat.finished' || type === 'agent.finished');

  afterEach(async () => {
    await engine.journal.close();
    await model.close();
  });

  it('is made while the model is asked, and its answer counts only afterwards', async () => {
    const { ended } = await start(writes, { content: 'Done.' });
    await eventually(() =>
      engine.journal.events.some((event) => event.type === 'chat.attempt' && event.data.turn === 2),
    );
    assert.equal(model.requests.length, 2);
    assert.deepEqual(journaled(), ['chat.finished']);
    checkpoint.resolve();
    assert.equal((await ended).ok, true);
    assert.deepEqual(journaled(), ['chat.finished', 'round.checkpoint', 'chat.finished', 'agent.finished']);
  });

  it('ends the agent when it fails, without waiting for the model', async () => {
    const { ended } = await start(writes, { hang: true });
    await eventually(() => model.requests.length === 2);
    checkpoint.reject(new FactoryError('environment', 'The disk is full.', { hint: 'Make room.' }));
    await assert.rejects(ended, /The disk is full/);
    assert.deepEqual(journaled(), ['chat.finished']);
    const lost = engine.journal.events.flatMap((event) =>
      event.type === 'chat.attempt' && event.data.lost ? [event.data.turn] : [],
    );
    assert.deepEqual(lost, [2], 'what the request may have cost is kept');
  });
});
