import assert from 'node:assert/strict';
import { reduce } from '../../../src/shared/reduce';
import { parseFilter } from '../../../webview-ui/timeline/filter';
import { sampleRun } from '../../webview/sampleRun';

const run = reduce(sampleRun('accepted').events);
const shown = (text: string) =>
  run.bars.filter((bar) => bar.lane !== '' && parseFilter(text, run).matches(bar));

describe('timeline filter', () => {
  it('shows everything when nothing is asked', () => {
    assert.equal(parseFilter('  ', run).all, true);
    assert.equal(shown('').length, run.bars.filter(({ lane }) => lane !== '').length);
  });

  it('finds by role, tool and cost at once', () => {
    const bars = shown('role:debugger tool:bash');
    assert.ok(bars.length > 0);
    assert.ok(bars.every(({ agent, name }) => agent === 'debugger.1' && name === 'bash'));
    assert.ok(shown('cost>0.01').every(({ kind }) => kind === 'chat'));
    assert.equal(shown('role:debugger cost>0.02').length, 0);
  });

  it('finds what belongs to a task or a requirement', () => {
    assert.ok(shown('task:T4').every(({ task }) => task === 'T4'));
    assert.deepEqual(shown('req:r4'), shown('task:T4'));
    assert.ok(shown('req:R4').length > 0);
  });

  it('finds failures, long steps and words', () => {
    assert.ok(shown('is:failed').every(({ ok }) => ok === false));
    assert.ok(shown('seconds>4').every(({ start, end }) => (end ?? 0) - start > 4000));
    assert.ok(shown('parse.js').every(({ label }) => label.includes('parse.js')));
    for (const text of ['is:failed', 'seconds>4', 'parse.js']) assert.ok(shown(text).length > 0, text);
  });

  it('says what it does not know instead of showing nothing', () => {
    const filter = parseFilter('rolle:debugger constructor:x cost>', run);
    assert.match(filter.problem ?? '', /Nothing is known as “cost>”/);
    assert.equal(filter.all, true);
    assert.equal(parseFilter('role:debugger', run).problem, null);
  });
});
