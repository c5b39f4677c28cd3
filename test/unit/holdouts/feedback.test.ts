import assert from 'node:assert/strict';
import {
  defaultBits,
  planAffordable,
  planFeedback,
  tellRound,
  type FeedbackPolicy,
} from '../../../src/holdouts/feedback';
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
      best: 4 / 5,
    });
    assert.deepEqual(told([0, 1]), { kind: 'count', words: '3 of 5 hidden checks pass.', best: 3 / 5 });
  });

  it('names one requirement: the first of the spec that fails, however many others do', () => {
    const told = (failing: number[]) =>
      tellRound(plan('requirement', ...three), verdicts(three, failing), null, requirements).words;
    assert.match(told([0, 3, 4]), /R1/);
    assert.match(told([3]), /R2/);
  });

  it('tells no more than that it failed under the policy none', () => {
    assert.deepEqual(tellRound(plan('none', ...three), verdicts(three, [0]), null, requirements), {
      kind: 'none',
      words: 'Hidden checks fail.',
      best: 4 / 5,
    });
  });

  it('tells nothing new unless strictly more scenarios pass than ever before', () => {
    for (const policy of ['count', 'requirement'] as const) {
      const round = (failing: number[], best: number | null) =>
        tellRound(plan(policy, ...three), verdicts(three, failing), best, requirements);
      assert.notEqual(round([0, 1], null).kind, 'none');
      assert.deepEqual(round([2, 3], 3 / 5), {
        kind: 'none',
        words: 'Hidden checks still fail.',
        best: 3 / 5,
      });
      assert.deepEqual(round([1, 2, 3], 3 / 5), {
        kind: 'none',
        words: 'Hidden checks still fail.',
        best: 3 / 5,
      });
      assert.equal(round([2], 3 / 5).best, 4 / 5);
      assert.notEqual(round([2], 3 / 5).kind, 'none');
    }
  });

  it('hears only the scenarios of its plan', () => {
    const more = [...verdicts(three, [0]), { scenario: 'sealed', covers: ['R1'], passed: true }];
    assert.equal(
      tellRound(plan('count', ...three), more, null, requirements).words,
      '4 of 5 hidden checks pass.',
    );
  });

  it('wants one scenario more than the share of the best round, also where there are fewer by now', () => {
    const round = (failing: number[], best: number) =>
      tellRound(plan('count', ...three), verdicts(three, failing), best, requirements).kind;
    assert.equal(round([0, 1], 0.5), 'none');
    assert.equal(round([0], 0.5), 'count');
  });

  it('has a budget of at least 10 bits and 4 answers, and more for debug rounds only where scenarios are many', () => {
    const covers = (n: number) => Array.from({ length: n }, () => ['R1']);
    assert.equal(defaultBits(plan('none', ...three), 6), 10);
    assert.equal(defaultBits(plan('count', ...covers(20)), 1), Math.ceil(4 * Math.log2(21)));
    assert.equal(defaultBits(plan('count', ...covers(64)), 30), Math.ceil(4 * Math.log2(65)));
    assert.equal(defaultBits(plan('count', ...covers(96)), 30), Math.ceil(6 * Math.log2(97)));
    assert.equal(defaultBits(plan('count', ...covers(960)), 6), Math.ceil(6 * Math.log2(961)));
  });

  it('speaks about scenarios that can pay, and at their price', () => {
    const covers = [['R1'], ['R1'], ['R1'], ['R2'], ['R2'], ['R2']];
    const left = (spent: string[]) =>
      planAffordable('requirement', scenarios(...covers), requirements, (bits, ids) =>
        ids.filter((id) => !spent.includes(id)),
      );
    assert.deepEqual(left([]).nameable, ['R1', 'R2']);
    assert.deepEqual(left(['0']), {
      policy: 'requirement',
      scenarios: ['1', '2', '3', '4', '5'],
      nameable: ['R2'],
      counts: true,
      bits: Math.log2(1 + 5 + 1),
    });
    assert.deepEqual(left(['0', '1', '2', '3', '4', '5']).scenarios, []);
  });

  it('leaves out what could pay the price of all and cannot pay that of the rest', () => {
    const covers = [['R1'], ['R1'], ['R1'], ['R2'], ['R2'], ['R2']];
    const bits = (id: string) => (id === '0' ? 0 : id === '1' ? 2 : 10);
    const plan = planAffordable('requirement', scenarios(...covers), requirements, (price, ids) =>
      ids.filter((id) => bits(id) >= price),
    );
    assert.deepEqual(plan.scenarios, ['2', '3', '4', '5']);
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
