import type { Middleware } from '@anthropic-ai/sdk';
import { FactoryError } from '../shared/errors';
import { firstDifference, type Observation, type Observations } from './observation';
import { readTurns, type RecordedTurn } from './recording';
import { messageResponse } from './sse';
import { Stopped } from './stopped';

/** Where a conversation stands. */
export interface Standing {
  agent: string;
  turn: number;
  since: Observations;
}

/** Answers each turn from a recording, as long as the same has happened as when it was recorded. */
export function replay(dir: string, standing: () => Standing): Middleware {
  let turns: Promise<RecordedTurn[]> | undefined;
  return async (_request, _next, ctx) => {
    const now = standing();
    try {
      turns ??= readTurns(dir, now.agent);
      const { message } = matchTurn(await turns, now, await now.since);
      return messageResponse(message, ctx.options?.stream === true);
    } catch (error) {
      throw error instanceof FactoryError ? new Stopped(error) : error;
    }
  };
}

function matchTurn(
  turns: readonly RecordedTurn[],
  { agent, turn }: Standing,
  since: readonly Observation[],
): RecordedTurn {
  const recorded = turns.find((candidate) => candidate.turn === turn);
  if (!recorded) throw differs(`${agent} turn ${turn}: the recording ends before it`);
  const difference = firstDifference(recorded.since, since);
  if (difference) throw differs(`${agent} turn ${turn}: ${difference}`);
  return recorded;
}

function differs(what: string): FactoryError {
  return new FactoryError('failed', `The replay differs at ${what}.`, {
    hint: 'A recording fits only the spec, prompts, tools and environment it was made with: record it anew with --source record:DIR.',
  });
}
