import assert from 'node:assert/strict';
import { APIError, APIUserAbortError } from '@anthropic-ai/sdk';
import { explainModelError } from '../../../src/models/explain';
import { FactoryError, type ErrorCode } from '../../../src/shared/errors';

function reported(status: number | undefined, type: string, message: string): APIError {
  return APIError.generate(status, { type: 'error', error: { type, message } }, undefined, new Headers());
}

describe('explaining a failed model call', () => {
  const cases: [string, unknown, ErrorCode, RegExp][] = [
    [
      'a certificate nobody trusts',
      new TypeError('fetch failed', {
        cause: Object.assign(new Error('self-signed certificate'), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }),
      }),
      'environment',
      /cannot be reached \(self-signed certificate\)\.$/,
    ],
    ['a cancelled request', new APIUserAbortError(), 'cancelled', /was cancelled/],
    ['an aborted signal', new DOMException('aborted', 'AbortError'), 'cancelled', /was cancelled/],
    [
      'an unpaid account',
      reported(402, 'billing_error', 'no credit'),
      'environment',
      /cannot pay.*no credit/,
    ],
    [
      'a conversation that outgrew the model',
      reported(400, 'invalid_request_error', 'prompt is too long: 210000 tokens > 200000 maximum'),
      'failed',
      /too large for the model \(prompt is too long: 210000/,
    ],
    ['a body that is too large', reported(413, 'request_too_large', 'too big'), 'failed', /too large/],
    [
      'a new kind of refusal',
      reported(418, 'teapot_error', 'short and stout'),
      'environment',
      /short and stout/,
    ],
    ['anything else', new Error('what is this'), 'failed', /the model call failed: what is this/],
    ['what is no error', 'a string', 'failed', /the model call failed: a string/],
  ];
  for (const [name, thrown, code, message] of cases) {
    it(`tells of ${name}`, () => {
      const error = explainModelError(thrown, 'T1.implementer, turn 3');
      assert.equal(error.code, code);
      assert.match(error.message, message);
      assert.match(error.message, /^T1\.implementer, turn 3: [^\n]*\.$/);
      assert.match(error.hint, /^[A-Z][^\n]*\.$/);
    });
  }

  it('leaves a failure that is explained already as it is, however deep', () => {
    const known = new FactoryError('over-budget', 'Spent.', { hint: 'Earn.' });
    const wrapped = new Error('outer', { cause: new Error('inner', { cause: known }) });
    assert.equal(explainModelError(wrapped, 'T1'), known);
  });

  it('survives causes that run in a circle', () => {
    const error = new Error('round');
    error.cause = error;
    assert.match(explainModelError(error, 'T1').message, /round/);
  });
});
