import assert from 'node:assert/strict';
import type { BetaStopReason } from '@anthropic-ai/sdk/resources/beta';
import { FactoryError } from '../../../src/shared/errors';
import { judgeStop } from '../../../src/models/stopReason';

describe('why an answer stopped', () => {
  for (const reason of ['end_turn', 'tool_use', 'stop_sequence', 'pause_turn'] as const) {
    it(`goes on after ${reason}`, () => assert.doesNotThrow(() => judgeStop(reason, 'T1, turn 2')));
  }

  const failures: [BetaStopReason | null, RegExp][] = [
    ['refusal', /^T1, turn 2: the model refused/],
    ['max_tokens', /^T1, turn 2: the answer was cut/],
    ['model_context_window_exceeded', /context window/],
    [null, /unknown reason "null"/],
    ['new_reason' as BetaStopReason, /unknown reason "new_reason"/],
  ];
  for (const [reason, message] of failures) {
    it(`fails after ${reason}, saying where and what to do`, () => {
      assert.throws(
        () => judgeStop(reason, 'T1, turn 2'),
        (error) => {
          assert.ok(error instanceof FactoryError);
          assert.equal(error.code, 'failed');
          assert.match(error.message, message);
          assert.ok(error.hint.endsWith('.'));
          return true;
        },
      );
    });
  }
});
