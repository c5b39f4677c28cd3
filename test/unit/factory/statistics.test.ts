import assert from 'node:assert/strict';
import { statisticsOf, type Judgement } from '../../../src/factory/statistics';
import type { SealedScenario } from '../../../src/holdouts/types';
import type { Requirement } from '../../../src/shared/spec';
import { Journal } from '../shared/journal';

const scenarios = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((id, at): SealedScenario => ({
  id,
  covers: ['R1'],
  half: at < 4 ? 'feedback' : 'sealed',
  weight: 1,
}));
const requirements: Requirement[] = [
  {
    id: 'R1',
    modality: 'MUST',
    text: '',
    examples: [],
    range: { startLine: 1, startColumn: 0, endLine: 1, endColumn: 1 },
  },
];

/** Two rounds: the first asks the feedback half, of which one passes; in the second all pass. */
function judged(change: Partial<Judgement> = {}): Judgement {
  const journal = new Journal();
  const verdict = (round: number, scenario: string, passed: boolean) =>
    journal.add('validate.verdict', `v${round}${scenario}`, {
      key: `verdict/${round}/${scenario}`,
      round,
      scenario,
      covers: ['R1'],
      passed,
    });
  for (const { id } of scenarios.slice(0, 4)) verdict(1, id, id === 'a');
  for (const { id } of scenarios) verdict(2, id, true);
  const { events } = journal;
  return { events, scenarios, requirements, accept: 1, asked: () => 2, visible: true, ...change };
}

describe('what the hidden scenarios say about a result', () => {
  it('is how likely a bad program would have passed the sealed half, over all questions ever asked', () => {
    assert.match(
      statisticsOf(judged()).bound,
      /^Too few scenarios: .* \(4 independent sealed scenarios, asked 2×\)\.$/,
    );
    assert.match(statisticsOf(judged({ asked: () => 1 })).bound, /would pass with chance ≤ 41 %/);
  });

  it('stands on the sealed scenarios that the last question was about', () => {
    const more = [...scenarios, { id: 'spent', covers: ['R1'], half: 'sealed' as const, weight: 1 }];
    let about: readonly string[] = [];
    const asked = (sealed: readonly string[]) => {
      about = sealed;
      return 1;
    };
    assert.match(statisticsOf(judged({ scenarios: more, asked })).bound, /4 independent/);
    assert.deepEqual(about, ['e', 'f', 'g', 'h']);
  });

  it('is how far the feedback half may be from the truth', () => {
    assert.match(statisticsOf(judged()).noise, /4 of 4 feedback scenarios pass, so that 51 % to 100 %/);
  });

  it('is what the visible checks missed at first and in the end', () => {
    assert.equal(
      statisticsOf(judged()).gap,
      'Visible checks pass; hidden ones pass by 100 %: visible minus hidden is 0 points, and was 75 when they were first asked.',
    );
    assert.match(statisticsOf(judged({ visible: false })).gap, /^There were no visible checks; hidden/);
  });

  it('says so when there is nothing to say', () => {
    const { bound, noise, gap, confidence } = statisticsOf(
      judged({ events: [], scenarios: [], asked: () => 0 }),
    );
    assert.match(bound, /^Too few scenarios/);
    assert.match(noise, /^No scenario gave feedback/);
    assert.equal(gap, 'Visible checks pass; there were no hidden ones.');
    assert.deepEqual(confidence, []);
  });
});
