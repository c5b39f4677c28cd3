import assert from 'node:assert/strict';
import { parseState } from '../../../src/sandbox/shell';

/** A report as the shell's trap writes it: the directory, variables at the end, an empty record, those at the start. */
const report = (cwd: string, after: readonly string[], before: readonly string[] = []): string =>
  [cwd, ...after, '', ...before, 'end'].join('\0');

describe('state that a script leaves behind', () => {
  it('is its directory and what it exported', () => {
    const state = parseState(report('/workspace/a', ['A=1', 'B=x=y', 'HOME=/h'], ['HOME=/h']), {});
    assert.deepEqual(state, { cwd: '/workspace/a', exported: { A: '1', B: 'x=y' } });
  });

  it('has no variable that no sandbox can be started with', () => {
    const forged = report('/', ['=x', 'novalue', `LONG=${'x'.repeat(130 * 1024)}`, 'A=1']);
    assert.deepEqual(parseState(forged, {})?.exported, { A: '1' });
  });

  it('is as it was where a report is torn, has too many variables or an impossible directory', () => {
    const many = Array.from({ length: 3000 }, (_, n) => `V${n}=1`);
    for (const text of ['', '/workspace\0A=1', report('/', many), report(`/${'x'.repeat(5000)}`, [])])
      assert.equal(parseState(text, {}), undefined);
  });
});
