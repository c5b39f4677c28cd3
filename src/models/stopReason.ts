import type { BetaStopReason } from '@anthropic-ai/sdk/resources/beta';
import { FactoryError } from '../shared/errors';

/**
 * Says whether a conversation may go on after an answer that stopped for this reason; returns when it may.
 * A paused turn goes on by itself: the SDK's tool runner sends it again.
 * @param where The turn, for example `T1.implementer, turn 3`.
 * @throws FactoryError when the answer cannot be used or nothing can follow it.
 */
export function judgeStop(stopReason: BetaStopReason | null, where: string): void {
  switch (stopReason) {
    case 'end_turn':
    case 'tool_use':
    case 'stop_sequence':
    case 'pause_turn':
    case 'compaction':
      return;
    case 'refusal':
      throw new FactoryError('failed', `${where}: the model refused to answer.`, {
        hint: 'Read the turn in the trace and reword the requirement it is about, or give the role another model.',
      });
    case 'max_tokens':
      throw new FactoryError('failed', `${where}: the answer was cut at its longest allowed length.`, {
        hint: 'Split the requirement into smaller ones, or give the role a model with longer answers.',
      });
    case 'model_context_window_exceeded':
      throw new FactoryError(
        'failed',
        `${where}: the conversation no longer fits the model's context window.`,
        {
          hint: 'Split the spec into smaller ones, or give the role a model with a larger context window.',
        },
      );
    default:
      throw new FactoryError(
        'failed',
        `${where}: the answer ended for the unknown reason "${String(stopReason)}".`,
        {
          hint: 'Check that the endpoint speaks the Messages API, or update Dark Factory.',
        },
      );
  }
}
