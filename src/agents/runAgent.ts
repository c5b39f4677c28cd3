import type {
  BetaMessage,
  BetaMessageParam,
  BetaToolUseBlock,
} from '@anthropic-ai/sdk/resources/beta/messages/messages';
import { createHash } from 'node:crypto';
import { FactoryError } from '../shared/errors';
import type { EventData } from '../shared/events';
import type { Source } from '../shared/source';
import type { Watch } from '../shared/watch';
import type { BudgetLedger } from '../models/budget';
import { openConversation } from '../models/conversation';
import { explainModelError } from '../models/explain';
import { costOf, usageOf } from '../models/prices';
import { judgeStop } from '../models/stopReason';
import { type Engine, spanOf } from '../trace/engine';
import { type AgentWorld, openCheckpoints } from './checkpoints';
import type { RoleDefinition } from './role';
import { isStuck } from './stuck';
import { type AgentTool, durableTools, type Round } from './tools';

export interface AgentTask {
  run: string;
  /** Durable name, for example `T1.implementer`; also the name recordings use. */
  name: string;
  role: RoleDefinition;
  task?: string;
  model: string;
  /** Stable text first: it is the prefix the provider caches. */
  system: string;
  prompt: string;
  tools: AgentTool[];
  world: AgentWorld;
  /** Asked after each round: true ends the agent with success. */
  finished?: () => boolean;
  parent: string;
}

export interface AgentPorts {
  engine: Engine;
  source: Source;
  ledger: BudgetLedger;
  watch: Watch;
}

export type AgentResult = EventData['agent.finished'];

/**
 * Runs one agent to its end with the SDK's tool runner. Model turns, tool calls and checkpoints are durable
 * steps, so that after a crash it goes on where it was, at the cost of at most the call in flight.
 * @throws FactoryError when the model cannot be reached, the budget ends or the run is cancelled.
 */
export async function runAgent(task: AgentTask, ports: AgentPorts): Promise<AgentResult> {
  const { engine } = ports;
  const key = `agent/${task.name}`;
  const scope = { span: spanOf(task.run, key), parent: task.parent };
  const known = engine.result('agent.finished', key);
  if (known) return known;
  const about = { agent: task.name, role: task.role.role, model: task.model };
  engine.emit('agent.started', task.task ? { ...about, task: task.task } : about, scope);
  return engine.step('agent.finished', key, scope, () => converse(task, ports, scope.span));
}

type AgentEnd = Omit<AgentResult, 'key'>;

async function converse(task: AgentTask, ports: AgentPorts, span: string): Promise<AgentEnd> {
  const { engine } = ports;
  const { journal } = engine;
  const chatKey = (turn: number): string => `chat/${task.name}/${turn}`;
  const chatScope = (turn: number): { span: string; parent: string } => ({
    span: spanOf(task.run, chatKey(turn)),
    parent: span,
  });
  const answered = (turn: number): BetaMessage | undefined => {
    const done = engine.result('chat.finished', chatKey(turn));
    return done && (JSON.parse(journal.read(done.message)) as BetaMessage);
  };
  const conversation = openConversation({
    agent: task.name,
    model: task.model,
    source: ports.source,
    ledger: ports.ledger,
    answered,
    watch: (text) => ports.watch('model request', text, `${task.name}, turn ${round.turn}`),
    onAttempt: (attempt) =>
      engine.emit('chat.attempt', { agent: task.name, ...attempt }, chatScope(attempt.turn)),
  });
  const round: Round = {
    run: task.run,
    agent: task.name,
    turn: 1,
    parent: span,
    shell: { cwd: '/workspace', exported: {} },
    calls: [],
  };
  const history: string[] = [];
  const checkpoints = openCheckpoints(task, engine, round);
  await checkpoints.recover();

  function begin(turn: number): void {
    round.turn = turn;
    round.parent = chatScope(turn).span;
    conversation.turn = turn;
    if (!answered(turn)) {
      engine.emit('chat.started', { agent: task.name, turn, model: task.model }, chatScope(turn));
    }
  }

  async function ended(ok: boolean, reason: string, message: BetaMessage): Promise<AgentEnd> {
    await checkpoints.settled();
    const answer = message.content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n');
    return { agent: task.name, turns: round.turn, ok, reason, answer: journal.keep(answer) };
  }

  const runner = conversation.client.beta.messages.toolRunner(
    {
      model: task.model,
      max_tokens: task.role.maxTokens,
      max_iterations: task.role.maxTurns,
      thread: false,
      stream: true,
      cache_control: { type: 'ephemeral' },
      system: [{ type: 'text', text: task.system, cache_control: { type: 'ephemeral' } }],
      messages: [{ role: 'user', content: task.prompt }] satisfies BetaMessageParam[],
      tools: durableTools(engine, task.tools, () => round, ports.watch),
    },
    { signal: AbortSignal.any([engine.signal, checkpoints.broken]) },
  );

  begin(1);
  let last: BetaMessage | undefined;
  try {
    for await (const stream of runner) {
      const { turn } = round;
      await engine.step('chat.finished', chatKey(turn), chatScope(turn), async () => {
        const message = await stream.finalMessage();
        // A turn counts only when the round before it is safe.
        await checkpoints.settled();
        const usage = usageOf(message.usage);
        const text = JSON.stringify(message);
        await ports.watch('model answer', text, `${task.name}, turn ${turn}`);
        return {
          agent: task.name,
          turn,
          model: message.model,
          message: journal.keep(text),
          stopReason: message.stop_reason ?? 'none',
          usage,
          usd: costOf(message.model, usage),
        };
      });
      const message = answered(turn)!;
      last = message;
      judgeStop(message.stop_reason, `${task.name}, turn ${turn}`);
      const calls = message.content.filter((block): block is BetaToolUseBlock => block.type === 'tool_use');
      if (calls.length > 0) {
        await checkpoints.beforeRound();
        round.calls = [];
        await runner.generateToolResponse(engine.signal);
        engine.signal.throwIfAborted();
        if (round.failure) throw round.failure;
        conversation.since = checkpoints.afterRound();
        if (task.finished?.()) return await ended(true, 'finished', message);
        history.push(signatureOf(round));
        if (isStuck(history))
          return await ended(false, 'It went in circles: the same calls with the same results.', message);
        begin(turn + 1);
      } else if (message.stop_reason === 'pause_turn') {
        conversation.since = [];
        begin(turn + 1);
      }
    }
  } catch (error) {
    // A failed checkpoint ends the request that went on beside it.
    const cause = await checkpoints.settled().then(
      () => error,
      (failure: unknown) => failure,
    );
    throw cause instanceof FactoryError
      ? cause
      : explainModelError(cause, `${task.name}, turn ${round.turn}`);
  }
  if (!last)
    throw new FactoryError('failed', `${task.name} ended without an answer.`, { hint: 'Resume the run.' });
  const cutShort = last.stop_reason === 'tool_use';
  return ended(
    !cutShort,
    cutShort ? `It reached its limit of ${task.role.maxTurns} turns.` : 'finished',
    last,
  );
}

function signatureOf(round: Round): string {
  return createHash('sha256')
    .update(round.calls.map((call) => call.signature).join())
    .digest('hex');
}
