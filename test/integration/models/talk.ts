import type { BetaMessage } from '@anthropic-ai/sdk/resources/beta';
import type { Attempt } from '../../../src/models/attempt';
import { openLedger, type BudgetLedger } from '../../../src/models/budget';
import { openConversation, type Conversation, type Observation } from '../../../src/models/conversation';
import type { Source } from '../../../src/shared/source';

export const model = 'claude-sonnet-5-5';
export const secret = 'sk-test-6f1d0a5e9b';

export interface Talk {
  conversation: Conversation;
  ledger: BudgetLedger;
  attempts: (Attempt & { turn: number })[];
  /** Runs the agent with the SDK's tool runner to its end and gives its answers, as plain data. */
  run(options?: RunOptions): Promise<BetaMessage[]>;
}

export interface RunOptions {
  /** What the tool `bash` says; also what replay is told about it. */
  bash?: (command: string, turn: number) => Observation;
  stream?: boolean;
  signal?: AbortSignal;
  maxTokens?: number;
}

export interface TalkOptions {
  agent?: string;
  source: Source;
  ledger?: BudgetLedger;
  answered?: (turn: number) => BetaMessage | undefined;
}

export const noLimits = (): BudgetLedger => openLedger({ usd: 1e6, tokens: 1e12 }, { usd: 0, tokens: 0 });

export function openTalk(options: TalkOptions): Talk {
  const { agent = 'planner', source, ledger = noLimits(), answered = () => undefined } = options;
  const attempts: Talk['attempts'] = [];
  const onAttempt = (attempt: Attempt & { turn: number }): void => void attempts.push(attempt);
  const conversation = openConversation({
    agent,
    model,
    source,
    ledger,
    answered,
    watch: () => Promise.resolve(),
    onAttempt,
  });
  return { conversation, ledger, attempts, run: (run = {}) => runTools(conversation, agent, run) };
}

async function runTools(
  conversation: Conversation,
  agent: string,
  options: RunOptions,
): Promise<BetaMessage[]> {
  const { bash = () => ok, stream = true, signal, maxTokens = 1000 } = options;
  const answers: BetaMessage[] = [];
  let seen: Observation[] = [];
  const runner = conversation.client.beta.messages.toolRunner(
    {
      model,
      max_tokens: maxTokens,
      thread: false,
      stream,
      system: `Agent: ${agent}\nWork.`,
      messages: [{ role: 'user', content: 'Go' }],
      tools: [
        {
          name: 'bash',
          input_schema: { type: 'object', properties: { command: { type: 'string' } } },
          run: (input: { command: string }) => {
            const observation = bash(input.command, conversation.turn);
            seen.push(observation);
            return Promise.resolve(`ran ${input.command}`);
          },
          parse: (input) => input as { command: string },
        },
      ],
    },
    signal ? { signal } : {},
  );
  conversation.turn = 1;
  for await (const item of runner) {
    const message = 'finalMessage' in item ? await item.finalMessage() : item;
    answers.push(plain(message));
    seen = [];
    await runner.generateToolResponse();
    conversation.since = seen;
    conversation.turn += 1;
  }
  return answers;
}

const ok: Observation = { tool: 'bash', ok: true, exit: 0, files: {} };

/** As the journal would hold it, without the field the SDK adds to a streamed message for structured output. */
function plain(message: BetaMessage): BetaMessage {
  return JSON.parse(
    JSON.stringify(message, (key, value: unknown) => (key === 'parsed_output' ? undefined : value)),
  ) as BetaMessage;
}
