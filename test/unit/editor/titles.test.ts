import assert from 'node:assert/strict';
import { requirementTitle, specTitle } from '../../../src/editor/lensTitles';
import { isResumable, progressLine, specName, standing, statusOf } from '../../../src/editor/runSummary';
import { childNodes, stageNodes } from '../../../src/editor/runTree';
import { emptyRun, reduce } from '../../../src/shared/reduce';
import { sampleRun } from '../../webview/sampleRun';

const range = { startLine: 1, startColumn: 0, endLine: 1, endColumn: 1 };
const requirements = Array.from({ length: 12 }, (_, index) => ({ id: `R${String(index + 1)}`, range }));

describe('what stands above a spec', () => {
  it('counts requirements, findings and holdouts, and names the last outcome', () => {
    assert.equal(
      specTitle({ requirements, findings: 2, errors: 0 }, 9, 'accepted'),
      '▶ Run Factory on Spec · 12 requirements · 2 findings · 9 holdouts · last run: accepted',
    );
  });

  it('leaves out what there is not, and counts one in the singular', () => {
    const spec = { requirements: requirements.slice(0, 1), findings: 0, errors: 0 };
    assert.equal(specTitle(spec, 1, null), '▶ Run Factory on Spec · 1 requirement · 1 holdout');
  });

  it('says how a requirement is covered and what its last run found', () => {
    const [last] = reduce(sampleRun('accepted').events).requirements;
    assert.ok(last);
    assert.equal(requirementTitle(0, null), 'no holdout');
    assert.equal(requirementTitle(3, last), '3 holdouts · done · tested · hidden checks passed');
    assert.equal(
      requirementTitle(1, { ...last, test: 'fail', hidden: 'open' }),
      '1 holdout · done · tests failed',
    );
  });
});

describe('how a run stands', () => {
  const going = reduce(sampleRun('verify').events);
  const ended = reduce(sampleRun('accepted').events);
  const waiting = { ...going, gate: { gate: 'plan' as const, reason: 'novel', since: 0 } };

  it('tells a living run from one whose process is gone', () => {
    assert.equal(statusOf(going, true), 'running');
    assert.equal(statusOf(going, false), 'interrupted');
    assert.equal(standing(going, 'interrupted'), 'interrupted in verify');
  });

  it('waits at a gate once its process has let go', () => {
    assert.equal(statusOf(waiting, false), 'waiting');
    assert.equal(standing(waiting, 'waiting'), 'plan waits for approval');
  });

  it('has ended with an outcome', () => {
    assert.equal(statusOf(ended, false), 'ended');
    assert.equal(standing(ended, 'ended'), 'accepted');
  });

  it('goes on only without a verdict and without a process', () => {
    assert.equal(isResumable({ state: going, status: 'interrupted' }), true);
    assert.equal(isResumable({ state: going, status: 'running' }), false);
    assert.equal(isResumable({ state: ended, status: 'ended' }), false);
  });

  it('says its stage, tasks and money in one line', () => {
    assert.match(progressLine(going), /^Verify · 6 of 7 tasks · \$\d+\.\d\d$/);
    assert.equal(progressLine(emptyRun()), 'Starting');
  });

  it('is named by its spec', () => {
    assert.match(specName(going), /\.spec\.md$/);
  });
});

describe('the tree of a run', () => {
  const run = reduce(sampleRun('accepted').events);
  const below = (...labels: string[]) =>
    labels.reduce((nodes, label) => {
      const node = nodes.find((one) => one.label.startsWith(label));
      assert.ok(node, `${label} is among ${nodes.map((one) => one.label).join(', ')}`);
      return childNodes(run, node);
    }, stageNodes(run));

  it('has all stages in order, also those that have not begun', () => {
    const labels = stageNodes(emptyRun()).map(({ label, progress }) => [label, progress]);
    assert.deepEqual(
      labels,
      ['Intake', 'Plan', 'Build', 'Verify', 'Validate', 'Deliver'].map((label) => [label, 'waiting']),
    );
  });

  it('leads from a stage over a task and its agent to turns', () => {
    const turns = below('Build', 'T1', 'T1.implementer');
    assert.ok(turns.some(({ label }) => label === 'turn 1'));
    assert.ok(turns.every(({ span }) => span !== null));
  });

  it('gathers all rounds of a stage in one node, and gives every node an id of its own', () => {
    const commands = below('Verify').filter(({ label }) => label.startsWith('test'));
    assert.deepEqual(
      commands.map(({ progress }) => progress),
      ['failed', 'done'],
    );
    const ids = below('Verify').map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length);
  });
});
