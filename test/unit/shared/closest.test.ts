import assert from 'node:assert/strict';
import { closest } from '../../../src/shared/closest';

describe('closest', () => {
  const keys = ['setup', 'build', 'lint', 'test', 'program', 'start'];

  it('finds the name that was meant', () => {
    assert.equal(closest('tset', keys), 'test');
    assert.equal(closest('Build', keys), 'build');
    assert.equal(closest('progam', keys), 'program');
    assert.equal(closest('programme', keys), 'program');
    assert.equal(closest('lnt', keys), 'lint');
  });

  it('does not guess what is far away', () => {
    assert.equal(closest('colour', keys), undefined);
    assert.equal(closest('go', keys), undefined);
    assert.equal(closest('anything', []), undefined);
  });
});
