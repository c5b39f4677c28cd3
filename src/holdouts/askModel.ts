// The one file of the judge that speaks to a model: nothing of what is asked is kept, recorded or shown anywhere.
import type { BudgetLedger, Reservation } from '../models/budget';
import * as z from 'zod/mini';
import { openConversation } from '../models/conversation';
import { explainModelError } from '../models/explain';
import { nothing } from '../models/prices';
import { FactoryError } from '../shared/errors';
import type { JudgeModel } from './judgeProtocol';
import { type AskModel, ModelTrouble } from './modelJudge';
import type { Purse } from './purse';

/** The answer is one call of a tool; room for a model that thinks before it. */
const maxTokens = 2048;
const answerMs = 60_000;

const tool = {
  name: 'answer',
  description: 'Says whether the statement holds.',
  input_schema: {
    type: 'object' as const,
    properties: { holds: { type: 'boolean' } },
    required: ['holds'],
    additionalProperties: false,
  },
};
const answerSchema = z.strictObject({ holds: z.boolean() });

/** Asks over the network, each question in a conversation of its own, paid for from the purse before it is sent. */
export function openAskModel({ id: model, baseUrl, apiKey }: JudgeModel, purse: Purse): AskModel {
  return async ({ scenario, system, prompt }, signal) => {
    const { client } = openConversation({
      agent: 'judge',
      model,
      source: { kind: 'anthropic', apiKey, ...(baseUrl === undefined ? {} : { baseUrl }) },
      answered: () => undefined,
      ledger: ledgerFrom(purse, scenario),
      // What is sent is text of a scenario, and this is where it may go.
      watch: () => Promise.resolve(),
      onAttempt: () => undefined,
    });
    try {
      const message = await client.beta.messages.create(
        {
          model,
          max_tokens: maxTokens,
          system,
          messages: [{ role: 'user', content: prompt }],
          tools: [tool],
          tool_choice: { type: 'tool', name: tool.name, disable_parallel_tool_use: true },
        },
        { signal, timeout: answerMs },
      );
      const calls = message.content.filter((block) => block.type === 'tool_use');
      return calls.length === 1 ? (answerSchema.safeParse(calls[0]?.input).data?.holds ?? null) : null;
    } catch (error) {
      throw new ModelTrouble(plain(explainModelError(error, 'judge'), scenario));
    }
  };
}

/** An endpoint may answer with what it was asked, so that its words go nowhere. Those about money are our own. */
function plain({ code, message, hint }: FactoryError, scenario: string): FactoryError {
  if (code === 'over-budget') return new FactoryError(code, message, { hint });
  return new FactoryError(code, `The model that scenario ${scenario} asks could not be asked.`, { hint });
}

function ledgerFrom(purse: Purse, scenario: string): BudgetLedger {
  const numbers = new WeakMap<Reservation, number>();
  return {
    spent: nothing,
    async reserve(worst, _where, signal) {
      const reservation = { worst };
      numbers.set(reservation, await purse.reserve(scenario, worst, signal));
      return reservation;
    },
    settle(reservation, used) {
      purse.settle(numbers.get(reservation)!, used);
    },
  };
}
