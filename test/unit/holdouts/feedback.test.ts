import assert from 'node:assert/strict';
import { defaultBits, planFeedback, tellRound, type FeedbackPolicy } from '../../../src/holdouts/feedback';
import type { SealedScenario, Verdict } from '../../../src/holdouts/types';

const requirements = [
  { id: 'R1', text: 'The tool MUST one.' },
  { id: 'R2', text: 'The tool MUST two.' },
  { id: 'R3', text: 'The tool MUST three.' },
];

/** Scenarios `0`, `1`, … that cover what is given. */
const scenarios = (...covers: string[][]): SealedScenario[] =>
  covers.map((one, index) => ({ id: String(index), covers: one, half: 'feedback', weight: 1 }));

const plan = (policy: FeedbackPolicy, ...covers: string[][]) =>
  planFeedback(policy, scenarios(...covers), requirements);

const verdicts = (covers: string[][], failing: number[]): Verdict[] =>
  covers.map((one, index) => ({ scenario: String(index), covers: one, passed: !failing.includes(index) }));

const three = [['R1'], ['R1'], ['R1', 'R2'], ['R2'], ['R2']];

describe('feedback', () => {
  it('costs log2(n+1) bits as a count', () => {
    assert.equal(plan('count', ['R1'], ['R2'], ['R1']).bits, 2);
  });

  it('costs log2(c+1) bits as a requirement, when every failure can be named', () => {
    assert.deepEqual(plan('requirement', ...three).nameable, ['R1', 'R2']);
    assert.equal(plan('requirement', ...three).bits, Math.log2(3));
  });

  it('costs more when it may be either, and a bit when nothing is said', () => {
    assert.equal(plan('requirement', ...three, ['R3']).bits, Math.log2(2 + 6 + 1));
    assert.equal(plan('none', ...three).bits, 1);
  });

  it('names a requirement only with three scenarios behind it', () => {
    const covers = [['R1'], ['R1'], ['R2'], ['R2'], ['R2']];
    const told = (failing: number[]) =>
      tellRound(plan('requirement', ...covers), verdicts(covers, failing), null, requirements);
    assert.deepEqual(told([3]), {
      kind: 'requirement',
      words: 'Hidden checks of requirement R2 fail. The spec says: The tool MUST two.',
      best: 4,
    });
    assert.deepEqual(told([0, 1]), { kind: 'count', words: '3 of 5 hidden checks pass.', best: 3 });
  });

  it('names one requirement: the one with the most failures, the first of the spec among equals', () => {
    const told = (failing: number[]) =>
      tellRound(plan('requirement', ...three), verdicts(three, failing), null, requirements).words;
    assert.match(told([0, 3, 4]), /R2/);
    assert.match(told([0, 3]), /R1/);
  });

  it('tells no more than that it failed under the policy none', () => {
    assert.deepEqual(tellRound(plan('none', ...three), verdicts(three, [0]), null, requirements), {
      kind: 'none',
      words: 'Hidden checks fail.',
      best: 4,
    });
  });

  it('tells nothing new unless strictly more scenarios pass than ever before', () => {
    for (const policy of ['count', 'requirement'] as const) {
      const round = (failing: number[], best: number | null) =>
        tellRound(plan(policy, ...three), verdicts(three, failing), best, requirements);
      assert.notEqual(round([0, 1], null).kind, 'none');
      assert.deepEqual(round([2, 3], 3), { kind: 'none', words: 'Hidden checks still fail.', best: 3 });
      assert.deepEqual(round([1, 2, 3], 3), { kind: 'none', words: 'Hidden checks still fail.', best: 3 });
      assert.equal(round([2], 3).best, 4);
      assert.notEqual(round([2], 3).kind, 'none');
    }
  });

  it('hears only the scenarios of its plan', () => {
    const more = [...verdicts(three, [0]), { scenario: 'sealed', covers: ['R1'], passed: true }];
    assert.equal(
      tellRound(plan('count', ...three), more, null, requirements).words,
      '4 of 5 hidden checks pass.',
    );
  });

  it('has a budget for every debug round, and at least 10 bits', () => {
    assert.equal(defaultBits(plan('count', ...three), 6), Math.ceil(6 * Math.log2(6)));
    assert.equal(defaultBits(plan('none', ...three), 6), 10);
  });

  it('cannot be used to climb: a prober that never gets better learns at most what it pays for', () => {
    const n = 20;
    const covers = Array.from({ length: n }, () => ['R1']);
    const count = plan('count', ...covers);
    let best: number | null = null;
    let answers = 0;
    for (let round = 0; round < 50; round++) {
      const failing = Array.from({ length: n }, (_, index) => index).filter(
        (index) => (index * 7 + round) % n < 5,
      );
      const told = tellRound(count, verdicts(covers, failing), best, requirements);
      best = told.best;
      if (told.kind !== 'none') answers++;
    }
    assert.equal(answers, 1);
  });
});
