import assert from 'node:assert/strict';
import { readReport } from '../../../src/sandbox/reports';

const passed = (id: string) => ({ id, outcome: 'passed' });
const failed = (id: string) => ({ id, outcome: 'failed' });
const other = (id: string) => ({ id, outcome: 'other' });

describe('reports of tests', () => {
  describe('in TAP', () => {
    const read = (...lines: string[]) => readReport('tap', lines.join('\n'));

    it('have one case for each point, by its description', () => {
      assert.deepEqual(
        read(
          'TAP version 14',
          '1..5',
          'ok 1 - a b',
          'not ok 2 c',
          'ok - d # skip no disk',
          'not ok 4 - e # TODO x',
          'ok',
        ),
        [passed('a b'), failed('c'), other('d'), other('e'), passed('')],
      );
    });

    it('name subtests by where they are, and count what has none below it', () => {
      const lines = [
        ...['# Subtest: outer', '    # Subtest: first', '    ok 1 - first', '    # Subtest: second'],
        ...[
          '        # Subtest: deep',
          '        not ok 1 - deep',
          '        1..1',
          '    not ok 2 - second',
          '    1..2',
        ],
        ...['not ok 1 - outer', '# Subtest: alone', 'ok 2 - alone', '1..2'],
      ];
      assert.deepEqual(read(...lines), [
        passed('outer / first'),
        failed('outer / second / deep'),
        passed('alone'),
      ]);
    });

    it('say nothing in diagnostics, which quote what programs print', () => {
      assert.deepEqual(
        read('not ok 1 - a', '  ---', '  actual: |-', '    ok 1 - a', '    1..1', '  ...', '1..1'),
        [failed('a')],
      );
    });

    it('are refused when they are not whole', () => {
      const broken = [
        ['ok 1 - a'],
        ['1..2', 'ok 1 - a'],
        ['1..1', 'ok 1 - a', 'Bail out!'],
        ['1..1', 'ok 1 - a', '  ---', 'not ok 1 - a'],
        ['    1..2', '    ok 1 - a', 'ok 1 - b', '1..1'],
      ];
      for (const lines of broken) assert.throws(() => read(...lines), Error, lines.join());
    });
  });

  it('in JUnit have one case for each testcase, by class and name', () => {
    const text = `<?xml version="1.0"?>
<testsuites><testsuite name="s" tests="5">
<testcase classname="t.C" name="a &lt; b" time="0.1"/>
<testcase classname="t.C" name="f"><failure message="x">ok</failure><system-out><![CDATA[<testcase name="forged"/>]]></system-out></testcase>
<testcase name="e"><error/></testcase>
<testcase name="s"><skipped/></testcase>
</testsuite></testsuites>`;
    assert.deepEqual(readReport('junit', text), [
      passed('t.C.a < b'),
      failed('t.C.f'),
      failed('e'),
      other('s'),
    ]);
    assert.throws(() => readReport('junit', text.slice(0, -20)), Error);
  });

  it('in JSON lines are ours, or those of Go', () => {
    const lines = [
      { case: 'a', outcome: 'pass' },
      { case: 'b', outcome: 'fail' },
      { Action: 'run', Package: 'p', Test: 'T' },
      { Action: 'output', Package: 'p', Test: 'T', Output: '{"case":"a"}' },
      { Action: 'fail', Package: 'p', Test: 'T' },
      { Action: 'skip', Package: 'p', Test: 'U' },
      { Action: 'fail', Package: 'p' },
    ];
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
    assert.deepEqual(readReport('json-lines', text), [passed('a'), failed('b'), failed('p.T'), other('p.U')]);
    assert.throws(() => readReport('json-lines', '{"case"'), Error);
  });
});
